//! A plan as a document: sections of text, lists and tables, before it becomes Markdown or HTML.
//!
//! What is said is decided here once; how it is written down, and how it is escaped, is decided by the format.

mod comparison;
mod diagnosis;
mod overview;
mod step;

use std::sync::Arc;

use serde::Serialize;

pub use self::comparison::comparison;
use self::{
    diagnosis::{diagnosis, symptoms},
    overview::{
        done, figures, libraries, notes, remainder, schedule, services, shared, summary, tables,
    },
    step::step_sections,
};
use super::{names::Names, plan::Plan};
use crate::{
    analysis::figures::Scorer,
    facts::{Facts, Place},
    proposal::{
        Proposal,
        diagnosis::{Settings, Severity, diagnose},
    },
};

/// At most this many places stand in one cell; how many more there are is said.
const PLACES: usize = 8;

/// Sections in reading order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Document {
    pub title: String,
    pub sections: Vec<Section>,
}

/// A heading and what stands below it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Section {
    /// What links lead to: lower-case letters, digits and `-`, unique in the document.
    pub id: String,
    /// 2 for chapters, 3 and 4 below them.
    pub level: u8,
    pub title: String,
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", content = "content", rename_all = "snake_case")]
pub enum Block {
    Text(Line),
    /// What a reader in a hurry has to see.
    Lead(Line),
    List(Vec<Line>),
    Table(Table),
    /// Where the map stands, or several side by side, in formats that can show pictures.
    Map,
}

/// Columns with titles, and rows of as many cells.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Line>>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    pub title: String,
    /// Right-aligned and sorted by value.
    pub is_number: bool,
}

/// Spans one after the other, on one line.
pub type Line = Vec<Span>;

/// Text of one kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Span {
    Text {
        text: String,
    },
    Strong {
        text: String,
    },
    /// What is done, or gone.
    Struck {
        text: String,
    },
    /// A name from the source.
    Code {
        text: String,
    },
    /// Evidence: a file of the monolith, and a line where that is not 0.
    Place {
        path: String,
        line: u32,
    },
    /// A word with a judgement in it.
    Mark {
        text: String,
        tone: Tone,
    },
    /// To a section of this document.
    Link {
        to: String,
        text: String,
    },
}

/// What a mark says besides its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    Good,
    Quiet,
    Fair,
    Poor,
    Bad,
}

/// The whole plan of a proposal as a document.
#[must_use]
pub fn document(facts: &Arc<Facts>, proposal: &Proposal, plan: &Plan) -> Document {
    let names = Names::new(facts, proposal);
    let scorer = Scorer::new(Arc::clone(facts), proposal.grouping());
    let examined = diagnose(&scorer, proposal, &Settings::default());
    let mut sections = vec![
        summary(&names, plan),
        diagnosis(&names, &examined),
        Section::new("map", 2, "Map").with(Block::Map),
        figures(plan),
        services(&names, plan),
        schedule(&names, plan),
        symptoms(&names, &examined),
    ];
    sections.extend(done(&names));
    sections.extend(notes(&names));
    sections.extend(libraries(&names, plan));
    sections.extend(shared(&names, plan));
    sections.extend(tables(&names, plan));
    for step in &plan.steps {
        sections.extend(step_sections(&names, plan, step));
    }
    sections.extend(remainder(&names, plan));
    let parts = [facts.name.as_str(), proposal.name.as_str()];
    let title = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ");
    Document { title, sections }
}

impl Section {
    fn new(id: impl Into<String>, level: u8, title: impl Into<String>) -> Self {
        Self { id: id.into(), level, title: title.into(), blocks: Vec::new() }
    }

    fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    fn with_text(self, text: impl Into<String>) -> Self {
        self.with(Block::Text(vec![plain(text)]))
    }

    fn with_list(self, sentences: &[String]) -> Self {
        let lines: Vec<Line> = sentences.iter().map(|sentence| vec![plain(sentence)]).collect();
        if lines.is_empty() { self } else { self.with(Block::List(lines)) }
    }

    fn with_table(self, table: Table) -> Self {
        if table.rows.is_empty() { self } else { self.with(Block::Table(table)) }
    }
}

impl Table {
    /// Titles of columns; those of numbers begin with `#`.
    fn new(titles: &[&str]) -> Self {
        let column = |title: &&str| Column {
            title: title.trim_start_matches('#').to_owned(),
            is_number: title.starts_with('#'),
        };
        Self { columns: titles.iter().map(column).collect(), rows: Vec::new() }
    }

    fn row(&mut self, cells: Vec<Line>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "every column has a cell");
        self.rows.push(cells);
    }
}

fn plain(text: impl Into<String>) -> Span {
    Span::Text { text: text.into() }
}

fn code(text: impl Into<String>) -> Span {
    Span::Code { text: text.into() }
}

fn mark(text: impl Into<String>, tone: Tone) -> Span {
    Span::Mark { text: text.into(), tone }
}

/// A severity, marked.
fn severity(severity: Severity) -> Line {
    let tone = match severity {
        Severity::None => Tone::Quiet,
        Severity::Low => Tone::Fair,
        Severity::Medium => Tone::Poor,
        Severity::High => Tone::Bad,
    };
    vec![mark(severity.word(), tone)]
}

/// Reasons for and against, marked.
fn argument(speaks_for: bool, sentence: &str) -> Line {
    let (word, tone) = if speaks_for { ("for", Tone::Good) } else { ("against", Tone::Poor) };
    vec![mark(word, tone), plain(format!(" {sentence}."))]
}

fn place(place: Place) -> Span {
    Span::Place { path: place.path, line: place.line }
}

/// A cell of plain text.
fn cell(text: impl Into<String>) -> Line {
    let text = text.into();
    if text.is_empty() { Vec::new() } else { vec![plain(text)] }
}

/// A cell of a name from the source.
fn code_cell(text: impl Into<String>) -> Line {
    vec![code(text)]
}

/// A cell of a number.
fn number(value: impl ToString) -> Line {
    vec![plain(value.to_string())]
}

/// Spans with a separator between them.
fn separated(lines: impl IntoIterator<Item = Line>, separator: &str) -> Line {
    let mut joined = Line::new();
    for line in lines {
        if !joined.is_empty() {
            joined.push(plain(separator));
        }
        joined.extend(line);
    }
    joined
}

/// The first places, and how many more there are.
fn places(all: impl IntoIterator<Item = Place>) -> Line {
    let mut all: Vec<Place> = all.into_iter().collect();
    all.sort();
    all.dedup();
    let more = all.len().saturating_sub(PLACES);
    all.truncate(PLACES);
    let mut line = separated(all.into_iter().map(|at| vec![place(at)]), ", ");
    if more > 0 {
        line.push(plain(format!(" and {more} more")));
    }
    line
}
