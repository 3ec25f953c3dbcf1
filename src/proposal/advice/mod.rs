//! Ways to go on that are more than a single move: merges, splits, libraries, one owner for a table, cutting two
//! pieces apart. Each with what it would change, before it is done.

mod apart;
mod larger;
mod owner;

use super::{Proposal, ServiceId, apply::apply, command::Command, suggest::cost};
use crate::{
    analysis::figures::{Figures, Scorer},
    facts::{Call, Facts, PieceId, Place, TableId},
};

use self::{apart::cut_apart, larger::larger_moves, owner::owners};

/// What advice can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Merges, splits, libraries and circles.
    Larger,
    /// The ways to have a table owned by one service.
    Owner(TableId),
    /// What it takes to put two pieces of one service into different ones.
    Apart(PieceId, PieceId),
}

impl Question {
    /// At most `top` ways of each kind, the best first. `scorer` must have the proposal's grouping.
    ///
    /// # Errors
    /// A sentence why there is no answer.
    pub fn answer(
        self,
        proposal: &Proposal,
        scorer: &Scorer,
        top: usize,
    ) -> Result<Vec<Advice>, String> {
        match self {
            Self::Larger => Ok(larger_moves(proposal, scorer, top)),
            Self::Owner(table) => {
                let mut ways = owners(proposal, scorer, table);
                ways.truncate(top);
                Ok(ways)
            }
            Self::Apart(a, b) => Ok(vec![cut_apart(proposal, scorer, a, b)?]),
        }
    }
}

/// A way to go on.
#[derive(Clone, Debug, PartialEq)]
pub struct Advice {
    /// What would be done, as one line for people.
    pub title: String,
    /// What speaks for it or is left to be done, one line each.
    pub reasons: Vec<String>,
    pub command: Command,
    /// The figures after minus the figures before.
    pub effect: Figures,
    /// What is gained, in the units of [`cost`]; below 0 it costs.
    pub gain: f64,
}

impl Advice {
    /// The advice with its effect; `None` where the proposal would refuse the command. `scorer` must have the
    /// proposal's grouping.
    fn new(
        proposal: &Proposal,
        scorer: &Scorer,
        title: String,
        reasons: Vec<String>,
        command: Command,
    ) -> Option<Self> {
        let effect = effect(proposal, scorer, &command)?;
        let gain = -cost(&effect);
        Some(Self { title, reasons, command, effect, gain })
    }

    /// Advice that takes work on the code of a service and moves nothing.
    fn without_move(title: String, reasons: Vec<String>, service: ServiceId) -> Self {
        let command = Command::MovePieces { pieces: Vec::new(), to: service };
        Self { title, reasons, command, effect: Figures::default(), gain: 0.0 }
    }

    /// Whether there is something to do in the proposal; otherwise what is left is work on the code.
    #[must_use]
    pub fn moves_anything(&self) -> bool {
        !matches!(&self.command, Command::MovePieces { pieces, .. } if pieces.is_empty())
    }
}

/// What a command would change in the figures: the figures after it less those before. `None` where it is refused.
/// `scorer` must have the proposal's grouping.
#[must_use]
pub fn effect(proposal: &Proposal, scorer: &Scorer, command: &Command) -> Option<Figures> {
    let after = apply(proposal, command).ok()?;
    let mut scorer_after = scorer.clone();
    scorer_after.regroup(after.grouping());
    Some(scorer_after.figures() - scorer.figures())
}

/// A call as one line: who, whom, and where.
fn call_line(facts: &Facts, call: &Call) -> String {
    let from = facts.module(call.from_module);
    let to = match call.to_function {
        Some(function) => facts.function(function).name.clone(),
        None => facts.module(call.to_module).file_name().to_owned(),
    };
    let place = Place::new(from.path.clone(), call.line);
    format!("{} {} {to} ({place})", from.file_name(), call_word(call))
}

fn call_word(call: &Call) -> &'static str {
    use crate::facts::CallKind;
    match call.kind {
        CallKind::Call => "calls",
        CallKind::Construct => "constructs",
        CallKind::Inherit => "inherits from",
        CallKind::Type => "uses the type",
        CallKind::Import => "imports",
    }
}

/// `1 module`, `2 modules`.
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

#[cfg(test)]
mod tests;
