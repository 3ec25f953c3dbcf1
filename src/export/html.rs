//! A document as one HTML page that needs nothing else: no network, no files beside it, light and dark, printable.

use std::sync::Arc;

use minijinja::{
    Environment, context,
    value::{Serde, Value},
};
use serde::Serialize;

use super::{
    document::{Document, comparison},
    format::picture,
};
use crate::{
    analysis::figures::Scorer,
    facts::Facts,
    proposal::{
        Proposal,
        compare::{compare, in_colours_of},
    },
};

const TEMPLATE: &str = include_str!("../../assets/plan.html");

/// A picture on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Picture {
    /// Empty where there is only one.
    title: String,
    svg: String,
}

/// Writes the page. `map` is the picture of the proposal as SVG, taken over as it is; without one, or where it is
/// no SVG element, the chapter is left out.
#[must_use]
pub fn html(document: &Document, map: Option<&str>) -> String {
    let map = map.and_then(svg_element);
    let picture = map.map(|svg| Picture { title: String::new(), svg: svg.to_owned() });
    page(document, &Vec::from_iter(picture))
}

/// Two or three proposals on one page, with their maps: services that stand for each other have one colour.
#[must_use]
pub fn comparison_page(facts: &Arc<Facts>, proposals: &[Arc<Proposal>]) -> String {
    let mut pictures = Vec::new();
    for (at, proposal) in proposals.iter().enumerate() {
        let coloured = match proposals.first() {
            Some(first) if at > 0 => {
                let found = compare(first, proposal, facts.modules.len());
                in_colours_of(first, proposal, &found)
            }
            _ => Proposal::clone(proposal),
        };
        let scorer = Scorer::new(Arc::clone(facts), coloured.grouping());
        let svg = picture(&scorer, &coloured, None);
        let svg = svg_element(&svg).unwrap_or_default().to_owned();
        pictures.push(Picture { title: coloured.name, svg });
    }
    page(&comparison(facts, proposals), &pictures)
}

/// # Panics
/// Never: the template is part of the program and tested.
fn page(document: &Document, pictures: &[Picture]) -> String {
    let mut environment = Environment::new();
    environment.add_template("plan.html", TEMPLATE).expect("the template is well-formed");
    let template = environment.get_template("plan.html").expect("just added");
    let document = Value::from(Serde(document));
    let pictures = Value::from(Serde(pictures));
    template
        .render(context! { document, pictures })
        .expect("the template asks only for what a document has")
}

/// The element itself, without an XML declaration before it, which HTML doesn't know.
fn svg_element(text: &str) -> Option<&str> {
    let from = text.find("<svg")?;
    let before = text[..from].trim();
    (before.is_empty() || before.starts_with("<?xml") || before.starts_with("<!"))
        .then(|| text[from..].trim_end())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;
    use crate::export::{
        document::{Block, Column, Section, Span, Table, document},
        plan::{
            plan,
            tests::{SHOP, SHOP_SPLIT, monoliths, proposal},
        },
    };

    fn page(texts: &[String; 4]) -> String {
        let [title, text, code, path] = texts;
        let table = Table {
            columns: vec![
                Column { title: title.clone(), is_number: false },
                Column { title: text.clone(), is_number: true },
            ],
            rows: vec![vec![
                vec![Span::Code { text: code.clone() }],
                vec![Span::Place { path: path.clone(), line: 3 }],
            ]],
        };
        let blocks = vec![
            Block::Text(vec![Span::Text { text: text.clone() }]),
            Block::List(vec![vec![Span::Link { to: "a".to_owned(), text: code.clone() }]]),
            Block::Table(table),
        ];
        let section = Section { id: "a".to_owned(), level: 2, title: title.clone(), blocks };
        html(&Document { title: title.clone(), sections: vec![section] }, None)
    }

    #[test]
    fn a_plan_becomes_one_page() {
        let facts = Arc::new(crate::facts::notation::parse(SHOP).expect("good"));
        let proposal = proposal(&facts, SHOP_SPLIT);
        let document = document(&facts, &proposal, &plan(&facts, &proposal));
        let page = html(&document, Some("<?xml version=\"1.0\"?>\n<svg id=\"m\"><g/></svg>\n"));
        assert!(page.contains("<h2 id=\"step-2\">Step 2: Stock<a class="), "{page}");
        assert!(page.contains("<figure><svg id=\"m\"><g/></svg></figure>"));
        assert!(page.contains("<code class=\"place\">shop&#x2f;stock.java:2</code>"), "{page}");
        assert_eq!(page, html(&document, Some("<svg id=\"m\"><g/></svg>")));
        assert!(!html(&document, None).contains("id=\"map\""));
        for network in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!page.contains(network), "{network}");
        }
    }

    #[test]
    fn only_svg_is_taken_over() {
        assert_eq!(svg_element("<script>1</script><svg/>"), None);
        assert_eq!(svg_element("nothing"), None);
        assert_eq!(svg_element("<svg/>\n"), Some("<svg/>"));
    }

    fn hostile() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[<>&\"'/= a-z!-]{0,16}",
            Just("</code><script>alert(1)</script>".to_owned()),
            Just("\" onmouseover=\"alert(1)".to_owned()),
            Just("{{ document }}{% for %}".to_owned()),
        ]
    }

    proptest! {
        #[test]
        fn nothing_from_a_monolith_becomes_markup(texts in prop::array::uniform4(hostile())) {
            let harmless = page(&["a", "b", "c", "d"].map(str::to_owned));
            let page = page(&texts);
            for mark in ["<", ">", "\"", "<script", "onmouseover=\"", "<a "] {
                prop_assert_eq!(page.matches(mark).count(), harmless.matches(mark).count(), "{}", mark);
            }
        }

        #[test]
        fn every_plan_has_a_page((facts, proposal) in monoliths()) {
            let page = html(&document(&facts, &proposal, &plan(&facts, &proposal)), None);
            prop_assert!(page.ends_with("</html>"), "{}", page);
        }
    }
}
