//! What is written to a project file is read back, and nothing that was acknowledged is lost.

use pretty_assertions::assert_eq;

use super::*;
use crate::{
    analysis::grouping::Role,
    facts::{
        Certainty, Excluded, Exclusion, LanguageReport, PieceId, Place, References, Release,
        RuntimeSource, SchemaReport, SourceKind, TableSource, Warning, notation::parse,
    },
    import::history::Kept,
    proposal::{Note, Proposal, ServiceId, command::Command},
    session::{
        Session, SessionError,
        project::{Choice, Options},
    },
};

/// Facts with at least one of everything.
fn facts() -> Facts {
    let mut facts = parse(
        "module orders/cart.rb 120 lines
         table billing.invoices id total
         orders/cart.rb#add calls billing/invoice.rb#draft
         orders/cart.rb inherits billing/invoice.rb
         billing/invoice.rb#draft writes billing.invoices
         orders/cart.rb#add opens transaction
         orders/cart.rb joins orders billing.invoices
         orders keys billing.invoices
         billing.invoices implies orders
         entry http orders/cart.rb#add POST /cart
         orders/cart.rb#add ran 7
         orders/cart.rb ran 12 billing/invoice.rb
         billing/invoice.rb ran 3 writes billing.invoices
         - ran 9 reads orders
         team shop orders/cart.rb
         commit ada orders/cart.rb billing/invoice.rb orders",
    )
    .expect("good notation");
    facts.name = "shop".to_owned();
    facts.calls[0].certainty = Certainty::ByName;
    facts.commits[0].bulk = Some("formatting".to_owned());
    facts.commits[0].release = Some(0);
    facts.releases.push(Release { name: "v1".to_owned(), time: 9 });
    let place = Place::new("db/schema.sql", 3);
    facts.tables[0].sources.push(TableSource { kind: SourceKind::Dump, place: place.clone() });
    facts.warnings.push(Warning::new(place, "half a statement", "finish it"));
    facts.report.history = "the folder's own git".to_owned();
    facts.report.languages.push(LanguageReport {
        language: "Ruby".to_owned(),
        files: 2,
        references: References { exact: 1, by_name: 2, unresolved: 3, outside: 4 },
        most_unresolved: vec![("save".to_owned(), 3)],
        ..LanguageReport::default()
    });
    facts.runtime.accesses[0].timing.p95_us = None;
    facts.runtime.sources.push(RuntimeSource {
        path: "traces.json".to_owned(),
        format: "OTLP JSON".to_owned(),
        records: 22,
        understood: 19,
    });
    let path = "vendor".to_owned();
    facts.report.excluded.push(Excluded { path, reason: Exclusion::Vendored, files: 9 });
    facts.report.schema.push(SchemaReport {
        path: "db/schema.sql".to_owned(),
        dialect: "MySQL".to_owned(),
        statements: 2,
        understood: 1,
    });
    facts
}

/// A session with one proposal in a file.
fn session(folder: &Path) -> Session {
    let facts = facts();
    let count = facts.piece_count();
    let mut session = Session::from_facts(facts);
    session.save_as(&folder.join("shop.seamline")).expect("it can be written");
    session.add_proposal(Proposal::undivided("First", count), "Begin").expect("a free name");
    session
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn new_service(name: &str, pieces: &[u32]) -> Command {
    let pieces = pieces.iter().copied().map(PieceId).collect();
    Command::NewService { name: name.to_owned(), role: Role::Service, pieces }
}

#[test]
fn facts_are_read_back_as_they_were_written() {
    let folder = folder();
    let path = folder.path().join("shop.seamline");
    let facts = facts();
    let asked = Options {
        folder: "/code/shop".into(),
        choice: Choice { exclude: vec!["legacy/**".to_owned()], include_excluded: false },
        ..Options::default()
    };
    let contents = Contents {
        facts: &facts,
        history: &Kept::of_bytes(b"what was read".to_vec()),
        proposals: &[],
        layouts: &[],
        folder: Some(Path::new("/code/shop")),
        asked: Some(&asked),
    };
    Store::create(&path, &contents).expect("it can be written");
    let (store, stored) = Store::open(&path).expect("it can be read");
    assert_eq!(store.history().expect("it can be read").bytes(), contents.history.bytes());
    assert_eq!(stored.folder.as_deref(), contents.folder);
    assert_eq!(stored.asked.as_ref(), contents.asked);
    assert_eq!(stored.facts, facts);
}

#[test]
fn every_step_is_in_the_file_when_it_is_acknowledged() {
    let folder = folder();
    let mut session = session(folder.path());
    session.apply(0, &new_service("Billing", &[0, 3])).expect("possible");
    let note = Note {
        pieces: vec![PieceId(3)],
        services: vec![ServiceId(1)],
        text: "Invoices are legal documents".to_owned(),
        author: "Ada".to_owned(),
        time: 7,
        decision: true,
    };
    session.apply(0, &Command::AddNote { note }).expect("possible");
    session.apply(0, &Command::LockPieces { pieces: vec![PieceId(3)], locked: true }).expect("so");
    session
        .apply(0, &Command::KeepTogether { pieces: vec![PieceId(0), PieceId(3)], keep: true })
        .expect("they are in one service");
    session.undo(0).expect("there is a step");
    session.set_layout(0, "{}".to_owned()).expect("possible");
    session.copy_proposal(0, "Second").expect("a free name");
    session.rename_proposal(0, "Renamed").expect("a free name");
    // The session is still open: what it wrote must be there for others already.
    let other = Session::open(session.path().expect("it has a file")).expect("it can be read");
    assert_eq!(other.proposals(), session.proposals());
    assert_eq!(other.proposals()[0].at(), 3);
    assert_eq!(other.proposals()[0].redo_what(), Some("Keep invoice.rb and orders together"));
    assert_eq!(other.layout(0), Some("{}"));
    assert_eq!(other.layout(1), Some("{}"));
    assert_eq!(other.facts(), session.facts());
}

#[test]
fn readers_of_sql_see_the_revision_that_counts() {
    let folder = folder();
    let mut session = session(folder.path());
    session.apply(0, &new_service("Billing", &[0])).expect("possible");
    session.apply(0, &new_service("Orders", &[1])).expect("possible");
    session.undo(0).expect("there is a step");
    let file = Connection::open(session.path().expect("it has a file")).expect("a database");
    let rows: Vec<(String, String)> = file
        .prepare("SELECT piece, service FROM placements_by_name ORDER BY kind, piece")
        .expect("a view")
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("rows")
        .collect::<Result<_, _>>()
        .expect("text");
    let rows: Vec<String> = rows.into_iter().map(|(piece, at)| format!("{piece}: {at}")).collect();
    let expected = [
        "billing/invoice.rb: Billing",
        "orders/cart.rb: Remainder",
        "billing.invoices: Remainder",
        "orders: Remainder",
    ];
    assert_eq!(rows, expected);
}

#[test]
fn a_newer_file_is_refused_with_a_clear_sentence() {
    let folder = folder();
    let session = session(folder.path());
    let path = session.path().expect("it has a file").to_owned();
    let file = Connection::open(&path).expect("a database");
    file.pragma_update(None, "user_version", 99).expect("writable");
    let refused = Session::open(&path).expect_err("it is newer").to_string();
    assert!(refused.contains("written by a newer Seamline"), "{refused}");
    assert!(refused.contains("version 99"), "{refused}");
}

#[test]
fn other_files_are_no_projects_and_stay_untouched() {
    let folder = folder();
    for (name, content) in
        [("empty", ""), ("text", "not a database at all"), ("long", &"x".repeat(200))]
    {
        let path = folder.path().join(name);
        fs::write(&path, content).expect("writable");
        let refused = Session::open(&path).expect_err("it is no project");
        assert!(matches!(refused, SessionError::Store(StoreError::NotAProject(_))), "{refused}");
        assert_eq!(fs::read_to_string(&path).expect("still there"), content);
    }
    let other = folder.path().join("other.sqlite");
    let database = Connection::open(&other).expect("a database");
    database.execute_batch("CREATE TABLE modules (id INTEGER)").expect("a table");
    assert!(Session::open(&other).expect_err("another database").to_string().contains("is not a"));
    assert!(Session::open(&folder.path().join("missing")).is_err());
}

#[test]
fn a_damaged_file_is_an_error_and_no_panic() {
    let folder = folder();
    let session = session(folder.path());
    let path = session.path().expect("it has a file").to_owned();
    drop(session);
    let whole = fs::read(&path).expect("readable");
    for keep in [150, 4096, whole.len() / 2, whole.len() - 1] {
        fs::write(&path, &whole[..keep]).expect("writable");
        drop(Session::open(&path));
    }
    for at in (100..whole.len()).step_by(97) {
        let mut broken = whole.clone();
        broken[at] ^= 0x55;
        fs::write(&path, &broken).expect("writable");
        drop(Session::open(&path));
    }
}

#[test]
fn two_programs_do_not_overwrite_each_other() {
    let folder = folder();
    let mut here = session(folder.path());
    let path = here.path().expect("it has a file").to_owned();
    let mut there = Session::open(&path).expect("it can be read");
    there.apply(0, &new_service("Theirs", &[1])).expect("first come");
    let before = here.proposals().to_vec();
    let refused = here.apply(0, &new_service("Ours", &[0])).expect_err("the file moved on");
    assert!(matches!(refused, SessionError::Store(StoreError::ChangedElsewhere)), "{refused}");
    assert_eq!(here.proposals(), before);
    // Nor when the file as a whole was put in its place.
    let mut again = Session::open(&path).expect("it can be read");
    there.save_as(&path).expect("writable");
    assert!(again.apply(0, &new_service("Ours", &[0])).is_err());
    assert_eq!(Session::open(&path).expect("whole").proposals(), there.proposals());
}

#[test]
fn saving_over_a_file_replaces_it_only_when_the_new_one_is_complete() {
    let folder = folder();
    let mut session = session(folder.path());
    let path = session.path().expect("it has a file").to_owned();
    session.apply(0, &new_service("Billing", &[0])).expect("possible");
    session.save_as(&path).expect("writable");
    session.apply(0, &new_service("Orders", &[1])).expect("possible");
    assert_eq!(Session::open(&path).expect("whole").proposals(), session.proposals());
    assert!(session.save_as(&folder.path().join("missing/shop.seamline")).is_err());
    assert_eq!(session.path(), Some(path.as_path()));
    let left: Vec<_> = folder.path().read_dir().expect("a folder").collect();
    assert_eq!(left.len(), 1, "nothing is left beside the file");
}
