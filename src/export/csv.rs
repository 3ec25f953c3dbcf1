//! Rows as CSV: a header row, `,` between fields, quotes as RFC 4180 has them, a line feed after every row.

use super::rows::Rows;

/// Writes rows as CSV.
#[must_use]
pub fn print(rows: &Rows) -> String {
    let mut text = String::new();
    line(&mut text, rows.columns.iter().map(|column| (*column).to_owned()));
    for row in &rows.rows {
        line(&mut text, row.iter().map(super::rows::Cell::text));
    }
    text
}

fn line(text: &mut String, fields: impl Iterator<Item = String>) {
    for (at, field) in fields.enumerate() {
        if at > 0 {
            text.push(',');
        }
        if field.contains(['"', ',', '\n', '\r']) {
            text.push('"');
            text.push_str(&field.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&field);
        }
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn fields_that_need_quotes_get_them() {
        let rows = Rows {
            columns: &["piece", "lines"],
            rows: vec![
                vec!["a,b".into(), 3_u32.into()],
                vec!["say \"hi\"".into(), 4_u32.into()],
                vec!["two\nlines".into(), true.into()],
            ],
        };
        let expected = "piece,lines\n\"a,b\",3\n\"say \"\"hi\"\"\",4\n\"two\nlines\",true\n";
        assert_eq!(print(&rows), expected);
    }
}
