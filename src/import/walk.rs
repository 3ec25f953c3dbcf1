//! Walking the folder: what is source, what is schema, and what is neither because it is test, generated or foreign.
//!
//! Absent on purpose: following links. A link may lead outside the folder, or around in circles.

use std::{collections::BTreeMap, path::Path};

use ignore::{
    WalkBuilder,
    gitignore::{Gitignore, GitignoreBuilder},
};
use serde::{Deserialize, Serialize};

use super::{
    code::{LANGUAGES, language::Language},
    progress::{Phase, Watch},
    schema,
};
use crate::facts::{Excluded, Exclusion, Place, Warning};

/// Larger files are no source that people wrote. Bytes.
const LARGEST_SOURCE: u64 = 2 << 20;

/// What lies in a folder, by what it is read as. All paths are from the root, with `/`, in order.
#[derive(Default)]
pub struct Walked {
    pub sources: Vec<(String, &'static dyn Language)>,
    /// XML files, which may be mapper files or entity mappings: their content tells.
    pub xml: Vec<String>,
    pub schema: Vec<String>,
    /// Files that languages ask for by name, such as `Cargo.toml`.
    pub manifests: Vec<String>,
    pub excluded: Vec<Excluded>,
    pub warnings: Vec<Warning>,
}

/// What the user wants to be left out, or taken in against convention.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// Globs as in `.gitignore`; what fits is left out.
    pub exclude: Vec<String>,
    /// Tests, generated and foreign code is taken in too.
    pub include_excluded: bool,
}

/// Walks the folder. `.gitignore` is respected, hidden files are passed over.
#[must_use]
pub fn walk(root: &Path, choice: &Choice, watch: &dyn Watch) -> Walked {
    let mut walked = Walked::default();
    let mut builder = WalkBuilder::new(root);
    builder.follow_links(false).require_git(false).parents(false).git_global(false);
    let asked = asked(root, choice, &mut walked.warnings);
    let mut excluded: BTreeMap<(String, Exclusion), u32> = BTreeMap::new();
    let mut seen = 0;
    for entry in builder.build() {
        if watch.cancelled() {
            break;
        }
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                walked.warnings.push(unreadable(root, &error));
                continue;
            }
        };
        let kind = entry.file_type();
        let Ok(below) = entry.path().strip_prefix(root) else { continue };
        let path = below.to_string_lossy().replace('\\', "/");
        if kind.is_some_and(|kind| kind.is_symlink()) {
            let hint = "copy what it points to into the folder if it belongs to the monolith";
            let place = Place::new(path, 0);
            walked.warnings.push(Warning::new(place, "a symbolic link is not followed", hint));
            continue;
        }
        if !kind.is_some_and(|kind| kind.is_file()) {
            continue;
        }
        seen += 1;
        if seen % 500 == 0 {
            watch.progress(Phase::Walk, seen, 0);
        }
        let size = entry.metadata().map_or(0, |data| data.len());
        let is_asked = asked.as_ref().is_some_and(|asked| asked.matched(below, false).is_ignore());
        let exclusion = if is_asked {
            Some((path.clone(), Exclusion::Asked))
        } else {
            convention(&path).filter(|_| !choice.include_excluded)
        };
        sort_in(&mut walked, &mut excluded, path, size, exclusion);
    }
    finish(walked, excluded)
}

/// The globs that the user wants left out, as something that can be asked about a path.
fn asked(root: &Path, choice: &Choice, warnings: &mut Vec<Warning>) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new(root);
    for glob in &choice.exclude {
        if let Err(error) = builder.add_line(None, glob) {
            let message = format!("`{glob}` is no pattern of paths: {error}");
            let hint = "patterns are written as in .gitignore: *.gen.java, legacy/**";
            warnings.push(Warning::new(Place::default(), message, hint));
        }
    }
    builder.build().ok()
}

fn sort_in(
    walked: &mut Walked,
    excluded: &mut BTreeMap<(String, Exclusion), u32>,
    path: String,
    size: u64,
    exclusion: Option<(String, Exclusion)>,
) {
    let name = path.rsplit('/').next().unwrap_or(&path);
    let is_asked = matches!(exclusion, Some((_, Exclusion::Asked)));
    let is_foreign = matches!(exclusion, Some((_, Exclusion::Vendored | Exclusion::Test)));
    if schema::reads(&path) && !is_asked && !is_foreign {
        walked.schema.push(path.clone());
    }
    if LANGUAGES.iter().any(|language| language.is_manifest(name)) && !is_foreign {
        walked.manifests.push(path.clone());
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    let Some(extension) = extension else { return };
    let language = LANGUAGES.iter().find(|language| {
        language.extensions().contains(&extension.as_str()) && language.reads(&path)
    });
    match (language, exclusion) {
        (Some(_), Some((path, reason))) => *excluded.entry((path, reason)).or_insert(0) += 1,
        (Some(_), None) if size > LARGEST_SOURCE => {
            let message = format!("{} MB is too large for a source file", size >> 20);
            let hint = "it is left out; people do not write such files";
            walked.warnings.push(Warning::new(Place::new(path, 0), message, hint));
        }
        (Some(language), None) => walked.sources.push((path, *language)),
        (None, None) if extension == "xml" && size <= LARGEST_SOURCE => walked.xml.push(path),
        (None, _) => {}
    }
}

/// Whether a file is called as a manifest is, which may be `*` and an ending.
#[must_use]
pub fn is_named(name: &str, manifest: &str) -> bool {
    match manifest.strip_prefix('*') {
        Some(ending) => name.ends_with(ending),
        None => name == manifest,
    }
}

fn finish(mut walked: Walked, excluded: BTreeMap<(String, Exclusion), u32>) -> Walked {
    walked.sources.sort_by(|a, b| a.0.cmp(&b.0));
    walked.xml.sort();
    walked.schema.sort();
    walked.manifests.sort();
    walked.excluded = excluded
        .into_iter()
        .map(|((path, reason), files)| Excluded { path, reason, files })
        .collect();
    walked
}

fn unreadable(root: &Path, error: &ignore::Error) -> Warning {
    let text = error.to_string();
    let text = text.replace(&format!("{}/", root.display()), "");
    Warning::new(Place::default(), format!("cannot be read: {text}"), "check who may read it")
}

/// Why a path is left out by convention, and the folder or file that says so.
#[must_use]
pub fn convention(path: &str) -> Option<(String, Exclusion)> {
    let segments: Vec<&str> = path.split('/').collect();
    let (name, folders) = segments.split_last()?;
    // Below `src/main` packages may be called what they like.
    let main = path.find("src/main/").map(|at| path[..at].matches('/').count() + 2);
    let by_convention = &folders[..main.unwrap_or(folders.len()).min(folders.len())];
    for (at, folder) in by_convention.iter().enumerate() {
        let in_source =
            by_convention[..at].contains(&"src") || by_convention[..at].contains(&"app");
        if let Some(reason) =
            folder_reason(folder, at.checked_sub(1).map(|up| by_convention[up]), in_source)
        {
            return Some((by_convention[..=at].join("/"), reason));
        }
    }
    file_reason(name).map(|reason| (path.to_owned(), reason))
}

fn folder_reason(folder: &str, parent: Option<&str>, in_source: bool) -> Option<Exclusion> {
    const TEST_ENDINGS: [&str; 8] =
        [".Test", ".Tests", "-test", "-tests", "_test", "_tests", "UnitTests", "IntegrationTests"];
    match folder {
        "test" | "tests" | "Tests" | "spec" | "specs" | "__tests__" | "__mocks__"
        | "__fixtures__" | "androidTest" | "integrationTest" | "integration-tests"
        | "test-resources" | "cypress" | "e2e" | "e2e-tests" | "testdata" | "test-utils"
        | "testutil" | "testing" | "FunctionalTests" | "UnitTests" => Some(Exclusion::Test),
        "step_definitions" => Some(Exclusion::Test),
        "support" if parent == Some("features") => Some(Exclusion::Test),
        "node_modules" | "vendor" | "third_party" | "thirdparty" | "third-party"
        | "bower_components" | "jspm_packages" | "Pods" | "site-packages" | "venv"
        | "virtualenv" => Some(Exclusion::Vendored),
        "lib" | "libs" | "plugins" if parent.is_some_and(|up| WEB_ROOTS.contains(&up)) => {
            Some(Exclusion::Vendored)
        }
        "generated" | "__generated__" | "generated-sources" | "generated-src" => {
            Some(Exclusion::Generated)
        }
        "target" | "build" | "out" | "dist" | "bin" | "obj" if !in_source => {
            Some(Exclusion::Generated)
        }
        _ if TEST_ENDINGS.iter().any(|ending| folder.ends_with(ending)) => Some(Exclusion::Test),
        _ => None,
    }
}

/// Folders that a web server hands out as they are.
const WEB_ROOTS: [&str; 5] = ["wwwroot", "public", "static", "webapp", "assets"];

fn file_reason(name: &str) -> Option<Exclusion> {
    let (stem, extension) = name.rsplit_once('.')?;
    let lower = stem.to_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| stem.ends_with(ending));
    let is_test = match extension {
        "java" | "kt" | "cs" | "php" | "groovy" => {
            ends(&["Test", "Tests", "TestCase", "IT"]) || stem.ends_with("Spec")
        }
        "py" => lower.starts_with("test_") || ends(&["_test", "_tests"]) || stem == "conftest",
        "rb" => ends(&["_test", "_spec"]),
        "go" => ends(&["_test"]),
        "rs" => ends(&["_test", "_tests"]) || stem == "tests" || stem == "test",
        "ts" | "tsx" | "js" | "jsx" | "mjs" | "cjs" | "mts" | "cts" => {
            ends(&[".test", ".tests", ".spec", ".cy", ".e2e", ".stories", "_test"])
        }
        _ => false,
    };
    if is_test {
        return Some(Exclusion::Test);
    }
    let is_script = ["js", "mjs", "cjs", "css"].contains(&extension);
    let known = ["jquery", "bootstrap.", "modernizr", "angular.", "vue.global", "codemirror"];
    let is_library = known.iter().any(|library| lower.starts_with(library));
    if is_script && (ends(&[".min", "-min", ".bundle", ".chunk", ".pack"]) || is_library) {
        return Some(Exclusion::Vendored);
    }
    let generated =
        [".pb", "_pb2", "_pb2_grpc", ".g", ".g.i", ".Designer", ".generated", ".gen", "_generated"];
    ends(&generated).then_some(Exclusion::Generated)
}

/// Why a file is left out when one looks into it: it says that it was generated, or it is packed.
#[must_use]
pub fn content(text: &str) -> Option<Exclusion> {
    let mut end = text.len().min(1_500);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let is_comment = |line: &&str| {
        let line = line.trim_start();
        ["//", "#", "/*", "*", "--", "<!--", "\"\"\"", "//!"]
            .iter()
            .any(|mark| line.starts_with(mark))
    };
    // Only what stands above the code speaks of the file; `<?php` and `package a;` may come before it.
    let mut code_lines = 0;
    let above_code = text[..end].lines().take(25).take_while(|line| {
        code_lines += u32::from(!line.trim().is_empty() && !is_comment(line));
        code_lines < 3
    });
    let says_so = above_code.filter(is_comment).any(|line| {
        let line = line.to_lowercase();
        // What a schema tool wrote still says what the tables are.
        let schema = line.contains("django") || line.contains("diesel");
        !schema
            && (line.contains("@generated")
                || line.contains("auto-generated")
                || line.contains("autogenerated")
                || line.contains("automatically generated")
                || line.contains("code generated by")
                || line.contains("generated by ") && line.contains("do not"))
    });
    if says_so {
        return Some(Exclusion::Generated);
    }
    let longest = text.lines().map(str::len).max().unwrap_or(0);
    let lines = text.lines().count().max(1);
    (longest > 5_000 && text.len() / lines > 400).then_some(Exclusion::Vendored)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn check(path: &str, expect: Option<(&str, Exclusion)>) {
        let found = convention(path);
        let found = found.as_ref().map(|(path, reason)| (path.as_str(), *reason));
        assert_eq!(found, expect, "{path}");
    }

    #[test]
    fn convention_tells_tests_generated_and_foreign_code() {
        check("src/test/java/a/B.java", Some(("src/test", Exclusion::Test)));
        check("src/main/java/a/test/B.java", None);
        check("src/main/java/a/BTest.java", Some(("src/main/java/a/BTest.java", Exclusion::Test)));
        check("a/Shop.Tests/B.cs", Some(("a/Shop.Tests", Exclusion::Test)));
        check("web/node_modules/x/y.js", Some(("web/node_modules", Exclusion::Vendored)));
        check("wwwroot/lib/x.js", Some(("wwwroot/lib", Exclusion::Vendored)));
        check("target/x/A.java", Some(("target", Exclusion::Generated)));
        check("src/build/a.ts", None);
        check("shop/orders.py", None);
    }

    #[test]
    fn content_tells_what_was_generated_or_packed() {
        assert_eq!(
            content("// Code generated by protoc. DO NOT EDIT.\n"),
            Some(Exclusion::Generated)
        );
        assert_eq!(content("# Generated by Django 3.2 on 2021-01-01\n"), None);
        assert_eq!(content(&"a=1;".repeat(5_000)), Some(Exclusion::Vendored));
        assert_eq!(content("class A { String s = \"code generated by\"; }"), None);
    }
}
