//! Pasted data: two columns and a label as comma-separated values. Cells are read as numbers or as the names of two
//! classes and as nothing else; an error names the row.

use crate::decimal::parse;
use crate::error::{Error, Result};
use crate::phrase::Arg;
use std::iter::Peekable;
use std::str::Chars;

/// The most rows of data.
pub const MOST_ROWS: usize = 10_000;
/// The greatest size of a number.
const GREATEST: f64 = 1e15;

/// Reads rows (x₁, x₂, label).
///
/// Cells are separated by commas, semicolons or tabs, whichever comes first in the text; a cell in double quotes may
/// hold them, line ends, and quotes written twice. Lines end in LF, CRLF or CR; blank ones are left out. The first row
/// is a header if none of its cells is a number. Labels are numbers or, if the first is none, two names, which become
/// 0 and 1 in the order in which they appear.
///
/// # Errors
///
/// `data.quote`, `data.columns`, `data.missing`, `data.not-a-number`, `data.third-label`, each with `row` (counted from
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
    Ok(read_rows(text)?.into_iter().map(|(_, row)| row).collect())
}

/// The row, counted as in the errors of [`read_csv`], that example number `example` (from 0) of a text stands in; 0 for
/// none.
///
/// ```
/// use saddlescope::loss::csv_row;
/// assert_eq!(csv_row("x,y,label\n\n1,2,3\n4,5,6", 1), 4);
/// ```
pub fn csv_row(text: &str, example: usize) -> usize {
    read_rows(text).ok().and_then(|rows| rows.get(example).map(|(row, _)| *row)).unwrap_or(0)
}

/// The examples, each with its row.
fn read_rows(text: &str) -> Result<Vec<(usize, [f64; 3])>> {
    let separator = text.chars().find(|c| matches!(c, ',' | ';' | '\t')).unwrap_or(',');
    let mut rest = text.trim_start_matches('\u{feff}').chars().peekable();
    let mut rows = Vec::new();
    // `None` until the first label is read: whether labels are names, and which.
    let mut names: Option<Vec<String>> = None;
    let (mut row, mut begun) = (0, false);
    while rest.peek().is_some() {
        row += 1;
        let cells = record(&mut rest, separator).ok_or_else(|| wrong("data.quote", row))?;
        let cells: Vec<&str> = cells.iter().map(|cell| cell.trim()).collect();
        if cells.iter().all(|cell| cell.is_empty()) {
            continue;
        }
        let [first, second, label] = *cells.as_slice() else {
            return Err(wrong("data.columns", row).with("found", Arg::Count(cells.len() as i64)));
        };
        let header = !begun && cells.iter().all(|cell| number(cell).is_none() && !cell.starts_with('='));
        begun = true;
        if header {
            continue;
        }
        if rows.len() == MOST_ROWS {
            return Err(Error::new("data.too-many").with("limit", Arg::Count(MOST_ROWS as i64)));
        }
        let names = names.get_or_insert_with(|| Vec::with_capacity(2));
        let numeric = names.is_empty() && (rows.is_empty() && number(label).is_some() || !rows.is_empty());
        let y = if numeric { read(label, row, 3)? } else { class(label, row, names)? };
        rows.push((row, [read(first, row, 1)?, read(second, row, 2)?, y]));
    }
    if rows.len() < 2 {
        return Err(Error::new("data.too-few").with("found", Arg::Count(rows.len() as i64)));
    }
    Ok(rows)
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

fn read(cell: &str, row: usize, column: i64) -> Result<f64> {
    number(cell).ok_or_else(|| {
        let code = if cell.is_empty() { "data.missing" } else { "data.not-a-number" };
        let error = wrong(code, row).with("column", Arg::Count(column));
        if cell.is_empty() { error } else { error.with("found", Arg::Text(shown(cell))) }
    })
}

/// 0 or 1 for the first or the second name.
fn class(label: &str, row: usize, names: &mut Vec<String>) -> Result<f64> {
    if label.is_empty() {
        return Err(wrong("data.missing", row).with("column", Arg::Count(3)));
    }
    let place = names.iter().position(|name| name == label).unwrap_or(names.len());
    if place == 2 {
        return Err(wrong("data.third-label", row).with("found", Arg::Text(shown(label))));
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
        ] {
            assert_eq!(read_csv(text).unwrap(), want, "{text:?}");
        }
        assert_eq!(read_csv("1,2,\"say \"\"no\"\"\"\n3,4,yes\n5,6,yes").unwrap()[2], [5.0, 6.0, 1.0]);
    }

    #[test]
    fn errors_name_the_row() {
        assert_eq!(said("a,b,c\n1,2,3\n1,,3"), "data.missing, row 3, column 2");
        assert_eq!(said("1,2,3\n\n1,2\n"), "data.columns, row 3, found 2");
        assert_eq!(said("1,2,3\n1,2,3,4"), "data.columns, row 2, found 4");
        assert_eq!(said("1,2,3\n1,2,\"3"), "data.quote, row 2");
        assert_eq!(said("1,2,3\n1,\"2\"x,3"), "data.quote, row 2");
        assert_eq!(said("1,2,a\n1,2,b\n1,2,a\n1,2,c"), "data.third-label, row 4, found c");
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
    fn ten_thousand_rows_are_taken_and_no_more_and_a_million_characters_are_read_or_refused_at_once() {
        assert_eq!(read_csv(&"1,2,3\n".repeat(MOST_ROWS)).unwrap().len(), MOST_ROWS);
        assert_eq!(said(&"1,2,3\n".repeat(MOST_ROWS + 1)), "data.too-many, limit 10000");
        assert_eq!(said(&"x".repeat(1_000_000)), "data.columns, row 1, found 1");
        assert_eq!(said(&["\"", &",".repeat(1_000_000)].concat()), "data.quote, row 1");
        assert_eq!(said(&",".repeat(1_000_000)), "data.too-few, found 0");
        let long = said(&format!("1,2,3\n1,{},3", "9".repeat(1_000_000)));
        assert_eq!(long, format!("data.not-a-number, row 2, column 2, found {}", "9".repeat(40)));
    }
}
