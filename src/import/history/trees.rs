//! What differs between two trees, found from the bytes of the trees alone.

use std::cmp::Ordering;

use gix::{ObjectId, bstr::ByteSlice as _};

/// Folders are followed to this depth; nobody's source is deeper.
const DEEPEST: usize = 400;

/// How a file differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Difference {
    Added(ObjectId),
    Gone(ObjectId),
    Changed,
}

/// Compares trees, reusing what it allocated.
pub(super) struct Trees<F> {
    objects: F,
    free: Vec<Vec<u8>>,
    path: Vec<u8>,
}

impl<F: gix::objs::Find> Trees<F> {
    pub(super) fn new(objects: F) -> Self {
        Self { objects, free: Vec::new(), path: Vec::new() }
    }

    pub(super) fn objects(&self) -> &F {
        &self.objects
    }

    pub(super) fn into_objects(self) -> F {
        self.objects
    }

    /// Tells every file that is not the same in both trees, in the order of git. `None` where a tree is missing or
    /// is none.
    pub(super) fn differ(
        &mut self,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
        tell: &mut dyn FnMut(&[u8], Difference),
    ) -> Option<()> {
        self.path.clear();
        self.compare(old, new, tell, 0)
    }

    fn compare(
        &mut self,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
        tell: &mut dyn FnMut(&[u8], Difference),
        depth: usize,
    ) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        let (old, new) = (self.bytes(old)?, self.bytes(new)?);
        let done = self.compare_bytes(&old, &new, tell, depth);
        self.free.extend([old, new]);
        done
    }

    fn bytes(&mut self, tree: Option<ObjectId>) -> Option<Vec<u8>> {
        let mut bytes = self.free.pop().unwrap_or_default();
        bytes.clear();
        if let Some(id) = tree.filter(|id| !id.is_empty_tree()) {
            let found = self.objects.try_find(&id, &mut bytes).ok()??;
            if found.kind != gix::object::Kind::Tree {
                return None;
            }
        }
        Some(bytes)
    }

    fn compare_bytes(
        &mut self,
        old: &[u8],
        new: &[u8],
        tell: &mut dyn FnMut(&[u8], Difference),
        depth: usize,
    ) -> Option<()> {
        let (mut old, mut new) = (old, new);
        loop {
            let a = if old.is_empty() { None } else { Some(Entry::first(old)?) };
            // Most entries are the same in both: their bytes are, so that only one of them is taken apart.
            if let Some(a) = a
                && new.starts_with(&old[..a.length])
            {
                (old, new) = (&old[a.length..], &new[a.length..]);
                continue;
            }
            let b = if new.is_empty() { None } else { Some(Entry::first(new)?) };
            let order = match (a, b) {
                (None, None) => return Some(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => a.order(&b),
            };
            match order {
                Ordering::Less => self.one_side(a?, depth, tell, Difference::Gone)?,
                Ordering::Greater => self.one_side(b?, depth, tell, Difference::Added)?,
                Ordering::Equal => self.both_sides(a?, b?, depth, tell)?,
            }
            if order.is_le() {
                old = &old[a?.length..];
            }
            if order.is_ge() {
                new = &new[b?.length..];
            }
        }
    }

    /// An entry that only one of the trees has.
    fn one_side(
        &mut self,
        entry: Entry<'_>,
        depth: usize,
        tell: &mut dyn FnMut(&[u8], Difference),
        difference: fn(ObjectId) -> Difference,
    ) -> Option<()> {
        let here = self.enter(entry.name);
        let id = ObjectId::try_from(entry.id).ok()?;
        let done = if entry.is_tree() {
            self.path.push(b'/');
            let (old, new) = match difference(id) {
                Difference::Gone(_) => (Some(id), None),
                _ => (None, Some(id)),
            };
            self.compare(old, new, tell, depth + 1)
        } else {
            tell(&self.path, difference(id));
            Some(())
        };
        self.path.truncate(here);
        done
    }

    /// Entries of one name that are both folders or both none.
    fn both_sides(
        &mut self,
        a: Entry<'_>,
        b: Entry<'_>,
        depth: usize,
        tell: &mut dyn FnMut(&[u8], Difference),
    ) -> Option<()> {
        let here = self.enter(a.name);
        let done = if !a.is_tree() {
            tell(&self.path, Difference::Changed);
            Some(())
        } else if a.id == b.id {
            Some(())
        } else {
            self.path.push(b'/');
            let id = |entry: Entry<'_>| ObjectId::try_from(entry.id).ok();
            self.compare(Some(id(a)?), Some(id(b)?), tell, depth + 1)
        };
        self.path.truncate(here);
        done
    }

    fn enter(&mut self, name: &[u8]) -> usize {
        let here = self.path.len();
        self.path.extend_from_slice(name);
        here
    }
}

/// One line of a tree.
#[derive(Clone, Copy)]
struct Entry<'a> {
    mode: &'a [u8],
    name: &'a [u8],
    id: &'a [u8],
    /// Bytes it takes in the tree.
    length: usize,
}

/// Bytes of an id.
const ID: usize = 20;

impl<'a> Entry<'a> {
    /// The entry that the bytes begin with; `None` where they are no tree.
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let space = bytes.iter().take(8).position(|byte| *byte == b' ')?;
        let rest = &bytes[space + 1..];
        let end = rest.find_byte(0)?;
        let id = rest.get(end + 1..end + 1 + ID)?;
        Some(Self { mode: &bytes[..space], name: &rest[..end], id, length: space + end + 2 + ID })
    }

    fn is_tree(&self) -> bool {
        matches!(self.mode, b"40000" | b"040000")
    }

    /// The order of trees: by name, where a folder's name ends in `/`.
    fn order(&self, other: &Self) -> Ordering {
        let shared = self.name.len().min(other.name.len());
        let next = |entry: &Self| {
            let folder = if entry.is_tree() { b'/' } else { 0 };
            entry.name.get(shared).copied().unwrap_or(folder)
        };
        self.name[..shared]
            .cmp(&other.name[..shared])
            .then_with(|| next(self).cmp(&next(other)))
            .then_with(|| self.name.len().cmp(&other.name.len()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pretty_assertions::assert_eq;

    use super::*;

    /// Trees by the number that their id is made of.
    struct Objects(BTreeMap<u8, Vec<u8>>);

    impl gix::objs::Find for Objects {
        fn try_find<'a>(
            &self,
            id: &gix::oid,
            buffer: &'a mut Vec<u8>,
        ) -> gix::Result<Option<gix::objs::Data<'a>>> {
            let Some(bytes) = self.0.get(&id.as_bytes()[0]) else { return Ok(None) };
            buffer.extend_from_slice(bytes);
            let (kind, object_hash) = (gix::object::Kind::Tree, gix::hash::Kind::Sha1);
            Ok(Some(gix::objs::Data { kind, object_hash, data: buffer }))
        }
    }

    fn id(number: u8) -> ObjectId {
        ObjectId::from_bytes_or_panic(&[number; 20])
    }

    /// Trees are `(number, entries)`, entries `name=number`, folders `name/=number`; tree 1 is compared with 2.
    fn check(trees: &[(u8, &str)], expect: Option<&str>) {
        let tree = |entries: &str| {
            let mut bytes = Vec::new();
            for entry in entries.split_whitespace() {
                let (name, number) = entry.split_once('=').expect("an entry");
                let mode = if name.ends_with('/') { "40000" } else { "100644" };
                bytes.extend_from_slice(
                    format!("{mode} {}\0", name.trim_end_matches('/')).as_bytes(),
                );
                bytes.extend_from_slice(&[number.parse().expect("a number"); 20]);
            }
            bytes
        };
        let objects = trees.iter().map(|(number, entries)| (*number, tree(entries))).collect();
        let mut found = Vec::new();
        let done =
            Trees::new(Objects(objects)).differ(Some(id(1)), Some(id(2)), &mut |path, how| {
                let sign = match how {
                    Difference::Added(_) => '+',
                    Difference::Gone(_) => '-',
                    Difference::Changed => '~',
                };
                found.push(format!("{sign}{}", String::from_utf8_lossy(path)));
            });
        assert_eq!(done.map(|()| found.join(" ")).as_deref(), expect);
    }

    #[test]
    fn only_what_differs_is_told() {
        check(&[(1, "a=9 b=8 c=7"), (2, "a=9 b=6 d=7")], Some("~b -c +d"));
        check(&[(1, ""), (2, "")], Some(""));
    }

    #[test]
    fn folders_are_followed_and_a_file_that_becomes_a_folder_is_gone() {
        let trees =
            [(1, "lib/=3 x=8 z/=5"), (2, "lib/=4 x/=5 z/=5"), (3, "a=9"), (4, "a=8"), (5, "y=7")];
        check(&trees, Some("~lib/a -x +x/y"));
        check(&[(1, "a-b=1 a/=3"), (2, "a-b=1 a=7"), (3, "c=7")], Some("+a -a/c"));
    }

    #[test]
    fn a_tree_that_is_missing_is_no_difference_but_nothing_known() {
        check(&[(1, "lib/=3"), (2, "lib/=4")], None);
    }

    #[test]
    fn a_tree_within_itself_ends() {
        check(&[(1, "a/=1"), (2, "a/=2")], None);
    }
}
