//! History as it was read, in few bytes, so that the next import reads only the commits that came since.

use gix::ObjectId;

use super::raw::{Before, Change, PathId, Person, Raw, RawCommit, State, Unpaired};

/// The first byte. Whatever changes in how commits are read or written gets a new one, so that what was kept before
/// is read anew.
const FORMAT: u8 = 2;
/// Bytes of a commit's id.
const ID: usize = 20;

/// Commits of a git directory as bytes; empty where there are none, and for histories of other kinds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept(Vec<u8>);

impl Kept {
    /// What an earlier import kept.
    #[must_use]
    pub fn of_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    #[must_use]
    pub fn of(raw: &Raw) -> Self {
        if !raw.is_from_git {
            return Self::default();
        }
        let mut out = Writer(vec![FORMAT]);
        out.texts(raw.people.iter().flat_map(|it| [&it.name, &it.email]));
        out.texts(raw.paths.iter());
        out.count(raw.commits.len());
        let mut committed = 0;
        for (place, commit) in (0_i64..).zip(&raw.commits) {
            out.commit(commit, place, committed);
            committed = commit.committed;
        }
        Self(out.0)
    }

    /// The commits again; none where the bytes are those of another version or no history at all.
    #[must_use]
    pub fn raw(&self) -> Raw {
        Reader(&self.0).raw().unwrap_or_default()
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
            number >>= 7;
        }
        self.0.push(u8::try_from(number).unwrap_or(0));
    }

    /// Small numbers of either sign in few bytes.
    fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)).cast_unsigned());
    }

    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Each text without what it has in common with the one before.
    fn texts<'a>(&mut self, texts: impl Iterator<Item = &'a String>) {
        let texts: Vec<&String> = texts.collect();
        self.count(texts.len());
        let mut last = "";
        for text in texts {
            let same = |(a, b): &(char, char)| a == b;
            let shared = last.chars().zip(text.chars()).take_while(same);
            let shared = shared.map(|(a, _)| a.len_utf8()).sum();
            self.count(shared);
            self.text(&text[shared..]);
            last = text;
        }
    }

    fn commit(&mut self, commit: &RawCommit, place: i64, before: i64) {
        let RawCommit {
            id,
            time,
            committed,
            person,
            subject,
            parents,
            changes,
            unpaired,
            root,
            state,
        } = commit;
        let id = ObjectId::from_hex(id.as_bytes()).ok();
        self.0.extend_from_slice(id.unwrap_or(ObjectId::null(gix::hash::Kind::Sha1)).as_slice());
        self.signed(committed.wrapping_sub(before));
        self.signed(time.wrapping_sub(*committed));
        self.number(u64::from(*person));
        let state = if id.is_some() { *state } else { State::Lost };
        self.0.extend([state_byte(state), u8::from(*root)]);
        self.text(subject);
        self.count(parents.len());
        for parent in parents {
            self.signed(i64::from(*parent) - place);
        }
        self.count(changes.len());
        let mut last = 0;
        for Change { path, before } in changes {
            self.signed(i64::from(*path) - last);
            last = i64::from(*path);
            let (kind, from) = match before {
                Before::Here => (0, None),
                Before::Moved(from) => (1, Some(*from)),
                Before::Alike(from) => (2, Some(*from)),
            };
            self.0.push(kind);
            if let Some(from) = from {
                self.number(u64::from(from));
            }
        }
        let none = Unpaired::default();
        let Unpaired { added, gone, open } = unpaired.as_deref().unwrap_or(&none);
        for files in [added, gone] {
            self.count(files.len());
            for (path, id) in files {
                self.number(u64::from(*path));
                self.0.extend_from_slice(id.as_slice());
            }
        }
        self.count(open.len());
        for path in open {
            self.number(u64::from(*path));
        }
    }
}

fn state_byte(state: State) -> u8 {
    match state {
        State::Whole => 0,
        State::CutOff => 1,
        State::Lost => 2,
    }
}

/// Bytes that are still to be read. Whatever does not fit ends it.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    /// How many things follow; each takes a byte at least.
    fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.0.len()).then_some(count)
    }

    fn many<T>(&mut self, mut one: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count()?;
        let mut list = Vec::with_capacity(count);
        for _ in 0..count {
            list.push(one(self)?);
        }
        Some(list)
    }

    fn texts(&mut self) -> Option<Vec<String>> {
        let mut last = String::new();
        self.many(|bytes| {
            let shared = usize::try_from(bytes.number()?).ok()?;
            let length = bytes.count()?;
            let own = std::str::from_utf8(bytes.take(length)?).ok()?;
            last = format!("{}{own}", last.get(..shared)?);
            Some(last.clone())
        })
    }

    fn id(&mut self) -> Option<ObjectId> {
        ObjectId::try_from(self.take(ID)?).ok()
    }

    fn raw(&mut self) -> Option<Raw> {
        if self.byte()? != FORMAT {
            return None;
        }
        let people = self.texts()?;
        let people = people.chunks_exact(2);
        let people: Vec<Person> =
            people.map(|it| Person { name: it[0].clone(), email: it[1].clone() }).collect();
        let paths = self.texts()?;
        let (mut place, mut committed) = (0_i64, 0);
        let commits = self.many(|bytes| {
            let commit = bytes.commit(place, committed, paths.len())?;
            committed = commit.committed;
            place += 1;
            ((commit.person as usize) < people.len()).then_some(commit)
        })?;
        let is_whole = self.0.is_empty();
        is_whole.then(|| Raw { commits, paths, people, is_from_git: true, ..Raw::default() })
    }

    fn commit(&mut self, place: i64, before: i64, paths: usize) -> Option<RawCommit> {
        let path = |number: u32| ((number as usize) < paths).then_some(number);
        let id = self.id()?.to_string();
        let committed = before.wrapping_add(self.signed()?);
        let time = committed.wrapping_add(self.signed()?);
        let person = self.small()?;
        let state = match self.byte()? {
            0 => State::Whole,
            1 => State::CutOff,
            2 => State::Lost,
            _ => return None,
        };
        let root = self.byte()? != 0;
        let length = self.count()?;
        let subject = String::from_utf8(self.take(length)?.to_vec()).ok()?;
        let parents = self.many(|bytes| u32::try_from(place.checked_add(bytes.signed()?)?).ok())?;
        let mut last = 0_i64;
        let changes = self.many(|bytes| {
            last = last.checked_add(bytes.signed()?)?;
            let own = path(u32::try_from(last).ok()?)?;
            let before = match bytes.byte()? {
                0 => Before::Here,
                1 => Before::Moved(path(bytes.small()?)?),
                2 => Before::Alike(path(bytes.small()?)?),
                _ => return None,
            };
            Some(Change { path: own, before })
        })?;
        let mut files = || {
            self.many(|bytes| Some((path(bytes.small()?)?, bytes.id()?)))
                as Option<Vec<(PathId, ObjectId)>>
        };
        let (added, gone) = (files()?, files()?);
        let open = self.many(|bytes| path(bytes.small()?))?;
        let unpaired = Unpaired { added, gone, open };
        let unpaired = (!unpaired.open.is_empty()).then(|| Box::new(unpaired));
        Some(RawCommit {
            id,
            time,
            committed,
            person,
            subject,
            parents,
            changes,
            unpaired,
            root,
            state,
        })
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;

    fn id(number: u8) -> ObjectId {
        ObjectId::from_bytes_or_panic(&[number; ID])
    }

    fn raw() -> Raw {
        let change = |path, before| Change { path, before };
        let first = RawCommit {
            id: id(9).to_string(),
            time: -5,
            committed: 1_700_000_000,
            subject: "Größer".to_owned(),
            parents: vec![1, u32::MAX],
            changes: vec![change(2, Before::Moved(0)), change(1, Before::Alike(2))],
            ..RawCommit::default()
        };
        let unpaired =
            Unpaired { added: vec![(1, id(3))], gone: vec![(0, id(4)), (2, id(5))], open: vec![1] };
        let second = RawCommit {
            id: id(8).to_string(),
            person: 1,
            changes: vec![change(1, Before::Here)],
            unpaired: Some(Box::new(unpaired)),
            root: true,
            state: State::CutOff,
            ..RawCommit::default()
        };
        let person = |name: &str| Person { name: name.to_owned(), email: format!("{name}@x.org") };
        Raw {
            commits: vec![first, second],
            paths: ["lib/a.rb", "lib/ä.rb", "lib/ö.rb"].map(str::to_owned).to_vec(),
            people: vec![person("ada"), person("adam")],
            is_from_git: true,
            ..Raw::default()
        }
    }

    #[test]
    fn what_was_kept_comes_back() {
        assert_eq!(Kept::of(&raw()).raw(), raw());
        assert_eq!(Kept::of(&Raw { is_from_git: false, ..raw() }), Kept::default());
        assert_eq!(Kept::default().raw(), Raw::default());
    }

    proptest! {
        #[test]
        fn damaged_bytes_are_no_history_or_another_but_never_a_panic(
            at in 0_usize..400, byte: u8, length in 0_usize..400,
        ) {
            let mut bytes = Kept::of(&raw()).0;
            let places = bytes.len();
            bytes[at % places] = byte;
            bytes.truncate(length.max(1));
            let found = Kept::of_bytes(bytes).raw();
            prop_assert!(found.commits.iter().all(|it| (it.person as usize) < found.people.len()));
        }
    }
}
