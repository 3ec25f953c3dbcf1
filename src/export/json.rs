//! Rows as JSON: an array of objects whose names are the columns; numbers are numbers.

use serde_json::{Map, Value, json};

use super::{
    rows::{Cell, Rows},
    split,
};
use crate::{
    analysis::figures::{Figure, Figures},
    facts::Facts,
    proposal::{Proposal, command::role_word},
};

/// Writes rows as JSON, one row a line.
#[must_use]
pub fn print(rows: &Rows) -> String {
    let lines: Vec<String> = rows.rows.iter().map(|row| object(rows.columns, row)).collect();
    if lines.is_empty() {
        return "[]\n".to_owned();
    }
    format!("[\n{}\n]\n", lines.join(",\n"))
}

/// One row as an object, its columns in their order.
fn object(columns: &[&str], row: &[Cell]) -> String {
    let text = |value: &str| Value::from(value).to_string();
    let fields: Vec<String> = columns
        .iter()
        .zip(row)
        .map(|(column, cell)| format!("{}: {}", text(column), value(cell)))
        .collect();
    format!("  {{{}}}", fields.join(", "))
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::Number(number) => Value::from(*number),
        Cell::Share(share) => Value::from(rounded(*share)),
        Cell::Flag(flag) => Value::from(*flag),
    }
}

/// Four places are enough for a share, and stay the same everywhere.
fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

/// The figures by name, with `_` for blanks.
#[must_use]
pub fn figures(figures: &Figures) -> Value {
    #[expect(clippy::cast_possible_truncation, reason = "every figure but the share is a count")]
    let value = |figure: Figure| match figure {
        Figure::LargestShare => Value::from(rounded(figure.of(figures))),
        count => Value::from(count.of(figures) as i64),
    };
    let named = Figure::ALL.iter().map(|figure| (figure_key(*figure), value(*figure)));
    Value::Object(named.collect::<Map<_, _>>())
}

/// The name of a figure in JSON.
#[must_use]
pub fn figure_key(figure: Figure) -> String {
    figure.name().replace([' ', '-'], "_")
}

/// A proposal as JSON: its services, its figures, and `pieces` with the names that its CSV has.
#[must_use]
pub fn proposal(facts: &Facts, proposal: &Proposal, now: &Figures) -> Value {
    let services: Vec<Value> = proposal
        .services
        .iter()
        .map(|service| {
            let (modules, tables) = split::names_of(facts, proposal, service.id);
            json!({
                "name": service.name,
                "role": role_word(service.role),
                "owner": service.owner,
                "locked": service.locked,
                "modules": modules,
                "tables": tables,
            })
        })
        .collect();
    let notes: Vec<Value> = proposal
        .notes
        .iter()
        .map(|note| {
            let services = note.services.iter().filter_map(|id| proposal.service(*id));
            let pieces = note.pieces.iter().map(|piece| facts.piece_name(*piece));
            json!({
                "text": note.text,
                "author": note.author,
                "time": note.time,
                "decision": note.decision,
                "services": services.map(|service| service.name.as_str()).collect::<Vec<_>>(),
                "pieces": pieces.collect::<Vec<_>>(),
            })
        })
        .collect();
    let rows = split::rows(facts, proposal);
    let pieces: Vec<Value> = rows
        .rows
        .iter()
        .map(|row| {
            Value::Object(
                rows.columns
                    .iter()
                    .map(|column| (*column).to_owned())
                    .zip(row.iter().map(value))
                    .collect(),
            )
        })
        .collect();
    json!({
        "monolith": facts.name,
        "proposal": proposal.name,
        "figures": figures(now),
        "services": services,
        "notes": notes,
        "pieces": pieces,
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn rows_become_objects_with_columns_in_their_order() {
        let rows = Rows {
            columns: &["piece", "lines"],
            rows: vec![vec!["say \"hi\"".into(), 3_u32.into()], vec!["b".into(), 4_u32.into()]],
        };
        let expected = "[\n  {\"piece\": \"say \\\"hi\\\"\", \"lines\": 3},\n  {\"piece\": \"b\", \
                        \"lines\": 4}\n]\n";
        assert_eq!(print(&rows), expected);
        assert_eq!(print(&Rows::default()), "[]\n");
    }
}
