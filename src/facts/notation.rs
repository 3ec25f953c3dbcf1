//! The small text notation for facts that fixtures, dumps and bug reports share.
//!
//! ```text
//! module billing/invoice.rb  120 lines
//! table  invoices
//! billing/invoice.rb writes invoices
//! orders/cart.rb#add calls billing/invoice.rb#draft
//! orders keys invoices
//! commit ada billing/invoice.rb orders/cart.rb
//! ```
//!
//! One fact a line; `#` after a path names a function. Modules, tables, functions and authors that a line
//! mentions exist from then on, so a fixture says only what it is about. Lines are numbered as they stand, and
//! those numbers are the facts' evidence.

use std::fmt::Write as _;

use rustc_hash::FxHashMap;

use super::{
    Access, AccessMode, Author, Call, CallKind, Certainty, ColumnKey, Commit, EntryKind,
    EntryPoint, EntryPointId, Facts, ForeignKey, Function, FunctionId, Join, KeyOrigin, Module,
    ModuleId, Place, Recorder, RuntimeAccess, RuntimeCall, RuntimeEntry, Table, TableId, Team,
    Timing, Via, Visibility, ids::AuthorId, transactions,
};

/// A line of the notation that says nothing known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct NotationError {
    pub line: u32,
    pub message: String,
}

/// Reads facts from the notation.
///
/// # Errors
/// The first line that is not understood, with what was expected.
pub fn parse(text: &str) -> Result<Facts, NotationError> {
    let mut reader = Reader::default();
    for (line, number) in text.lines().zip(1..) {
        let words: Vec<&str> = line.split_whitespace().collect();
        reader.line(&words, number).map_err(|message| NotationError { line: number, message })?;
    }
    let mut facts = reader.facts.canonical();
    facts.transactions = transactions::trace(&facts);
    Ok(facts)
}

#[derive(Default)]
struct Reader {
    facts: Facts,
    modules: FxHashMap<String, ModuleId>,
    functions: FxHashMap<(ModuleId, String), FunctionId>,
    tables: FxHashMap<String, TableId>,
    authors: FxHashMap<String, AuthorId>,
}

impl Reader {
    fn line(&mut self, words: &[&str], line: u32) -> Result<(), String> {
        match words {
            [] => {}
            ["module", path, rest @ ..] => {
                let module = self.module(path).index();
                if let [lines, "lines"] = rest {
                    self.facts.modules[module].lines = lines
                        .parse()
                        .map_err(|error| format!("`{lines}` is no number of lines: {error}"))?;
                }
            }
            ["table", name, columns @ ..] => {
                let table = self.table(name).index();
                for column in columns {
                    self.facts.tables[table].columns.push(super::Column {
                        name: (*column).to_owned(),
                        data_type: String::new(),
                        nullable: true,
                        key: ColumnKey::None,
                    });
                }
            }
            ["commit", author, paths @ ..] => self.commit(author, paths, line),
            ["team", name, paths @ ..] => {
                let modules = paths.iter().map(|path| self.module(path)).collect();
                self.facts.teams.push(Team { name: (*name).to_owned(), modules });
            }
            ["entry", kind, place, route @ ..] => {
                let kind = entry_kind(kind)?;
                let (module, function) = self.place(place);
                let route = route.join(" ");
                self.facts.entry_points.push(EntryPoint { module, function, kind, route });
            }
            [place, "opens", "transaction"] => {
                let (_, function) = self.place(place);
                let function = function.ok_or("only a function opens a transaction")?;
                self.facts.functions[function.index()].transaction = Some("transaction".to_owned());
            }
            [place, "joins", a, b] => {
                let (module, function) = self.place(place);
                let (table_a, table_b) = (self.table(a), self.table(b));
                self.facts.joins.push(Join { module, function, line, table_a, table_b });
            }
            [from, verb @ ("keys" | "implies"), to] => self.key(from, verb, to, line),
            [place, "ran", count, rest @ ..] => self.ran(place, count, rest)?,
            [place, verb @ ("reads" | "writes"), tables @ ..] => {
                let mode = if *verb == "reads" { AccessMode::Read } else { AccessMode::Write };
                let (module, function) = self.place(place);
                for table in tables {
                    let table = self.table(table);
                    let via = Via::Sql;
                    self.facts.accesses.push(Access { module, function, table, mode, line, via });
                }
            }
            [from, verb, targets @ ..] if !targets.is_empty() => {
                let kind = call_kind(verb)?;
                for to in targets {
                    self.call(from, kind, to, line);
                }
            }
            _ => return Err(format!("`{}` is no fact", words.join(" "))),
        }
        Ok(())
    }

    fn call(&mut self, from: &str, kind: CallKind, to: &str, line: u32) {
        let (from_module, from_function) = self.place(from);
        let (to_module, to_function) = self.place(to);
        self.facts.calls.push(Call {
            from_module,
            from_function,
            to_module,
            to_function,
            kind,
            line,
            certainty: Certainty::Exact,
            in_loop: false,
        });
    }

    /// `A ran 12 B`, `A ran 12 reads T`, `A ran 12` for an entry point; `- ran 12 writes T` where only the database
    /// counted. Each took a millisecond.
    fn ran(&mut self, from: &str, count: &str, rest: &[&str]) -> Result<(), String> {
        let count: u64 = count.parse().map_err(|error| format!("`{count}`: {error}"))?;
        let timing = Timing { count, total_us: count * 1000, p95_us: Some(1000) };
        let module = (from != "-").then(|| self.place(from));
        let entries = &self.facts.entry_points;
        let entry = module.and_then(|(module, function)| {
            entries.iter().position(|it| it.module == module && it.function == function)
        });
        let entry_point = entry.map(EntryPointId::at);
        let module = module.map(|(module, _)| module);
        let service = String::new();
        match (rest, module, entry_point) {
            ([], _, Some(entry_point)) => {
                self.facts.runtime.entries.push(RuntimeEntry { entry_point, service, timing });
            }
            ([to], Some(from), _) => {
                let to = self.module(to);
                self.facts.runtime.calls.push(RuntimeCall { from, to, service, timing });
            }
            ([verb @ ("reads" | "writes"), table], ..) => {
                let table = self.table(table);
                let mode = if *verb == "reads" { AccessMode::Read } else { AccessMode::Write };
                let recorder =
                    if module.is_some() { Recorder::Trace } else { Recorder::Statistics };
                let access =
                    RuntimeAccess { module, entry_point, table, mode, recorder, service, timing };
                self.facts.runtime.accesses.push(access);
            }
            _ => return Err(format!("`{}` did not run", rest.join(" "))),
        }
        Ok(())
    }

    fn key(&mut self, from: &str, verb: &str, to: &str, line: u32) {
        let (from, to) = (self.table(from), self.table(to));
        let column = format!("{}_id", self.facts.tables[to.index()].name);
        let origin = if verb == "keys" {
            KeyOrigin::Declared { constraint: String::new() }
        } else {
            KeyOrigin::Implied { reason: "the notation says so".to_owned() }
        };
        self.facts.foreign_keys.push(ForeignKey {
            from,
            columns: vec![column],
            to,
            to_columns: vec!["id".to_owned()],
            origin,
            place: Place::new("notation", line),
        });
    }

    fn commit(&mut self, author: &str, paths: &[&str], line: u32) {
        let mut modules = Vec::new();
        let mut tables = Vec::new();
        for path in paths {
            match self.tables.get(*path) {
                Some(table) => tables.push(*table),
                None => modules.push(self.module(path)),
            }
        }
        let author = self.author(author);
        self.facts.commits.push(Commit {
            id: format!("{line:040x}"),
            time: i64::from(line) * 86_400,
            author,
            bulk: None,
            files: u32::try_from(paths.len()).unwrap_or(u32::MAX),
            modules,
            tables,
            set: line,
            release: None,
        });
    }

    fn place(&mut self, place: &str) -> (ModuleId, Option<FunctionId>) {
        match place.split_once('#') {
            None => (self.module(place), None),
            Some((path, name)) => {
                let module = self.module(path);
                let functions = &mut self.facts.functions;
                let id = *self.functions.entry((module, name.to_owned())).or_insert_with(|| {
                    let line = u32::try_from(functions.len() + 1).unwrap_or(u32::MAX);
                    functions.push(Function {
                        module,
                        name: name.to_owned(),
                        line,
                        end_line: line,
                        visibility: Visibility::Public,
                        signature: "()".to_owned(),
                        transaction: None,
                    });
                    FunctionId::at(functions.len() - 1)
                });
                (module, Some(id))
            }
        }
    }

    fn module(&mut self, path: &str) -> ModuleId {
        let modules = &mut self.facts.modules;
        *self.modules.entry(path.to_owned()).or_insert_with(|| {
            modules.push(Module {
                path: path.to_owned(),
                language: language_of(path).to_owned(),
                lines: 100,
                package: path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned(),
            });
            ModuleId::at(modules.len() - 1)
        })
    }

    fn table(&mut self, full_name: &str) -> TableId {
        let tables = &mut self.facts.tables;
        *self.tables.entry(full_name.to_owned()).or_insert_with(|| {
            let (schema, name) = full_name.split_once('.').unwrap_or(("", full_name));
            tables.push(Table {
                schema: schema.to_owned(),
                name: name.to_owned(),
                kind: super::TableKind::Table,
                columns: Vec::new(),
                sources: Vec::new(),
            });
            TableId::at(tables.len() - 1)
        })
    }

    fn author(&mut self, name: &str) -> AuthorId {
        let authors = &mut self.facts.authors;
        *self.authors.entry(name.to_owned()).or_insert_with(|| {
            let email = format!("{name}@example.org");
            authors.push(Author { name: name.to_owned(), email, bot: false });
            AuthorId::at(authors.len() - 1)
        })
    }
}

fn call_kind(verb: &str) -> Result<CallKind, String> {
    CallKind::ALL
        .into_iter()
        .find(|kind| verb_of(*kind) == verb)
        .ok_or_else(|| format!("`{verb}` is no verb between modules"))
}

fn verb_of(kind: CallKind) -> &'static str {
    match kind {
        CallKind::Call => "calls",
        CallKind::Construct => "constructs",
        CallKind::Inherit => "inherits",
        CallKind::Type => "uses",
        CallKind::Import => "imports",
    }
}

fn entry_kind(word: &str) -> Result<EntryKind, String> {
    [EntryKind::Http, EntryKind::Message, EntryKind::Job, EntryKind::Command, EntryKind::Main]
        .into_iter()
        .find(|kind| kind.word() == word)
        .ok_or_else(|| format!("`{word}` is no kind of entry point"))
}

fn language_of(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("java") => "Java",
        Some("rb") => "Ruby",
        Some("py") => "Python",
        Some("rs") => "Rust",
        _ => "Other",
    }
}

/// Writes facts in the notation: what [`parse`] reads back to the same modules, tables and relations.
#[must_use]
pub fn print(facts: &Facts) -> String {
    let mut text = String::new();
    let place = |module: ModuleId, function: Option<FunctionId>| match function {
        Some(id) => format!("{}#{}", facts.module(module).path, facts.function(id).name),
        None => facts.module(module).path.clone(),
    };
    let mut line = |fact: std::fmt::Arguments<'_>| {
        writeln!(text, "{fact}").expect("writing to a string cannot fail");
    };
    for module in &facts.modules {
        line(format_args!("module {} {} lines", module.path, module.lines));
    }
    for table in &facts.tables {
        let columns: String =
            table.columns.iter().map(|column| format!(" {}", column.name)).collect();
        line(format_args!("table {}{columns}", table.full_name()));
    }
    for call in &facts.calls {
        let from = place(call.from_module, call.from_function);
        let to = place(call.to_module, call.to_function);
        line(format_args!("{from} {} {to}", verb_of(call.kind)));
    }
    for access in &facts.accesses {
        let verb = if access.mode == AccessMode::Read { "reads" } else { "writes" };
        let from = place(access.module, access.function);
        line(format_args!("{from} {verb} {}", facts.table(access.table).full_name()));
    }
    for key in &facts.foreign_keys {
        let verb =
            if matches!(key.origin, KeyOrigin::Declared { .. }) { "keys" } else { "implies" };
        let (from, to) = (facts.table(key.from).full_name(), facts.table(key.to).full_name());
        line(format_args!("{from} {verb} {to}"));
    }
    for join in &facts.joins {
        let (a, b) = (facts.table(join.table_a).full_name(), facts.table(join.table_b).full_name());
        line(format_args!("{} joins {a} {b}", place(join.module, join.function)));
    }
    for function in facts.functions.iter().filter(|function| function.transaction.is_some()) {
        let path = &facts.module(function.module).path;
        line(format_args!("{path}#{} opens transaction", function.name));
    }
    for entry in &facts.entry_points {
        let at = place(entry.module, entry.function);
        line(format_args!("entry {} {at} {}", entry.kind.word(), entry.route));
    }
    for team in &facts.teams {
        let paths: String =
            team.modules.iter().map(|id| format!(" {}", facts.module(*id).path)).collect();
        line(format_args!("team {}{paths}", team.name));
    }
    for commit in &facts.commits {
        let author = &facts.authors[commit.author.index()].name;
        let modules = commit.modules.iter().map(|id| format!(" {}", facts.module(*id).path));
        let tables = commit.tables.iter().map(|id| format!(" {}", facts.table(*id).full_name()));
        let changed: String = modules.chain(tables).collect();
        line(format_args!("commit {author}{changed}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn what_is_printed_reads_back_the_same() {
        let text = "\
module billing/invoice.rb 120 lines
module orders/cart.rb 100 lines
table invoices id total
table orders
billing/invoice.rb writes invoices
orders/cart.rb#add calls billing/invoice.rb#draft
orders keys invoices
entry http orders/cart.rb#add POST /cart
commit ada billing/invoice.rb orders/cart.rb
";
        let facts = parse(text).expect("a good notation");
        let printed = print(&facts);
        assert_eq!(print(&parse(&printed).expect("what we print")), printed);
        assert_eq!(facts.modules.len(), 2);
        assert_eq!(facts.module(facts.calls[0].to_module).path, "billing/invoice.rb");
    }

    #[test]
    fn a_line_that_is_no_fact_is_named() {
        let error = parse("module a.rb\na.rb loves b.rb").expect_err("not a verb");
        assert_eq!(error.to_string(), "line 2: `loves` is no verb between modules");
    }
}
