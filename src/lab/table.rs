//! A table of results, for the page and for comma-separated values.

use super::Math;
use crate::decimal::shortest;
use crate::figure::{Ink, Shape};
use crate::optimizer::Run;
use crate::phrase::Phrase;

/// A table with a header row; the first cell of each row is its header.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What it is about.
    pub name: Phrase,
    /// The columns: stable name, and the header in words.
    pub columns: Vec<(&'static str, Phrase)>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One row: as many cells as there are columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The mark and the colour of what the row is about, as the figures have them.
    pub mark: Option<(Shape, bool, Ink)>,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A number: short on the page, whole in the file; NaN leaves it empty.
    Number(f64),
    /// Mathematics.
    Math(Math),
    /// Words, and the stable name that stands for them in the file.
    Words(&'static str, Phrase),
}

impl Table {
    /// The table as comma-separated values, by stable names, with a header row.
    pub fn csv(&self) -> String {
        let names = self.columns.iter().map(|(id, _)| (*id).to_string());
        let mut out = line(names);
        for row in &self.rows {
            out.push_str(&line(row.cells.iter().map(|cell| match cell {
                Cell::Number(x) if x.is_nan() => String::new(),
                Cell::Number(x) => shortest(*x),
                Cell::Math(math) => math.plain(),
                Cell::Words(id, _) => (*id).to_string(),
            })));
        }
        out
    }
}

/// A line of comma-separated values, with quotes where they are needed.
pub(super) fn line(cells: impl Iterator<Item = String>) -> String {
    let quoted = cells.map(|text| {
        if text.contains([',', '"', '\n']) { ["\"", &text.replace('"', "\"\""), "\""].concat() } else { text }
    });
    let mut out = quoted.collect::<Vec<_>>().join(",");
    out.push('\n');
    out
}

/// The header row of a table whose words are `<prefix><id>`.
pub(super) fn columns(prefix: &str, ids: &[&'static str]) -> Vec<(&'static str, Phrase)> {
    ids.iter().map(|id| (*id, Phrase::new([prefix, id].concat()))).collect()
}

/// Adds a line of comma-separated numbers, after a name unless that is empty.
pub(super) fn push_line(out: &mut String, name: &str, numbers: &[f64]) {
    out.push_str(name);
    for (i, x) in numbers.iter().enumerate() {
        out.push_str(if i == 0 && name.is_empty() { "" } else { "," });
        out.push_str(&shortest(*x));
    }
    out.push('\n');
}

/// Adds a line for every record of a run, after its name: t, with `rate` the learning rate, θ, L, ‖g‖.
pub(super) fn trajectory(out: &mut String, name: &str, run: &Run, rate: bool) {
    for (t, r) in run.records().enumerate() {
        let mut cells = vec![t as f64, r.rate];
        cells.truncate(if rate { 2 } else { 1 });
        cells.extend_from_slice(r.theta);
        cells.extend([r.loss, r.norm]);
        push_line(out, name, &cells);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_quotes_has_them() {
        let words = Phrase::verbatim("x");
        let table = Table {
            name: words.clone(),
            columns: vec![("method", words.clone()), ("point", words.clone()), ("L", words.clone())],
            rows: vec![Row {
                mark: None,
                cells: vec![
                    Cell::Words("adam", words),
                    Cell::Math(Math::pair(1.0, -2.0)),
                    Cell::Number(0.1 + 0.2),
                ],
            }],
        };
        assert_eq!(table.csv(), "method,point,L\nadam,\"(1, −2)\",0.30000000000000004\n");
    }
}
