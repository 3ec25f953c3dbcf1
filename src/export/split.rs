//! A proposal as `piece,kind,service` rows, and such rows, written by whomever, as a proposal.

use std::collections::BTreeMap;

use super::rows::Rows;
use crate::{
    analysis::grouping::Role,
    facts::{Facts, Piece, PieceId, Place, Warning},
    proposal::{Proposal, REMAINDER_NAME, ServiceId, replacement::Part},
};

/// Why a file is no split of this monolith.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    #[error("{0} has no header row with `piece` and `service`")]
    NoHeader(String),
    #[error("{0} names no piece of this monolith")]
    NoPieces(String),
    #[error("{path} is not a proposal: {message}")]
    Malformed { path: String, message: String },
}

/// The rows of a proposal, sorted. What an adopted split did not mention is not mentioned here either.
#[must_use]
pub fn rows(facts: &Facts, proposal: &Proposal) -> Rows {
    let mut rows = Rows::new(&["piece", "kind", "service"]);
    for piece in facts.pieces().filter(|piece| !proposal.unlisted.contains(piece)) {
        let service = proposal.service(proposal.service_of(piece));
        let name = service.map_or("", |service| service.name.as_str());
        rows.rows.push(vec![
            facts.piece_name(piece).into(),
            kind(facts, piece).into(),
            name.into(),
        ]);
    }
    rows.sorted()
}

/// `module` or `table`.
#[must_use]
pub fn kind(facts: &Facts, piece: PieceId) -> &'static str {
    match facts.piece(piece) {
        Piece::Module(_) => "module",
        Piece::Table(_) => "table",
    }
}

/// The modules and the tables of a service by name, each sorted.
#[must_use]
pub fn names_of(facts: &Facts, proposal: &Proposal, id: ServiceId) -> (Vec<String>, Vec<String>) {
    let (mut modules, mut tables) = (Vec::new(), Vec::new());
    for piece in proposal.pieces_of(id) {
        match facts.piece(piece) {
            Piece::Module(_) => modules.push(facts.piece_name(piece)),
            Piece::Table(_) => tables.push(facts.piece_name(piece)),
        }
    }
    modules.sort();
    tables.sort();
    (modules, tables)
}

/// Reads a split from CSV. `path` is only for warnings. Pieces that are not listed go to the remainder, marked as
/// unlisted, so that comparisons leave them out.
///
/// # Errors
/// When there is no header row, or not one piece of this monolith.
pub fn read(
    facts: &Facts,
    name: &str,
    path: &str,
    text: &str,
) -> Result<(Proposal, Vec<Warning>), SplitError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let mut records = reader.records();
    let no_header = || SplitError::NoHeader(path.to_owned());
    let header = records.next().and_then(Result::ok).ok_or_else(no_header)?;
    let column = |name: &str| header.iter().position(|field| field.eq_ignore_ascii_case(name));
    let (piece_at, service_at) = column("piece").zip(column("service")).ok_or_else(no_header)?;
    let kind_at = column("kind");
    let mut adopted = Adopted::new(facts);
    for record in records {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, |position| line(position.line()));
                adopted.warn(path, line, format!("this row can't be read: {error}"), "");
                continue;
            }
        };
        let at = record.position().map_or(0, |position| line(position.line()));
        let field = |column: Option<usize>| column.and_then(|column| record.get(column));
        match (field(Some(piece_at)), field(Some(service_at))) {
            (Some(piece), Some(service)) if !piece.is_empty() && !service.is_empty() => {
                adopted.row(path, at, piece, field(kind_at).unwrap_or(""), service);
            }
            _ => adopted.warn(path, at, "this row has no piece or no service".to_owned(), ""),
        }
    }
    adopted.finish(name, path)
}

/// A piece as a file names it, whether or not the monolith has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    pub service: String,
    pub name: String,
    /// `module`, `table`, or anything else for either.
    pub kind: String,
}

/// Every piece that a split as CSV names, in its order; none where it has no header row.
#[must_use]
pub fn listed(text: &str) -> Vec<Listed> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let Ok(header) = reader.headers().cloned() else { return Vec::new() };
    let column = |name: &str| header.iter().position(|field| field.eq_ignore_ascii_case(name));
    let Some((piece_at, service_at)) = column("piece").zip(column("service")) else {
        return Vec::new();
    };
    let kind_at = column("kind");
    let records = reader.records().filter_map(Result::ok);
    let listed = records.filter_map(|record| {
        let name = record.get(piece_at)?.to_owned();
        let service = record.get(service_at)?.to_owned();
        let kind = kind_at.and_then(|at| record.get(at)).unwrap_or_default().to_owned();
        (!name.is_empty() && !service.is_empty()).then_some(Listed { service, name, kind })
    });
    listed.collect()
}

/// What is said of a name that is no piece of the monolith.
#[must_use]
pub fn no_piece(name: &str) -> String {
    format!("there is no piece called {name}")
}

fn line(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A split while it is read.
struct Adopted<'a> {
    facts: &'a Facts,
    finder: Finder<'a>,
    services: Vec<Part>,
    /// By piece: its place in `services`.
    placed: BTreeMap<PieceId, usize>,
    warnings: Vec<Warning>,
}

impl<'a> Adopted<'a> {
    fn new(facts: &'a Facts) -> Self {
        Self {
            facts,
            finder: Finder::new(facts),
            services: Vec::new(),
            placed: BTreeMap::new(),
            warnings: Vec::new(),
        }
    }

    fn row(&mut self, path: &str, line: u32, name: &str, kind: &str, service: &str) {
        let Some(piece) = self.finder.find(name, kind) else {
            let hint = self.finder.hint(name);
            self.warn(path, line, no_piece(name), &hint);
            return;
        };
        let at = self.service(service);
        match self.placed.get(&piece) {
            Some(other) if *other != at => {
                let first = &self.services[*other].name;
                let message = format!("{name} is in {first} already, and not in {service} too");
                self.warn(path, line, message, "the first row counts");
            }
            Some(_) => {}
            None => {
                self.placed.insert(piece, at);
                self.services[at].pieces.push(piece);
            }
        }
    }

    fn service(&mut self, name: &str) -> usize {
        let known = self.services.iter().position(|part| part.name == name);
        known.unwrap_or_else(|| {
            let role = if name.eq_ignore_ascii_case(REMAINDER_NAME) && !self.has_remainder() {
                Role::Remainder
            } else {
                Role::Service
            };
            self.services.push(Part { name: name.to_owned(), role, pieces: Vec::new() });
            self.services.len() - 1
        })
    }

    fn has_remainder(&self) -> bool {
        self.services.iter().any(|part| part.role == Role::Remainder)
    }

    fn warn(&mut self, path: &str, line: u32, message: String, hint: &str) {
        self.warnings.push(Warning::new(Place::new(path, line), message, hint));
    }

    fn finish(self, name: &str, path: &str) -> Result<(Proposal, Vec<Warning>), SplitError> {
        if self.placed.is_empty() {
            return Err(SplitError::NoPieces(path.to_owned()));
        }
        let mut proposal = Proposal::of_parts(name, self.facts.piece_count(), self.services);
        proposal.unlisted =
            self.facts.pieces().filter(|piece| !self.placed.contains_key(piece)).collect();
        Ok((proposal, self.warnings))
    }
}

/// Finds pieces by the names that people write.
pub struct Finder<'a> {
    facts: &'a Facts,
    /// Tables by full name in lower case; `None` where two differ in case only.
    tables: BTreeMap<String, Option<PieceId>>,
    hints_left: std::cell::Cell<u32>,
}

/// Looking for the nearest name is slow; a file that fits another monolith would ask for thousands.
const MOST_HINTS: u32 = 50;

/// Schemas that are not named in front of a table.
const DEFAULT_SCHEMAS: [&str; 3] = ["public.", "dbo.", "main."];

impl<'a> Finder<'a> {
    #[must_use]
    pub fn new(facts: &'a Facts) -> Self {
        let mut tables: BTreeMap<String, Option<PieceId>> = BTreeMap::new();
        for piece in facts.pieces().skip(facts.modules.len()) {
            tables
                .entry(facts.piece_name(piece).to_lowercase())
                .and_modify(|known| *known = None)
                .or_insert(Some(piece));
        }
        Self { facts, tables, hints_left: std::cell::Cell::new(MOST_HINTS) }
    }

    /// The piece that has exactly this name.
    #[must_use]
    pub fn exact(facts: &Facts, name: &str, kind: &str) -> Option<PieceId> {
        if kind == "table" {
            facts.table_named(name).map(|id| facts.table_piece(id))
        } else {
            facts.module_at(name).map(|id| facts.module_piece(id))
        }
    }

    /// The piece of that name; `kind` says `module`, `table`, or anything else for either. Backslashes, a leading
    /// `./`, the default schema and the case of a table's name make no difference.
    #[must_use]
    pub fn find(&self, name: &str, kind: &str) -> Option<PieceId> {
        let path = name.replace('\\', "/");
        let path = path.strip_prefix("./").unwrap_or(&path);
        let module = || self.facts.module_at(path).map(|id| self.facts.module_piece(id));
        match kind.to_ascii_lowercase().as_str() {
            "module" => module(),
            "table" => self.table(name),
            _ => module().or_else(|| self.table(name)),
        }
    }

    fn table(&self, name: &str) -> Option<PieceId> {
        if let Some(id) = self.facts.table_named(name) {
            return Some(self.facts.table_piece(id));
        }
        let lower = name.to_lowercase();
        let bare = DEFAULT_SCHEMAS.iter().find_map(|schema| lower.strip_prefix(schema));
        self.tables.get(bare.unwrap_or(&lower)).copied().flatten()
    }

    /// What may have been meant, as a hint; empty where nothing is near.
    #[must_use]
    pub fn hint(&self, name: &str) -> String {
        let Some(left) = self.hints_left.get().checked_sub(1) else { return String::new() };
        self.hints_left.set(left);
        let last = name.rsplit('/').next().unwrap_or(name).to_lowercase();
        let most = last.chars().count() / 3 + 1;
        let nearest = self
            .facts
            .pieces()
            .map(|piece| self.facts.piece_name(piece))
            .filter_map(|other| {
                let own = other.rsplit('/').next().unwrap_or(&other).to_lowercase();
                let edits = edits(&last, &own, most)?;
                Some((edits, other.len().abs_diff(name.len()), other))
            })
            .min();
        nearest.map(|(_, _, other)| format!("did you mean {other}?")).unwrap_or_default()
    }
}

/// How many letters must change to make one word the other (Levenshtein); `None` above `most`.
fn edits(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, letter) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (other_at, other) in b.iter().enumerate() {
            let kept = diagonal + usize::from(letter != other);
            diagonal = row[other_at + 1];
            row[other_at + 1] = kept.min(diagonal + 1).min(row[other_at] + 1);
        }
    }
    row.last().copied().filter(|edits| *edits <= most)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::{export::csv, facts::notation::parse};

    fn facts() -> Facts {
        parse(
            "module billing/invoice.rb 10 lines
             module orders/cart.rb 10 lines
             table invoices
             table sales.orders",
        )
        .expect("good notation")
    }

    /// Adopts a split and writes it again, then the warnings.
    fn check(text: &str, expected: &str) {
        let facts = facts();
        let written = match read(&facts, "Theirs", "split.csv", text) {
            Err(error) => error.to_string(),
            Ok((proposal, warnings)) => {
                let mut written = csv::print(&rows(&facts, &proposal));
                for warning in warnings {
                    written.push_str(&format!("{warning}\n"));
                }
                written
            }
        };
        assert_eq!(written, expected);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let text = "piece,kind,service\nbilling/invoice.rb,module,Billing\ninvoices,table,Billing\n\
                    orders/cart.rb,module,Orders\nsales.orders,table,Orders\n";
        check(text, text);
    }

    #[test]
    fn columns_may_stand_in_any_order_and_names_be_written_otherwise() {
        check(
            "\u{feff}Service;x,Service,Piece\r\n-,Billing,.\\billing\\invoice.rb\r\n,Billing,dbo.Invoices\r\n",
            "piece,kind,service\nbilling/invoice.rb,module,Billing\ninvoices,table,Billing\n",
        );
    }

    #[test]
    fn rows_that_fit_nothing_are_warned_of_and_the_rest_is_adopted() {
        check(
            "piece,kind,service\nbilling/invoices.rb,module,Billing\norders/cart.rb,module,Orders\n\
             orders/cart.rb,module,Billing\ninvoices\ninvoices,table,Orders\n",
            "piece,kind,service\ninvoices,table,Orders\norders/cart.rb,module,Orders\n\
             split.csv:2: there is no piece called billing/invoices.rb (did you mean \
             billing/invoice.rb?)\n\
             split.csv:4: orders/cart.rb is in Orders already, and not in Billing too (the first \
             row counts)\n\
             split.csv:5: this row has no piece or no service\n",
        );
    }

    #[test]
    fn what_is_no_split_is_refused() {
        check("", "split.csv has no header row with `piece` and `service`");
        check("a,b\n1,2\n", "split.csv has no header row with `piece` and `service`");
        check("piece,service\nother.rb,Other\n", "split.csv names no piece of this monolith");
    }

    #[test]
    fn pieces_that_are_not_listed_wait_in_the_remainder() {
        let facts = facts();
        let text = "piece,kind,service\ninvoices,table,Billing\n";
        let (proposal, _) = read(&facts, "Theirs", "split.csv", text).expect("one piece");
        let remainder = proposal.remainder().expect("one was made");
        assert_eq!(proposal.pieces_of(remainder.id).count(), 3);
        assert_eq!(proposal.unlisted.len(), 3);
    }
}
