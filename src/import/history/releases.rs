//! Releases: the tags of a repository, and the first one that each commit is part of.

use std::collections::BTreeMap;

use super::raw::Raw;
use crate::facts::Release;

/// A tag that may stand for a release.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tag {
    pub name: String,
    /// When the commit that it names was made, in seconds since 1970, UTC.
    pub time: i64,
    /// That commit, or the one on our line of history that it was made on: a place in [`Raw::commits`].
    pub commit: u32,
}

/// Whether a tag's name can be that of a release: it counts.
#[must_use]
pub fn is_release(name: &str) -> bool {
    name.bytes().any(|byte| byte.is_ascii_digit())
}

/// The releases, the oldest first, and by commit the first of them that has it. Tags on one commit, such as those of
/// packages that are published together, are one release; it has the shortest of their names.
#[must_use]
pub fn releases(raw: &Raw) -> (Vec<Release>, Vec<Option<u32>>) {
    let mut by_commit: BTreeMap<u32, (i64, &str)> = BTreeMap::new();
    for tag in raw.tags.iter().filter(|tag| (tag.commit as usize) < raw.commits.len()) {
        let own = (tag.time, tag.name.as_str());
        let kept = by_commit.entry(tag.commit).or_insert(own);
        if (own.0, own.1.len(), own.1) < (kept.0, kept.1.len(), kept.1) {
            *kept = own;
        }
    }
    let mut tags: Vec<(i64, &str, u32)> =
        by_commit.into_iter().map(|(commit, (time, name))| (time, name, commit)).collect();
    tags.sort_unstable();
    let mut release_of = vec![None; raw.commits.len()];
    let mut releases: Vec<Release> = Vec::new();
    for (time, name, commit) in tags {
        let number = u32::try_from(releases.len()).unwrap_or(u32::MAX);
        let mut waiting = vec![commit];
        let mut is_new = false;
        while let Some(at) = waiting.pop() {
            // Parents that are missing have no place.
            if let Some(release @ None) = release_of.get_mut(at as usize) {
                *release = Some(number);
                is_new = true;
                waiting.extend(&raw.commits[at as usize].parents);
            }
        }
        if is_new {
            releases.push(Release { name: name.to_owned(), time });
        }
    }
    (releases, release_of)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{super::raw::RawCommit, *};

    #[test]
    fn a_commit_belongs_to_the_first_release_that_has_it() {
        let commit =
            |parents: &[u32]| RawCommit { parents: parents.to_vec(), ..RawCommit::default() };
        let tag = |name: &str, time, commit| Tag { name: name.to_owned(), time, commit };
        let raw = Raw {
            commits: vec![
                commit(&[1]),
                commit(&[2, 3]),
                commit(&[4]),
                commit(&[4]),
                commit(&[u32::MAX]),
            ],
            tags: vec![tag("v2", 9, 1), tag("cart@2.0", 9, 1), tag("v1", 5, 2), tag("again", 7, 2)],
            ..Raw::default()
        };
        let (releases, of) = releases(&raw);
        let names: Vec<&str> = releases.iter().map(|release| release.name.as_str()).collect();
        assert_eq!(names, ["v1", "v2"]);
        assert_eq!(of, [None, Some(1), Some(0), Some(1), Some(0)]);
    }
}
