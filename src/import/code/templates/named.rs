//! Templates by the names under which code and other templates ask for them: their paths below a root.

use rustc_hash::FxHashMap;

use crate::import::code::resolve::Source;

/// The templates of one language.
pub(super) struct Named<'s> {
    sources: &'s [Source],
    by_name: FxHashMap<&'s str, Vec<usize>>,
}

impl<'s> Named<'s> {
    /// `roots` are the names of folders whose content is asked for by path: `templates`.
    pub(super) fn new(sources: &'s [Source], language: &str, roots: &[&str]) -> Self {
        let mut by_name: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (at, source) in sources.iter().enumerate() {
            if source.language.name() == language {
                for name in names(&source.path, roots) {
                    by_name.entry(name).or_default().push(at);
                }
            }
        }
        Self { sources, by_name }
    }

    /// The template of that name which is nearest to a module by path; none where several are.
    pub(super) fn find(&self, from: usize, name: &str) -> Option<usize> {
        self.find_where(from, name, |_| true)
    }

    /// The same among templates whose paths fit.
    pub(super) fn find_where(
        &self,
        from: usize,
        name: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Option<usize> {
        let name = name.trim_start_matches('/');
        let all = self.by_name.get(name)?.iter().copied();
        let candidates = all.filter(|at| fits(&self.sources[*at].path));
        let from = &self.sources[from].path;
        let near = |at: &usize| shared_folders(&self.sources[*at].path, from);
        let mut best: Option<(usize, usize)> = None;
        let mut is_only = true;
        for at in candidates {
            let near = near(&at);
            match best {
                Some((known, _)) if near == known => is_only = false,
                Some((known, _)) if near < known => {}
                _ => {
                    best = Some((near, at));
                    is_only = true;
                }
            }
        }
        best.filter(|_| is_only).map(|(_, at)| at)
    }
}

/// What follows each root in a path.
fn names<'p>(path: &'p str, roots: &[&str]) -> Vec<&'p str> {
    let ends = path.match_indices('/').map(|(at, _)| at);
    ends.filter(|at| roots.contains(&path[..*at].rsplit('/').next().unwrap_or_default()))
        .map(|at| &path[at + 1..])
        .collect()
}

/// How many folders two paths have in common, from the root on.
pub(super) fn shared_folders(a: &str, b: &str) -> usize {
    let folders = |path: &str| path.matches('/').count();
    let most = folders(a).min(folders(b));
    a.split('/').zip(b.split('/')).take(most).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_named_by_what_follows_its_root() {
        assert_eq!(names("a/templates/b/c.html", &["templates"]), ["b/c.html"]);
        assert_eq!(
            names("templates/a/templates/c.html", &["templates"]),
            ["a/templates/c.html", "c.html"]
        );
        assert_eq!(names("a/c.html", &["templates"]), Vec::<&str>::new());
        assert_eq!(shared_folders("a/b/c.html", "a/b/d.py"), 2);
        assert_eq!(shared_folders("a.html", "a.py"), 0);
    }
}
