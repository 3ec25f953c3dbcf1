//! `suggest`: the next moves, each with its effect before it is done.

use serde_json::{Value, json};

use super::{
    Failure,
    args::{Suggest, TextFormat},
    chosen,
    figures::{put, rounded, service},
    look,
    output::data,
    piece,
};
use crate::{
    export::{json as to_json, names::effect},
    facts::{Facts, Piece},
    proposal::{
        Proposal,
        advice::{Advice, Question},
        cycles::{Level, Link, links_to_cut},
        suggest::{Suggestion, suggest as suggest_moves},
    },
    session::Session,
};

/// At most this many lines are listed below one piece of advice as text; JSON has all.
const MOST_REASONS: usize = 20;

pub(super) fn suggest(asked: &Suggest) -> Result<(), Failure> {
    let session = look(&asked.project)?;
    let at = chosen(&session, &asked.project, &asked.proposal)?;
    let (Some(proposal), Some(scorer)) = (session.proposal(at), session.scorer(at)) else {
        return Ok(());
    };
    let facts = session.facts();
    let text = if let Some(question) = question(&session, asked)? {
        let advice = question.answer(proposal, scorer, asked.top).map_err(Failure::Failed)?;
        advice_text(&advice, asked.format)
    } else if let Some(level) = asked.cycles {
        links_text(&links_to_cut(facts, proposal, level), level, asked.format)
    } else {
        moves_text(facts, proposal, &suggest_moves(proposal, scorer, asked.top), asked.format)
    };
    Ok(data(&text)?)
}

/// What is asked for instead of single moves.
fn question(session: &Session, asked: &Suggest) -> Result<Option<Question>, Failure> {
    if let Some(name) = &asked.owner {
        let Piece::Table(table) = session.facts().piece(piece(session, name)?) else {
            return Err(Failure::Failed(format!("{name} is no table")));
        };
        return Ok(Some(Question::Owner(table)));
    }
    if let Some(pair) = &asked.apart {
        let names: Vec<&str> = pair.split(',').map(str::trim).collect();
        let [a, b] = names[..] else {
            return Err(Failure::Usage("--apart needs two pieces: --apart A,B".to_owned()));
        };
        return Ok(Some(Question::Apart(piece(session, a)?, piece(session, b)?)));
    }
    Ok(asked.larger.then_some(Question::Larger))
}

fn moves_text(
    facts: &Facts,
    proposal: &Proposal,
    suggestions: &[Suggestion],
    format: TextFormat,
) -> String {
    let names = |suggestion: &Suggestion| -> Vec<String> {
        suggestion.pieces.iter().map(|piece| facts.piece_name(*piece)).collect()
    };
    match format {
        TextFormat::Text => {
            let line = |suggestion: &Suggestion| {
                let (from, to) =
                    (service(proposal, suggestion.from), service(proposal, suggestion.to));
                let names = names(suggestion).join(", ");
                format!("{names}: {from} -> {to}: {}\n", effect(&suggestion.effect))
            };
            match suggestions {
                [] => "no single move makes this proposal cheaper\n".to_owned(),
                some => some.iter().map(line).collect(),
            }
        }
        TextFormat::Json => {
            let one = |suggestion: &Suggestion| {
                json!({
                    "pieces": names(suggestion),
                    "from": service(proposal, suggestion.from),
                    "to": service(proposal, suggestion.to),
                    "effect": to_json::figures(&suggestion.effect),
                    "gain": suggestion.gain,
                })
            };
            format!("{:#}\n", Value::from(suggestions.iter().map(one).collect::<Vec<_>>()))
        }
    }
}

fn advice_text(advice: &[Advice], format: TextFormat) -> String {
    if format == TextFormat::Json {
        let one = |advice: &Advice| {
            json!({
                "title": advice.title,
                "reasons": advice.reasons,
                "effect": to_json::figures(&advice.effect),
                "gain": rounded(advice.gain),
            })
        };
        return format!("{:#}\n", Value::from(advice.iter().map(one).collect::<Vec<_>>()));
    }
    if advice.is_empty() {
        return "there is nothing worth a look\n".to_owned();
    }
    let mut text = String::new();
    for Advice { title, reasons, effect: delta, gain, .. } in advice {
        put(&mut text, format_args!("{title}: {} (gain {gain:+.1})", effect(delta)));
        for reason in reasons.iter().take(MOST_REASONS) {
            put(&mut text, format_args!("  {reason}"));
        }
        if reasons.len() > MOST_REASONS {
            let more = reasons.len() - MOST_REASONS;
            put(&mut text, format_args!("  and {more} more (--format json has all)"));
        }
    }
    text
}

fn links_text(links: &[Link], level: Level, format: TextFormat) -> String {
    if format == TextFormat::Json {
        let one = |link: &Link| {
            let references = link
                .references
                .iter()
                .map(|(what, place)| json!({ "what": what, "place": place.to_string() }));
            json!({
                "from": link.from,
                "to": link.to,
                "references": references.collect::<Vec<_>>(),
            })
        };
        return format!("{:#}\n", Value::from(links.iter().map(one).collect::<Vec<_>>()));
    }
    if links.is_empty() {
        return format!("there are no circles among {}\n", level.word());
    }
    let mut text = String::new();
    let all: usize = links.iter().map(|link| link.references.len()).sum();
    let (count, level) = (links.len(), level.word());
    put(
        &mut text,
        format_args!("{all} references of {count} directions close all circles among {level}"),
    );
    for Link { from, to, references } in links {
        put(&mut text, format_args!("{from} -> {to}: {}", references.len()));
        for (what, place) in references.iter().take(MOST_REASONS) {
            put(&mut text, format_args!("  {what}  ({place})"));
        }
        if references.len() > MOST_REASONS {
            let more = references.len() - MOST_REASONS;
            put(&mut text, format_args!("  and {more} more (--format json has all)"));
        }
    }
    text
}
