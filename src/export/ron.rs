//! A proposal as RON, one piece a line: to be reviewed and merged in git, and read back.

use serde::{Deserialize, Serialize};

use super::split::{self, Finder, Listed, SplitError};
use crate::{
    analysis::grouping::Role,
    facts::{Facts, PieceId, Place, Warning},
    proposal::{Note, Proposal, Service, ServiceId, replacement::Part},
};

/// A proposal with everything by name.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Document {
    proposal: String,
    services: Vec<NamedService>,
    locked: Vec<String>,
    together: Vec<(String, String)>,
    apart: Vec<(String, String)>,
    /// Pieces that an adopted split did not mention.
    unlisted: Vec<String>,
    notes: Vec<NamedNote>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct NamedService {
    name: String,
    role: Role,
    owner: String,
    locked: bool,
    colour: u8,
    modules: Vec<String>,
    tables: Vec<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct NamedNote {
    text: String,
    author: String,
    time: i64,
    decision: bool,
    services: Vec<String>,
    pieces: Vec<String>,
}

/// Writes a proposal as RON.
///
/// # Panics
/// Never: everything in it is text, numbers and lists.
#[must_use]
pub fn print(facts: &Facts, proposal: &Proposal) -> String {
    let name = |piece: &PieceId| facts.piece_name(*piece);
    let pair = |(a, b): &(PieceId, PieceId)| (name(a), name(b));
    let service = |service: &Service| {
        let (mut modules, mut tables) = split::names_of(facts, proposal, service.id);
        let listed = |name: &String, kind| {
            let piece = Finder::exact(facts, name, kind);
            piece.is_none_or(|piece| !proposal.unlisted.contains(&piece))
        };
        modules.retain(|name| listed(name, "module"));
        tables.retain(|name| listed(name, "table"));
        let Service { id: _, name, role, colour, locked, owner } = service.clone();
        NamedService { name, role, owner, locked, colour, modules, tables }
    };
    let document = Document {
        proposal: proposal.name.clone(),
        services: proposal.services.iter().map(service).collect(),
        locked: proposal.locked.iter().map(name).collect(),
        together: proposal.together.iter().map(pair).collect(),
        apart: proposal.apart.iter().map(pair).collect(),
        unlisted: proposal.unlisted.iter().map(name).collect(),
        notes: proposal.notes.iter().map(|note| named(facts, proposal, note)).collect(),
    };
    let config = ron::ser::PrettyConfig::new().new_line("\n").depth_limit(4);
    let mut text = ron::ser::to_string_pretty(&document, config).expect("text, numbers and lists");
    text.push('\n');
    text
}

fn named(facts: &Facts, proposal: &Proposal, note: &Note) -> NamedNote {
    let Note { pieces, services, text, author, time, decision } = note;
    let services = services.iter().filter_map(|id| proposal.service(*id));
    NamedNote {
        text: text.clone(),
        author: author.clone(),
        time: *time,
        decision: *decision,
        services: services.map(|service| service.name.clone()).collect(),
        pieces: pieces.iter().map(|piece| facts.piece_name(*piece)).collect(),
    }
}

/// Reads a proposal from RON. `name` takes the place of the name in it where it is not empty; `path` is only for
/// warnings.
///
/// # Errors
/// When it is not RON of a proposal, or names no piece of this monolith.
pub fn read(
    facts: &Facts,
    name: &str,
    path: &str,
    text: &str,
) -> Result<(Proposal, Vec<Warning>), SplitError> {
    let document: Document = ron::from_str(text).map_err(|error| SplitError::Malformed {
        path: format!("{path}:{}", error.span.start.line),
        message: error.code.to_string(),
    })?;
    let mut reader = Reader { text, path, finder: Finder::new(facts), warnings: Vec::new() };
    let mut placed = std::collections::BTreeSet::new();
    let mut parts = Vec::new();
    for service in &document.services {
        let modules = service.modules.iter().map(|name| (name, "module"));
        let named = modules.chain(service.tables.iter().map(|name| (name, "table")));
        let mut pieces = Vec::new();
        for (name, kind) in named {
            match reader.find(name, kind) {
                Some(piece) if placed.insert(piece) => pieces.push(piece),
                Some(_) => {
                    reader.warn(name, &format!("{name} is in two services"), "the first counts");
                }
                None => {}
            }
        }
        let role = service.role;
        let second = role == Role::Remainder && parts.iter().any(|part: &Part| part.role == role);
        let role = if second { Role::Service } else { role };
        parts.push(Part { name: service.name.clone(), role, pieces });
    }
    if placed.is_empty() {
        return Err(SplitError::NoPieces(path.to_owned()));
    }
    let name = if name.is_empty() { document.proposal.as_str() } else { name };
    let mut proposal = Proposal::of_parts(name, facts.piece_count(), parts);
    proposal.unlisted = facts.pieces().filter(|piece| !placed.contains(piece)).collect();
    for service in &mut proposal.services {
        let known = document.services.iter().find(|known| known.name == service.name);
        if let Some(NamedService { owner, locked, colour, .. }) = known {
            owner.clone_into(&mut service.owner);
            (service.locked, service.colour) = (*locked, *colour);
        }
    }
    reader.rules(&document, &mut proposal);
    Ok((proposal, reader.warnings))
}

/// The pieces of which a proposal in RON says that it leaves them unlisted; none where the text is no such proposal.
#[must_use]
pub fn unlisted(text: &str) -> std::collections::BTreeSet<String> {
    let document: Document = ron::from_str(text).unwrap_or_default();
    document.unlisted.into_iter().collect()
}

/// Every piece that the services of a proposal in RON name, in its order; none where the text is no such proposal.
#[must_use]
pub fn listed(text: &str) -> Vec<Listed> {
    let document: Document = ron::from_str(text).unwrap_or_default();
    let services = document.services.into_iter().filter(|service| service.role != Role::Excluded);
    let of_service = |service: NamedService| {
        let listed = move |name: String, kind: &str| Listed {
            service: service.name.clone(),
            name,
            kind: kind.to_owned(),
        };
        let modules = service.modules.into_iter().map(|name| (name, "module"));
        let tables = service.tables.into_iter().map(|name| (name, "table"));
        modules.chain(tables).map(move |(name, kind)| listed(name, kind)).collect::<Vec<_>>()
    };
    services.flat_map(of_service).collect()
}

struct Reader<'a> {
    text: &'a str,
    path: &'a str,
    finder: Finder<'a>,
    warnings: Vec<Warning>,
}

impl Reader<'_> {
    fn find(&mut self, name: &str, kind: &str) -> Option<PieceId> {
        let piece = self.finder.find(name, kind);
        if piece.is_none() {
            let hint = self.finder.hint(name);
            self.warn(name, &split::no_piece(name), &hint);
        }
        piece
    }

    /// Warns of the line that names a piece.
    fn warn(&mut self, name: &str, message: &str, hint: &str) {
        let quoted = format!("\"{name}\"");
        let line = self.text.lines().position(|line| line.contains(&quoted));
        let line = line.and_then(|at| u32::try_from(at + 1).ok()).unwrap_or(0);
        self.warnings.push(Warning::new(Place::new(self.path, line), message, hint));
    }

    fn rules(&mut self, document: &Document, proposal: &mut Proposal) {
        proposal.locked = self.all(&document.locked).into_iter().collect();
        for (a, b) in &document.together {
            let Some((a, b)) = self.find(a, "").zip(self.find(b, "")) else { continue };
            if proposal.service_of(a) == proposal.service_of(b) && a != b {
                proposal.together.insert((a.min(b), a.max(b)));
            }
        }
        for (a, b) in &document.apart {
            let Some((a, b)) = self.find(a, "").zip(self.find(b, "")) else { continue };
            if proposal.service_of(a) != proposal.service_of(b) {
                proposal.apart.insert((a.min(b), a.max(b)));
            }
        }
        for note in &document.notes {
            let id = |name: &String| proposal.service_named(name).map(|service| service.id);
            let services: Vec<ServiceId> = note.services.iter().filter_map(id).collect();
            let note = Note {
                pieces: self.all(&note.pieces),
                services,
                text: note.text.clone(),
                author: note.author.clone(),
                time: note.time,
                decision: note.decision,
            };
            proposal.notes.push(note);
        }
    }

    fn all(&mut self, names: &[String]) -> Vec<PieceId> {
        names.iter().filter_map(|name| self.find(name, "")).collect()
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::facts::notation::parse;

    fn facts() -> Facts {
        parse(
            "module billing/invoice.rb 10 lines
             module orders/cart.rb 10 lines
             module orders/line.rb 10 lines
             table invoices
             table sales.orders",
        )
        .expect("good notation")
    }

    fn proposal(facts: &Facts) -> Proposal {
        let part = |name: &str, numbers: &[u32]| Part {
            name: name.to_owned(),
            pieces: numbers.iter().copied().map(PieceId).collect(),
            ..Part::default()
        };
        let parts = vec![part("Billing", &[0, 3]), part("Orders", &[1, 2])];
        let mut proposal = Proposal::of_parts("First", facts.piece_count(), parts);
        proposal.services[1].locked = true;
        proposal.services[1].owner = "Shop".to_owned();
        proposal.locked.insert(PieceId(3));
        proposal.together.insert((PieceId(1), PieceId(2)));
        proposal.apart.insert((PieceId(0), PieceId(1)));
        proposal.unlisted.insert(PieceId(4));
        let note = Note {
            pieces: vec![PieceId(3)],
            services: vec![ServiceId(0)],
            text: "Invoices are \"legal\" documents".to_owned(),
            author: "Ada".to_owned(),
            time: 7,
            decision: true,
        };
        proposal.notes.push(note);
        proposal
    }

    #[test]
    fn what_is_written_is_read_back() {
        let facts = facts();
        let proposal = proposal(&facts);
        let text = print(&facts, &proposal);
        let (read, warnings) = read(&facts, "", "first.ron", &text).expect("what we print");
        assert_eq!(warnings, []);
        assert_eq!(read, proposal);
        assert!(
            text.contains("            modules: [\n                \"orders/cart.rb\",\n"),
            "{text}"
        );
    }

    #[test]
    fn names_that_fit_nothing_are_warned_of_with_their_line() {
        let facts = facts();
        let text = "(\n    services: [(\n        name: \"A\",\n        modules: [\n            \
                    \"orders/carts.rb\",\n            \"orders/line.rb\",\n        ],\n    )],\n)\n";
        let (proposal, warnings) = read(&facts, "Theirs", "a.ron", text).expect("one piece");
        assert_eq!(proposal.name, "Theirs");
        let warnings: Vec<String> = warnings.iter().map(Warning::to_string).collect();
        let expected =
            "a.ron:5: there is no piece called orders/carts.rb (did you mean orders/cart.rb?)";
        assert_eq!(warnings, [expected]);
    }

    #[test]
    fn what_is_no_proposal_is_refused_with_its_line() {
        let refused = read(&facts(), "", "a.ron", "(\n  services: 7\n)").expect_err("a number");
        assert!(refused.to_string().starts_with("a.ron:2 is not a proposal: "), "{refused}");
        assert!(read(&facts(), "", "a.ron", "()").is_err());
    }
}
