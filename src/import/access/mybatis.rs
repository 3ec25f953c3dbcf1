//! MyBatis and iBatis mapper files: modules whose functions are statements.
//!
//! A mapper file takes part in the monolith like code: it inherits the interface that it implements, so that
//! transactions lead through the interface to its statements; it refers to the classes of its parameters and
//! results; and its statements access tables at their own lines.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{
    gather::{At, Code, Gather},
    meaning::{Speech, meaning},
    models::Models,
    sql,
    tables::Tables,
    type_names::TypeNames,
    xml::{self, Element, Node},
};
use crate::facts::{
    Call, CallKind, Certainty, Function, FunctionId, Module, ModuleId, Place, Via, Visibility,
    Warning,
};

/// What mapper files add to the monolith.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mapped {
    pub modules: Vec<Module>,
    pub functions: Vec<Function>,
    pub calls: Vec<Call>,
    pub warnings: Vec<Warning>,
}

/// One mapper file.
struct Mapper {
    path: String,
    root: Element,
    namespace: String,
    /// Code lines, comments and blank lines left out.
    lines: u32,
    last_line: u32,
    text_lines: Vec<u32>,
}

const STATEMENTS: &[&str] = &["select", "insert", "update", "delete", "statement", "procedure"];

/// Attributes that name classes.
const TYPE_ATTRIBUTES: &[&str] = &[
    "resultType",
    "parameterType",
    "type",
    "ofType",
    "javaType",
    "typeHandler",
    "resultClass",
    "parameterClass",
    "class",
];

/// Reads the mapper files among `files`; other files are left alone.
pub(crate) fn read(
    code: Code<'_>,
    types: &TypeNames,
    files: &[(String, String)],
    tables: &mut Tables,
    models: &Models,
    gather: &mut Gather,
) -> Mapped {
    let mut mapped = Mapped::default();
    let mut mappers = Vec::new();
    for (path, text) in files {
        if !(text.contains("<mapper") || text.contains("<sqlMap")) {
            continue;
        }
        let (root, error) = xml::parse(text);
        if let Some(line) = error {
            mapped.warnings.push(Warning::new(
                Place::new(path.as_str(), line),
                "the mapper file is not well-formed XML",
                "what stands before this line was read",
            ));
        }
        let is_mapper = |root: &Element| matches!(root.name.as_str(), "mapper" | "sqlMap");
        if let Some(root) = root.filter(is_mapper) {
            mappers.push(mapper(path, text, root));
        }
    }
    let mut writer =
        Writer { code, tables, models, gather, mapped, types, statements: BTreeMap::new() };
    let first = code.sources.len();
    for (place, mapper) in mappers.iter().enumerate() {
        writer.functions(mapper, ModuleId::at(first + place));
    }
    let fragments = fragments(&mappers);
    for (place, mapper) in mappers.iter().enumerate() {
        let module = ModuleId::at(first + place);
        writer.module(mapper);
        writer.references(mapper, module);
        writer.accesses(mapper, module, &fragments);
    }
    writer.called_by_name();
    writer.mapped
}

fn mapper(path: &str, text: &str, root: Element) -> Mapper {
    let namespace = root.attribute("namespace").unwrap_or_default().to_owned();
    let mut text_lines = Vec::new();
    let mut in_comment = false;
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        let opens = line.starts_with("<!--");
        let is_comment = in_comment || opens;
        in_comment = is_comment && !line.contains("-->");
        if !line.is_empty() && !is_comment {
            text_lines.push(number);
        }
    }
    let lines = u32::try_from(text_lines.len()).unwrap_or(u32::MAX);
    let last_line = text_lines.last().copied().unwrap_or(1);
    Mapper { path: path.to_owned(), root, namespace, lines, last_line, text_lines }
}

impl Mapper {
    /// Statements and fragments, in the order of the file.
    fn parts(&self) -> Vec<&Element> {
        let is_part = |element: &&Element| {
            (STATEMENTS.contains(&element.name.as_str()) || element.name == "sql")
                && element.attribute("id").is_some()
        };
        self.root.elements().filter(is_part).collect()
    }

    fn full_id(&self, id: &str) -> String {
        if id.contains('.') || self.namespace.is_empty() {
            id.to_owned()
        } else {
            format!("{}.{id}", self.namespace)
        }
    }

    fn short_namespace(&self) -> &str {
        self.namespace.rsplit('.').next().unwrap_or_default()
    }
}

/// All fragments that statements may include, by their full ids.
fn fragments(mappers: &[Mapper]) -> FxHashMap<String, &Element> {
    let mut fragments = FxHashMap::default();
    for mapper in mappers {
        for part in mapper.parts() {
            if let Some(id) = part.attribute("id").filter(|_| part.name == "sql") {
                fragments.insert(mapper.full_id(id), part);
            }
        }
    }
    fragments
}

struct Writer<'a> {
    code: Code<'a>,
    tables: &'a mut Tables,
    models: &'a Models,
    gather: &'a mut Gather,
    mapped: Mapped,
    types: &'a TypeNames,
    /// Full ids of statements.
    statements: BTreeMap<String, (ModuleId, FunctionId)>,
}

impl Writer<'_> {
    fn functions(&mut self, mapper: &Mapper, module: ModuleId) {
        let parts = mapper.parts();
        for (place, part) in parts.iter().enumerate() {
            let Some(id) = part.attribute("id") else { continue };
            let next_line = parts.get(place + 1).map_or(mapper.last_line, |next| next.line);
            let before_next = mapper.text_lines.partition_point(|line| *line < next_line);
            let end_line = before_next.checked_sub(1).map_or(part.line, |at| mapper.text_lines[at]);
            let function =
                FunctionId::at(self.code.resolved.functions.len() + self.mapped.functions.len());
            let name = match mapper.short_namespace() {
                "" => id.to_owned(),
                namespace => format!("{namespace}.{id}"),
            };
            let input = part.attribute("parameterType").or(part.attribute("parameterClass"));
            let output = part.attribute("resultType").or(part.attribute("resultMap"));
            self.mapped.functions.push(Function {
                module,
                name,
                line: part.line,
                end_line: end_line.max(part.line),
                visibility: Visibility::Public,
                signature: signature(input, output),
                transaction: None,
            });
            self.statements.entry(mapper.full_id(id)).or_insert((module, function));
        }
    }

    fn module(&mut self, mapper: &Mapper) {
        let package = match mapper.namespace.rsplit_once('.') {
            Some((package, _)) => package.to_owned(),
            None => mapper.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned(),
        };
        self.mapped.modules.push(Module {
            path: mapper.path.clone(),
            language: "XML".to_owned(),
            lines: mapper.lines,
            package,
        });
    }

    fn references(&mut self, mapper: &Mapper, module: ModuleId) {
        if let Some((to, certainty)) = self.types.find(&mapper.namespace) {
            self.call(
                module,
                None,
                (to.module, None),
                CallKind::Inherit,
                mapper.root.line,
                certainty,
            );
        }
        for part in mapper.root.elements() {
            let function = part
                .attribute("id")
                .and_then(|id| self.statements.get(&mapper.full_id(id)))
                .filter(|_| part.name != "resultMap")
                .map(|(_, function)| *function);
            for element in part.all() {
                self.reference(mapper, module, function, element);
            }
        }
    }

    fn reference(
        &mut self,
        mapper: &Mapper,
        module: ModuleId,
        function: Option<FunctionId>,
        element: &Element,
    ) {
        for attribute in TYPE_ATTRIBUTES {
            let class = element.attribute(attribute).and_then(|name| self.types.find(name));
            if let Some((to, certainty)) = class {
                self.call(
                    module,
                    function,
                    (to.module, None),
                    CallKind::Type,
                    element.line,
                    certainty,
                );
            }
        }
        for attribute in ["refid", "select"] {
            let Some(id) = element.attribute(attribute) else { continue };
            let target = self.statements.get(&mapper.full_id(id)).copied();
            if let Some((to, target)) = target {
                let to = (to, Some(target));
                self.call(module, function, to, CallKind::Call, element.line, Certainty::Exact);
            }
        }
    }

    fn call(
        &mut self,
        from_module: ModuleId,
        from_function: Option<FunctionId>,
        (to_module, to_function): (ModuleId, Option<FunctionId>),
        kind: CallKind,
        line: u32,
        certainty: Certainty,
    ) {
        self.mapped.calls.push(Call {
            from_module,
            from_function,
            to_module,
            to_function,
            kind,
            line,
            certainty,
            in_loop: false,
        });
    }

    fn accesses(
        &mut self,
        mapper: &Mapper,
        module: ModuleId,
        fragments: &FxHashMap<String, &Element>,
    ) {
        for part in mapper.parts() {
            if part.name == "sql" {
                continue;
            }
            let id = part.attribute("id").map(|id| mapper.full_id(id)).unwrap_or_default();
            let function = self.statements.get(&id).map(|(_, function)| *function);
            let at = At { module, function, line: part.line };
            let mut flattener = Flattener { mapper: Some(mapper), fragments, depth: 0 };
            let mut text = String::new();
            flattener.element(part, &mut text);
            // A statement may fetch a key with a query of its own before or after it.
            let keys: Vec<String> = part.named("selectKey").map(flatten).collect();
            for text in std::iter::once(text).chain(keys) {
                for statement in sql::read(&text) {
                    let place = Place::new(mapper.path.as_str(), part.line);
                    let meaning =
                        meaning(&statement, self.tables, self.models, Speech::Either, &place);
                    for name in &meaning.unknown {
                        let place = place.clone();
                        self.gather.unknown.entry(name.clone()).or_insert(place);
                    }
                    self.gather.meaning(at, &meaning, Via::Mapper);
                }
            }
        }
    }

    /// Code that calls a statement by its id: `session.selectOne("ns.getOrder", id)`.
    fn called_by_name(&mut self) {
        let code = self.code;
        for member_use in code.resolved.uses.iter().flatten() {
            let Some(first) = member_use.args.first() else { continue };
            let Some(id) = super::annotation::as_text(&first.value) else { continue };
            if !is_session_member(member_use.member) {
                continue;
            }
            let Some((to, function)) = self.statements.get(id).copied() else { continue };
            self.mapped.calls.push(Call {
                from_module: member_use.module,
                from_function: member_use.function,
                to_module: to,
                to_function: Some(function),
                kind: CallKind::Call,
                line: member_use.line,
                certainty: Certainty::Exact,
                in_loop: member_use.in_loop,
            });
        }
    }
}

fn is_session_member(member: &str) -> bool {
    ["select", "insert", "update", "delete", "query", "get", "find"]
        .iter()
        .any(|verb| member.starts_with(verb))
}

fn signature(input: Option<&str>, output: Option<&str>) -> String {
    let short = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let parameters = format!("({})", input.map(short).unwrap_or_default());
    match output {
        Some(output) => format!("{parameters}: {}", short(output)),
        None => parameters,
    }
}

struct Flattener<'a> {
    mapper: Option<&'a Mapper>,
    fragments: &'a FxHashMap<String, &'a Element>,
    depth: usize,
}

/// Included fragments nested deeper than this include each other.
const DEEPEST_INCLUDE: usize = 20;

/// Statements that fragments make longer than this are not written by people.
const LONGEST_STATEMENT: usize = 100_000;

/// The text of an element as one statement, dynamic parts all taken.
pub(crate) fn flatten(element: &Element) -> String {
    let mut text = String::new();
    let fragments = FxHashMap::default();
    Flattener { mapper: None, fragments: &fragments, depth: 0 }.element(element, &mut text);
    text
}

impl Flattener<'_> {
    fn element(&mut self, element: &Element, text: &mut String) {
        for child in &element.children {
            match child {
                Node::Text(part) => text.push_str(part),
                Node::Element(child) => self.child(child, text),
            }
        }
    }

    fn child(&mut self, child: &Element, text: &mut String) {
        if text.len() > LONGEST_STATEMENT {
            return;
        }
        let (before, after) = match child.name.as_str() {
            "selectKey" | "bind" | "property" => return,
            "include" => return self.include(child, text),
            "where" => (" WHERE ", ""),
            "set" => (" SET ", ""),
            "foreach" | "iterate" => {
                (child.attribute("open").unwrap_or(" "), child.attribute("close").unwrap_or(" "))
            }
            _ => (child.attribute("prefix").or(child.attribute("prepend")).unwrap_or(" "), " "),
        };
        text.push(' ');
        text.push_str(before);
        text.push(' ');
        self.element(child, text);
        text.push(' ');
        text.push_str(after);
        text.push(' ');
    }

    fn include(&mut self, include: &Element, text: &mut String) {
        let (Some(mapper), Some(id)) = (self.mapper, include.attribute("refid")) else { return };
        let fragment = self.fragments.get(&mapper.full_id(id)).copied();
        if let Some(fragment) = fragment.filter(|_| self.depth < DEEPEST_INCLUDE) {
            self.depth += 1;
            text.push(' ');
            self.element(fragment, text);
            text.push(' ');
            self.depth -= 1;
        }
    }
}
