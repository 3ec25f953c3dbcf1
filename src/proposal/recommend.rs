//! Which of several proposals to take, with the numbers that speak for and against it, by a rule that is stated.

use super::{
    diagnosis::{Diagnosis, Judgement, Severity},
    suggest::cost,
};
use crate::analysis::figures::{Figure, Figures};

/// What a recommendation looks at.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    pub name: &'a str,
    pub figures: &'a Figures,
    pub diagnosis: &'a Diagnosis,
    /// How much work its plan is, in points.
    pub points: f64,
}

/// What a board could decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recommendation {
    /// The place of the best candidate; `None` where nothing tells them apart.
    pub best: Option<usize>,
    /// The recommendation as a sentence for people.
    pub sentence: String,
    /// What speaks for the best, then what speaks against it.
    pub reasons: Vec<Argument>,
    /// The rule, and what would change it.
    pub rule: Vec<String>,
}

/// One reason with the numbers of all candidates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    pub speaks_for: bool,
    pub sentence: String,
}

/// Figures that decide, the dearest first. Those that only say how many services there are decide nothing.
const DECIDING: [Figure; 8] = [
    Figure::SpanningTransactions,
    Figure::MultiWriterTables,
    Figure::CrossingWrites,
    Figure::SharedTables,
    Figure::BrokenJoins,
    Figure::CutDeclaredKeys,
    Figure::CrossingCalls,
    Figure::CrossingCommits,
];
/// Differences below this share of the larger say nothing: counts of code are no exact science.
const NOTICEABLE: f64 = 0.1;
/// A service with more than this share of all lines is still the monolith.
const MOST_OF_IT: f64 = 0.5;

/// How much the symptoms weigh: a low one 1, a medium one 2, a high one 3.
#[must_use]
pub fn symptom_points(diagnosis: &Diagnosis) -> u32 {
    let weight = |severity: Severity| match severity {
        Severity::None => 0,
        Severity::Low => 1,
        Severity::Medium => 2,
        Severity::High => 3,
    };
    diagnosis.symptoms.iter().map(|symptom| weight(symptom.severity)).sum()
}

/// How far a judgement is from going ahead: 0 is to go ahead.
fn distance(judgement: Judgement) -> u32 {
    match judgement {
        Judgement::Split => 0,
        Judgement::MergeFirst => 1,
        Judgement::ModularFirst => 2,
        Judgement::Stay => 3,
        Judgement::NothingToJudge => 4,
    }
}

/// Recommends one of them: the one whose verdict comes closest to going ahead; among equals the one with the lighter
/// symptoms, then the one whose crossings cost less.
#[must_use]
pub fn recommend(candidates: &[Candidate<'_>]) -> Recommendation {
    let rule = vec![
        "The verdict decides first, then the weight of the symptoms (low 1, medium 2, high 3), then what the crossings cost."
            .to_owned(),
        "Differences below a tenth are taken for none. A proposal with fewer services has less to cross: read the largest \
         share beside every figure."
            .to_owned(),
        "Whoever knows how teams are cut, what must scale apart, or what has to be live by a date may decide otherwise."
            .to_owned(),
    ];
    let Some(best) = best(candidates) else {
        let sentence = "Nothing that was read tells these proposals apart: take the one that the teams prefer.";
        return Recommendation {
            best: None,
            sentence: sentence.to_owned(),
            reasons: Vec::new(),
            rule,
        };
    };
    let name = candidates[best].name;
    let sentence = match candidates[best].diagnosis.verdict.judgement {
        Judgement::Split => format!("Take “{name}”."),
        Judgement::MergeFirst => format!("Take “{name}”, after merging the services that are one."),
        Judgement::ModularFirst => {
            format!(
                "Split nothing yet. Of these borders take those of “{name}”, within the monolith first."
            )
        }
        Judgement::Stay => {
            format!(
                "Stay with the monolith. If its inside is to be put in order, the borders of “{name}” are the best of these."
            )
        }
        Judgement::NothingToJudge => {
            "None of them splits anything: there is nothing to decide.".to_owned()
        }
    };
    let mut reasons = arguments(candidates, best);
    reasons.sort_by_key(|reason| !reason.speaks_for);
    Recommendation { best: Some(best), sentence, reasons, rule }
}

/// The best by the rule, if one is.
fn best(candidates: &[Candidate<'_>]) -> Option<usize> {
    let distance = |at: &usize| distance(candidates[*at].diagnosis.verdict.judgement);
    let symptoms = |at: &usize| f64::from(symptom_points(candidates[*at].diagnosis));
    let costs = |at: &usize| cost(candidates[*at].figures);
    let closest = (0..candidates.len()).map(|at| distance(&at)).min()?;
    let mut left: Vec<usize> = (0..candidates.len()).filter(|at| distance(at) == closest).collect();
    for value in [&symptoms as &dyn Fn(&usize) -> f64, &costs] {
        let least = left.iter().map(value).fold(f64::INFINITY, f64::min);
        left.retain(|at| !is_noticeable(least, value(at)));
    }
    match left.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

fn is_noticeable(low: f64, high: f64) -> bool {
    high - low > NOTICEABLE * high.abs().max(low.abs())
}

fn arguments(candidates: &[Candidate<'_>], best: usize) -> Vec<Argument> {
    let mut arguments = Vec::new();
    let mut weigh = |what: &str, value: &dyn Fn(&Candidate<'_>) -> f64| {
        arguments.extend(argument(candidates, best, what, value));
    };
    weigh("weight of the symptoms", &|one| f64::from(symptom_points(one.diagnosis)));
    for figure in DECIDING {
        weigh(figure.name(), &|one| figure.of(one.figures));
    }
    weigh("points of work", &|one| one.points);
    let own = &candidates[best];
    let word = |one: &Candidate<'_>| one.diagnosis.verdict.judgement.word().replace('-', " ");
    let others = candidates.iter().filter(|other| word(other) != word(own));
    let others: Vec<String> =
        others.map(|other| format!("“{}” for “{}”", word(other), other.name)).collect();
    if !others.is_empty() {
        let sentence = format!("Its verdict is “{}”, against {}", word(own), others.join(" and "));
        arguments.insert(0, Argument { speaks_for: true, sentence });
    }
    if own.figures.largest_share > MOST_OF_IT {
        arguments.push(Argument {
            speaks_for: false,
            sentence: format!(
                "{:.0} % of all lines stay in one service of “{}”: most of the monolith is still there",
                own.figures.largest_share * 100.0,
                own.name
            ),
        });
    }
    arguments
}

/// What one number says of the best against the best of the others; nothing where they are about the same.
fn argument(
    candidates: &[Candidate<'_>],
    best: usize,
    what: &str,
    value: &dyn Fn(&Candidate<'_>) -> f64,
) -> Option<Argument> {
    let own = value(&candidates[best]);
    let others = candidates.iter().enumerate().filter(|(at, _)| *at != best);
    let others: Vec<(&str, f64)> = others.map(|(_, other)| (other.name, value(other))).collect();
    let least = others.iter().map(|(_, value)| *value).fold(f64::INFINITY, f64::min);
    let speaks_for = own < least;
    if !least.is_finite() || !is_noticeable(own.min(least), own.max(least)) {
        return None;
    }
    let told: Vec<String> =
        others.iter().map(|(name, value)| format!("{value:.0} in “{name}”")).collect();
    let than = if speaks_for { "Fewest" } else { "Not the fewest" };
    let sentence = format!("{than} {what}: {own:.0}, against {}", told.join(" and "));
    Some(Argument { speaks_for, sentence })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pretty_assertions::assert_eq;

    use super::*;
    use crate::{
        analysis::figures::Scorer,
        facts::notation,
        proposal::{
            Proposal,
            diagnosis::{Settings, diagnose},
            replacement::Part,
        },
    };

    const SHOP: &str = "
        orders/cart.rb#place writes orders
        orders/cart.rb#place calls orders/lines.rb#add
        orders/lines.rb#add writes lines
        stock/shelf.rb#take writes shelves
        stock/shelf.rb#take calls stock/box.rb#open
        stock/box.rb#open writes boxes
        entry http orders/cart.rb#place POST /orders";

    /// Which of the splits, each a line of names for the second service, is recommended.
    fn check(splits: &[&str], expected: &str) {
        let facts = Arc::new(notation::parse(SHOP).expect("a good notation"));
        let made: Vec<(Proposal, Scorer)> = splits
            .iter()
            .map(|split| {
                let named = |piece: &crate::facts::PieceId| {
                    split.split(' ').any(|name| facts.piece_name(*piece) == name)
                };
                let (second, first) = facts.pieces().partition(named);
                let part =
                    |name: &str, pieces| Part { name: name.to_owned(), pieces, ..Part::default() };
                let parts = vec![part("One", first), part("Two", second)];
                let proposal = Proposal::of_parts("", facts.piece_count(), parts);
                let scorer = Scorer::new(Arc::clone(&facts), proposal.grouping());
                (proposal, scorer)
            })
            .collect();
        let examined: Vec<Diagnosis> = made
            .iter()
            .map(|(proposal, scorer)| diagnose(scorer, proposal, &Settings::default()))
            .collect();
        let names = ["A", "B", "C"];
        let candidates: Vec<Candidate<'_>> = made
            .iter()
            .zip(&examined)
            .zip(names)
            .map(|(((_, scorer), diagnosis), name)| Candidate {
                name,
                figures: scorer.figures(),
                diagnosis,
                points: 10.0,
            })
            .collect();
        let found = recommend(&candidates);
        let first = found.reasons.iter().find(|reason| reason.sentence.contains("spanning"));
        let told =
            format!("{:?} {}", found.best, first.map_or("", |reason| reason.sentence.as_str()));
        assert_eq!(told, expected);
    }

    #[test]
    fn the_split_along_the_domain_is_recommended_whatever_the_order() {
        let good = "stock/shelf.rb stock/box.rb shelves boxes";
        let bad = "orders/lines.rb stock/box.rb lines shelves";
        check(&[good, bad], "Some(0) Fewest spanning transactions: 0, against 1 in “B”");
        check(&[bad, good], "Some(1) Fewest spanning transactions: 0, against 1 in “A”");
        check(&[good, good], "None ");
    }
}
