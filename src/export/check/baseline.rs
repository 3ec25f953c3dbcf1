//! The baseline of a check as JSON, one crossing a line, so that a review shows what was allowed and what is gone.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Crossing, Key, Rule};

/// What may cross, and how often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    pub crossings: BTreeMap<Key, usize>,
    /// Pieces that the proposal doesn't know, and the services they were put into: there they stay until somebody
    /// places them.
    pub placed: BTreeMap<String, String>,
    /// How much crossed when the baseline was made: what is left of it is how far the work has come. Empty in a
    /// baseline of which nobody noted it.
    pub began: BTreeMap<Rule, usize>,
}

/// Why a file is no baseline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path} is no baseline: {message}")]
pub struct BaselineError {
    pub path: String,
    pub message: String,
}

/// The only version there is.
const VERSION: u32 = 1;

#[derive(Deserialize)]
struct Document {
    version: u32,
    #[serde(default)]
    placed: BTreeMap<String, String>,
    #[serde(default)]
    began: BTreeMap<String, usize>,
    #[serde(default)]
    crossings: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    rule: String,
    from: String,
    to: String,
    #[serde(default = "once")]
    count: usize,
}

fn once() -> usize {
    1
}

impl Baseline {
    /// Allows what crosses now.
    #[must_use]
    pub fn of(crossings: &[Crossing], placed: BTreeMap<String, String>) -> Self {
        let counted =
            crossings.iter().map(|crossing| (crossing.key.clone(), crossing.places.len()));
        let crossings: BTreeMap<Key, usize> = counted.collect();
        Self { began: by_rule(&crossings), crossings, placed }
    }

    /// The baseline without what is fixed. It never grows.
    #[must_use]
    pub fn tightened(&self, crossings: &[Crossing], placed: BTreeMap<String, String>) -> Self {
        let now = Self::of(crossings, placed);
        let kept = self.crossings.iter().filter_map(|(key, may)| {
            let least = now.crossings.get(key)?.min(may);
            Some((key.clone(), *least))
        });
        Self { crossings: kept.collect(), placed: now.placed, began: self.began.clone() }
    }

    /// Reads a baseline. `path` is only for the message.
    ///
    /// # Errors
    /// When it is no JSON of a baseline, or one of a newer version.
    pub fn parse(path: &str, text: &str) -> Result<Self, BaselineError> {
        let wrong = |message: String| BaselineError { path: path.to_owned(), message };
        let document: Document = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| wrong(error.to_string()))?;
        if document.version != VERSION {
            return Err(wrong(format!("version {} is not known", document.version)));
        }
        let mut crossings = BTreeMap::new();
        for Row { rule, from, to, count } in document.crossings {
            let rule =
                Rule::named(&rule).ok_or_else(|| wrong(format!("there is no rule {rule}")))?;
            *crossings.entry(Key { rule, from, to }).or_insert(0) += count;
        }
        let began = document.began.into_iter();
        let began = began.filter_map(|(rule, count)| Some((Rule::named(&rule)?, count)));
        Ok(Self { crossings, placed: document.placed, began: began.collect() })
    }

    /// Writes a baseline.
    #[must_use]
    pub fn print(&self) -> String {
        let text = |value: &str| Value::from(value).to_string();
        let placed = self
            .placed
            .iter()
            .map(|(piece, service)| format!("    {}: {}", text(piece), text(service)));
        let rows = self.crossings.iter().map(|(key, count)| {
            let Key { rule, from, to } = key;
            format!(
                "    {{\"rule\": {}, \"from\": {}, \"to\": {}, \"count\": {count}}}",
                text(rule.word()),
                text(from),
                text(to)
            )
        });
        let began =
            self.began.iter().map(|(rule, count)| format!("    {}: {count}", text(rule.word())));
        let block = |lines: Vec<String>, open: &str, close: &str| {
            if lines.is_empty() {
                format!("{open}{close}")
            } else {
                format!("{open}\n{}\n  {close}", lines.join(",\n"))
            }
        };
        format!(
            "{{\n  \"version\": {VERSION},\n  \"placed\": {},\n  \"began\": {},\n  \"crossings\": {}\n}}\n",
            block(placed.collect(), "{", "}"),
            block(began.collect(), "{", "}"),
            block(rows.collect(), "[", "]"),
        )
    }
}

/// How much crosses, rule by rule.
pub(super) fn by_rule(crossings: &BTreeMap<Key, usize>) -> BTreeMap<Rule, usize> {
    let mut counts: BTreeMap<Rule, usize> = BTreeMap::new();
    for (key, count) in crossings {
        *counts.entry(key.rule).or_default() += count;
    }
    counts
}
