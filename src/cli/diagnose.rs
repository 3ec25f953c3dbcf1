//! `diagnose`: the symptoms of a proposal, and whether to split at all.

use super::{
    Failure,
    args::{Diagnose, TextFormat},
    chosen, look,
    output::data,
};
use crate::{
    export::{diagnosis, names::Names},
    proposal::diagnosis::{Settings, diagnose as examine},
};

pub(super) fn diagnose(asked: &Diagnose) -> Result<(), Failure> {
    let mut settings = Settings { one_repository: asked.one_repository, ..Settings::default() };
    for value in &asked.set {
        settings.set(value).map_err(Failure::Usage)?;
    }
    let session = look(&asked.project)?;
    let at = chosen(&session, &asked.project, &asked.proposal)?;
    let (Some(proposal), Some(scorer)) = (session.proposal(at), session.scorer(at)) else {
        return Ok(());
    };
    for list in &asked.deployed_together {
        let names = list.split(',').map(|name| name.trim().to_owned());
        let names: std::collections::BTreeSet<String> =
            names.filter(|name| !name.is_empty()).collect();
        if let Some(unknown) = names.iter().find(|name| proposal.service_named(name).is_none()) {
            return Err(Failure::Usage(format!("there is no service called {unknown}")));
        }
        settings.deployed_together.push(names);
    }
    let diagnosis = examine(scorer, proposal, &settings);
    let names = Names::new(session.facts(), proposal);
    let text = match asked.format {
        TextFormat::Text => diagnosis::text(&names, &diagnosis),
        TextFormat::Json => diagnosis::json(&names, &diagnosis),
    };
    Ok(data(&text)?)
}
