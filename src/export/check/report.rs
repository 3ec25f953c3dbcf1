//! What a check found: as text with one place a line, as JSON, and as SARIF, which forges show beside the code.

use std::fmt::{Arguments, Write as _};

use serde_json::{Value, json};

use super::{Checked, Crossing, Key, Progress, Rule};
use crate::export::names::{count, join};

/// Writes the report for people: what is new with its place and what to do instead, then what is fixed.
#[must_use]
pub fn text(checked: &Checked) -> String {
    let mut text = String::new();
    for (crossing, may) in &checked.new {
        let over = if *may > 0 {
            format!(" ({} times, {may} allowed)", crossing.places.len())
        } else {
            String::new()
        };
        for place in &crossing.places {
            put(&mut text, format_args!("{place}: {}{over}", crossing.sentence()));
        }
        put(&mut text, format_args!("  instead: {}", crossing.key.rule.hint()));
    }
    for (key, was, is) in &checked.fixed {
        let Key { rule, from, to } = key;
        let left = if *is > 0 { format!(": {is} of {was} are left") } else { String::new() };
        put(&mut text, format_args!("fixed: {} from {from} to {to}{left}", rule.word()));
    }
    let fewer = checked.burnt.iter().filter(|(_, began, left)| left < began);
    let fewer: Vec<String> =
        fewer.map(|(rule, began, left)| format!("{} {left} of {began}", rule.word())).collect();
    if !fewer.is_empty() {
        put(&mut text, format_args!("left since the baseline was made: {}", fewer.join(", ")));
    }
    for progress in &checked.progress {
        put(&mut text, format_args!("{}", told(progress)));
    }
    let new: usize = checked.new.iter().map(|(crossing, may)| crossing.places.len() - may).sum();
    put(
        &mut text,
        format_args!(
            "{}, {} allowed by the baseline, {} fixed",
            count(new, "new crossing", "new crossings"),
            checked.allowed,
            checked.fixed.len()
        ),
    );
    text
}

/// At most this many things that are gone are named in a line of text; JSON has all.
const GONE: usize = 5;

fn told(progress: &Progress) -> String {
    let Progress { service, gone, left } = progress;
    let mut names: Vec<String> = gone.iter().take(GONE).cloned().collect();
    if gone.len() > GONE {
        names.push(format!("{} more", gone.len() - GONE));
    }
    let names = join(&names);
    if progress.is_done() {
        return format!("done: {service} has left the monolith: {names}");
    }
    let left = count(*left, "piece is", "pieces are");
    format!(
        "under way: {service}: gone {} {names}; {left} left",
        if gone.len() == 1 { "is" } else { "are" }
    )
}

/// Writes the report for programs.
#[must_use]
pub fn json(checked: &Checked) -> String {
    let new = checked.new.iter().map(|(crossing, may)| {
        let places =
            crossing.places.iter().map(|place| json!({ "path": place.path, "line": place.line }));
        json!({
            "rule": crossing.key.rule.word(),
            "from": crossing.key.from,
            "to": crossing.key.to,
            "services": crossing.services,
            "message": crossing.sentence(),
            "hint": crossing.key.rule.hint(),
            "count": crossing.places.len(),
            "allowed": may,
            "places": places.collect::<Vec<_>>(),
        })
    });
    let fixed = checked.fixed.iter().map(|(key, was, is)| {
        json!({ "rule": key.rule.word(), "from": key.from, "to": key.to, "allowed": was, "count": is })
    });
    let progress = checked.progress.iter().map(|progress| {
        json!({
            "service": progress.service,
            "gone": progress.gone,
            "left": progress.left,
            "done": progress.is_done(),
        })
    });
    let burnt = checked
        .burnt
        .iter()
        .map(|(rule, began, left)| json!({ "rule": rule.word(), "began": began, "left": left }));
    let whole = json!({
        "passes": checked.passes(),
        "new": new.collect::<Vec<_>>(),
        "allowed": checked.allowed,
        "fixed": fixed.collect::<Vec<_>>(),
        "burnt": burnt.collect::<Vec<_>>(),
        "progress": progress.collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

/// Writes the report as SARIF 2.1.0: a result for each new crossing, with all its places.
#[must_use]
pub fn sarif(checked: &Checked, version: &str) -> String {
    let rules = Rule::ALL.into_iter().map(|rule| {
        json!({
            "id": format!("crossing-{}", rule.word()),
            "name": name_of(rule),
            "shortDescription": { "text": format!("{}.", rule.sentence()) },
            "help": { "text": format!("Instead: {}.", rule.hint()) },
            "defaultConfiguration": { "level": "error" },
        })
    });
    let results = checked.new.iter().map(|(crossing, may)| result(crossing, *may));
    let whole = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Seamline",
                "version": version,
                "rules": rules.collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    });
    format!("{whole:#}\n")
}

fn result(crossing: &Crossing, may: usize) -> Value {
    let Key { rule, from, to } = &crossing.key;
    let index = Rule::ALL.iter().position(|other| other == rule);
    let over = if may > 0 {
        format!(" It occurs {} times; {may} are allowed.", crossing.places.len())
    } else {
        String::new()
    };
    let locations: Vec<Value> = crossing
        .places
        .iter()
        .filter(|place| !place.path.is_empty())
        .map(|place| {
            let mut physical = json!({ "artifactLocation": { "uri": uri(&place.path) } });
            if place.line > 0 {
                physical["region"] = json!({ "startLine": place.line });
            }
            json!({ "physicalLocation": physical })
        })
        .collect();
    json!({
        "ruleId": format!("crossing-{}", rule.word()),
        "ruleIndex": index,
        "level": "error",
        "message": { "text": format!("{}.{over} Instead: {}.", crossing.sentence(), rule.hint()) },
        "locations": locations,
        "partialFingerprints": { "crossing/v1": format!("{}|{from}|{to}", rule.word()) },
        "baselineState": "new",
    })
}

/// SARIF wants names of rules without blanks.
fn name_of(rule: Rule) -> &'static str {
    match rule {
        Rule::Call => "CrossingCall",
        Rule::Type => "CrossingType",
        Rule::Read => "CrossingRead",
        Rule::Write => "CrossingWrite",
        Rule::ForeignKey => "CutForeignKey",
        Rule::Join => "BrokenJoin",
        Rule::Transaction => "SpanningTransaction",
    }
}

/// A relative reference: everything but letters, digits and a few signs as `%41`.
pub(super) fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            write!(uri, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
    uri
}

fn put(text: &mut String, line: Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a string cannot fail");
}
