//! Pages of Java servers (JSP): their Java, and the pages that they include and that code shows.

use super::{lines_between, named::Named};
use crate::import::code::{
    java::Java,
    language::{Language, Rules},
    outline::{ExprKind, Import, Outline, Part},
    resolve::Source,
};

/// JavaServer Pages.
#[derive(Clone, Copy, Debug)]
pub struct Jsp;

const NAME: &str = "JSP";

/// Folders whose content is asked for by path: those that a server serves, and those of views.
const ROOTS: [&str; 9] =
    ["webapp", "WebContent", "WebRoot", "web", "WEB-INF", "jsp", "jsps", "views", "pages"];

impl Language for Jsp {
    fn name(&self) -> &'static str {
        NAME
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["jsp", "jspx", "jspf", "tag"]
    }

    fn outline(&self, path: &str, text: &str) -> Outline {
        let page = Page::read(text);
        let name: String =
            path.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        let java = format!("class {name} {{ void service() {{ {} }} }}", page.java);
        let mut outline = Java.outline(path, &java);
        outline.imports = page.imports;
        outline.parts = page.parts;
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        outline.lines = u32::try_from(lines).unwrap_or(u32::MAX);
        // What is not understood is most likely markup.
        outline.errors.clear();
        outline
    }

    fn rules(&self) -> &Rules {
        Java.rules()
    }

    fn is_builtin(&self, name: &str) -> bool {
        IMPLICIT.contains(&name) || Java.is_builtin(name)
    }

    fn is_builtin_member(&self, name: &str) -> bool {
        Java.is_builtin_member(name)
    }

    fn guesses_by_name(&self) -> bool {
        false
    }

    fn links(&self, sources: &[Source]) -> Vec<(usize, usize, u32)> {
        let named = Named::new(sources, NAME, &ROOTS);
        let mut links = Vec::new();
        for (at, source) in sources.iter().enumerate() {
            let mut link = |to: Option<usize>, line: u32| {
                links.extend(to.filter(|to| *to != at).map(|to| (at, to, line)));
            };
            if source.language.name() == NAME {
                for part in &source.outline.parts {
                    let path = part.path.as_deref().unwrap_or_default();
                    let to = beside(sources, &source.path, path).or_else(|| named.find(at, path));
                    link(to, part.line);
                }
            } else if matches!(source.language.name(), "Java" | "Kotlin") {
                let shows = shows_views(source);
                source.outline.walk(&mut |_, expr| {
                    if let ExprKind::Text(text) = &expr.kind {
                        link(shown(&named, at, text, shows), expr.line);
                    }
                });
            }
        }
        links.sort_unstable();
        links.dedup();
        links
    }
}

/// Objects that every page has.
const IMPLICIT: [&str; 9] = [
    "request",
    "response",
    "session",
    "application",
    "out",
    "config",
    "pageContext",
    "page",
    "exception",
];

/// The page that a text of a program names: by its path, or as a view where the file shows views.
fn shown(named: &Named<'_>, from: usize, text: &str, shows: bool) -> Option<usize> {
    if text.is_empty() || text.contains(char::is_whitespace) {
        return None;
    }
    let path = text.split('?').next().unwrap_or_default();
    if path.ends_with(".jsp") || path.ends_with(".jspx") {
        named.find(from, path)
    } else if shows {
        named.find(from, &format!("{text}.jsp"))
    } else {
        None
    }
}

/// Whether texts of a file may be names of views: it has a controller of Spring's.
pub(super) fn shows_views(source: &Source) -> bool {
    source.outline.types.iter().flat_map(|decl| &decl.annotations).any(|note| {
        let name = note.name.rsplit('.').next().unwrap_or_default();
        matches!(name, "Controller" | "ControllerAdvice")
    })
}

/// A file that is named by its path from the folder of another.
fn beside(sources: &[Source], from: &str, path: &str) -> Option<usize> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    sources.binary_search_by(|source| source.path.as_str().cmp(&path)).ok()
}

/// What a page says besides its markup.
#[derive(Default)]
struct Page {
    /// The statements of its scriptlets, on the lines where they stand.
    java: String,
    imports: Vec<Import>,
    parts: Vec<Part>,
}

impl Page {
    fn read(text: &str) -> Self {
        let mut page = Self::default();
        let (mut at, mut line, mut counted) = (0, 1, 0);
        while let Some(open) = text[at..].find('<').map(|open| open + at) {
            line += lines_between(text, counted, open);
            page.java.push_str(&"\n".repeat(text[counted..open].matches('\n').count()));
            counted = open;
            let rest = &text[open..];
            let close = |mark: &str| rest.find(mark).unwrap_or(rest.len());
            at = open
                + if rest.starts_with("<%--") {
                    close("--%>")
                } else if let Some(inner) = rest.strip_prefix("<%@") {
                    let end = inner.find("%>").unwrap_or(inner.len());
                    page.directive(&inner[..end], line);
                    end + 3
                } else if let Some(inner) = rest.strip_prefix("<%") {
                    let end = inner.find("%>").unwrap_or(inner.len());
                    page.scriptlet(&inner[..end]);
                    counted = open + 2 + end;
                    line += lines_between(text, open, counted);
                    end + 2
                } else {
                    let end = close(">");
                    page.tag(&rest[..end], line);
                    1
                };
        }
        page
    }

    fn directive(&mut self, text: &str, line: u32) {
        let word = text.split_whitespace().next().unwrap_or_default();
        match word {
            "page" => {
                for path in attribute(text, "import").unwrap_or_default().split([',', ';']) {
                    self.import(path.trim(), line);
                }
            }
            "include" => self.part(attribute(text, "file"), line),
            _ => {}
        }
    }

    fn import(&mut self, written: &str, line: u32) {
        let path = written.strip_prefix("static ").unwrap_or(written).trim();
        if path.is_empty() {
            return;
        }
        let (path, member) = match path.strip_suffix(".*") {
            Some(package) => (package, Some("*".to_owned())),
            None => (path, None),
        };
        self.imports.push(Import { path: path.to_owned(), member, line, ..Import::default() });
    }

    fn scriptlet(&mut self, text: &str) {
        match text.strip_prefix('=') {
            Some(value) => self.java.push_str(&format!(" show({value}); ")),
            None => {
                self.java.push_str(text.strip_prefix('!').unwrap_or(text));
                self.java.push(' ');
            }
        }
    }

    /// `<jsp:include page="…">`, `<jsp:useBean id="…" class="…">`, `<stripes:form beanclass="…">`.
    fn tag(&mut self, text: &str, line: u32) {
        let name = text[1..].split(|c: char| c.is_whitespace() || c == '/').next();
        match name.unwrap_or_default() {
            "jsp:include" | "jsp:forward" | "jsp:directive.include" => {
                let path = attribute(text, "page").or_else(|| attribute(text, "file"));
                self.part(path, line);
            }
            "c:import" => self.part(attribute(text, "url"), line),
            "tiles:insertTemplate" => self.part(attribute(text, "template"), line),
            "jsp:useBean" => {
                let class = attribute(text, "class").or_else(|| attribute(text, "type"));
                if let (Some(class), Some(id)) = (class.filter(is_name), attribute(text, "id"))
                    && is_name(&id)
                {
                    self.java.push_str(&format!(" {class} {id} = new {class}(); "));
                }
            }
            name if name.contains(':') => {
                if let Some(class) = attribute(text, "beanclass").filter(is_name) {
                    self.java.push_str(&format!(" show({class}.class); "));
                }
            }
            _ => {}
        }
    }

    fn part(&mut self, path: Option<&str>, line: u32) {
        let path = path.and_then(|path| path.split('?').next()).filter(|path| !path.is_empty());
        if let Some(path) = path.filter(|path| !path.contains("${")) {
            let path = Some(path.to_owned());
            self.parts.push(Part { path, line, ..Part::default() });
        }
    }
}

fn is_name(text: &&str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_'))
}

/// The value of an attribute of a tag.
pub(super) fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = tag;
    while let Some(at) = rest.find(name) {
        let before = rest[..at].chars().next_back();
        let after = rest[at + name.len()..].trim_start();
        rest = &rest[at + name.len()..];
        if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | ':' | '_')) {
            continue;
        }
        let Some(value) = after.strip_prefix('=').map(str::trim_start) else { continue };
        let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            continue;
        };
        return value[1..].split(quote).next();
    }
    None
}
