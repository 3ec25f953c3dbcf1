//! Services and what runs between them as a Mermaid flowchart, which GitHub, GitLab and wikis draw.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    names::count,
    relations::{drawn, relations},
};
use crate::{
    analysis::{figures::Scorer, grouping::Role},
    facts::Facts,
    proposal::Proposal,
};

/// Writes the flowchart: calls as whole arrows, data used without calls as dotted ones.
#[must_use]
pub fn print(facts: &Facts, proposal: &Proposal, scorer: &Scorer) -> String {
    let title = [facts.name.as_str(), proposal.name.as_str()].join(": ");
    let mut text =
        format!("---\ntitle: {}\n---\nflowchart LR\n", quoted(title.trim_matches([':', ' '])));
    let mut nodes = BTreeMap::new();
    for (number, service) in (1..).zip(drawn(proposal, scorer)) {
        let node = format!("s{number}");
        let size = scorer.size(service.id.group());
        let number = |of: i64| usize::try_from(of).unwrap_or(0);
        let label = format!(
            "{}<br/>{}, {}",
            escape(&service.name),
            count(number(size.modules), "module", "modules"),
            count(number(size.tables), "table", "tables"),
        );
        let (open, close) = match service.role {
            Role::Library => ("[[", "]]"),
            Role::Remainder => ("[/", "/]"),
            Role::Service | Role::Excluded => ("[", "]"),
        };
        line(&mut text, &format!("{node}{open}\"{label}\"{close}"));
        nodes.insert(service.id, node);
    }
    for relation in relations(proposal, scorer) {
        let arrow = if relation.calls() { "-->" } else { "-.->" };
        let (from, to) = (&nodes[&relation.from], &nodes[&relation.to]);
        line(&mut text, &format!("{from} {arrow}|\"{}\"| {to}", relation.words()));
    }
    text
}

fn line(text: &mut String, content: &str) {
    writeln!(text, "  {content}").expect("writing to a string cannot fail");
}

/// Mermaid's own entities, so that no name ends a label or becomes markup.
fn escape(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        match letter {
            letter if letter.is_alphanumeric() || " -_.,/()".contains(letter) => text.push(letter),
            letter if letter.is_control() => text.push(' '),
            letter => {
                write!(text, "#{};", u32::from(letter)).expect("writing to a string cannot fail");
            }
        }
    }
    text
}

/// A string of YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::export::format::tests::{shop, shop_called};

    #[test]
    fn services_become_nodes_and_crossings_arrows() {
        let (facts, proposal, scorer) = shop();
        assert_eq!(
            print(&facts, &proposal, &scorer),
            "\
---
title: \"test\"
---
flowchart LR
  s1[/\"Rest<br/>1 module, 1 table\"/]
  s2[\"Stock<br/>1 module, 1 table\"]
  s3[\"Mail<br/>1 module, 1 table\"]
  s4[[\"Util<br/>1 module, 0 tables\"]]
  s1 -->|\"1 call, 1 read\"| s2
  s2 -.->|\"1 key\"| s1
"
        );
    }

    #[test]
    fn no_name_ends_a_label() {
        let (facts, proposal, scorer) = shop_called("a\"] --> b; click s1 <b>");
        let text = print(&facts, &proposal, &scorer);
        let harmless = "s2[\"a#34;#93; --#62; b#59; click s1 #60;b#62;<br/>1 module, 1 table\"]";
        assert!(text.contains(harmless), "{text}");
    }
}
