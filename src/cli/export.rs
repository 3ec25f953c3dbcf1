//! `export`: a proposal as a plan, as data, or as a picture.

use std::path::Path;

use super::{Failure, args::Chosen, chosen, look, output::data};
use crate::session::{exports::Format, project::write_file};

pub(super) fn export(
    project: &Path,
    proposal: &Chosen,
    format: Format,
    output: Option<&Path>,
) -> Result<(), Failure> {
    let session = look(project)?;
    let at = chosen(&session, project, proposal)?;
    let text = session.export(at, format);
    match output {
        None => Ok(data(&text)?),
        Some(path) if path == Path::new("-") => Ok(data(&text)?),
        Some(path) => write_file(path, &text)
            .map_err(|reason| Failure::File { path: path.to_owned(), reason }),
    }
}
