//! `score` and `compare`: what proposals cost, side by side.

use std::{collections::BTreeMap, fmt::Write as _, path::Path, sync::Arc};

use serde_json::json;

use super::{
    Failure,
    args::{Chosen, Compare, CompareFormat, TextFormat},
    chosen, look, named,
    output::data,
};
use crate::{
    analysis::{
        figures::{Figure, Figures},
        literature::Literature,
    },
    export::{html::comparison_page, json as to_json, split},
    facts::Facts,
    proposal::{
        Proposal, ServiceId,
        compare::{Comparison, Match, Similarity, compare as compare_proposals},
    },
    session::project::write_file,
};

/// At most this many differences are listed as text; JSON has all.
const MOST_DIFFERENCES: usize = 50;

pub(super) fn score(project: &Path, proposal: &Chosen, format: TextFormat) -> Result<(), Failure> {
    let session = look(project)?;
    let at = chosen(&session, project, proposal)?;
    let (Some(proposal), Some(figures)) = (session.proposal(at), session.figures(at)) else {
        return Ok(());
    };
    let literature = Literature::of(session.facts(), &proposal.grouping());
    let text = match format {
        TextFormat::Text => {
            let mut text = format!("{}\n", proposal.name);
            for figure in Figure::ALL {
                put(
                    &mut text,
                    format_args!("  {:22} {:>8}", figure.name(), shown(figure, figures)),
                );
            }
            put(&mut text, format_args!("as in the literature"));
            for (name, value) in literature.named() {
                put(&mut text, format_args!("  {name:22} {value:>8.3}"));
            }
            text
        }
        TextFormat::Json => {
            let named = literature.named().map(|(name, value)| (name.to_owned(), rounded(value)));
            let score = json!({
                "proposal": proposal.name,
                "figures": to_json::figures(figures),
                "literature": named.into_iter().collect::<BTreeMap<_, _>>(),
            });
            format!("{score:#}\n")
        }
    };
    Ok(data(&text)?)
}

/// A figure's value as text: a count, or a share in percent.
#[expect(
    clippy::cast_possible_truncation,
    reason = "every figure but the largest share is a count"
)]
fn shown(figure: Figure, figures: &Figures) -> String {
    let value = figure.of(figures);
    match (figure, figure.whole(figures)) {
        (Figure::LargestShare, _) => format!("{:.0}%", value * 100.0),
        (_, Some(whole)) => format!("{value:.0} ({} of {whole})", percent(value as i64, whole)),
        (_, None) => format!("{value:.0}"),
    }
}

/// A share in percent; of nothing it is 0 %.
#[expect(clippy::cast_precision_loss, reason = "a percentage")]
pub(super) fn percent(part: i64, whole: i64) -> String {
    format!("{:.0}%", 100.0 * part as f64 / whole.max(1) as f64)
}

pub(super) fn service(proposal: &Proposal, id: ServiceId) -> &str {
    proposal.service(id).map_or("", |service| &service.name)
}

pub(super) fn compare(asked: &Compare) -> Result<(), Failure> {
    let Compare { project, a, b, c, format, output } = asked;
    let session = look(project)?;
    let put = |text: &str| match output {
        Some(path) if path != Path::new("-") => {
            write_file(path, text).map_err(|reason| Failure::File { path: path.clone(), reason })
        }
        _ => Ok(data(text)?),
    };
    if *format == CompareFormat::Html {
        let names = [Some(a), Some(b), c.as_ref()];
        let found = names.into_iter().flatten().map(|name| named(&session, project, name));
        let found: Vec<usize> = found.collect::<Result<_, _>>()?;
        let proposals = found.into_iter().filter_map(|at| session.proposal(at).map(Arc::clone));
        return put(&comparison_page(session.facts(), &proposals.collect::<Vec<_>>()));
    }
    if c.is_some() {
        return Err(Failure::Usage("three proposals need --format html".to_owned()));
    }
    let (a, b) = (named(&session, project, a)?, named(&session, project, b)?);
    let facts = session.facts();
    let (Some(first), Some(second)) = (session.proposal(a), session.proposal(b)) else {
        return Ok(());
    };
    let (Some(of_a), Some(of_b)) = (session.figures(a), session.figures(b)) else {
        return Ok(());
    };
    let comparison = compare_proposals(first, second, facts.modules.len());
    let pair = Compared { facts, a: first, b: second, figures: [of_a, of_b], comparison };
    put(&if *format == CompareFormat::Json { pair.json() } else { pair.text() })
}

/// Two proposals and how they compare, to be written down.
struct Compared<'a> {
    facts: &'a Facts,
    a: &'a Proposal,
    b: &'a Proposal,
    figures: [&'a Figures; 2],
    comparison: Comparison,
}

impl Compared<'_> {
    fn text(&self) -> String {
        let mut text = String::new();
        let (a, b) = (&self.a.name, &self.b.name);
        put(&mut text, format_args!("{:24} {a:>14} {b:>14}", "figures"));
        for figure in Figure::ALL {
            let [of_a, of_b] = self.figures.map(|figures| match figure {
                Figure::LargestShare => format!("{:.0}%", figure.of(figures) * 100.0),
                count => format!("{:.0}", count.of(figures)),
            });
            put(&mut text, format_args!("  {:22} {of_a:>14} {of_b:>14}", figure.name()));
        }
        let Comparison { compared, left_out, pieces, modules, matches, differences, .. } =
            &self.comparison;
        put(
            &mut text,
            format_args!(
                "\nalike ({b} is the reference; {compared} pieces compared, {left_out} left out)"
            ),
        );
        for (what, alike) in [("all pieces", pieces), ("modules", modules)] {
            let Similarity { mojofm, c2c_50, a2a, adjusted_rand } = alike;
            put(
                &mut text,
                format_args!(
                    "  {what:12} MoJoFM {mojofm:.1}, c2c(0.5) {c2c_50:.1}, a2a {a2a:.1}, adjusted Rand \
                 {adjusted_rand:.3}"
                ),
            );
        }
        for (what, alike, all) in self.placed_alike() {
            put(&mut text, format_args!("  {what:12} {alike} of {all} in services that match"));
        }
        put(&mut text, format_args!("\nservices matched by content"));
        for found in matches {
            let Match { a, b, in_a, in_b, common } = found;
            let name = |proposal, id: &Option<ServiceId>| {
                id.map_or("-".to_owned(), |id| service(proposal, id).to_owned())
            };
            let (a, b) = (name(self.a, a), name(self.b, b));
            put(&mut text, format_args!("  {a} = {b}: {common} in common, of {in_a} and {in_b}"));
        }
        put(&mut text, format_args!("\n{} pieces placed differently", differences.len()));
        for difference in differences.iter().take(MOST_DIFFERENCES) {
            let name = self.facts.piece_name(difference.piece);
            let (in_a, in_b) = (service(self.a, difference.in_a), service(self.b, difference.in_b));
            put(&mut text, format_args!("  {name}: {in_a} / {in_b}"));
        }
        if differences.len() > MOST_DIFFERENCES {
            let more = differences.len() - MOST_DIFFERENCES;
            put(&mut text, format_args!("  and {more} more (--format json has all)"));
        }
        text
    }

    /// Modules and tables apart: how many stand in services that match, and of how many.
    fn placed_alike(&self) -> [(&'static str, usize, usize); 2] {
        let found = &self.comparison;
        let tables = found.compared - found.compared_modules;
        [
            ("modules", found.alike_modules, found.compared_modules),
            ("tables", found.alike_tables, tables),
        ]
    }

    fn json(&self) -> String {
        let Comparison { compared, left_out, pieces, modules, matches, differences, .. } =
            &self.comparison;
        let alike = |alike: &Similarity| {
            json!({
                "mojofm": rounded(alike.mojofm),
                "c2c_50": rounded(alike.c2c_50),
                "a2a": rounded(alike.a2a),
                "adjusted_rand": rounded(alike.adjusted_rand),
            })
        };
        let name = |proposal, id: Option<ServiceId>| id.map(|id| service(proposal, id));
        let matches = matches.iter().map(|found| {
            json!({
                "a": name(self.a, found.a),
                "b": name(self.b, found.b),
                "pieces_a": found.in_a,
                "pieces_b": found.in_b,
                "common": found.common,
            })
        });
        let differences = differences.iter().map(|difference| {
            json!({
                "piece": self.facts.piece_name(difference.piece),
                "kind": split::kind(self.facts, difference.piece),
                "a": service(self.a, difference.in_a),
                "b": service(self.b, difference.in_b),
            })
        });
        let whole = json!({
            "a": { "proposal": self.a.name, "figures": to_json::figures(self.figures[0]) },
            "b": { "proposal": self.b.name, "figures": to_json::figures(self.figures[1]) },
            "compared": compared,
            "left_out": left_out,
            "all_pieces": alike(pieces),
            "modules": alike(modules),
            "placed_alike": self.placed_alike().map(|(what, alike, all)| {
                json!({ "kind": what, "alike": alike, "compared": all })
            }),
            "services": matches.collect::<Vec<_>>(),
            "differences": differences.collect::<Vec<_>>(),
        });
        format!("{whole:#}\n")
    }
}

pub(super) fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

pub(super) fn put(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a string cannot fail");
}
