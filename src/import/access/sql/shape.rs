//! What was found in a statement: the tables it names, on which levels, and which of them it writes.

use crate::facts::AccessMode;

/// What a statement does as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Select,
    Insert,
    Update,
    Delete,
    Merge,
    Truncate,
}

/// A table, entity or association where a statement names it as something to read or write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// `schema.orders`, or `o.lines` in JPQL, by its segments.
    pub path: Vec<String>,
    pub mode: AccessMode,
    /// What the rest of the statement calls it.
    pub alias: Option<String>,
    /// The level it stands on, by its place in [`Scan::levels`].
    pub level: usize,
    /// Where its name begins and ends among the tokens.
    pub at: (usize, usize),
}

/// One query within the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Level {
    pub parent: Option<usize>,
    /// It stands where a table could: its tables are as good as joined with those beside it.
    pub derived: bool,
}

/// What one statement was found to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scan {
    pub verb: Option<Verb>,
    pub hits: Vec<Hit>,
    pub levels: Vec<Level>,
    /// Where a second statement begins among the tokens.
    pub end: usize,
    /// The names before `.` or alone, that `SET` assigns to: `o` of `SET o.total = 1`.
    pub(super) set_targets: Vec<String>,
    /// Names between `DELETE` and `FROM`.
    pub(super) delete_targets: Vec<Vec<String>>,
    /// What it says to delete from is not among its tables.
    pub astray: bool,
}

impl Scan {
    /// Which of several tables an `UPDATE` or `DELETE` changes: those that it assigns to or names first.
    pub(super) fn settle_targets(&mut self) {
        let targets = match self.verb {
            Some(Verb::Update) => self.set_targets.iter().map(|t| vec![t.clone()]).collect(),
            Some(Verb::Delete) => std::mem::take(&mut self.delete_targets),
            _ => return,
        };
        let meant: Vec<bool> = self
            .hits
            .iter()
            .map(|hit| targets.iter().any(|target| hit.is_called(target)))
            .collect();
        let aliased = |path: &[String]| {
            let [name] = path else { return false };
            self.hits
                .iter()
                .any(|hit| hit.alias.as_ref().is_some_and(|a| a.eq_ignore_ascii_case(name)))
        };
        if self.verb == Some(Verb::Delete) && !targets.is_empty() {
            self.astray = !meant.contains(&true);
            for (hit, meant) in self.hits.iter_mut().zip(&meant) {
                hit.mode = if *meant { AccessMode::Write } else { AccessMode::Read };
            }
            return;
        }
        // `UPDATE o SET … FROM orders o`: the first name is only the alias of a later one.
        let first_is_alias =
            self.hits.first().is_some_and(|hit| hit.alias.is_none() && aliased(&hit.path));
        if first_is_alias {
            let name = self.hits.remove(0).path;
            for hit in &mut self.hits {
                if hit.is_called(&name) {
                    hit.mode = AccessMode::Write;
                }
            }
        } else if self.writes() > 1 && meant.contains(&true) {
            for (hit, meant) in self.hits.iter_mut().zip(&meant) {
                if hit.mode == AccessMode::Write && !meant {
                    hit.mode = AccessMode::Read;
                }
            }
        } else if self.writes() > 1 {
            self.hits.iter_mut().skip(1).for_each(|hit| hit.mode = AccessMode::Read);
        }
    }

    fn writes(&self) -> usize {
        self.hits.iter().filter(|hit| hit.mode == AccessMode::Write).count()
    }

    /// The levels that a hit's table can be joined on: its own, and around it as long as they are derived.
    fn near(&self, level: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(level), |&level| {
            let Level { parent, derived } = self.levels[level];
            parent.filter(|_| derived)
        })
    }

    fn is_around(&self, outer: usize, inner: usize) -> bool {
        std::iter::successors(Some(inner), |&level| self.levels[level].parent)
            .any(|level| level == outer)
    }

    /// Whether two hits stand in one query: on one level, or one in a query within the other's.
    pub(crate) fn joined(&self, a: &Hit, b: &Hit) -> bool {
        self.near(a.level).any(|a| self.is_around(a, b.level))
            || self.near(b.level).any(|b| self.is_around(b, a.level))
    }
}

impl Hit {
    fn is_called(&self, target: &[String]) -> bool {
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        match (target, &self.alias) {
            ([name], Some(alias)) if same(name, alias) => true,
            _ => {
                let ends = self.path.iter().rev().zip(target.iter().rev());
                !target.is_empty() && ends.into_iter().all(|(a, b)| same(a, b))
            }
        }
    }
}
