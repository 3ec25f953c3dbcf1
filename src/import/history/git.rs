//! History from a git directory, by its commits and trees: no blob is needed, and `git` is not run.

use std::{
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use gix::{ObjectId, objs::Find as _};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    raw::{Before, Change, Numbers, PathId, Person, Raw, RawCommit, State},
    releases::{self, Tag},
    renames,
    trees::{Difference, Trees},
    walk,
};
use crate::{
    facts::{Place, Warning},
    import::progress::{Phase, Watch},
};

/// Bytes; a larger blob is no source file anybody moves and edits at once.
const LARGEST_SOURCE: u64 = 512 << 10;
/// Characters of a message's first line that are kept.
const SUBJECT: usize = 200;
/// Objects that are read at most to find out where release branches began.
const MOST_STEPS: usize = 20_000;
/// Commits that a thread reads in one go: neighbours share most of their trees.
const CHUNK: usize = 512;
/// Bytes that each thread keeps of objects it has read, and of objects that others are described by.
const OBJECTS: usize = 16 << 20;
const BASES: usize = 24 << 20;

/// Reads every commit that HEAD reaches, the youngest first; what an earlier reading knows is not read again.
/// `living` are the files that are there today.
pub fn read(root: &Path, living: &[&str], known: &Raw, watch: &dyn Watch) -> Raw {
    read_all(root, living, known, watch).unwrap_or_else(|message| {
        let hint = "check it with `git fsck`, or pass a log with --history";
        let warnings = vec![Warning::new(Place::new(".git", 0), message, hint)];
        Raw { warnings, note: "the git directory could not be read".to_owned(), ..Raw::default() }
    })
}

fn read_all(root: &Path, living: &[&str], known: &Raw, watch: &dyn Watch) -> Result<Raw, String> {
    let options = gix::open::Options::isolated();
    let repo = gix::open_opts(root.join(".git"), options)
        .map_err(|error| format!("the git directory cannot be opened: {error}"))?;
    let mut warnings = Vec::new();
    let shallow: FxHashSet<ObjectId> = match repo.shallow_commits() {
        Ok(Some(commits)) => commits.iter().copied().collect(),
        _ => FxHashSet::default(),
    };
    if !shallow.is_empty() {
        let hint = "fetch the rest with `git fetch --unshallow` and import again";
        let message = "this is a shallow clone: its history begins late";
        warnings.push(Warning::new(Place::new(".git", 0), message, hint));
    }
    let Ok(head) = repo.head_id() else {
        let note = "a git directory without any commit".to_owned();
        return Ok(Raw { note, warnings, ..Raw::default() });
    };
    let head = head.detach();
    let mailmap = repo.open_mailmap();
    let tags = tags(&repo);
    let sync = repo.into_sync();
    let reader = || Reader::new(sync.to_thread_local());
    let mut met = Met::new(plain(&sync), shallow, known);
    let readers =
        Readers { free: Mutex::default(), new: &reader, done: AtomicUsize::new(0), watch };
    let missing = met.walk(head, &readers);
    let mut raw = met.together();
    raw.tags = place(&plain(&sync), tags, &raw);
    if missing > 0 && !watch.cancelled() {
        let hint = "commits before that are missing; fetch them and import again";
        let message = format!("the history breaks off: {missing} commits are not there");
        warnings.push(Warning::new(Place::new(".git", 0), message, hint));
    }
    raw.warnings = warnings;
    tell_lost(&mut raw, watch);
    raw.known_as = raw.people.iter().map(|person| called(&mailmap, person)).collect();
    renames::settle(&mut raw, &living.iter().copied().collect(), || {
        let repo = reader().trees.into_objects();
        move |id| if watch.cancelled() { None } else { text(&repo, id) }
    });
    let ordinary = raw.commits.iter().filter(|it| !it.is_merge() && it.state != State::Lost);
    raw.note = format!("{} commits from git, merges left out", ordinary.count());
    Ok(raw)
}

/// A repository that keeps nothing of what it reads: for what is read only once.
fn plain(sync: &gix::ThreadSafeRepository) -> gix::Repository {
    let mut repo = sync.to_thread_local();
    repo.objects.unset_pack_cache();
    repo.objects.refresh_never();
    repo
}

/// Tags whose names can be those of releases, with what they name.
fn tags(repo: &gix::Repository) -> Vec<(String, ObjectId)> {
    let Ok(references) = repo.references() else { return Vec::new() };
    let Ok(tags) = references.tags() else { return Vec::new() };
    let mut found = Vec::new();
    for tag in tags.flatten() {
        let name = tag.name().shorten().to_string();
        if !releases::is_release(&name) {
            continue;
        }
        let named = tag.inner.peeled.or_else(|| tag.target().try_id().map(ToOwned::to_owned));
        found.extend(named.map(|id| (name, id)));
    }
    found.sort();
    found
}

/// Tags by the commits of our history that they are part of. A release branch is followed back to where it began.
fn place(repo: &gix::Repository, tags: Vec<(String, ObjectId)>, raw: &Raw) -> Vec<Tag> {
    let ids = raw.commits.iter().map(|commit| ObjectId::from_hex(commit.id.as_bytes()).ok());
    let places: FxHashMap<ObjectId, u32> =
        ids.zip(0..).filter_map(|(id, place)| Some((id?, place))).collect();
    let mut left = MOST_STEPS;
    let mut place = |(name, named): (String, ObjectId)| {
        let mut time = None;
        let mut at = named;
        loop {
            if let Some(commit) = places.get(&at).copied() {
                let time = time.unwrap_or(raw.commits[commit as usize].committed);
                return Some(Tag { name, time, commit });
            }
            left = left.checked_sub(1)?;
            let commit = repo.find_object(at).ok()?.peel_to_commit().ok()?;
            let id = commit.id().detach();
            // A tag with a message names a commit that may well be ours.
            if id != at {
                at = id;
                continue;
            }
            time = time.or(Some(commit.time().ok()?.seconds));
            at = commit.parent_ids().next()?.detach();
        }
    };
    tags.into_iter().filter_map(&mut place).collect()
}

fn tell_lost(raw: &mut Raw, watch: &dyn Watch) {
    let ordinary = raw.commits.iter().filter(|commit| !commit.is_merge());
    let (lost, whole): (Vec<_>, Vec<_>) = ordinary.partition(|it| it.state == State::Lost);
    let (lost, total) = (lost.len(), lost.len() + whole.len());
    if lost > 0 && !watch.cancelled() {
        let message = format!("{lost} of {total} commits could not be read");
        let hint = "objects are missing; fetch them with `git fetch` and import again";
        raw.warnings.push(Warning::new(Place::new(".git", 0), message, hint));
    }
}

/// Somebody by the name that the mailmap gives them.
fn called(mailmap: &gix::mailmap::Snapshot, person: &Person) -> Person {
    let Person { name, email } = person;
    let signature = gix::actor::SignatureRef {
        name: name.as_str().into(),
        email: email.as_str().into(),
        time: "",
    };
    let found = mailmap.try_resolve_ref(signature);
    let (new_name, new_email) = found.map_or((None, None), |found| (found.name, found.email));
    Person {
        name: new_name.map_or_else(|| name.clone(), ToString::to_string),
        email: new_email.map_or_else(|| email.clone(), ToString::to_string),
    }
}

/// A blob's content, unless the clone lacks it or it is too large to be source.
fn text(repo: &gix::Repository, id: ObjectId) -> Option<Vec<u8>> {
    let header = repo.find_header(id).ok()?;
    if header.kind() != gix::object::Kind::Blob || header.size() > LARGEST_SOURCE {
        return None;
    }
    Some(repo.find_object(id).ok()?.detach().data)
}

/// A commit on the walk.
struct Step {
    committed: i64,
    parents: Vec<ObjectId>,
    source: Source,
}

impl walk::Step for Step {
    fn committed(&self) -> i64 {
        self.committed
    }

    fn parents(&self) -> &[ObjectId] {
        &self.parents
    }
}

enum Source {
    /// An earlier reading has it at this place.
    Known(usize),
    Read {
        commit: RawCommit,
        tree: ObjectId,
    },
}

/// What the walk met so far.
struct Met<'a> {
    repo: gix::Repository,
    buffer: Vec<u8>,
    shallow: FxHashSet<ObjectId>,
    known: &'a Raw,
    known_ids: Vec<Option<ObjectId>>,
    known_at: FxHashMap<ObjectId, usize>,
    people: Numbers<Person>,
    /// The trees of commits that were read.
    trees: FxHashMap<ObjectId, ObjectId>,
    visited: Vec<(ObjectId, Vec<ObjectId>, Visited)>,
    /// In no order.
    chunks: Vec<Chunk>,
}

enum Visited {
    Known(usize),
    Read(RawCommit),
}

impl<'a> Met<'a> {
    fn new(repo: gix::Repository, shallow: FxHashSet<ObjectId>, known: &'a Raw) -> Self {
        let known_ids: Vec<Option<ObjectId>> =
            known.commits.iter().map(|it| ObjectId::from_hex(it.id.as_bytes()).ok()).collect();
        let whole = |at: &usize| known.commits[*at].state == State::Whole;
        let known_at = (0..known_ids.len()).filter(whole);
        let known_at = known_at.filter_map(|at| Some((known_ids[at]?, at))).collect();
        Self {
            repo,
            buffer: Vec::new(),
            shallow,
            known,
            known_ids,
            known_at,
            people: Numbers::default(),
            trees: FxHashMap::default(),
            visited: Vec::new(),
            chunks: Vec::new(),
        }
    }

    /// Visits every commit; what they changed is read on other threads meanwhile. Answers how many are missing.
    fn walk<F: Fn() -> Reader + Sync>(
        &mut self,
        head: ObjectId,
        readers: &Readers<'_, F>,
    ) -> usize {
        let done = Mutex::new(Vec::new());
        let met = Mutex::new(&mut *self);
        let mut waiting = Vec::new();
        let missing = rayon::scope(|scope| {
            let done = &done;
            let start = |jobs: Vec<Job>| scope.spawn(move |_| keep(done, readers.read(&jobs)));
            let missing = walk::walk(
                head,
                |id| if readers.watch.cancelled() { None } else { lock(&met).read(id) },
                |id, step| {
                    waiting.extend(lock(&met).visit(id, step));
                    if waiting.len() >= CHUNK {
                        start(std::mem::take(&mut waiting));
                    }
                },
            );
            start(std::mem::take(&mut waiting));
            missing
        });
        self.chunks = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.chunks.sort_by_key(|chunk| chunk.commits.first().map(|(place, _)| *place));
        self.trees = FxHashMap::default();
        missing
    }

    fn read(&mut self, id: ObjectId) -> Option<Step> {
        if let Some(at) = self.known_at.get(&id) {
            let commit = &self.known.commits[*at];
            let parent = |place: &u32| self.known_ids.get(*place as usize).copied().flatten();
            let parents = commit.parents.iter().map(parent).collect::<Option<Vec<_>>>();
            if let Some(parents) = parents {
                let (committed, source) = (commit.committed, Source::Known(*at));
                return Some(Step { committed, parents, source });
            }
        }
        self.buffer.clear();
        let found = self.repo.objects.try_find(&id, &mut self.buffer).ok()??;
        let commit = gix::objs::CommitRef::from_bytes(found.data, id.kind()).ok()?;
        let (author, committer) = (commit.author().ok()?, commit.committer().ok()?);
        let person = Person { name: author.name.to_string(), email: author.email.to_string() };
        let subject = String::from_utf8_lossy(commit.message.split(|byte| *byte == b'\n').next()?);
        let mut parents: Vec<ObjectId> = commit.parents().collect();
        let tree = commit.tree();
        let mut raw = RawCommit {
            id: id.to_string(),
            time: author.seconds(),
            committed: committer.seconds(),
            person: self.people.number(&person),
            subject: subject.trim_end().chars().take(SUBJECT).collect(),
            root: parents.is_empty(),
            ..RawCommit::default()
        };
        if !parents.is_empty() && self.shallow.contains(&id) {
            parents.clear();
            raw.state = State::CutOff;
        }
        self.trees.insert(id, tree);
        let (committed, source) = (raw.committed, Source::Read { commit: raw, tree });
        Some(Step { committed, parents, source })
    }

    /// Takes a commit, and answers what is to be read of it.
    fn visit(&mut self, id: ObjectId, step: Step) -> Option<Job> {
        let place = self.visited.len();
        let (commit, tree) = match step.source {
            Source::Known(at) => {
                self.visited.push((id, step.parents, Visited::Known(at)));
                return None;
            }
            Source::Read { commit, tree } => (commit, tree),
        };
        let is_open = step.parents.len() < 2 && commit.state == State::Whole;
        let old = match step.parents.first() {
            None => Old::Nothing,
            Some(parent) => match self.trees.get(parent) {
                Some(tree) => Old::Tree(*tree),
                None => Old::Commit(*parent),
            },
        };
        self.visited.push((id, step.parents, Visited::Read(commit)));
        is_open.then_some(Job { place, old, new: tree })
    }

    /// Everything that was found, in the order of the walk.
    fn together(mut self) -> Raw {
        let places: FxHashMap<ObjectId, u32> =
            self.visited.iter().map(|(id, ..)| *id).zip(0..).collect();
        let (mut paths, mut people) = (Numbers::<String>::default(), Numbers::<Person>::default());
        for Chunk { paths: own, commits } in self.chunks {
            let numbers: Vec<PathId> = own.iter().map(|path| paths.number(path)).collect();
            for (place, found) in commits {
                let Visited::Read(commit) = &mut self.visited[place].2 else { continue };
                match found {
                    None => commit.state = State::Lost,
                    Some(mut found) => {
                        found.renumber(|path| numbers[path as usize]);
                        (commit.changes, commit.unpaired) = (found.changes, found.unpaired);
                    }
                }
            }
        }
        let mut raw = Raw { is_from_git: true, ..Raw::default() };
        for (_, parents, visited) in self.visited {
            let (mut commit, person) = match visited {
                Visited::Known(at) => {
                    raw.known += 1;
                    let mut commit = self.known.commits[at].clone();
                    commit.renumber(|path| paths.number(&self.known.paths[path as usize]));
                    let person = &self.known.people[commit.person as usize];
                    (commit, person)
                }
                Visited::Read(commit) => {
                    let person = &self.people.items[commit.person as usize];
                    (commit, person)
                }
            };
            commit.person = people.number(person);
            let place_of = |id: &ObjectId| places.get(id).copied().unwrap_or(u32::MAX);
            commit.parents = parents.iter().map(place_of).collect();
            raw.commits.push(commit);
        }
        (raw.paths, raw.people) = (paths.items, people.items);
        raw
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps what one thread found, once it is found: nobody waits for the lock meanwhile.
fn keep(done: &Mutex<Vec<Chunk>>, chunk: Chunk) {
    lock(done).push(chunk);
}

/// A commit whose changes are to be read.
struct Job {
    place: usize,
    old: Old,
    new: ObjectId,
}

/// What a commit is compared with.
enum Old {
    Nothing,
    Tree(ObjectId),
    Commit(ObjectId),
}

/// What neighbouring commits changed; paths have numbers of their own.
struct Chunk {
    paths: Vec<String>,
    /// By place; `None` where a tree is missing.
    commits: Vec<(usize, Option<RawCommit>)>,
}

/// Readers that threads take and give back, so that what one has read helps whoever comes next.
struct Readers<'a, F> {
    free: Mutex<Vec<Reader>>,
    new: &'a F,
    done: AtomicUsize,
    watch: &'a dyn Watch,
}

impl<F: Fn() -> Reader + Sync> Readers<'_, F> {
    fn read(&self, jobs: &[Job]) -> Chunk {
        let taken = lock(&self.free).pop();
        let mut reader = taken.unwrap_or_else(self.new);
        let done = self.done.fetch_add(jobs.len(), Ordering::Relaxed);
        self.watch.progress(Phase::History, done, 0);
        let chunk = if self.watch.cancelled() {
            Chunk { paths: Vec::new(), commits: Vec::new() }
        } else {
            reader.chunk(jobs)
        };
        lock(&self.free).push(reader);
        chunk
    }
}

/// Reads what commits changed, reusing what can be reused.
struct Reader {
    trees: Trees<gix::Repository>,
}

impl Reader {
    fn new(mut repo: gix::Repository) -> Self {
        repo.object_cache_size(OBJECTS);
        repo.objects.set_pack_cache(|| {
            Box::new(gix::odb::pack::cache::lru::MemoryCappedHashmap::new(BASES))
        });
        // What is missing in a partial clone does not appear while we look.
        repo.objects.refresh_never();
        Self { trees: Trees::new(repo) }
    }

    fn chunk(&mut self, jobs: &[Job]) -> Chunk {
        let mut paths = Numbers::<String>::default();
        let commits = jobs.iter().map(|job| (job.place, self.changes(job, &mut paths))).collect();
        Chunk { paths: paths.items, commits }
    }

    fn changes(&mut self, job: &Job, paths: &mut Numbers<String>) -> Option<RawCommit> {
        let old = match job.old {
            Old::Nothing => None,
            Old::Tree(tree) => Some(tree),
            Old::Commit(parent) => {
                let parent = self.trees.objects().find_commit(parent).ok()?;
                Some(parent.tree_id().ok()?.detach())
            }
        };
        let (mut added, mut gone, mut changes) = (Vec::new(), Vec::new(), Vec::new());
        self.trees.differ(old, Some(job.new), &mut |path, difference| {
            let path = paths.number(&*String::from_utf8_lossy(path));
            match difference {
                Difference::Added(id) => added.push((path, id)),
                Difference::Gone(id) => gone.push((path, id)),
                Difference::Changed => changes.push(Change { path, before: Before::Here }),
            }
        })?;
        let (moves, unpaired) = renames::pair_equal(gone, &added, &paths.items);
        changes.extend(moves);
        Some(RawCommit { changes, unpaired, ..RawCommit::default() })
    }
}
