//! XML, YAML and JSON as the same elements: what is scalar is an attribute, what has parts is a child.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

/// An element with its attributes, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Without a namespace's prefix.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    pub text: String,
    /// Counted from 1; 0 where it isn't known.
    pub line: u32,
}

/// The deepest nesting that is followed.
const DEEPEST: usize = 100;

impl Element {
    /// An attribute that isn't empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The children of that name, also those in a list called `columns`, `changes` and the like.
    pub(crate) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        let lists = ["columns", "changes"];
        self.children
            .iter()
            .flat_map(move |child| {
                let inner =
                    if lists.contains(&child.name.as_str()) { &child.children[..] } else { &[] };
                inner.iter().chain((inner.is_empty()).then_some(child))
            })
            .filter(move |child| child.name == name)
    }
}

/// Reads XML. What stands before an error is kept; the error comes with its line.
pub(crate) fn xml(text: &str) -> (Element, Option<(u32, String)>) {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let line = |at: u64| {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        u32::try_from(ends.partition_point(|&end| end < at) + 1).unwrap_or(u32::MAX)
    };
    let mut open = vec![Element::default()];
    let mut too_deep = 0_usize;
    let mut problem = None;
    loop {
        let at = line(reader.buffer_position());
        match reader.read_event() {
            Ok(Event::Start(_)) if open.len() > DEEPEST => too_deep += 1,
            Ok(Event::Start(start)) => open.push(element(&start, at)),
            Ok(Event::Empty(start)) => add(&mut open, element(&start, at)),
            Ok(Event::End(_)) if too_deep > 0 => too_deep -= 1,
            Ok(Event::End(_)) => close(&mut open),
            Ok(Event::Text(text)) => {
                push_text(&mut open, &unescaped(&text));
            }
            Ok(Event::CData(text)) => push_text(&mut open, &text),
            Ok(Event::GeneralRef(name)) => {
                push_text(&mut open, &unescaped(&format!("&{};", &*name)));
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                problem = Some((at, error.to_string()));
                break;
            }
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    (open.pop().unwrap_or_default(), problem)
}

fn element(start: &BytesStart<'_>, line: u32) -> Element {
    let name = start.local_name().as_ref().to_owned();
    let attributes = start
        .attributes()
        .with_checks(false)
        .flatten()
        .map(|attribute| {
            let key = attribute.key.local_name().as_ref().to_owned();
            (key, unescaped(&attribute.value))
        })
        .collect();
    Element { name, attributes, line, ..Element::default() }
}

fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), |text| text.into_owned())
}

fn add(open: &mut [Element], element: Element) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(element);
    }
}

fn close(open: &mut Vec<Element>) {
    if open.len() > 1
        && let Some(element) = open.pop()
    {
        add(open, element);
    }
}

fn push_text(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// Reads JSON.
pub(crate) fn json(text: &str) -> Result<Element, String> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut root = Element::default();
    from_json(&mut root, &value);
    Ok(root)
}

/// The parser of JSON limits the depth of what it reads, so this need not.
fn from_json(element: &mut Element, value: &serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                match value {
                    serde_json::Value::Object(_) | serde_json::Value::Array(_) => {
                        let mut child = Element { name: key.clone(), ..Element::default() };
                        from_json(&mut child, value);
                        element.children.push(child);
                    }
                    serde_json::Value::String(text) => {
                        element.attributes.push((key.clone(), text.clone()));
                    }
                    other => element.attributes.push((key.clone(), other.to_string())),
                }
            }
        }
        serde_json::Value::Array(values) => {
            for value in values {
                from_json(element, value);
            }
        }
        _ => {}
    }
}

/// Reads the plain part of YAML: maps and lists by indentation, scalars with or without quotes, block texts,
/// and `{ a: b }` in one line.
pub(crate) fn yaml(text: &str) -> Element {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut block: Option<usize> = None;
    for (raw, number) in text.lines().zip(1..) {
        let trimmed = raw.trim_start();
        let indent = raw.len() - trimmed.len();
        if let Some(outer) = block {
            if trimmed.is_empty() || indent > outer {
                if let Some(last) = lines.last_mut() {
                    last.block.push_str(trimmed);
                    last.block.push('\n');
                }
                continue;
            }
            block = None;
        }
        if trimmed.is_empty() || trimmed.starts_with('#') || trimmed.starts_with("---") {
            continue;
        }
        block = trimmed.ends_with(['|', '>']).then_some(indent);
        block = block
            .or_else(|| (trimmed.ends_with("|-") || trimmed.ends_with(">-")).then_some(indent));
        lines.push(Line { indent, text: trimmed, number, block: String::new() });
    }
    let mut root = Element::default();
    let mut at = 0;
    yaml_block(&lines, &mut at, 0, &mut root, 0);
    root
}

struct Line<'a> {
    indent: usize,
    text: &'a str,
    number: u32,
    /// The lines of a text that begins with `|`.
    block: String,
}

/// The lines that are indented by at least `indent`, into `parent`.
fn yaml_block(
    lines: &[Line<'_>],
    at: &mut usize,
    indent: usize,
    parent: &mut Element,
    depth: usize,
) {
    while let Some(line) = lines.get(*at).filter(|line| line.indent >= indent) {
        *at += 1;
        let mut text = line.text;
        let mut own = line.indent;
        // `- key: value` is a map that begins two columns further in.
        while let Some(rest) = text.strip_prefix("- ") {
            own += text.len() - rest.trim_start().len();
            text = rest.trim_start();
        }
        if text.starts_with('{') {
            flow(text, parent, line.number);
            continue;
        }
        let Some((key, value)) = key_and_value(text) else { continue };
        if !line.block.is_empty() {
            parent.attributes.push((key, line.block.clone()));
        } else if value.starts_with('{') {
            let mut child = Element { name: key, line: line.number, ..Element::default() };
            flow(value, &mut child, line.number);
            parent.children.push(child);
        } else if value.is_empty() {
            let mut child = Element { name: key, line: line.number, ..Element::default() };
            // A list may stand at its key's own indentation.
            let list = lines
                .get(*at)
                .is_some_and(|next| next.indent == own && next.text.starts_with("- "));
            if depth < DEEPEST {
                let inner = if list && !line.text.starts_with("- ") { own } else { own + 1 };
                yaml_block(lines, at, inner, &mut child, depth + 1);
            }
            parent.children.push(child);
        } else {
            parent.attributes.push((key, scalar(value)));
        }
    }
}

fn key_and_value(text: &str) -> Option<(String, &str)> {
    let colon = text.find(": ").or_else(|| text.ends_with(':').then(|| text.len() - 1))?;
    let (key, value) = text.split_at(colon);
    Some((scalar(key), value[1..].trim()))
}

fn scalar(text: &str) -> String {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote)
            && let Some((inside, _)) = inside.rsplit_once(quote)
        {
            return inside.to_owned();
        }
    }
    text.split(" #").next().unwrap_or(text).trim_end().to_owned()
}

/// `{ name: id, constraints: { nullable: false } }`, one map inside another at most.
fn flow(text: &str, parent: &mut Element, line: u32) {
    let mut depth = 0_usize;
    let mut begin = 0;
    let inside = text.trim().trim_start_matches('{');
    let inside = inside.strip_suffix('}').unwrap_or(inside);
    let mut parts = Vec::new();
    for (at, c) in inside.char_indices() {
        match c {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&inside[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inside[begin..]);
    for (key, value) in parts.iter().filter_map(|part| key_and_value(part.trim())) {
        if value.starts_with('{') && parent.name != "constraints" {
            let mut child = Element { name: key, line, ..Element::default() };
            for part in value.trim_matches(['{', '}']).split(',') {
                child
                    .attributes
                    .extend(key_and_value(part.trim()).map(|(key, value)| (key, scalar(value))));
            }
            parent.children.push(child);
        } else {
            parent.attributes.push((key, scalar(value)));
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn shown(element: &Element) -> String {
        let attributes: String =
            element.attributes.iter().map(|(key, value)| format!(" {key}={value}")).collect();
        let children: Vec<String> = element.children.iter().map(shown).collect();
        format!("{}{attributes}({})", element.name, children.join(" "))
    }

    #[test]
    fn three_notations_give_the_same_elements() {
        let expect = "(log(set id=1 sql=a b(c name=x(n ok=false()) c name=y())))";
        let (root, problem) = xml(
            "<?xml version='1.0'?><log xmlns:x='y'><!-- -->\n<x:set id='1' sql='a b'><c name=\"x\"><n ok='false'/></c>\
             <c name='y'/></x:set></log>",
        );
        assert_eq!(problem, None);
        assert_eq!(shown(&root).replace(" x=y", ""), expect);
        assert_eq!(root.children[0].children[0].line, 2);
        let root = json(
            r#"{"log": [{"set": {"id": "1", "sql": "a b", "c": {"name": "x", "n": {"ok": false}}}}]}"#,
        );
        assert_eq!(shown(&root.unwrap()), "(log(set id=1 sql=a b(c name=x(n ok=false()))))");
        for text in [
            "log:\n- set:\n    id: 1 # no\n    sql: \"a b\"\n    c:\n      name: x\n      n: {ok: false}\n    c: {name: y}\n",
            "log:\n  - set:\n      id: '1'\n      sql: a b\n      c: {name: x, n: {ok: false}}\n      c:\n        name: y\n",
        ] {
            assert_eq!(shown(&yaml(text)), expect, "{text}");
        }
    }

    #[test]
    fn broken_markup_is_kept_up_to_the_error() {
        let (root, problem) = xml("<a><b/>\n<c d=></a");
        assert_eq!(root.children[0].children[0].name, "b");
        assert!(problem.is_some());
        let deep = "<a>".repeat(100_000);
        assert_eq!(xml(&deep).0.children.len(), 1);
        yaml(&"- a:\n".repeat(10_000));
    }
}
