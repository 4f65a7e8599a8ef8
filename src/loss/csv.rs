//! Pasted data: columns and a label as comma-separated values. Cells are read as numbers or as the names of classes and as
//! nothing else; an error names the row.

use crate::decimal::parse;
use crate::error::{Error, Result};
use crate::phrase::Arg;
use std::iter::Peekable;
use std::str::Chars;

/// The most rows of data.
pub const MOST_ROWS: usize = 10_000;
/// The most columns, the label's included.
pub const MOST_COLUMNS: usize = 65;
/// The greatest size of a number.
const GREATEST: f64 = 1e15;

/// Reads rows (x₁, x₂, label).
///
/// Cells are separated by commas, semicolons or tabs, whichever comes first outside quotes; a cell in double quotes may
/// hold them, line ends, and quotes written twice. Lines end in LF, CRLF or CR; blank ones are left out. The first row
/// is a header if none of its cells is a number. Labels are numbers or, if the first is none, two names, which become
/// 0 and 1 in the order in which they appear.
///
/// # Errors
///
/// `data.quote`, `data.columns`, `data.missing`, `data.not-a-number`, `data.label`, each with `row` (counted from
/// 1 as a spreadsheet does, header and blank rows included); `data.too-many` beyond [`MOST_ROWS`], `data.too-few` below
/// 2.
///
/// ```
/// use saddlescope::loss::read_csv;
/// let rows = read_csv("speed,distance,stops\r\n4, 2, no\r\n\r\n\"7\",22,yes\r\n").unwrap();
/// assert_eq!(rows, [[4.0, 2.0, 0.0], [7.0, 22.0, 1.0]]);
/// let error = read_csv("1,2,3\n=1+1,2,3").unwrap_err();
/// assert_eq!(error.to_string(), "data.not-a-number, row 2, column 1, found =1+1");
/// ```
pub fn read_csv(text: &str) -> Result<Vec<[f64; 3]>> {
    let (_, cells, _) = read_table(text, Some(3), 2)?;
    Ok(cells.as_chunks::<3>().0.to_vec())
}

/// The row, counted as in the errors of [`read_csv`], that example number `example` (from 0) of a text stands in; 0 for
/// none.
///
/// ```
/// use saddlescope::loss::csv_row;
/// assert_eq!(csv_row("x,y,label\n\n1,2,3\n4,5,6", 1), 4);
/// ```
pub fn csv_row(text: &str, example: usize) -> usize {
    let table = read_table(text, Some(3), 2).ok();
    table.and_then(|(_, _, rows)| rows.get(example).copied()).unwrap_or(0)
}

/// The same as [`read_csv`] for rows of `columns` cells, or where that is `None` of as many as the first row has, 2 to
/// [`MOST_COLUMNS`]; with up to `classes` names. Gives the number of columns, the cells row by row, of which the last is
/// the label, and the row of each example, counted as in errors.
///
/// # Errors
///
/// As [`read_csv`].
///
/// ```
/// use saddlescope::loss::read_table;
/// let read = read_table("x,y\n1,cat\n2,dog\n3,eel", None, 3).unwrap();
/// assert_eq!(read, (2, vec![1.0, 0.0, 2.0, 1.0, 3.0, 2.0], vec![2, 3, 4]));
/// ```
pub fn read_table(
    text: &str,
    columns: Option<usize>,
    classes: usize,
) -> Result<(usize, Vec<f64>, Vec<usize>)> {
    let mut columns = columns;
    // Every second part lies between quotes.
    let separates = |c: &char| matches!(c, ',' | ';' | '\t');
    let open = text.split('"').step_by(2);
    let separator = open.flat_map(str::chars).find(separates).unwrap_or(',');
    let mut rest = text.trim_start_matches('\u{feff}').chars().peekable();
    let (mut out, mut rows) = (Vec::<f64>::new(), Vec::new());
    // None where labels are numbers.
    let mut names = Vec::new();
    let (mut row, mut begun) = (0, false);
    while rest.peek().is_some() {
        row += 1;
        let cells = record(&mut rest, separator).ok_or_else(|| wrong("data.quote", row))?;
        let cells: Vec<&str> = cells.iter().map(|cell| cell.trim()).collect();
        if cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        let width = *columns.get_or_insert(cells.len().clamp(2, MOST_COLUMNS));
        let (Some((label, inputs)), true) = (cells.split_last(), cells.len() == width) else {
            let error = wrong("data.columns", row).with("found", Arg::Count(cells.len() as i64));
            return Err(error.with("columns", Arg::Count(width as i64)));
        };
        let header = !begun && cells.iter().all(|cell| number(cell).is_none() && !cell.starts_with('='));
        begun = true;
        if header {
            continue;
        }
        if rows.len() == MOST_ROWS {
            return Err(Error::new("data.too-many").with("limit", Arg::Count(MOST_ROWS as i64)));
        }
        // The first label tells.
        let named = if rows.is_empty() { number(label).is_none() } else { !names.is_empty() };
        let y =
            if named { class(label, [row, width], &mut names, classes)? } else { read(label, row, width)? };
        for (column, cell) in inputs.iter().enumerate() {
            out.push(read(cell, row, column + 1)?);
        }
        out.push(y);
        rows.push(row);
    }
    if rows.len() < 2 {
        return Err(Error::new("data.too-few").with("found", Arg::Count(rows.len() as i64)));
    }
    Ok((columns.unwrap_or(2), out, rows))
}

/// One row: its cells, up to and without its line end. `None`: a quote is not closed, or text follows a closed one.
fn record(rest: &mut Peekable<Chars>, separator: char) -> Option<Vec<String>> {
    let mut cells = vec![String::new()];
    loop {
        let c = rest.next();
        let cell = cells.last_mut()?;
        match c {
            None | Some('\n') => return Some(cells),
            Some('\r') => {
                rest.next_if_eq(&'\n');
                return Some(cells);
            }
            Some('"') if cell.trim().is_empty() => {
                cell.clear();
                loop {
                    match rest.next()? {
                        '"' if rest.next_if_eq(&'"').is_none() => break,
                        c => cell.push(c),
                    }
                }
                while rest.next_if_eq(&' ').is_some() {}
                if rest.peek().is_some_and(|c| *c != separator && *c != '\n' && *c != '\r') {
                    return None;
                }
            }
            Some(c) if c == separator => cells.push(String::new()),
            Some(c) => cell.push(c),
        }
    }
}

fn wrong(code: &'static str, row: usize) -> Error {
    Error::new(code).with("row", Arg::Count(row as i64))
}

fn number(cell: &str) -> Option<f64> {
    let plain = cell.replace('\u{2212}', "-");
    parse(&plain).filter(|x| x.abs() <= GREATEST)
}

fn read(cell: &str, row: usize, column: usize) -> Result<f64> {
    number(cell).ok_or_else(|| {
        let code = if cell.is_empty() { "data.missing" } else { "data.not-a-number" };
        let error = wrong(code, row).with("column", Arg::Count(column as i64));
        if cell.is_empty() { error } else { error.with("found", Arg::Text(shown(cell))) }
    })
}

/// 0 for the first name, 1 for the second, and so on.
fn class(label: &str, [row, column]: [usize; 2], names: &mut Vec<String>, most: usize) -> Result<f64> {
    if label.is_empty() {
        return Err(wrong("data.missing", row).with("column", Arg::Count(column as i64)));
    }
    let place = names.iter().position(|name| name == label).unwrap_or(names.len());
    if place == most {
        let error = wrong("data.label", row).with("found", Arg::Text(shown(label)));
        return Err(error.with("most", Arg::Count(most as i64)));
    }
    if place == names.len() {
        names.push(label.into());
    }
    Ok(place as f64)
}

/// As much of a cell as a message has room for.
fn shown(cell: &str) -> String {
    cell.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        read_csv(text).unwrap_err().to_string()
    }

    #[test]
    fn rows_are_read_in_every_usual_form() {
        let want = [[1.0, -2.5, 3.0], [4.0, 5e-3, -6.0]];
        for text in [
            "1,-2.5,3\n4,5e-3,-6",
            "1,-2.5,3\r\n4,5e-3,-6\r\n",
            "1,-2.5,3\r4,5e-3,-6\r",
            "\u{feff}x,y,label\n1,-2.5,3\n4,5e-3,-6",
            "\n\n  \nx,\"a, b\",\"two\nlines\"\n1,-2.5,3\n,,\n4,5e-3,-6\n\n",
            "1;-2.5;3\n4;5e-3;-6",
            "1\t−2.5\t3\n4\t5e-3\t−6",
            " \"1\" , -2.5 ,\"3\"\n 4,\"5e-3\",-6",
            "\"speed, \"\"km/h\"\"\";\"way\tm\";stops\n1;-2.5;3\n4;5e-3;-6",
        ] {
            assert_eq!(read_csv(text).unwrap(), want, "{text:?}");
        }
        assert_eq!(read_csv("1,2,\"say \"\"no\"\"\"\n3,4,yes\n5,6,yes").unwrap()[2], [5.0, 6.0, 1.0]);
    }

    #[test]
    fn errors_name_the_row() {
        assert_eq!(said("a,b,c\n1,2,3\n1,,3"), "data.missing, row 3, column 2");
        assert_eq!(said("1,2,3\n\n1,2\n"), "data.columns, row 3, found 2, columns 3");
        assert_eq!(said("1,2,3\n1,2,3,4"), "data.columns, row 2, found 4, columns 3");
        assert_eq!(said("1,2,3\n1,2,\"3"), "data.quote, row 2");
        assert_eq!(said("1,2,3\n1,\"2\"x,3"), "data.quote, row 2");
        assert_eq!(said("1,2,a\n1,2,b\n1,2,a\n1,2,c"), "data.label, row 4, found c, most 2");
        assert_eq!(said("1,2,a\n1,2,"), "data.missing, row 2, column 3");
        assert_eq!(said("1,2,0\n1,2,b"), "data.not-a-number, row 2, column 3, found b");
        for cell in ["=SUM(A1)", "inf", "nan", "1e16", "0x10", "<img src=x onerror=alert(1)>", "1 2", "--1"] {
            let row = format!("1,2,3\n4,{cell},6");
            assert_eq!(said(&row), format!("data.not-a-number, row 2, column 2, found {cell}"));
        }
        assert!(said("=cmd(),=b,=c\n1,2,3\n4,5,6").starts_with("data.not-a-number, row 1"), "no header");
        assert_eq!(said(""), "data.too-few, found 0");
        assert_eq!(said("a,b,c\n1,2,3"), "data.too-few, found 1");
    }

    #[test]
    fn as_many_columns_and_classes_as_are_asked_for() {
        let names: String = (0..4).map(|k| format!("{k},{},name {k}\n", k * k)).collect();
        assert_eq!(read_table(&names, None, 4).unwrap().1[9..], [3.0, 9.0, 3.0]);
        assert_eq!(
            read_table(&names, None, 3).unwrap_err().to_string(),
            "data.label, row 4, found name 3, most 3"
        );
        let wide = ["1,".repeat(MOST_COLUMNS - 1), "0\n".into()].concat().repeat(2);
        assert_eq!(read_table(&wide, None, 2).unwrap().0, MOST_COLUMNS);
        for (text, error) in [
            ("1\n2", "data.columns, row 1, found 1, columns 2"),
            ("1,2\n1,2,3", "data.columns, row 2, found 3, columns 2"),
            (&"1,".repeat(100), "data.columns, row 1, found 101, columns 65"),
        ] {
            assert_eq!(read_table(text, None, 2).unwrap_err().to_string(), error);
        }
    }

    #[test]
    fn ten_thousand_rows_are_taken_and_no_more_and_a_million_characters_are_read_or_refused_at_once() {
        assert_eq!(read_csv(&"1,2,3\n".repeat(MOST_ROWS)).unwrap().len(), MOST_ROWS);
        assert_eq!(said(&"1,2,3\n".repeat(MOST_ROWS + 1)), "data.too-many, limit 10000");
        assert_eq!(said(&"x".repeat(1_000_000)), "data.columns, row 1, found 1, columns 3");
        assert_eq!(said(&["\"", &",".repeat(1_000_000)].concat()), "data.quote, row 1");
        assert_eq!(said(&",".repeat(1_000_000)), "data.too-few, found 0");
        let long = said(&format!("1,2,3\n1,{},3", "9".repeat(1_000_000)));
        assert_eq!(long, format!("data.not-a-number, row 2, column 2, found {}", "9".repeat(40)));
    }
}
