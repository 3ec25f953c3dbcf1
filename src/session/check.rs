//! The check for continuous integration: the monolith as it is now against a proposal that was adopted.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    AdoptError, Session, SessionError,
    progress::{Gone, missing, progress, struck_out},
    project::{OpenError, Options, Watch, write_file},
    reimport::{Following, place_new},
};
use crate::{
    analysis::figures::Scorer,
    export::{
        check::{Baseline, BaselineError, Checked, compare, crossings},
        names::Names,
        ron, split,
    },
    facts::{Facts, PieceId, Warning},
    import::{self, history::Kept},
    proposal::{Proposal, Service, ServiceId},
};

/// The names that a proposal has in a repository where nobody says another.
pub const PROPOSAL_FILES: [&str; 2] = ["seamline.ron", "seamline.csv"];

/// What is checked against what.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// A folder with source code, or a project file.
    pub project: PathBuf,
    /// The source code of a project file; without it what the file holds is checked.
    pub source: Option<PathBuf>,
    /// A file in the repository, or the name of a proposal in the project file.
    pub proposal: Option<String>,
    pub baseline: Option<PathBuf>,
    /// Write the baseline: what is fixed leaves it; one that is missing is made from what crosses now.
    pub update: bool,
    /// How the folder is imported; its folder is not used.
    pub options: Options,
}

/// What the check found.
#[derive(Clone, Debug)]
pub struct Answer {
    pub checked: Checked,
    /// Pieces that the proposal doesn't know, and the services they were put into.
    pub placed: BTreeMap<String, String>,
    /// Those of them that the baseline doesn't know either.
    pub unknown: BTreeMap<String, String>,
    /// What was odd about the proposal's file. That the monolith no longer has a piece is no oddity but progress.
    pub warnings: Vec<Warning>,
    /// Whether the baseline was written.
    pub is_written: bool,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The question makes no sense.
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Adopt(#[from] AdoptError),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    #[error("{path}: {reason}{hint}")]
    File { path: PathBuf, reason: io::Error, hint: &'static str },
}

/// Checks.
///
/// # Errors
/// When something can't be read, or it is not clear what is to be checked.
pub fn check(question: &Question, watch: &dyn Watch) -> Result<Answer, CheckError> {
    let baseline = read_baseline(question)?;
    let known = baseline.as_ref().map(|baseline| &baseline.placed);
    let Adopted { facts, proposal, gone, warnings } = adopted(question, known, watch)?;
    let names = Names::new(&facts, &proposal);
    let scorer = Scorer::new(Arc::clone(&facts), proposal.grouping());
    let now = crossings(&names, &scorer);
    let placed: BTreeMap<String, String> = proposal
        .arrived
        .iter()
        .map(|piece| (facts.piece_name(*piece), names.service(proposal.service_of(*piece))))
        .collect();
    let next = match &baseline {
        Some(baseline) => baseline.tightened(&now, placed.clone()),
        None => Baseline::of(&now, placed.clone()),
    };
    let mut checked = if question.update && baseline.is_none() {
        compare(&now, Some(&next))
    } else {
        compare(&now, baseline.as_ref())
    };
    checked.progress = progress(&names, gone, &checked.fixed);
    let is_written = question.update && baseline.as_ref() != Some(&next);
    if let (true, Some(path)) = (is_written, &question.baseline) {
        write_file(path, &next.print()).map_err(|reason| CheckError::File {
            path: path.clone(),
            reason,
            hint: "",
        })?;
    }
    let is_unknown = |piece: &String| known.is_none_or(|known| !known.contains_key(piece));
    let unknown = placed.iter().filter(|(piece, _)| is_unknown(piece));
    let unknown = unknown.map(|(piece, service)| (piece.clone(), service.clone())).collect();
    Ok(Answer { checked, placed, unknown, warnings, is_written })
}

fn read_baseline(question: &Question) -> Result<Option<Baseline>, CheckError> {
    let Some(path) = &question.baseline else {
        if question.update {
            return Err(CheckError::Usage("--update needs a --baseline FILE to write".to_owned()));
        }
        return Ok(None);
    };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound && question.update => {
            return Ok(None);
        }
        Err(reason) => {
            let is_missing = reason.kind() == io::ErrorKind::NotFound;
            let hint = if is_missing { " (--update makes it)" } else { "" };
            return Err(CheckError::File { path: path.clone(), reason, hint });
        }
    };
    Ok(Some(Baseline::parse(&path.display().to_string(), &text)?))
}

/// The monolith as it is now, and the proposal followed to it.
struct Adopted {
    facts: Arc<Facts>,
    proposal: Proposal,
    /// What it names and the monolith no longer has.
    gone: Gone,
    warnings: Vec<Warning>,
}

fn adopted(
    question: &Question,
    known: Option<&BTreeMap<String, String>>,
    watch: &dyn Watch,
) -> Result<Adopted, CheckError> {
    if question.project.is_dir() {
        let file = proposal_file(question)?;
        let facts = imported(question, &question.project, watch)?;
        return from_file(facts, &file, known);
    }
    if !question.project.exists() {
        return Err(OpenError::Missing(question.project.clone()).into());
    }
    let session = Session::open(&question.project)?;
    let chosen = match &question.proposal {
        Some(name) => session.proposal_named(name),
        None if session.proposals().len() == 1 => Some(0),
        None => return Err(CheckError::Usage("say which --proposal".to_owned())),
    };
    let Some(at) = chosen else {
        let name = question.proposal.as_deref().unwrap_or_default();
        let file = PathBuf::from(name);
        if !file.is_file() {
            let reason = io::Error::new(
                io::ErrorKind::NotFound,
                "there is no such proposal and no such file",
            );
            return Err(CheckError::File { path: file, reason, hint: "" });
        }
        let facts = match &question.source {
            Some(source) => imported(question, source, watch)?,
            None => Facts::clone(session.facts()),
        };
        return from_file(facts, &file, known);
    };
    let old = session.facts();
    let history = &session.proposals()[at];
    let Some(source) = &question.source else {
        let proposal = Proposal::clone(history.current());
        let gone = struck_out(&proposal);
        return Ok(Adopted { facts: Arc::clone(old), proposal, gone, warnings: Vec::new() });
    };
    let new = imported(question, source, watch)?;
    let mut proposal = Following::new(old, &new).carry_now(old, &new, history.current());
    keep_known(&new, &mut proposal, known);
    let gone = struck_out(&proposal);
    Ok(Adopted { facts: Arc::new(new), proposal, gone, warnings: Vec::new() })
}

fn imported(question: &Question, folder: &Path, watch: &dyn Watch) -> Result<Facts, CheckError> {
    let options = Options { folder: folder.to_owned(), ..question.options.clone() };
    Ok(import::run(&options, &Kept::default(), watch).map_err(OpenError::from)?.facts)
}

/// The file that was asked for, or the one that the folder has.
fn proposal_file(question: &Question) -> Result<PathBuf, CheckError> {
    if let Some(name) = &question.proposal {
        return Ok(PathBuf::from(name));
    }
    let found =
        PROPOSAL_FILES.iter().map(|name| question.project.join(name)).find(|file| file.is_file());
    found.ok_or_else(|| {
        let names = PROPOSAL_FILES.join(" nor ");
        CheckError::Usage(format!(
            "there is neither {names} in {}: say which file holds the --proposal",
            question.project.display()
        ))
    })
}

/// Reads the proposal and places what it doesn't know where it pulls strongest.
fn from_file(
    facts: Facts,
    file: &Path,
    known: Option<&BTreeMap<String, String>>,
) -> Result<Adopted, CheckError> {
    let mut session = Session::from_facts(facts);
    let (at, warnings) = session.adopt("", file)?;
    let facts = Arc::clone(session.facts());
    let mut proposal =
        session.proposal(at).map(|proposal| Proposal::clone(proposal)).unwrap_or_default();
    let text = fs::read_to_string(file).unwrap_or_default();
    let meant = ron::unlisted(&text);
    let is_new = |piece: &&PieceId| !meant.contains(&facts.piece_name(**piece));
    let mut arrived: BTreeSet<PieceId> = proposal.unlisted.iter().filter(is_new).copied().collect();
    let is_ron = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ron"));
    let listed = if is_ron { ron::listed(&text) } else { split::listed(&text) };
    let mut warnings = warnings;
    let missed: BTreeSet<String> = listed.iter().map(|one| split::no_piece(&one.name)).collect();
    warnings.retain(|warning| !missed.contains(&warning.message));
    let missing = missing(&facts, listed, &arrived);
    let mut placement: Vec<ServiceId> = proposal.placement.to_vec();
    for (piece, name) in &missing.moved {
        placement[piece.index()] = service_called(&mut proposal, name);
        proposal.unlisted.remove(piece);
        arrived.remove(piece);
    }
    proposal.placement = placement.into();
    place_new(&facts, &mut proposal, &arrived);
    keep_known(&facts, &mut proposal, known);
    Ok(Adopted { facts, proposal, gone: missing.gone, warnings })
}

/// The service of that name; one of which no piece was found has to be made.
fn service_called(proposal: &mut Proposal, name: &str) -> ServiceId {
    if let Some(service) = proposal.service_named(name) {
        return service.id;
    }
    let id = ServiceId(proposal.next_service);
    proposal.next_service += 1;
    proposal.services.push(Service { id, name: name.to_owned(), ..Service::default() });
    id
}

/// New pieces stay where the baseline has them, so that no other change of the code moves them about.
fn keep_known(facts: &Facts, proposal: &mut Proposal, known: Option<&BTreeMap<String, String>>) {
    let mut placement: Vec<ServiceId> = proposal.placement.to_vec();
    for piece in &proposal.arrived {
        let home = known.and_then(|known| known.get(&facts.piece_name(*piece)));
        if let Some(service) = home.and_then(|name| proposal.service_named(name)) {
            placement[piece.index()] = service.id;
        }
    }
    proposal.placement = placement.into();
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::{export::check::text, import::progress::Unwatched};

    const CART: &str =
        "package shop.orders;\npublic class Cart {\n  public void place() {\n  }\n}\n";
    const STOCK: &str =
        "package shop.stock;\npublic class Stock {\n  public void reserve() {\n  }\n}\n";
    const SPLIT: &str =
        "piece,service\nsrc/shop/orders/Cart.java,Orders\nsrc/shop/stock/Stock.java,Stock\n";

    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }

    fn asked(root: &Path) -> Question {
        let history = super::super::project::HistorySource::None;
        Question {
            project: root.to_owned(),
            baseline: Some(root.join("baseline.json")),
            options: Options { history, ..Options::default() },
            ..Question::default()
        }
    }

    #[test]
    fn a_folder_with_a_proposal_and_a_baseline_is_all_that_is_needed() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        write(root, "src/shop/orders/Cart.java", CART);
        write(root, "src/shop/stock/Stock.java", STOCK);
        write(root, "seamline.csv", SPLIT);
        let missing = check(&asked(root), &Unwatched).expect_err("there is no baseline");
        assert!(missing.to_string().ends_with("(--update makes it)"), "{missing}");
        let made = Question { update: true, ..asked(root) };
        let answer = check(&made, &Unwatched).expect("it is made");
        assert!(answer.is_written && answer.checked.passes());

        let calling = CART.replace("  }\n", "    new shop.stock.Stock().reserve();\n  }\n");
        write(root, "src/shop/orders/Cart.java", &calling);
        write(
            root,
            "src/shop/orders/Gift.java",
            "package shop.orders;\nclass Gift {\n  void wrap() { new Cart().place(); }\n}\n",
        );
        let answer = check(&asked(root), &Unwatched).expect("an answer");
        assert!(!answer.checked.passes());
        let report = text(&answer.checked);
        let line = "src/shop/orders/Cart.java:4: Orders calls Stock.reserve of Stock\n";
        assert!(report.contains(line), "{report}");
        let placed: Vec<(&str, &str)> = answer
            .placed
            .iter()
            .map(|(piece, service)| (piece.as_str(), service.as_str()))
            .collect();
        assert_eq!(placed, [("src/shop/orders/Gift.java", "Orders")]);
    }

    #[test]
    fn what_has_left_the_monolith_is_told_and_what_only_moved_is_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        write(root, "src/shop/orders/Cart.java", CART);
        let moved = STOCK.replace("shop.stock", "shop.stock.core");
        write(root, "src/shop/stock/core/Stock.java", &moved);
        let split = format!("{SPLIT}src/shop/mail/Mail.java,Mail\nmails,Mail\n");
        write(root, "seamline.csv", &split);
        let made = Question { update: true, ..asked(root) };
        let answer = check(&made, &Unwatched).expect("an answer");
        assert_eq!((answer.warnings.len(), answer.placed.len()), (0, 0));
        assert_eq!(
            text(&answer.checked),
            "done: Mail has left the monolith: mails and src/shop/mail/Mail.java\n\
             0 new crossings, 0 allowed by the baseline, 0 fixed\n"
        );
    }

    #[test]
    fn renaming_a_service_makes_nothing_new() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        let writing = CART.replace(
            "  }\n",
            "    jdbc.update(\"INSERT INTO orders VALUES (1)\");\n    \
             jdbc.update(\"UPDATE stock SET left = 0\");\n  }\n",
        );
        let routed = writing.replace("  public void", "  @PostMapping(\"/orders\")\n  public void");
        write(root, "src/shop/orders/Cart.java", &routed);
        write(
            root,
            "db/schema.sql",
            "CREATE TABLE orders (id int);\nCREATE TABLE stock (id int);\n",
        );
        let split = "piece,service\nsrc/shop/orders/Cart.java,Orders\norders,Orders\nstock,Stock\n";
        write(root, "seamline.csv", split);
        let update = Question { update: true, ..asked(root) };
        let made = check(&update, &Unwatched).expect("a baseline");
        assert!(made.checked.allowed > 1, "a write, and the transaction that spans: {made:?}");
        write(
            root,
            "seamline.csv",
            &split.replace(",Orders", ",Sales").replace(",Stock", ",Depot"),
        );
        let answer = check(&asked(root), &Unwatched).expect("an answer");
        assert!(answer.checked.passes() && answer.checked.fixed.is_empty(), "{answer:?}");
    }

    #[test]
    fn what_is_fixed_tightens_the_baseline() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        let calling = CART.replace("  }\n", "    new shop.stock.Stock().reserve();\n  }\n");
        write(root, "src/shop/orders/Cart.java", &calling);
        write(root, "src/shop/stock/Stock.java", STOCK);
        write(root, "seamline.csv", SPLIT);
        let update = Question { update: true, ..asked(root) };
        check(&update, &Unwatched).expect("a baseline");
        write(root, "src/shop/orders/Cart.java", CART);
        let answer = check(&update, &Unwatched).expect("an answer");
        assert!(answer.is_written && !answer.checked.fixed.is_empty());
        write(root, "src/shop/orders/Cart.java", &calling);
        let answer = check(&update, &Unwatched).expect("an answer");
        assert!(!answer.checked.passes(), "what was fixed may not come back");
        assert!(!answer.is_written, "a baseline never grows");
    }
}
