//! The page on which two or three proposals are decided: a recommendation, everything side by side, and what each difference costs.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Block, Document, Line, Section, Table, Tone, argument, cell, code_cell, mark, number, plain,
    severity,
};
use crate::{
    analysis::{
        figures::{Figure, Figures, Scorer},
        grouping::Role,
    },
    export::{
        diagnosis::sentence,
        names::{Names, count, effect, join},
        plan::{Plan, plan},
    },
    facts::{Facts, PieceId},
    proposal::{
        Proposal, ServiceId,
        compare::{Comparison, compare},
        diagnosis::{Diagnosis, Judgement, Settings, Severity, SymptomKind, diagnose},
        recommend::{Candidate, Recommendation, recommend, symptom_points},
        suggest::cost,
    },
};

/// At most this many differences of two proposals are listed, those that matter most first.
const DIFFERENCES: usize = 300;

/// Everything that is known of one proposal.
struct Side {
    proposal: Arc<Proposal>,
    scorer: Scorer,
    diagnosis: Diagnosis,
    plan: Plan,
}

impl Side {
    fn new(facts: &Arc<Facts>, proposal: &Arc<Proposal>) -> Self {
        let scorer = Scorer::new(Arc::clone(facts), proposal.grouping());
        let diagnosis = diagnose(&scorer, proposal, &Settings::default());
        let plan = plan(facts, proposal);
        Self { proposal: Arc::clone(proposal), scorer, diagnosis, plan }
    }

    fn name(&self) -> &str {
        &self.proposal.name
    }

    fn points(&self) -> f64 {
        self.plan.steps.iter().map(|step| step.effort.points).sum()
    }

    fn weeks(&self) -> f64 {
        self.plan.steps.iter().map(|step| step.effort.weeks).sum()
    }

    fn service(&self, id: ServiceId) -> String {
        self.proposal.service(id).map_or_else(String::new, |service| service.name.clone())
    }
}

/// Two or three proposals of one monolith, the first of which the others are compared with.
#[must_use]
pub fn comparison(facts: &Arc<Facts>, proposals: &[Arc<Proposal>]) -> Document {
    let sides: Vec<Side> = proposals.iter().map(|proposal| Side::new(facts, proposal)).collect();
    let Some((first, others)) = sides.split_first() else { return Document::default() };
    let modules = facts.modules.len();
    let compared: Vec<Comparison> =
        others.iter().map(|other| compare(&first.proposal, &other.proposal, modules)).collect();
    let candidates: Vec<Candidate<'_>> = sides.iter().map(candidate).collect();
    let advice = recommend(&candidates);
    let mut sections = vec![
        recommendation(&advice),
        glance(&sides, &advice),
        Section::new("map", 2, "Maps").with(Block::Map),
        matching(first, others, &compared),
        figures(&sides),
        symptoms(&sides),
    ];
    sections.extend(verdicts(facts, &sides));
    sections.push(steps(&sides));
    sections.extend(differences(facts, first, others, &compared));
    sections.push(alike(first, others, &compared));
    let names: Vec<String> = sides.iter().map(|side| side.name().to_owned()).collect();
    let whole = if facts.name.is_empty() { "The monolith" } else { &facts.name };
    Document { title: format!("{whole}: {} compared", join(&names)), sections }
}

fn candidate(side: &Side) -> Candidate<'_> {
    Candidate {
        name: side.name(),
        figures: side.scorer.figures(),
        diagnosis: &side.diagnosis,
        points: side.points(),
    }
}

fn recommendation(advice: &Recommendation) -> Section {
    let reasons = advice.reasons.iter();
    let reasons = reasons.map(|reason| argument(reason.speaks_for, &reason.sentence)).collect();
    Section::new("recommendation", 2, "Recommendation")
        .with(Block::Lead(vec![plain(advice.sentence.clone())]))
        .with(Block::List(reasons))
        .with_text(advice.rule.join(" "))
}

/// A table with a column for each proposal behind those of `titles`.
fn side_by_side(titles: &[&str], sides: &[Side], is_number: bool) -> Table {
    let mut table = Table::new(titles);
    for side in sides {
        let title = side.name().to_owned();
        table.columns.push(super::Column { title, is_number });
    }
    table
}

fn glance(sides: &[Side], advice: &Recommendation) -> Section {
    let mut table = side_by_side(&[""], sides, false);
    let mut row = |what: &str, value: &dyn Fn(usize, &Side) -> Line| {
        let cells = sides.iter().enumerate().map(|(at, side)| value(at, side));
        table.row(std::iter::once(cell(what)).chain(cells).collect());
    };
    row("recommended", &|at, _| {
        if advice.best == Some(at) { vec![mark("yes", Tone::Good)] } else { Line::new() }
    });
    row("verdict", &|_, side| judgement(side.diagnosis.verdict.judgement));
    row("services", &|_, side| {
        let services = side.proposal.services.iter();
        let names: Vec<String> = services
            .filter(|service| service.role == Role::Service)
            .map(|service| service.name.clone())
            .collect();
        cell(format!("{}: {}", names.len(), names.join(", ")))
    });
    row("largest service", &|_, side| {
        cell(format!("{:.0} % of all lines", side.scorer.figures().largest_share * 100.0))
    });
    row("symptoms", &|_, side| {
        let of = |severity: Severity| {
            let all = side.diagnosis.symptoms.iter();
            all.filter(|symptom| symptom.severity == severity).count()
        };
        cell(format!(
            "{} high, {} medium, {} low, {} quiet (weight {})",
            of(Severity::High),
            of(Severity::Medium),
            of(Severity::Low),
            of(Severity::None),
            symptom_points(&side.diagnosis)
        ))
    });
    row("work", &|_, side| {
        cell(format!(
            "{:.0} points, about {:.0} weeks one after the other",
            side.points(),
            side.weeks()
        ))
    });
    row("leaves first", &|_, side| {
        let first = side.plan.steps.first();
        cell(first.map_or_else(String::new, |step| side.service(step.service)))
    });
    row("what its crossings cost, in call sites", &|_, side| {
        cell(format!("{:.0}", cost(side.scorer.figures())))
    });
    Section::new("glance", 2, "At a glance").with_table(table)
}

fn judgement(judgement: Judgement) -> Line {
    let (word, tone) = match judgement {
        Judgement::Split => ("split", Tone::Good),
        Judgement::MergeFirst => ("merge some first", Tone::Fair),
        Judgement::ModularFirst => ("modular monolith first", Tone::Poor),
        Judgement::Stay => ("stay a monolith", Tone::Bad),
        Judgement::NothingToJudge => ("nothing to judge", Tone::Quiet),
    };
    vec![mark(word, tone)]
}

/// Every service of the first with those of the others that stand for it.
fn matching(first: &Side, others: &[Side], compared: &[Comparison]) -> Section {
    let mut columns: Vec<String> = vec![first.name().to_owned(), "#pieces".to_owned()];
    for other in others {
        columns.extend([other.name().to_owned(), "#pieces".to_owned(), "#in common".to_owned()]);
    }
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = Table::new(&columns);
    for service in &first.proposal.services {
        let rows: Vec<_> = compared
            .iter()
            .map(|found| found.matches.iter().find(|pair| pair.a == Some(service.id)))
            .collect();
        let Some(in_a) = rows.iter().flatten().map(|pair| pair.in_a).max() else { continue };
        let mut cells = vec![cell(service.name.clone()), number(in_a)];
        for (found, other) in rows.iter().zip(others) {
            match found.and_then(|pair| Some((pair, pair.b?))) {
                Some((pair, b)) => cells.extend([
                    cell(other.service(b)),
                    number(pair.in_b),
                    number(format!("{} ({} %)", pair.common, percent(pair.common, pair.in_a))),
                ]),
                None => cells.extend([cell("—"), Line::new(), Line::new()]),
            }
        }
        table.row(cells);
    }
    let mut section = Section::new("services", 2, "Services that stand for each other")
        .with_text("Matched by what is in them, and of one colour on the maps. The share is of the pieces of the first.")
        .with_table(table);
    for (found, other) in compared.iter().zip(others) {
        let alone = found.matches.iter().filter(|pair| pair.a.is_none()).filter_map(|pair| pair.b);
        let alone: Vec<String> = alone.map(|id| other.service(id)).collect();
        if !alone.is_empty() {
            let text = format!("Only in {}: {}.", other.name(), join(&alone));
            section = section.with_text(text);
        }
    }
    section
}

fn percent(part: usize, whole: usize) -> usize {
    (100 * part + whole / 2) / whole.max(1)
}

fn figures(sides: &[Side]) -> Section {
    let mut table = side_by_side(&["figure"], sides, true);
    for figure in Figure::ALL {
        let of = |side: &Side| figure.of(side.scorer.figures());
        let least = sides.iter().map(of).fold(f64::INFINITY, f64::min);
        let most = sides.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        let mut cells = vec![cell(figure.name())];
        for side in sides {
            let value = of(side);
            let shown = if figure == Figure::LargestShare {
                format!("{:.0} %", value * 100.0)
            } else {
                format!("{value:.0}")
            };
            let is_best = figure.lower_is_better() && value <= least && least < most;
            cells.push(if is_best { vec![mark(shown, Tone::Good)] } else { number(shown) });
        }
        table.row(cells);
    }
    Section::new("figures", 2, "Figures side by side")
        .with_text("The least is marked. More services have more borders to cross: compare beside their number.")
        .with_table(table)
}

fn symptoms(sides: &[Side]) -> Section {
    let mut table = Table::new(&["symptom"]);
    for side in sides {
        for title in [side.name().to_owned(), "measured".to_owned()] {
            table.columns.push(super::Column { title, is_number: false });
        }
    }
    for (at, kind) in SymptomKind::ALL.into_iter().enumerate() {
        let mut cells = vec![cell(kind.sentence())];
        for side in sides {
            let symptom = &side.diagnosis.symptoms[at];
            let worst = symptom.measures.iter().filter(|measure| measure.unknown.is_empty());
            let worst = worst.max_by(|a, b| {
                a.severity
                    .cmp(&b.severity)
                    .then(over(a.weighed, a.limit).total_cmp(&over(b.weighed, b.limit)))
            });
            cells.push(severity(symptom.severity));
            cells.push(cell(worst.map_or_else(|| "not known".to_owned(), sentence)));
        }
        table.row(cells);
    }
    Section::new("symptoms", 2, "Symptoms side by side")
        .with_text(
            "Of each symptom the measure that is farthest above its limit, or nearest to it.",
        )
        .with_table(table)
}

/// How many times its limit a value is.
fn over(value: f64, limit: f64) -> f64 {
    value / limit.max(0.001)
}

fn verdicts(facts: &Facts, sides: &[Side]) -> Vec<Section> {
    let mut sections = vec![Section::new("verdicts", 2, "Verdicts")];
    for (at, side) in (1..).zip(sides) {
        let verdict = &side.diagnosis.verdict;
        let names = Names::new(facts, &side.proposal);
        let reasons = verdict.reasons.iter();
        let reasons = reasons.map(|reason| argument(reason.speaks_for_splitting, &reason.sentence));
        let merges = verdict.merges.iter().map(|merge| {
            let (a, b) = (names.service(merge.a), names.service(merge.b));
            vec![mark("one", Tone::Poor), plain(format!(" {a} and {b}: {}.", merge.sentence))]
        });
        let section = Section::new(format!("verdict-{at}"), 3, side.name())
            .with_text(verdict.sentence.clone())
            .with(Block::List(reasons.chain(merges).collect()));
        sections.push(section);
    }
    sections
}

fn steps(sides: &[Side]) -> Section {
    let mut table = Table::new(&["#step"]);
    for side in sides {
        for title in [side.name(), "#points", "#weeks"] {
            let is_number = title.starts_with('#');
            let title = title.trim_start_matches('#').to_owned();
            table.columns.push(super::Column { title, is_number });
        }
    }
    let most = sides.iter().map(|side| side.plan.steps.len()).max().unwrap_or(0);
    for at in 0..most {
        let mut cells = vec![number(at + 1)];
        for side in sides {
            match side.plan.steps.get(at) {
                Some(step) => cells.extend([
                    cell(side.service(step.service)),
                    number(format!("{:.0}", step.effort.points)),
                    number(format!("{:.1}", step.effort.weeks)),
                ]),
                None => cells.extend([Line::new(), Line::new(), Line::new()]),
            }
        }
        table.row(cells);
    }
    Section::new("steps", 2, "Plans side by side")
        .with_text("In which order services would leave. Points compare steps and are no days.")
        .with_table(table)
}

/// A piece that two proposals place differently, with what it would cost each to have it as the other has it.
struct Differing {
    cells: Vec<Line>,
    weight: f64,
}

fn differences(
    facts: &Facts,
    first: &Side,
    others: &[Side],
    compared: &[Comparison],
) -> Vec<Section> {
    let told = (1..).zip(others).zip(compared).map(|((at, other), found)| {
        let pairs = found.matches.iter().filter_map(|pair| Some((pair.a?, pair.b?)));
        let of_a: BTreeMap<ServiceId, ServiceId> = pairs.clone().map(|(a, b)| (b, a)).collect();
        let of_b: BTreeMap<ServiceId, ServiceId> = pairs.collect();
        let mut rows: Vec<Differing> = found
            .differences
            .iter()
            .map(|one| {
                let there = of_a.get(&one.in_b).map(|to| moved(first, one.piece, *to));
                let here = of_b.get(&one.in_a).map(|to| moved(other, one.piece, *to));
                let weight = [&there, &here]
                    .into_iter()
                    .flatten()
                    .map(|delta| cost(delta).abs())
                    .fold(0.0, f64::max);
                let mut cells = vec![
                    code_cell(facts.piece_name(one.piece)),
                    cell(first.service(one.in_a)),
                    cell(other.service(one.in_b)),
                ];
                cells.extend(told_cost(there.as_ref()));
                cells.extend(told_cost(here.as_ref()));
                Differing { cells, weight }
            })
            .collect();
        rows.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let left_out = rows.len().saturating_sub(DIFFERENCES);
        rows.truncate(DIFFERENCES);
        let (a, b) = (first.name(), other.name());
        let mut table = Table::new(&[
            "piece",
            &format!("in {a}"),
            &format!("in {b}"),
            "#cost",
            &format!("if {a} had it as {b} has it"),
            "#cost",
            &format!("if {b} had it as {a} has it"),
        ]);
        for row in rows {
            table.row(row.cells);
        }
        let mut text = format!(
            "{} placed differently by {a} and {b}, the dearest first. The cost is what all figures together would change \
             by, in call sites: below 0 the other place is the better one. Where it is empty, the other has no such service.",
            count(found.differences.len(), "piece is", "pieces are")
        );
        if left_out > 0 {
            text.push_str(&format!(" {left_out} more are left out here."));
        }
        let (id, title) = (format!("differences-{at}"), format!("Placed differently: {a} and {b}"));
        Section::new(id, 2, title).with_text(text).with_table(table)
    });
    told.collect()
}

/// What the figures would change by if a piece alone went to a service.
fn moved(side: &Side, piece: PieceId, to: ServiceId) -> Figures {
    let mut effects = side.scorer.effects(&[piece]);
    std::mem::take(&mut effects[to.group().index()].delta)
}

fn told_cost(delta: Option<&Figures>) -> [Line; 2] {
    match delta {
        Some(delta) => {
            let value = cost(delta);
            let tone = if value < 0.0 { Tone::Good } else { Tone::Quiet };
            [vec![mark(format!("{value:+.0}"), tone)], cell(effect(delta))]
        }
        None => [Line::new(), Line::new()],
    }
}

fn alike(first: &Side, others: &[Side], compared: &[Comparison]) -> Section {
    let mut table = Table::new(&[
        "against",
        "#pieces compared",
        "#modules placed alike",
        "#tables placed alike",
        "#MoJoFM",
        "#a2a",
        "#adjusted Rand",
    ]);
    for (other, found) in others.iter().zip(compared) {
        let tables = found.compared - found.compared_modules;
        table.row(vec![
            cell(other.name()),
            number(found.compared),
            number(format!("{} of {}", found.alike_modules, found.compared_modules)),
            number(format!("{} of {tables}", found.alike_tables)),
            number(format!("{:.1}", found.pieces.mojofm)),
            number(format!("{:.1}", found.pieces.a2a)),
            number(format!("{:.3}", found.pieces.adjusted_rand)),
        ]);
    }
    Section::new("alike", 2, "How alike they are")
        .with_text(format!(
            "How alike {} is to the others; 100, for adjusted Rand 1, is the same.",
            first.name()
        ))
        .with_table(table)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        export::{
            html::comparison_page,
            markdown::markdown,
            plan::tests::{SHOP, SHOP_SPLIT, monoliths, proposal},
        },
        facts::notation,
    };

    fn named(facts: &Facts, name: &str, split: &str) -> Arc<Proposal> {
        Arc::new(Proposal { name: name.to_owned(), ..proposal(facts, split) })
    }

    #[test]
    fn two_proposals_become_one_page_with_a_recommendation() {
        let facts = Arc::new(notation::parse(SHOP).expect("a good notation"));
        let first = named(&facts, "First", SHOP_SPLIT);
        let second = named(
            &facts,
            "Second",
            "service Rest: shop/cart.java orders shop/stock.java stock\n\
             service Mail: shop/mail.java mails\nlibrary Money: shop/money.java",
        );
        let proposals = [first, second];
        let document = comparison(&facts, &proposals);
        assert_eq!(document.title, "The monolith: First and Second compared");
        let text = markdown(&document);
        for line in [
            "- **for** Fewest spanning transactions: 0, against 1 in “First”.",
            "| `stock` | Stock | Rest | **\\-11** |",
        ] {
            let line = line.trim_end_matches('|').trim_end();
            assert!(text.contains(line), "no\n{line}\nin\n{text}");
        }
        let page = comparison_page(&facts, &proposals);
        assert_eq!(page.matches("<figure>").count(), 2);
        assert!(page.ends_with("</html>"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn any_two_proposals_can_be_compared((facts, one) in monoliths(), all_in_one: bool) {
            let other = if all_in_one {
                Proposal::undivided("Other", facts.piece_count())
            } else {
                Proposal { name: "Other".to_owned(), ..one.clone() }
            };
            let proposals = [Arc::new(one), Arc::new(other)];
            let page = comparison_page(&facts, &proposals);
            prop_assert_eq!(&page, &comparison_page(&facts, &proposals));
        }
    }
}
