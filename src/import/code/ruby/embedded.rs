//! Takes the Ruby out of views, every piece of it on the line where it stands.

/// The Ruby of an ERB template: what stands between `<%` and `%>`.
pub(super) fn from_erb(text: &str) -> String {
    let mut ruby = String::with_capacity(text.len() / 2);
    let mut rest = text;
    while let Some(start) = rest.find("<%") {
        keep_lines(&rest[..start], &mut ruby);
        let inside = &rest[start + 2..];
        let end = inside.find("%>").unwrap_or(inside.len());
        let code = &inside[..end];
        rest = inside.get(end + 2..).unwrap_or("");
        if code.starts_with(['#', '%']) {
            keep_lines(code, &mut ruby);
            continue;
        }
        let is_value = code.starts_with('=');
        let code = code.trim_start_matches(['=', '-']);
        let code = code.strip_suffix('-').unwrap_or(code);
        // A comment at the end would swallow what follows on the line.
        let code = if code.contains('\n') { code } else { without_comment(code) };
        let opens = ends_with_block(code) || !is_value;
        ruby.push(' ');
        ruby.push_str(code);
        ruby.push_str(if opens { " ;" } else { " ; " });
    }
    keep_lines(rest, &mut ruby);
    ruby
}

fn ends_with_block(code: &str) -> bool {
    let code = code.trim_end();
    code.ends_with(" do") || code.ends_with('|') || code.ends_with('{')
}

fn without_comment(code: &str) -> &str {
    match code.find(" # ") {
        Some(at) if !code[..at].contains(['"', '\'']) => &code[..at],
        _ => code,
    }
}

fn keep_lines(text: &str, ruby: &mut String) {
    ruby.extend(text.chars().filter(|c| *c == '\n'));
}

/// The Ruby of a HAML or Slim template. Blocks end where the indentation does.
pub(super) fn from_indented(text: &str) -> String {
    let mut ruby = String::with_capacity(text.len());
    let mut open: Vec<usize> = Vec::new();
    let mut goes_on = false;
    let mut silent: Option<usize> = None;
    for line in text.lines() {
        let code = line.trim();
        let indent = line.len() - line.trim_start().len();
        if goes_on {
            ruby.push_str(line);
            goes_on = continues(code);
            ruby.push_str(if goes_on { "\n" } else { " ;\n" });
            continue;
        }
        if code.is_empty() {
            ruby.push('\n');
            continue;
        }
        if silent.is_some_and(|at| indent > at) {
            ruby.push('\n');
            continue;
        }
        silent = None;
        let found = code_of(code);
        let middle = found.as_ref().is_some_and(|found| is_middle(found));
        while let Some(last) = open.last() {
            if indent > *last || indent == *last && middle {
                break;
            }
            open.pop();
            ruby.push_str(" end;");
        }
        if code.starts_with("-#") || code.starts_with('/') || code.starts_with(':') {
            silent = Some(indent);
            ruby.push('\n');
            continue;
        }
        if let Some(found) = found {
            if opens_block(&found) && !middle {
                open.push(indent);
            }
            ruby.push(' ');
            ruby.push_str(&found);
            goes_on = continues(&found);
            ruby.push_str(if goes_on { "" } else { " ;" });
        }
        ruby.push('\n');
    }
    for _ in open {
        ruby.push_str(" end;");
    }
    ruby
}

/// Code that goes on in the next line.
fn continues(code: &str) -> bool {
    code.ends_with(',') || code.ends_with("|| ") || code.ends_with('\\')
}

fn is_middle(code: &str) -> bool {
    let word = code.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    matches!(word, "else" | "elsif" | "when" | "rescue" | "ensure" | "in")
}

fn opens_block(code: &str) -> bool {
    let word = code.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    let ends = code.ends_with(" do") || code.ends_with('|') && code.contains(" do |");
    ends || matches!(word, "if" | "unless" | "case" | "while" | "until" | "for" | "begin")
}

/// The code on a line: all of it after `-` or `=`, what follows a tag and `=`, what a tag's braces hold.
fn code_of(line: &str) -> Option<String> {
    if let Some(code) = line.strip_prefix(['-', '=']).or_else(|| line.strip_prefix("!=")) {
        let code = code.trim_start_matches(['=', '<', '>', '-']).trim();
        return (!code.is_empty() && !code.starts_with('#')).then(|| code.to_owned());
    }
    let is_tag = line.starts_with(['%', '.', '#']) && !line.starts_with("#{")
        || line.starts_with(|c: char| c.is_ascii_lowercase());
    let mut parts = Vec::new();
    if is_tag {
        let name = line
            .find(|c: char| !(c.is_alphanumeric() || "%.#-_:".contains(c)))
            .unwrap_or(line.len());
        let mut rest = &line[name..];
        while let Some(open) = rest.chars().next().filter(|c| matches!(c, '{' | '(' | '[')) {
            let Some(end) = closing(rest, open) else { break };
            if open == '{' {
                parts.push(format!("x({})", &rest[1..end]));
            }
            rest = &rest[end + 1..];
        }
        let rest = rest.trim_start_matches(['<', '>']);
        if let Some(code) = rest.strip_prefix('=').or_else(|| rest.trim_start().strip_prefix("= "))
        {
            parts.push(code.trim_start_matches('=').trim().to_owned());
            return Some(parts.join(" ; "));
        }
    }
    let mut rest = line;
    while let Some(at) = rest.find("#{") {
        let Some(end) = closing(&rest[at + 1..], '{') else { break };
        parts.push(rest[at + 2..at + 1 + end].to_owned());
        rest = &rest[at + 2 + end..];
    }
    (!parts.is_empty()).then(|| parts.join(" ; "))
}

/// Where the bracket that `text` begins with is closed.
fn closing(text: &str, open: char) -> Option<usize> {
    let close = match open {
        '{' => '}',
        '(' => ')',
        _ => ']',
    };
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}
