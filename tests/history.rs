//! History of a real git directory, built commit by commit: what is promised about moves, merges and missing history.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use gix::{
    ObjectId, Repository,
    objs::{Tree, tree},
};
use pretty_assertions::assert_eq;
use seamline::import::{
    history::{self, HistorySource, Kept, Today},
    progress::Unwatched,
};

/// Writes a commit whose files are all in the root folder; files are `(name, text)`. It becomes the head.
fn commit(repo: &Repository, parents: &[ObjectId], day: u8, files: &[(&str, &str)]) -> ObjectId {
    let id = commit_beside(repo, parents, day, files);
    rewind(repo, id);
    id
}

/// Makes another commit the head.
fn rewind(repo: &Repository, to: ObjectId) {
    let head = repo.head_name().expect("a head").expect("on a branch");
    let any = gix::refs::transaction::PreviousValue::Any;
    repo.reference(head, to, any, "a test").expect("a reference");
}

/// The same, but the head stays where it is.
fn commit_beside(
    repo: &Repository,
    parents: &[ObjectId],
    day: u8,
    files: &[(&str, &str)],
) -> ObjectId {
    let mut entries: Vec<tree::Entry> = files
        .iter()
        .map(|(name, text)| tree::Entry {
            mode: tree::EntryKind::Blob.into(),
            filename: (*name).into(),
            oid: repo.write_blob(text).expect("a blob").detach(),
        })
        .collect();
    entries.sort();
    let tree = repo.write_object(Tree { entries }).expect("a tree").detach();
    let time = format!("{} +0000", 1_700_000_000 + i64::from(day) * 86_400);
    let who =
        gix::actor::SignatureRef { name: "Ada".into(), email: "ada@x.org".into(), time: &time };
    let commit = gix::objs::Commit {
        tree,
        parents: parents.iter().copied().collect(),
        author: who.to_owned().expect("a signature"),
        committer: who.to_owned().expect("a signature"),
        encoding: None,
        message: format!("Day {day}").into(),
        extra_headers: Vec::new(),
    };
    repo.write_object(&commit).expect("a commit").detach()
}

fn check(root: &Path, modules: &[&str], expect: &str) {
    let modules: Vec<String> = modules.iter().map(|path| (*path).to_owned()).collect();
    let schema = BTreeMap::new();
    let today = Today { modules: &modules, schema: &schema };
    let history = history::read(root, &HistorySource::Found, &today, &Unwatched);
    let mut found = String::new();
    for commit in &history.commits {
        let day = (commit.time - 1_700_000_000) / 86_400;
        let paths: Vec<&str> =
            commit.modules.iter().map(|id| modules[id.index()].as_str()).collect();
        let author = &history.authors[commit.author.index()].name;
        writeln!(found, "day {day} {author}: {}", paths.join(" ")).expect("a string");
    }
    for warning in &history.warnings {
        writeln!(found, "{warning}").expect("a string");
    }
    assert_eq!(found, expect);
}

#[test]
fn a_module_that_was_moved_and_edited_keeps_its_history_and_merges_are_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let repo = gix::init(folder.path()).expect("a repository");
    let cart = "one\ntwo\nthree\nfour\n";
    let one = commit(&repo, &[], 1, &[("basket.rb", cart), ("note.rb", "note\n")]);
    let two = commit(&repo, &[one], 2, &[("cart.rb", cart), ("note.rb", "note\n")]);
    let edited = "one\ntwo\nthree\nfive\n";
    let three = commit(&repo, &[two], 3, &[("trolley.rb", edited), ("note.rb", "note\n")]);
    commit(&repo, &[three, one], 4, &[("trolley.rb", edited), ("note.rb", "merged\n")]);
    check(
        folder.path(),
        &["note.rb", "trolley.rb"],
        "day 3 Ada: trolley.rb\nday 2 Ada: trolley.rb\nday 1 Ada: note.rb trolley.rb\n",
    );
}

/// Reads history again with what an earlier reading kept, and afresh: both must be the same. Answers the history and
/// what it keeps.
fn check_again(root: &Path, modules: &[&str], known: &Kept) -> (history::History, Kept) {
    let modules: Vec<String> = modules.iter().map(|path| (*path).to_owned()).collect();
    let schema = BTreeMap::new();
    let today = Today { modules: &modules, schema: &schema };
    let read = |known| history::read_again(root, &HistorySource::Found, &today, known, &Unwatched);
    let (again, kept) = read(known);
    let (afresh, _) = read(&Kept::default());
    assert_eq!(again, afresh);
    (again, kept)
}

#[test]
fn what_came_since_is_read_and_the_rest_is_known() {
    let folder = tempfile::tempdir().expect("a folder");
    let repo = gix::init(folder.path()).expect("a repository");
    let cart = "one\ntwo\nthree\nfour\n";
    let one = commit(&repo, &[], 1, &[("basket.rb", cart), ("note.rb", "note\n")]);
    let edited = "one\ntwo\nthree\nfive\n";
    let two = commit(&repo, &[one], 2, &[("cart.rb", edited), ("note.rb", "note\n")]);
    // `cart.rb` is not there today: nobody asks yet what it was.
    let (history, kept) = check_again(folder.path(), &["note.rb"], &Kept::default());
    assert_eq!(history.commits.len(), 2);
    // A side line that is older than what was known, a merge, and a file that makes `cart.rb` matter.
    let side = commit_beside(&repo, &[one], 1, &[("basket.rb", cart), ("note.rb", "side\n")]);
    let merge = commit(&repo, &[two, side], 3, &[("cart.rb", edited), ("note.rb", "side\n")]);
    commit(&repo, &[merge], 4, &[("trolley.rb", edited), ("note.rb", "side\n")]);
    let (history, kept) = check_again(folder.path(), &["note.rb", "trolley.rb"], &kept);
    let modules: Vec<usize> = history.commits.iter().map(|commit| commit.modules.len()).collect();
    assert_eq!(modules, [1, 1, 1, 2]);
    // Everything is known, and then history is written anew.
    let (_, kept) = check_again(folder.path(), &["note.rb", "trolley.rb"], &kept);
    rewind(&repo, one);
    commit(&repo, &[one], 5, &[("basket.rb", edited), ("note.rb", "note\n")]);
    let (history, _) = check_again(folder.path(), &["basket.rb", "note.rb"], &kept);
    assert_eq!(history.commits.len(), 2);
    // What was kept is of use only where it is what it says.
    check_again(folder.path(), &["basket.rb"], &Kept::of_bytes(b"nonsense".to_vec()));
}

#[test]
fn a_folder_without_history_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    check(
        folder.path(),
        &["a.rb"],
        "there is no version history here, so co-change and authors are missing \
         (choose the folder that holds .git, or pass a log with --history)\n",
    );
}

#[test]
fn a_git_directory_that_is_broken_is_a_warning() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join(".git")).expect("a folder");
    let modules: Vec<String> = Vec::new();
    let schema = BTreeMap::new();
    let today = Today { modules: &modules, schema: &schema };
    let history = history::read(folder.path(), &HistorySource::Found, &today, &Unwatched);
    assert_eq!(history.commits, []);
    assert!(history.warnings[0].message.starts_with("the git directory cannot be opened"));
}
