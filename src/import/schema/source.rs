//! Which files say something about a schema, which of them belong together, and what each set gives.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use super::{
    Schema, alembic,
    catalog::Catalog,
    dialect::{Dialect, Score},
    django, ef, encoding, laravel, liquibase,
    merge::{Part, Trust},
    migrations::{self, Role, Version},
    prisma, rails,
    script::{self, FileReading},
    sql_in_code, sqlite_file, templated,
};
use crate::{
    facts::{SourceKind, Warning},
    import::progress::{Phase, Watch},
};

/// How much of a script is looked at to guess its dialect.
const HEAD: u64 = 64 * 1024;

/// The largest file of a framework that is read; generated code may be larger, and says nothing of a schema.
const LARGEST_TEXT: u64 = 32 * 1024 * 1024;

/// A kind of file that says something about a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Format {
    Sql,
    /// A template that makes SQL, if it does.
    Template,
    SqliteFile,
    RailsSchema,
    RailsMigration,
    Prisma,
    Django,
    /// A model snapshot or migration of Entity Framework.
    EntityFramework,
    /// A revision of Alembic; its text tells.
    Alembic,
    /// A migration in PHP.
    Laravel,
    /// A migration in TypeScript or JavaScript.
    SqlInCode,
    /// What may be a change log of Liquibase; its beginning tells.
    Liquibase,
}

impl Format {
    /// What a path's end says.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let lower = path.to_ascii_lowercase();
        let name = lower.rsplit('/').next().unwrap_or(&lower);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension {
            "sql" | "ddl" | "pgsql" | "psql" | "mysql" | "tsql" => Some(Self::Sql),
            _ if templated::may_be(&lower) => Some(Self::Template),
            "db" | "sqlite" | "sqlite3" | "db3" | "s3db" if !name.ends_with(".h2.db") => {
                Some(Self::SqliteFile)
            }
            "xml" | "yaml" | "yml" | "json" if may_be_change_log(&lower) => Some(Self::Liquibase),
            "prisma" => Some(Self::Prisma),
            "ts" | "js" | "mjs" | "cjs" => script_file(&lower, name),
            "py" => python_file(&lower, name),
            "rb" => rails_file(&lower, name),
            "cs" => entity_framework_file(&lower, name),
            "php" => php_file(&lower, name),
            _ => None,
        }
    }
}

/// `Migrations/20200101_First.cs`, `Migrations/ShopContextModelSnapshot.cs`. What a designer keeps beside a migration
/// is the model as it was then.
fn entity_framework_file(path: &str, name: &str) -> Option<Format> {
    if name.ends_with("modelsnapshot.cs") {
        return Some(Format::EntityFramework);
    }
    let in_folder = path.strip_suffix(name)?.split('/').any(|folder| folder.contains("migrations"));
    let dated = name.chars().take_while(char::is_ascii_digit).count() >= 6;
    (in_folder && dated && !name.ends_with(".designer.cs")).then_some(Format::EntityFramework)
}

/// `database/migrations/2020_01_01_000000_x.php`, `migrations/2020/Version20200101.php`.
fn php_file(path: &str, name: &str) -> Option<Format> {
    let mut folders = path.strip_suffix(name)?.split('/').rev().skip(1).take(3);
    let dated = name.contains(|c: char| c.is_ascii_digit());
    (dated && folders.any(|folder| matches!(folder, "migrations" | "migration")))
        .then_some(Format::Laravel)
}

/// `migrations/Migration20200101.ts`.
fn script_file(path: &str, name: &str) -> Option<Format> {
    let own = path.strip_suffix(name)?.trim_end_matches('/').rsplit('/').next()?;
    (matches!(own, "migrations" | "migration") && !name.ends_with(".d.ts"))
        .then_some(Format::SqlInCode)
}

/// `app/migrations/0001_x.py`, `alembic/versions/1a2b_x.py`.
fn python_file(path: &str, name: &str) -> Option<Format> {
    let own = path.strip_suffix(name)?.trim_end_matches('/').rsplit('/').next()?;
    match own {
        "migrations" if name != "__init__.py" => Some(Format::Django),
        "versions" => Some(Format::Alembic),
        _ => None,
    }
}

fn may_be_change_log(path: &str) -> bool {
    ["changelog", "liquibase", "changeset", "migration", "/changes/", "/db/"]
        .iter()
        .any(|word| path.contains(word))
}

/// `db/schema.rb`, `db/queue_schema.rb`, `db/migrate/2020_x.rb`.
fn rails_file(path: &str, name: &str) -> Option<Format> {
    let folder = path.strip_suffix(name)?.trim_end_matches('/');
    let own = folder.rsplit('/').next().unwrap_or(folder);
    if own == "db" && name.ends_with("schema.rb") {
        return Some(Format::RailsSchema);
    }
    let migrate = own == "migrate" || own.ends_with("_migrate");
    (migrate && name.starts_with(|c: char| c.is_ascii_digit())).then_some(Format::RailsMigration)
}

/// A file or text to read.
pub(crate) struct Source<'a> {
    pub path: String,
    format: Format,
    content: Content<'a>,
}

enum Content<'a> {
    File(PathBuf),
    Text(&'a str),
}

impl<'a> Source<'a> {
    /// A file below `root`, or anywhere if its path is absolute. What leads out of `root` through a link is left
    /// out.
    pub(crate) fn file(root: &Path, path: &str) -> Option<Self> {
        let format = Format::of(path)?;
        let file = root.join(path);
        let absolute = Path::new(path).is_absolute();
        if !absolute {
            let inside = file.canonicalize().ok()?.starts_with(root.canonicalize().ok()?);
            if !inside {
                return None;
            }
        }
        Some(Self { path: path.replace('\\', "/"), format, content: Content::File(file) })
    }

    pub(crate) fn text(path: &str, text: &'a str) -> Option<Self> {
        let format = Format::of(path)?;
        Some(Self { path: path.to_owned(), format, content: Content::Text(text) })
    }

    /// A schema as a database's own client dumps it, under any name.
    pub(crate) fn dump(name: &str, text: &'a str) -> Self {
        Self { path: name.to_owned(), format: Format::Sql, content: Content::Text(text) }
    }

    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        let input: Box<dyn Read + '_> = match &self.content {
            Content::File(file) => Box::new(encoding::as_utf8(File::open(file)?)?),
            Content::Text(text) => Box::new(text.as_bytes()),
        };
        if self.format != Format::Template {
            return Ok(input);
        }
        let mut bytes = Vec::new();
        input.take(LARGEST_TEXT).read_to_end(&mut bytes)?;
        let sql = templated::sql(&self.path, &String::from_utf8_lossy(&bytes)).unwrap_or_default();
        Ok(Box::new(io::Cursor::new(sql)))
    }

    fn beginning(&self, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open()?.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn whole(&self) -> io::Result<String> {
        let bytes = self.beginning(LARGEST_TEXT)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

/// Files that are read in a row into one catalog.
struct Set {
    /// Indexes into the sources.
    files: Vec<usize>,
    reader: Reader,
    kind: SourceKind,
    trust: Trust,
    dialect: Dialect,
}

/// How the files of a set are read.
#[derive(Clone, Copy)]
enum Reader {
    Script,
    SqliteFile,
    /// Each file for itself, from its text and path.
    Text(fn(&str, &str, Dialect) -> FileReading),
    /// All files together, each as its text and path.
    Texts(fn(&[(String, String)]) -> Vec<FileReading>),
}

/// Reads all sources, set by set, and puts warnings and reports into the schema.
pub(crate) fn parts(sources: &[Source<'_>], watch: &dyn Watch, schema: &mut Schema) -> Vec<Part> {
    let mut scripts = Vec::new();
    let mut sets = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        if !matches!(source.format, Format::Sql | Format::Template | Format::SqliteFile) {
            continue;
        }
        let beginning = match source.beginning(HEAD) {
            Ok(beginning) => beginning,
            Err(error) => {
                schema.warnings.push(unreadable(source, &error));
                continue;
            }
        };
        if source.format == Format::Template && beginning.is_empty() {
            continue;
        }
        if source.format != Format::SqliteFile {
            scripts.push((index, beginning));
        } else if beginning.starts_with(sqlite_file::MAGIC) {
            sets.push(Set {
                files: vec![index],
                reader: Reader::SqliteFile,
                kind: SourceKind::SqliteFile,
                trust: Trust::Script,
                dialect: Dialect::Sqlite,
            });
        }
    }
    sets.extend(script_sets(sources, scripts, schema));
    sets.extend(rails_sets(sources));
    sets.extend(liquibase_set(sources));
    sets.extend(laravel_set(sources));
    sets.extend(entity_framework_sets(sources));
    sets.extend(together(sources, Format::Django, Reader::Texts(django::read)));
    let revisions = by_folder(sources, Format::Alembic, Reader::Texts(alembic::read));
    sets.extend(revisions.into_iter().map(|set| Set { kind: SourceKind::Migration, ..set }));
    let in_code = by_folder(sources, Format::SqlInCode, Reader::Text(sql_in_code::read));
    sets.extend(in_code.into_iter().map(|set| Set { kind: SourceKind::Migration, ..set }));
    sets.extend(by_folder(sources, Format::Prisma, Reader::Texts(prisma::read)));
    let total: usize = sets.iter().map(|set| set.files.len()).sum();
    let mut done = 0;
    let mut parts = Vec::new();
    for set in sets {
        if watch.cancelled() {
            break;
        }
        watch.progress(Phase::Schema, done, total);
        done += set.files.len();
        parts.push(read_set(sources, &set, watch, schema));
    }
    watch.progress(Phase::Schema, done, total);
    parts
}

fn unreadable(source: &Source<'_>, error: &io::Error) -> Warning {
    let place = crate::facts::Place::new(source.path.clone(), 0);
    Warning::new(place, format!("the file can't be read: {error}"), "see whether it may be read")
}

fn read_set(sources: &[Source<'_>], set: &Set, watch: &dyn Watch, schema: &mut Schema) -> Part {
    let mut catalog = Catalog::new(set.dialect, set.kind);
    if let Reader::Texts(read) = set.reader {
        let texts = set.files.iter().filter_map(|&index| {
            let source = &sources[index];
            match source.whole() {
                Ok(text) => Some((text, source.path.clone())),
                Err(error) => {
                    schema.warnings.push(unreadable(source, &error));
                    None
                }
            }
        });
        let texts: Vec<(String, String)> = texts.collect();
        apply(read(&texts), &mut catalog, schema);
        return Part { catalog, trust: set.trust };
    }
    let readings: Vec<FileReading> = set
        .files
        .par_iter()
        .filter(|_| !watch.cancelled())
        .map(|&index| read_one(&sources[index], set))
        .collect();
    apply(readings, &mut catalog, schema);
    Part { catalog, trust: set.trust }
}

fn apply(readings: Vec<FileReading>, catalog: &mut Catalog, schema: &mut Schema) {
    for reading in readings {
        catalog.begin_file();
        for (change, place) in reading.changes {
            catalog.apply(change, &place);
        }
        let entities = reading.entities.into_iter();
        schema.entities.extend(entities.map(|(class, table)| (class, table.full())));
        schema.warnings.extend(reading.warnings);
        schema.reports.push(reading.report);
    }
}

fn read_one(source: &Source<'_>, set: &Set) -> FileReading {
    let dialect = set.dialect;
    let read = match (set.reader, &source.content) {
        (Reader::SqliteFile, Content::File(file)) => return sqlite_file::read(file, &source.path),
        (Reader::Text(read), _) => source.whole().map(|text| read(&text, &source.path, dialect)),
        _ => source.open().map(|input| script::read(input, &source.path, dialect)),
    };
    read.unwrap_or_else(|error| {
        let mut reading = FileReading::new(&source.path, dialect.name());
        reading.warnings.push(unreadable(source, &error));
        reading
    })
}

/// Rails keeps its schema in one file; migrations count only where there is none beside them.
fn rails_sets(sources: &[Source<'_>]) -> Vec<Set> {
    let mut sets = Vec::new();
    let mut migrations: Vec<(&str, usize)> = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let (folder, name) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
        match source.format {
            Format::RailsSchema => sets.push(Set {
                files: vec![index],
                reader: Reader::Text(rails::read),
                kind: SourceKind::Dump,
                trust: Trust::Dump,
                dialect: Dialect::Unknown,
            }),
            Format::RailsMigration => {
                let stem = folder.strip_suffix("migrate").unwrap_or(folder);
                let kept = ["schema.rb", "structure.sql"].iter().any(|file| {
                    let path = format!("{stem}{file}");
                    sources.binary_search_by(|other| other.path.as_str().cmp(&path)).is_ok()
                });
                if !kept {
                    migrations.push((name, index));
                }
            }
            _ => {}
        }
    }
    // The engines of an application share its database, and their migrations one row.
    migrations.sort();
    if !migrations.is_empty() {
        sets.push(Set {
            files: migrations.into_iter().map(|(_, index)| index).collect(),
            reader: Reader::Text(rails::read),
            kind: SourceKind::Migration,
            trust: Trust::Migrations,
            dialect: Dialect::Unknown,
        });
    }
    sets
}

/// All change logs together; they find each other. SQL files beside them may be theirs.
fn liquibase_set(sources: &[Source<'_>]) -> Option<Set> {
    let is_log = |source: &Source<'_>| {
        source.format == Format::Liquibase
            && source
                .beginning(HEAD)
                .is_ok_and(|head| String::from_utf8_lossy(&head).contains("databaseChangeLog"))
    };
    let files: Vec<usize> =
        sources.iter().enumerate().filter(|(_, source)| is_log(source)).map(|(at, _)| at).collect();
    (!files.is_empty()).then_some(Set {
        files,
        reader: Reader::Texts(liquibase::read),
        kind: SourceKind::Migration,
        trust: Trust::Migrations,
        dialect: Dialect::Unknown,
    })
}

/// A snapshot is the schema of today; migrations count only where there is none beside them, each folder a row.
fn entity_framework_sets(sources: &[Source<'_>]) -> Vec<Set> {
    let is_snapshot = |path: &str| path.to_ascii_lowercase().ends_with("modelsnapshot.cs");
    let mut sets = Vec::new();
    for set in by_folder(sources, Format::EntityFramework, Reader::Text(ef::read)) {
        let dialect = set.files.iter().rev().find_map(|at| {
            let text = sources[*at].whole().ok()?;
            Some(ef::dialect_of(&text)).filter(|dialect| *dialect != Dialect::Unknown)
        });
        let dialect = dialect.unwrap_or_default();
        let snapshots: Vec<usize> =
            set.files.iter().copied().filter(|at| is_snapshot(&sources[*at].path)).collect();
        if snapshots.is_empty() {
            sets.push(Set { kind: SourceKind::Migration, dialect, ..set });
        }
        // Each context has a snapshot of its own.
        sets.extend(snapshots.into_iter().map(|at| Set {
            files: vec![at],
            reader: set.reader,
            kind: SourceKind::OrmModel,
            trust: Trust::Dump,
            dialect,
        }));
    }
    sets
}

/// The packages of an application share its database, and their migrations one row, ordered by file name.
fn laravel_set(sources: &[Source<'_>]) -> Option<Set> {
    let mut set = together(sources, Format::Laravel, Reader::Text(laravel::read))?;
    let name = |at: &usize| sources[*at].path.rsplit('/').next().unwrap_or_default().to_owned();
    set.files.sort_by_cached_key(|at| (name(at), sources[*at].path.clone()));
    Some(set)
}

/// All files of a format in one set.
fn together(sources: &[Source<'_>], format: Format, reader: Reader) -> Option<Set> {
    let files: Vec<usize> = (0..sources.len()).filter(|&at| sources[at].format == format).collect();
    (!files.is_empty()).then_some(Set {
        files,
        reader,
        kind: SourceKind::Migration,
        trust: Trust::Migrations,
        dialect: Dialect::Unknown,
    })
}

/// One set for each folder that holds files of a format.
fn by_folder(sources: &[Source<'_>], format: Format, reader: Reader) -> Vec<Set> {
    let mut folders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, source) in sources.iter().enumerate().filter(|(_, one)| one.format == format) {
        let folder = source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        folders.entry(folder).or_default().push(index);
    }
    let set = |files| Set {
        files,
        reader,
        kind: SourceKind::OrmModel,
        trust: Trust::Migrations,
        dialect: Dialect::Unknown,
    };
    folders.into_values().map(set).collect()
}

/// A script with what its beginning says.
struct Script {
    index: usize,
    score: Score,
    /// Whether a database wrote it.
    dumped: bool,
}

/// Puts scripts into sets: rows of migrations, and each other script for itself.
fn script_sets(
    sources: &[Source<'_>],
    scripts: Vec<(usize, Vec<u8>)>,
    schema: &mut Schema,
) -> Vec<Set> {
    let mut rows: BTreeMap<String, Vec<(Version, Script)>> = BTreeMap::new();
    let mut single = Vec::new();
    let mut whole = Score::default();
    for (index, beginning) in scripts {
        let path = &sources[index].path;
        if beginning.contains(&0) {
            schema.warnings.push(Warning::new(
                crate::facts::Place::new(path.clone(), 0),
                "the file is no text, though its name says that it is a script",
                "give it as plain SQL, if it is a dump: pg_dump -s, mysqldump --no-data",
            ));
            continue;
        }
        let head = String::from_utf8_lossy(&beginning);
        let score = Dialect::score(path, &head);
        whole.iter_mut().zip(score).for_each(|(total, one)| *total += one);
        let script = Script { index, score, dumped: is_dumped(&head) };
        match migrations::role(path) {
            Role::Undo => {}
            Role::Script => single.push(script),
            Role::Migration { folder, version } => {
                rows.entry(folder).or_default().push((version, script));
            }
        }
    }
    let fallback = Dialect::best(&whole);
    let mut sets = Vec::new();
    for (folder, mut row) in rows {
        row.sort_by(|(a, x), (b, y)| (a, &sources[x.index].path).cmp(&(b, &sources[y.index].path)));
        let scripts: Vec<Script> = row.into_iter().map(|(_, script)| script).collect();
        let named = migrations::is_named_so(&folder);
        let migrates = named || scripts.len() > 1;
        sets.push(set_of(&scripts, migrates, fallback));
    }
    sets.extend(single.into_iter().map(|script| set_of(&[script], false, fallback)));
    sets
}

fn set_of(scripts: &[Script], migrates: bool, fallback: Dialect) -> Set {
    let mut score = Score::default();
    for script in scripts {
        score.iter_mut().zip(script.score).for_each(|(total, one)| *total += one);
    }
    let dialect = match Dialect::best(&score) {
        Dialect::Unknown => fallback,
        known => known,
    };
    let dumped = scripts.iter().all(|script| script.dumped);
    let (kind, trust) = match (migrates, dumped) {
        (true, _) => (SourceKind::Migration, Trust::Migrations),
        (false, true) => (SourceKind::Dump, Trust::Dump),
        (false, false) => (SourceKind::Dump, Trust::Script),
    };
    let files = scripts.iter().map(|script| script.index).collect();
    Set { files, reader: Reader::Script, kind, trust, dialect }
}

/// Whether a database's own tool wrote the script.
fn is_dumped(head: &str) -> bool {
    let begin = head.chars().take(2000).collect::<String>().to_lowercase();
    ["postgresql database dump", "mysql dump", "mariadb dump", "host:", "script date:"]
        .iter()
        .any(|sign| begin.contains(sign))
}
