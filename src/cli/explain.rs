//! `explain`: why a piece is where it is, and what pulls it elsewhere.

use std::path::Path;

use serde_json::json;

use super::{
    Failure,
    args::{Chosen, TextFormat},
    chosen,
    figures::{put, rounded, service},
    look,
    output::data,
    piece,
};
use crate::{
    analysis::figures::Figures,
    export::{json as to_json, names::effect, split},
    facts::PieceId,
    proposal::{
        Proposal, ServiceId,
        explain::{Explanation, Group, Pull, explain as explain_piece},
    },
    session::{ServiceEffect, Session},
};

/// At most this many kinds of ties to another service are listed as text; JSON has all.
const MOST_GROUPS: usize = 4;
/// At most this many pieces are named in one line.
const MOST_PIECES: usize = 3;
/// At most this many other services are listed as text, and none that pulls less than this share.
const MOST_SERVICES: usize = 5;
const LEAST_SHARE: f64 = 0.03;

pub(super) fn explain(
    project: &Path,
    proposal: &Chosen,
    name: &str,
    format: TextFormat,
) -> Result<(), Failure> {
    let session = look(project)?;
    let at = chosen(&session, project, proposal)?;
    let piece = piece(&session, name)?;
    let Some(proposal) = session.proposal(at) else { return Ok(()) };
    let explanation = explain_piece(session.facts(), proposal, piece);
    let effects = session.effects(at, &[piece]);
    let explained = Explained { session: &session, proposal, piece, explanation, effects };
    let text = match format {
        TextFormat::Text => explained.text(),
        TextFormat::Json => explained.json(),
    };
    Ok(data(&text)?)
}

/// A piece and what was found out about its place, to be written down.
struct Explained<'a> {
    session: &'a Session,
    proposal: &'a Proposal,
    piece: PieceId,
    explanation: Explanation,
    effects: Vec<ServiceEffect>,
}

impl Explained<'_> {
    fn text(&self) -> String {
        let facts = self.session.facts();
        let own = self.explanation.service;
        let mut text = String::new();
        let name = facts.piece_name(self.piece);
        put(&mut text, format_args!("{name} is in {}", service(self.proposal, own)));
        for mark in self.marks() {
            put(&mut text, format_args!("  {mark}"));
        }
        let (holds, pulls): (Vec<&Pull>, Vec<&Pull>) =
            self.explanation.pulls.iter().partition(|pull| pull.service == own);
        let share = holds.iter().map(|pull| self.explanation.share(pull)).sum::<f64>() * 100.0;
        put(&mut text, format_args!("what holds it there: {share:.0}% of what ties it"));
        if holds.is_empty() {
            put(&mut text, format_args!("  nothing that was read"));
        }
        for group in holds.iter().flat_map(|pull| &pull.groups) {
            self.group(&mut text, group);
        }
        put(&mut text, format_args!("what pulls it elsewhere"));
        if pulls.is_empty() {
            put(&mut text, format_args!("  nothing"));
        }
        let told = |pull: &&&Pull| self.explanation.share(pull) >= LEAST_SHARE;
        let strong: Vec<&&Pull> = pulls.iter().filter(told).take(MOST_SERVICES).collect();
        for pull in &strong {
            let to = service(self.proposal, pull.service);
            let share = self.explanation.share(pull) * 100.0;
            put(&mut text, format_args!("  {to}, {share:.0}%"));
            for group in pull.groups.iter().take(MOST_GROUPS) {
                self.group(&mut text, group);
            }
            if let Some(delta) = self.effect(pull.service) {
                put(&mut text, format_args!("    moved there: {}", effect(delta)));
            }
        }
        let weak = pulls.len() - strong.len();
        if weak > 0 {
            put(&mut text, format_args!("  and {weak} services with less (--format json has all)"));
        }
        text
    }

    /// What people decided about the piece.
    fn marks(&self) -> Vec<String> {
        let (proposal, piece) = (self.proposal, self.piece);
        let facts = self.session.facts();
        let mut marks = Vec::new();
        let mut mark = |is: bool, text: &str| marks.extend(is.then(|| text.to_owned()));
        mark(proposal.locked.contains(&piece), "locked by hand");
        mark(proposal.arrived.contains(&piece), "new since the last import");
        mark(proposal.unlisted.contains(&piece), "not mentioned by the split that was adopted");
        let other = |(a, b): &(PieceId, PieceId)| {
            let other = if *a == piece { *b } else { *a };
            (*a == piece || *b == piece).then(|| facts.piece_name(other))
        };
        let together = proposal.together.iter().filter_map(other);
        marks.extend(together.map(|name| format!("kept together with {name}")));
        let apart = proposal.apart.iter().filter_map(other);
        marks.extend(apart.map(|name| format!("kept apart from {name}")));
        for note in proposal.notes.iter().filter(|note| note.pieces.contains(&piece)) {
            let what = if note.decision { "decided" } else { "noted" };
            let by =
                if note.author.is_empty() { String::new() } else { format!(" by {}", note.author) };
            marks.push(format!("{what}{by}: {}", note.text));
        }
        marks
    }

    fn group(&self, text: &mut String, group: &Group) {
        let line = group.line(MOST_PIECES, |piece| self.session.facts().piece_name(piece));
        let place = group.ties.iter().find_map(|tie| tie.place.as_ref());
        let place = place.map_or(String::new(), |place| format!("  ({place})"));
        put(text, format_args!("    {line}{place}"));
    }

    fn effect(&self, id: ServiceId) -> Option<&Figures> {
        let found = self.effects.iter().find(|effect| effect.service == Some(id));
        found.map(|effect| &effect.delta)
    }

    fn json(&self) -> String {
        let facts = self.session.facts();
        let pulls = self.explanation.pulls.iter().map(|pull| {
            let groups = pull.groups.iter().map(|group| {
                let ties = group.ties.iter().map(|tie| {
                    json!({
                        "piece": facts.piece_name(tie.other),
                        "count": tie.count,
                        "place": tie.place.as_ref().map(ToString::to_string),
                    })
                });
                json!({
                    "how": group.kind.words(),
                    "what": group.what,
                    "count": group.count,
                    "strength": rounded(group.strength),
                    "ties": ties.collect::<Vec<_>>(),
                })
            });
            json!({
                "service": service(self.proposal, pull.service),
                "strength": rounded(pull.strength),
                "share": rounded(self.explanation.share(pull)),
                "effect": self.effect(pull.service).map(to_json::figures),
                "groups": groups.collect::<Vec<_>>(),
            })
        });
        let whole = json!({
            "piece": facts.piece_name(self.piece),
            "kind": split::kind(facts, self.piece),
            "service": service(self.proposal, self.explanation.service),
            "decided": self.marks(),
            "pulls": pulls.collect::<Vec<_>>(),
        });
        format!("{whole:#}\n")
    }
}
