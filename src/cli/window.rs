//! `open`: the window; and what is done in its place where there is no screen.

use std::path::{Path, PathBuf};

use super::{
    Failure, Window, look,
    output::{data, say},
};
use crate::{
    analysis::propose::Wish,
    session::{
        Session,
        exports::Format,
        project::{file_name_for, make_folder, write_file},
        propose::work,
    },
};

/// Opens the window; where that is impossible, writes what it would show first to files.
pub(super) fn open(path: Option<&Path>, window: Window) -> Result<(), Failure> {
    let why = if has_screen() {
        match window(path) {
            Ok(()) => return Ok(()),
            Err(why) => why,
        }
    } else {
        "there is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set".to_owned()
    };
    match path {
        Some(path) => without_window(path, &why),
        None => Err(Failure::Failed(format!(
            "{why}. `seamline FOLDER` reads a monolith without one; `seamline help` says what else \
             can be done"
        ))),
    }
}

/// Whether there is anything to show a window on, as far as the environment tells.
fn has_screen() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(any(windows, target_os = "macos")) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// The main job without a window: read the monolith, propose services, and write the plan where people can read it.
fn without_window(path: &Path, why: &str) -> Result<(), Failure> {
    say(&format!("seamline: {why}. The plan is written to files instead."));
    let mut session = look(path)?;
    let at = proposal(&mut session)?;
    let (name, folder) = place(path);
    make_folder(&folder).map_err(|reason| Failure::File { path: folder.clone(), reason })?;
    let project = folder.join(&name);
    let mut written = Vec::new();
    if path.is_dir() || session.proposals().len() == 1 {
        session.save_as(&project)?;
        written.push(project.clone());
    }
    let files = [
        ("plan.html", Format::Html),
        ("map.svg", Format::Svg),
        ("plan.md", Format::Markdown),
        ("proposal.csv", Format::Csv),
    ];
    for (file, format) in files {
        let file = folder.join(file);
        write_file(&file, &session.export(at, format))
            .map_err(|reason| Failure::File { path: file.clone(), reason })?;
        written.push(file);
    }
    let lines: Vec<String> = written.iter().map(|path| format!("{}\n", path.display())).collect();
    data(&lines.concat())?;
    let project = if written.contains(&project) { &project } else { path };
    say(&format!(
        "To see and change it on a map, open it on a machine with a screen: seamline {}",
        project.display()
    ));
    Ok(())
}

/// The place of the latest proposal; one is made if there is none.
fn proposal(session: &mut Session) -> Result<usize, Failure> {
    if let Some(last) = session.proposals().len().checked_sub(1) {
        return Ok(last);
    }
    if session.facts().piece_count() == 0 {
        return Err(Failure::Failed("there are no modules and no tables to place".to_owned()));
    }
    let outcome = work(session.facts(), &Wish::default());
    say(&outcome.proposed.reason);
    Ok(session.add_proposed("Proposal 1", &outcome)?)
}

/// What the project is called, and the folder that its plan is written to.
fn place(path: &Path) -> (PathBuf, PathBuf) {
    let file = if path.is_dir() {
        file_name_for(path)
    } else {
        PathBuf::from(path.file_name().unwrap_or_default())
    };
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let folder = PathBuf::from(format!("{stem}-plan"));
    (file, folder)
}
