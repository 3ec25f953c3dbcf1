//! `export`: a proposal as a plan, as data, or as a picture.

use std::path::Path;

use super::{
    Failure,
    args::Chosen,
    chosen, look,
    output::{data, say},
};
use crate::session::{
    exports::Format,
    project::{make_folder, write_file},
};

pub(super) fn export(
    project: &Path,
    proposal: &Chosen,
    format: Format,
    order: &[String],
    output: Option<&Path>,
) -> Result<(), Failure> {
    let session = look(project)?;
    let at = chosen(&session, project, proposal)?;
    let mut wanted = Vec::new();
    for name in order {
        let found = session.proposal(at).and_then(|proposal| proposal.service_named(name.trim()));
        let service =
            found.ok_or_else(|| Failure::Usage(format!("there is no service called {name}")))?;
        wanted.push(service.id);
    }
    let text = session.export_in(at, format, &wanted);
    match output {
        None => Ok(data(&text)?),
        Some(path) if path == Path::new("-") => Ok(data(&text)?),
        Some(path) => write_file(path, &text)
            .map_err(|reason| Failure::File { path: path.to_owned(), reason }),
    }
}

/// Writes the drafts of a proposal below a folder. Files that are there already are somebody's work: they are kept.
pub(super) fn drafts(project: &Path, proposal: &Chosen, folder: &Path) -> Result<(), Failure> {
    let session = look(project)?;
    let at = chosen(&session, project, proposal)?;
    let failed = |path: &Path, reason| Failure::File { path: path.to_owned(), reason };
    let mut kept = 0;
    let mut written = String::new();
    for file in session.drafts(at) {
        let path = folder.join(&file.path);
        if path.exists() {
            kept += 1;
            continue;
        }
        if let Some(parent) = path.parent() {
            make_folder(parent).map_err(|reason| failed(parent, reason))?;
        }
        write_file(&path, &file.text).map_err(|reason| failed(&path, reason))?;
        written.push_str(&format!("{}\n", path.display()));
    }
    if kept > 0 {
        say(&format!("{kept} files were there already and are kept"));
    }
    Ok(data(&written)?)
}
