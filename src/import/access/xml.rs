//! XML as a small tree with line numbers, read leniently: what stands before an error is kept.

use quick_xml::{Reader, escape::unescape, events::Event};

/// One element with what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Without its namespace prefix.
    pub name: String,
    /// In the order of the file, names without prefixes.
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
    pub line: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

/// Elements nested deeper than this are dropped: no mapping needs them.
const DEEPEST: usize = 100;

/// The root element, and the line of the first error if there is one. No root: it is no XML.
pub(crate) fn parse(text: &str) -> (Option<Element>, Option<u32>) {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    reader.config_mut().allow_dangling_amp = true;
    let mut lines = Lines { text, at: 0, line: 1 };
    // The lowest element holds the root as its only child.
    let mut open = vec![Element::default()];
    let mut too_deep = 0_usize;
    let mut error = None;
    loop {
        let before = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                if open.len() >= DEEPEST {
                    too_deep += 1;
                } else {
                    open.push(element(&start, lines.line_at(before)));
                }
            }
            Ok(Event::Empty(start)) => {
                push(&mut open, Node::Element(element(&start, lines.line_at(before))));
            }
            Ok(Event::End(_)) => {
                if too_deep > 0 {
                    too_deep -= 1;
                } else if open.len() > 1 {
                    close(&mut open);
                }
            }
            Ok(Event::Text(text)) => push(&mut open, Node::Text(plain(&text))),
            Ok(Event::CData(text)) => push(&mut open, Node::Text(text.to_string())),
            Ok(Event::GeneralRef(name)) => {
                push(&mut open, Node::Text(plain(&format!("&{};", &*name))));
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(_broken) => {
                error = Some(lines.line_at(before));
                break;
            }
        }
    }
    while open.len() > 1 {
        close(&mut open);
    }
    let root = open.pop().and_then(|bottom| {
        bottom.children.into_iter().find_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    });
    (root, error)
}

fn push(open: &mut [Element], node: Node) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(node);
    }
}

fn close(open: &mut Vec<Element>) {
    if let Some(element) = open.pop() {
        push(open, Node::Element(element));
    }
}

fn element(start: &quick_xml::events::BytesStart<'_>, line: u32) -> Element {
    let attributes = start
        .html_attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .map(|attribute| (local(attribute.key.0), plain(&attribute.value)))
        .collect();
    Element { name: local(start.name().0), attributes, children: Vec::new(), line }
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or(name).to_owned()
}

fn plain(text: &str) -> String {
    unescape(text).map_or_else(|_unknown_entity| text.to_owned(), |text| text.into_owned())
}

/// Counts lines once, however many places are asked for in their order.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl Lines<'_> {
    fn line_at(&mut self, place: usize) -> u32 {
        let passed = self.text.as_bytes().get(self.at..place).unwrap_or_default();
        let newlines = passed.iter().filter(|byte| **byte == b'\n').count();
        self.line += u32::try_from(newlines).unwrap_or(0);
        self.at = self.at.max(place);
        self.line
    }
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The elements directly within.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements of one name directly within.
    pub(crate) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements().filter(move |element| element.name == name)
    }

    /// The first element of a name directly within.
    pub(crate) fn first(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| element.name == name)
    }

    /// This element and all within it, outermost first.
    pub(crate) fn all(&self) -> Vec<&Element> {
        let mut all = vec![self];
        let mut at = 0;
        while at < all.len() {
            let element = all[at];
            all.extend(element.elements());
            at += 1;
        }
        all
    }

    /// The text directly within, trimmed.
    pub(crate) fn text(&self) -> String {
        let parts = self.children.iter().filter_map(|child| match child {
            Node::Text(text) => Some(text.as_str()),
            Node::Element(_) => None,
        });
        parts.collect::<String>().trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_have_lines_and_plain_texts() {
        let text =
            "<?xml version='1.0'?>\n<a>\n <x:b c='1 &lt; 2'>p &lt;= q<![CDATA[ < r]]></x:b>\n</a>";
        let (root, error) = parse(text);
        let root = root.expect("a root");
        let child = root.elements().next().expect("a child");
        assert_eq!((root.line, child.line, error), (2, 3, None));
        assert_eq!((child.name.as_str(), child.attribute("c")), ("b", Some("1 < 2")));
        assert_eq!(child.text(), "p <= q < r");
    }

    #[test]
    fn what_stands_before_an_error_is_kept() {
        let (root, _) = parse("<a><b id='1'>x</b><c");
        assert_eq!(root.expect("a root").elements().count(), 1);
        assert_eq!(parse("no markup").0, None);
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(parts in prop::collection::vec("[<>/&;a-b='\"! -]{1,3}|<!\\[CDATA\\[", 0..40)) {
            parse(&parts.concat());
        }
    }
}
