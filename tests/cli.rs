//! The command line as scripts see it: what is printed, which exit status, and that nothing acknowledged is lost.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
};

use assert_cmd::cargo::cargo_bin;
use pretty_assertions::assert_eq;
use seamline::session::Session;
use tempfile::TempDir;

const ORDER: &str = "package shop;\nclass Order { Customer owner() { return new Customer(); } }\n";
const CUSTOMER: &str = "package shop;\nclass Customer { }\n";
const SCHEMA: &str = "CREATE TABLE customers (id INT PRIMARY KEY);\n\
    CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT REFERENCES customers (id));\n";

/// A folder with files in it.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let root = tempfile::tempdir().expect("a folder");
    for (path, bytes) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    root
}

fn shop() -> TempDir {
    folder(&[
        ("src/Order.java", ORDER.as_bytes()),
        ("src/Customer.java", CUSTOMER.as_bytes()),
        ("db/schema.sql", SCHEMA.as_bytes()),
    ])
}

/// What a run of the program left behind.
struct Ran {
    status: i32,
    data: String,
    messages: String,
}

/// Runs the program in a folder, without a screen.
fn run(place: &Path, arguments: &[&str]) -> Ran {
    let output = Command::new(cargo_bin("seamline"))
        .args(arguments)
        .current_dir(place)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .expect("the program runs");
    Ran {
        status: output.status.code().expect("an exit status"),
        data: String::from_utf8(output.stdout).expect("UTF-8"),
        messages: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// Runs the program, which has to end well, and answers what it printed as data.
fn done(place: &Path, arguments: &[&str]) -> String {
    let ran = run(place, arguments);
    assert_eq!(ran.status, 0, "{arguments:?} said {}", ran.messages);
    ran.data
}

#[test]
fn a_monolith_is_imported_proposed_moved_scored_and_exported() {
    let root = shop();
    let at = root.path();
    done(at, &["import", ".", "-o", "shop.seamline"]);
    assert_eq!(
        done(at, &["dump", "shop.seamline", "dependencies"]),
        "from,to,calls,constructs,inherits,types,imports\n\
         src/Order.java,src/Customer.java,0,1,0,1,0\n"
    );
    assert_eq!(
        done(at, &["dump", "shop.seamline", "foreign-keys"]),
        "table,columns,to_table,to_columns,origin\norders,customer_id,customers,id,declared\n"
    );
    let proposed = done(at, &["propose", "shop.seamline", "--name", "first"]);
    assert_eq!(proposed.lines().count(), 5, "a header and one row a piece: {proposed}");
    done(at, &["place", "shop.seamline", "orders", "--into", "Ordering", "--new"]);
    let split = done(at, &["export", "shop.seamline", "--format", "csv"]);
    assert!(split.contains("orders,table,Ordering\n"), "{split}");
    let score = done(at, &["score", "shop.seamline", "--format", "json"]);
    let score: serde_json::Value = serde_json::from_str(&score).expect("JSON");
    assert_eq!(score["figures"]["cut_declared_keys"], 1, "{score}");
}

#[test]
fn larger_questions_are_answered_and_a_proposal_stays_near_another() {
    let shop = shop();
    let at = shop.path();
    done(at, &["import", ".", "-o", "shop.seamline"]);
    done(at, &["propose", "shop.seamline", "--name", "one", "--lock", "customers=People"]);
    let near = done(at, &["propose", "shop.seamline", "--name", "two", "--from", "one"]);
    assert!(near.contains("customers,table,People\n"), "{near}");
    let owners = ["suggest", "shop.seamline", "--proposal", "one", "--owner", "customers"];
    assert!(done(at, &owners).contains("customers"));
    let circles = ["suggest", "shop.seamline", "--proposal", "one", "--cycles", "packages"];
    assert_eq!(done(at, &circles), "there are no circles among packages\n");
    let small = run(at, &["propose", ".", "--name", "x", "--smallest", "9", "--largest", "3"]);
    assert_eq!(small.status, 2, "{}", small.messages);
}

#[test]
fn the_same_folder_gives_the_same_proposal_to_the_byte() {
    let root = shop();
    let propose = |file: &str| {
        done(root.path(), &["import", "src", "--schema", "db/schema.sql", "-o", file]);
        done(root.path(), &["propose", file, "--name", "p"])
    };
    assert_eq!(propose("a.seamline"), propose("b.seamline"));
}

#[test]
fn what_is_wrong_is_said_and_ends_with_the_status_that_belongs_to_it() {
    let root = shop();
    let at = root.path();
    done(at, &["import", ".", "-o", "shop.seamline"]);
    done(at, &["propose", "shop.seamline", "--name", "first"]);
    let check = |arguments: &[&str], status: i32, message: &str| {
        let ran = run(at, arguments);
        assert!(ran.messages.contains(message), "{arguments:?} said {}", ran.messages);
        assert_eq!(ran.status, status, "{arguments:?} said {}", ran.messages);
        assert_eq!(ran.data, "", "{arguments:?}");
    };
    check(&["chekc"], 2, "chekc is no command");
    check(&["gone.seamline"], 1, "gone.seamline");
    check(&["check", "."], 2, "seamline.ron");
    check(&["check", ".", "--proposal", "gone.csv"], 1, "gone.csv");
    check(&["diagnose", "shop.seamline", "--set", "x=1"], 2, "x is no setting");
    check(&["dump", "shop.seamline", "horoscopes"], 2, "possible values: modules");
    check(&["propose", "shop.seamline"], 2, "--name");
    check(&["import", "nowhere"], 1, "nowhere is no folder");
    check(&["score", "nowhere.seamline"], 1, "nowhere.seamline");
    check(&["score", "shop.seamline", "--proposal", "second"], 1, "there is first");
    check(&["place", "shop.seamline", "ordres", "--into", "X", "--new"], 1, "ordres");
    check(&["adopt", "shop.seamline", "--name", "x", "db/schema.sql"], 1, "schema.sql");
    fs::write(at.join("not.seamline"), "this is no database").expect("a file");
    check(&["proposals", "not.seamline"], 1, "not.seamline");
}

#[test]
fn broken_inputs_are_warned_of_with_place_and_hint_and_the_rest_is_imported() {
    let mut noise: Vec<u8> = (0..4096_u32).map(|at| (at * 31 % 251) as u8).collect();
    noise[10] = 0;
    let mut latin = CUSTOMER.as_bytes().to_vec();
    latin.extend(b"// caf\xe9\n");
    let schema = format!("{SCHEMA}CREATE TABLE broken (id INT PRIMARY KEY,, (;\n{SCHEMA_END}");
    let root = folder(&[
        ("src/Order.java", ORDER.as_bytes()),
        ("src/Customer.java", &latin),
        (
            "src/Cut.java",
            b"package shop;\nclass Cut { void a() { new Customer(); } void b() { if (",
        ),
        ("src/Noise.java", &noise),
        ("db/schema.sql", schema.as_bytes()),
    ]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(root.path(), root.path().join("src/loop")).expect("a link");
    let ran = run(root.path(), &["import", ".", "-o", "shop.seamline"]);
    assert_eq!(ran.status, 0, "{}", ran.messages);
    let warnings = done(root.path(), &["dump", "shop.seamline", "warnings"]);
    for place in ["src/Cut.java", "src/Noise.java", "src/Customer.java", "db/schema.sql,3,"] {
        assert!(warnings.contains(place), "no warning about {place}: {warnings}");
    }
    assert!(warnings.contains("history"), "{warnings}");
    let tables = done(root.path(), &["dump", "shop.seamline", "tables"]);
    for table in ["customers", "orders", "refunds"] {
        assert!(tables.contains(&format!("\n{table},")), "{tables}");
    }
    let pairs = done(root.path(), &["dump", "shop.seamline", "dependencies"]);
    assert!(pairs.contains("src/Cut.java,src/Customer.java"), "{pairs}");
    let modules = done(root.path(), &["dump", "shop.seamline", "modules"]);
    assert_eq!(modules.matches("Order.java").count(), 1, "the link was followed: {modules}");
}

const SCHEMA_END: &str = "CREATE TABLE refunds (id INT PRIMARY KEY);\n";

#[test]
fn an_empty_folder_is_said_to_be_empty() {
    let root = folder(&[]);
    let ran = run(root.path(), &["import", ".", "-o", "empty.seamline"]);
    assert_eq!(ran.status, 0);
    assert!(ran.messages.contains("no source code was found here"), "{}", ran.messages);
    let ran = run(root.path(), &["propose", "empty.seamline", "--name", "p"]);
    assert_eq!(ran.status, 1, "there is nothing to propose: {}", ran.messages);
}

#[test]
fn without_a_screen_the_main_job_writes_the_plan_to_files() {
    let root = shop();
    let place = tempfile::tempdir().expect("a folder");
    let ran = run(place.path(), &[root.path().to_str().expect("UTF-8")]);
    assert_eq!(ran.status, 0, "{}", ran.messages);
    assert!(ran.messages.contains("no screen"), "{}", ran.messages);
    for file in ran.data.lines() {
        let size = fs::metadata(place.path().join(file)).expect("the file that was named").len();
        assert!(size > 0, "{file} is empty");
    }
    assert!(ran.data.contains("plan.html") && ran.data.contains("plan.md"), "{}", ran.data);
}

const KILLED: &str = "SEAMLINE_TEST_PROJECT_OF_THE_KILLED";

/// What the next test kills: a program that renames a service again and again and acknowledges each command.
#[test]
#[ignore = "it never ends by itself: the next test starts and kills it"]
fn rename_until_killed() {
    let path = std::env::var_os(KILLED).expect("a project");
    let mut session = Session::open(Path::new(&path)).expect("a project");
    let service = session.proposal(0).expect("a proposal").services[0].id;
    for number in 1.. {
        let name = format!("Name {number}");
        let command = seamline::proposal::command::Command::RenameService { service, name };
        session.apply(0, &command).expect("a command that is stored");
        let mut out = std::io::stdout();
        writeln!(out, "acknowledged {number}").expect("somebody listens");
        out.flush().expect("somebody listens");
    }
}

#[test]
fn a_killed_program_loses_no_acknowledged_command() {
    let root = shop();
    let project = root.path().join("shop.seamline");
    done(root.path(), &["import", ".", "-o", "shop.seamline"]);
    done(root.path(), &["propose", "shop.seamline", "--name", "first"]);
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "rename_until_killed", "--ignored", "--nocapture"])
        .env(KILLED, &project)
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program runs");
    let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut acknowledged = 0;
    for line in lines.map_while(Result::ok) {
        if let Some((_, number)) = line.split_once("acknowledged ") {
            acknowledged = number.parse().expect("a number");
        }
        if acknowledged == 25 {
            child.kill().expect("a running program");
        }
    }
    child.wait().expect("an end");
    let session = Session::open(&project).expect("the project is whole");
    let name = session.proposal(0).expect("the proposal").services[0].name.clone();
    let stored: u32 = name.strip_prefix("Name ").expect("a new name").parse().expect("a number");
    assert!(acknowledged >= 25, "{acknowledged}");
    assert!(
        stored == acknowledged || stored == acknowledged + 1,
        "acknowledged {acknowledged}, stored {stored}"
    );
}

#[test]
fn what_ran_is_imported_beside_the_source_and_kept() {
    let root = shop();
    let at = root.path();
    let statistics = "query,calls,total_exec_time\n\"SELECT * FROM orders\n WHERE id = $1\",40,5\n";
    fs::write(at.join("ran.csv"), statistics).expect("a file");
    let expected = "kind,from,entry_point,to,count,total_ms,p95_ms,static,service,recorder\n\
                    read,,,orders,40,5.000,,0,,statistics\n";
    done(at, &["import", ".", "--traces", "ran.csv", "-o", "shop.seamline"]);
    assert_eq!(done(at, &["dump", "shop.seamline", "runtime"]), expected);
    done(at, &["import", ".", "-o", "shop.seamline"]);
    assert_eq!(done(at, &["dump", "shop.seamline", "runtime"]), expected);
}

#[test]
fn a_database_that_does_not_answer_is_warned_of() {
    let root = shop();
    let address = "postgres://ada:secret@127.0.0.1:1/shop";
    let ran = run(root.path(), &["import", ".", "--schema", address, "-o", "shop.seamline"]);
    assert_eq!(ran.status, 0, "{}", ran.messages);
    assert!(ran.messages.contains("postgres://127.0.0.1:1/shop"), "{}", ran.messages);
    assert!(!ran.messages.contains("secret"), "{}", ran.messages);
}
