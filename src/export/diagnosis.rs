//! A diagnosis as text for people and as JSON for programs.

use std::fmt::{Arguments, Write as _};

use serde_json::{Value, json};

use super::{
    items::{Told, tell},
    names::Names,
};
use crate::proposal::{
    ServiceId,
    diagnosis::{Answer, Diagnosis, Finding, Measure, Reason, Setting, Symptom, Unit},
};

/// At most this many findings of a measure are written as text; JSON has all.
const FINDINGS: usize = 3;
/// At most this many places of a finding are written as text; JSON has all.
const PLACES: usize = 3;

/// Writes a diagnosis for a terminal: the verdict, the symptoms with their measures, the answers.
#[must_use]
pub fn text(names: &Names<'_>, diagnosis: &Diagnosis) -> String {
    let mut text = String::new();
    let Diagnosis { symptoms, answers, verdict, settings } = diagnosis;
    put(&mut text, format_args!("{}\n\n{}", names.proposal.name, verdict.sentence));
    for reason in &verdict.reasons {
        let Reason { speaks_for_splitting, sentence } = reason;
        put(
            &mut text,
            format_args!("  {} {sentence}", if *speaks_for_splitting { "+" } else { "-" }),
        );
    }
    for merge in &verdict.merges {
        let (a, b) = (names.service(merge.a), names.service(merge.b));
        put(&mut text, format_args!("  {a} and {b} are one service: {}", merge.sentence));
    }
    if !verdict.begin_with.is_empty() {
        put(&mut text, format_args!("\ngood first candidates"));
        for (service, why) in &verdict.begin_with {
            put(&mut text, format_args!("  {}: {why}", names.service(*service)));
        }
    }
    put(&mut text, format_args!("\nsymptoms (one alone proves nothing)"));
    for symptom in symptoms {
        write_symptom(&mut text, names, symptom);
    }
    put(&mut text, format_args!("\nwhat the monolith answers"));
    for answer in answers {
        write_answer(&mut text, names, answer);
    }
    let set: Vec<String> = Setting::ALL
        .into_iter()
        .filter(|setting| settings.is_set(*setting))
        .map(|setting| format!("{}={}", setting.name(), setting.shown(settings.of(setting))))
        .collect();
    if !set.is_empty() {
        put(&mut text, format_args!("\nset by you: {}", set.join(", ")));
    }
    text
}

fn write_symptom(text: &mut String, names: &Names<'_>, symptom: &Symptom) {
    put(text, format_args!("\n{:6} {}", symptom.severity.word(), symptom.kind.sentence()));
    for measure in &symptom.measures {
        if !measure.unknown.is_empty() {
            put(
                text,
                format_args!("       not known ({}): {}", measure.setting.name(), measure.unknown),
            );
            continue;
        }
        put(text, format_args!("       {}", sentence(measure)));
        let is_quiet = measure.value <= measure.limit;
        if is_quiet {
            continue;
        }
        for finding in measure.findings.iter().take(FINDINGS) {
            put(text, format_args!("         {}{}", finding.what, context(finding)));
            let places = places(names, finding);
            if !places.is_empty() {
                put(text, format_args!("           {places}"));
            }
        }
        let more = measure.findings.len().saturating_sub(FINDINGS);
        if more > 0 {
            put(text, format_args!("         and {more} more (--format json has all)"));
        }
        put(
            text,
            format_args!(
                "         {} {}: {}",
                limit_word(measure),
                shown_limit(measure),
                measure.setting.source()
            ),
        );
    }
    if symptom.severity > crate::proposal::diagnosis::Severity::None {
        put(text, format_args!("       What helps: {}.", symptom.kind.advice()));
    }
}

fn limit_word(measure: &Measure) -> String {
    format!("limit {}", measure.setting.name())
}

fn shown_limit(measure: &Measure) -> String {
    measure.setting.shown(measure.limit)
}

/// A measure in one line: `12 of 40 (30 %, 15 % after the context) commits touch two or more services; limit 25 %`.
#[must_use]
pub fn sentence(measure: &Measure) -> String {
    let Measure { setting, what, count, of, value, weighed, limit, .. } = measure;
    let weighed = if (weighed - value).abs() > 0.004 {
        format!(", {} after the context", setting.shown(*weighed))
    } else {
        String::new()
    };
    let limit = setting.shown(*limit);
    if setting.unit() == Unit::Share && *of > 0 {
        format!("{count} of {of} ({}{weighed}) {what}; limit {limit}", setting.shown(*value))
    } else {
        let above = if *count > 0 { format!("; {count} above it") } else { String::new() };
        format!("{}{weighed}: {what}; limit {limit}{above}", setting.shown(*value))
    }
}

/// Why a finding counts less, in brackets after a blank; empty where it counts whole.
#[must_use]
pub fn context(finding: &Finding) -> String {
    if finding.context.is_empty() {
        String::new()
    } else {
        format!(" [{}]", finding.context.join(", "))
    }
}

fn places(names: &Names<'_>, finding: &Finding) -> String {
    let places = finding.items.iter().filter_map(|item| tell(names, item).place);
    let mut places: Vec<String> = places.map(|place| place.to_string()).collect();
    places.dedup();
    let more = places.len().saturating_sub(PLACES);
    places.truncate(PLACES);
    if more > 0 {
        places.push(format!("and {more} more"));
    }
    places.join(", ")
}

fn write_answer(text: &mut String, names: &Names<'_>, answer: &Answer) {
    put(text, format_args!("  {}", answer.question.sentence()));
    if !answer.unknown.is_empty() {
        put(text, format_args!("    not known: {}", answer.unknown));
    } else if answer.services.is_empty() {
        put(text, format_args!("    none of the services"));
    }
    for (service, numbers) in &answer.services {
        put(text, format_args!("    {}: {numbers}", names.service(*service)));
    }
}

/// Writes a diagnosis as JSON: everything, with every item and its place.
#[must_use]
pub fn json(names: &Names<'_>, diagnosis: &Diagnosis) -> String {
    format!("{:#}\n", value(names, diagnosis))
}

/// A diagnosis as a JSON value, to be put into a larger one.
#[must_use]
pub fn value(names: &Names<'_>, diagnosis: &Diagnosis) -> Value {
    let Diagnosis { symptoms, answers, verdict, settings } = diagnosis;
    let services =
        |ids: &[ServiceId]| -> Vec<String> { ids.iter().map(|id| names.service(*id)).collect() };
    let reasons = verdict.reasons.iter().map(|reason| {
        json!({ "for_splitting": reason.speaks_for_splitting, "sentence": reason.sentence })
    });
    let merges = verdict.merges.iter().map(|merge| {
        json!({ "services": services(&[merge.a, merge.b]), "tied": rounded(merge.tied), "sentence": merge.sentence })
    });
    let begin = verdict
        .begin_with
        .iter()
        .map(|(service, why)| json!({ "service": names.service(*service), "why": why }));
    let symptoms = symptoms.iter().map(|symptom| {
        json!({
            "symptom": symptom.kind.word(),
            "sentence": symptom.kind.sentence(),
            "severity": symptom.severity.word(),
            "advice": symptom.kind.advice(),
            "measures": symptom.measures.iter().map(|measure| measure_value(names, measure)).collect::<Vec<_>>(),
        })
    });
    let answers = answers.iter().map(|answer| {
        let said = answer.services.iter().map(
            |(service, numbers)| json!({ "service": names.service(*service), "numbers": numbers }),
        );
        json!({
            "question": answer.question.word(),
            "sentence": answer.question.sentence(),
            "services": said.collect::<Vec<_>>(),
            "unknown": answer.unknown,
        })
    });
    let all_settings = Setting::ALL.into_iter().map(|setting| {
        json!({
            "name": setting.name(),
            "value": settings.of(setting),
            "default": setting.default_value(),
            "source": setting.source(),
        })
    });
    json!({
        "proposal": names.proposal.name,
        "verdict": {
            "judgement": verdict.judgement.word(),
            "sentence": verdict.sentence,
            "reasons": reasons.collect::<Vec<_>>(),
            "merges": merges.collect::<Vec<_>>(),
            "begin_with": begin.collect::<Vec<_>>(),
        },
        "symptoms": symptoms.collect::<Vec<_>>(),
        "answers": answers.collect::<Vec<_>>(),
        "settings": all_settings.collect::<Vec<_>>(),
    })
}

fn measure_value(names: &Names<'_>, measure: &Measure) -> Value {
    let findings = measure.findings.iter().map(|finding| {
        let items = finding.items.iter().map(|item| {
            let Told { kind, what, place } = tell(names, item);
            match place {
                Some(place) => {
                    json!({ "kind": kind, "what": what, "path": place.path, "line": place.line })
                }
                None => json!({ "kind": kind, "what": what }),
            }
        });
        let services: Vec<String> = finding.services.iter().map(|id| names.service(*id)).collect();
        json!({
            "what": finding.what,
            "services": services,
            "count": finding.count,
            "weight": rounded(finding.weight),
            "context": finding.context,
            "items": items.collect::<Vec<_>>(),
        })
    });
    json!({
        "setting": measure.setting.name(),
        "what": measure.what,
        "count": measure.count,
        "of": measure.of,
        "value": rounded(measure.value),
        "weighed": rounded(measure.weighed),
        "limit": measure.limit,
        "source": measure.setting.source(),
        "severity": measure.severity.word(),
        "unknown": measure.unknown,
        "findings": findings.collect::<Vec<_>>(),
    })
}

/// Four places are enough, and stay the same everywhere.
fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

fn put(text: &mut String, line: Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a string cannot fail");
}
