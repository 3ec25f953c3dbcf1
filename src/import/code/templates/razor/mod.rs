//! Razor's views, pages and components: C# among markup, read as a class of its own.

mod links;
mod reader;

use crate::import::code::{
    csharp::CSharp,
    language::{Language, Layout, Project, Rules, Yields},
    outline::Outline,
    resolve::Source,
};

/// Views and pages of ASP.NET, components of Blazor.
#[derive(Clone, Copy, Debug)]
pub struct Razor;

const NAME: &str = "Razor";

impl Language for Razor {
    fn name(&self) -> &'static str {
        NAME
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["cshtml", "razor"]
    }

    fn outline(&self, path: &str, text: &str) -> Outline {
        let page = reader::read(path, text);
        let mut outline = CSharp.outline(path, &page.code);
        outline.imports = page.imports;
        outline.parts = page.parts;
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        outline.lines = u32::try_from(lines).unwrap_or(u32::MAX);
        // What is not understood is most likely markup.
        outline.errors.clear();
        outline
    }

    fn rules(&self) -> &Rules {
        CSharp.rules()
    }

    fn manifests(&self) -> &'static [&'static str] {
        CSharp.manifests()
    }

    fn layout(&self, project: &Project<'_>) -> Box<dyn Layout> {
        CSharp.layout(project)
    }

    fn namespaces_before_imports(&self) -> bool {
        CSharp.namespaces_before_imports()
    }

    fn guesses_by_name(&self) -> bool {
        false
    }

    fn annotation_suffix(&self) -> &'static str {
        CSharp.annotation_suffix()
    }

    fn is_builtin(&self, name: &str) -> bool {
        CSharp.is_builtin(name)
    }

    fn is_builtin_member(&self, name: &str) -> bool {
        name == "[]" || CSharp.is_builtin_member(name)
    }

    fn has_global(&self, name: &str) -> bool {
        OF_EVERY_VIEW.binary_search(&name).is_ok() || CSharp.has_global(name)
    }

    fn outside_member(&self, receiver: &str, member: &str) -> Yields {
        CSharp.outside_member(receiver, member)
    }

    fn outside_generic(&self, member: &str) -> Yields {
        CSharp.outside_generic(member)
    }

    fn links(&self, sources: &[Source]) -> Vec<(usize, usize, u32)> {
        links::links(sources)
    }
}

/// What every view has from its base, in byte order.
const OF_EVERY_VIEW: [&str; 17] = [
    "Component",
    "Context",
    "Html",
    "HttpContext",
    "Json",
    "Layout",
    "Localizer",
    "ModelExpressionProvider",
    "ModelState",
    "PageContext",
    "Request",
    "Response",
    "TempData",
    "Url",
    "User",
    "ViewBag",
    "ViewData",
];
