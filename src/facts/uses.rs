//! Facts looked up by what they touch: the calls of a module, the accesses of a table, the commits of a piece.

use super::{AuthorId, Facts, FunctionId, ModuleId, Piece, PieceId, TableId};

/// For each key the places of facts in their list, ordered; all in one allocation.
#[derive(Clone, Debug, Default)]
struct Lists {
    /// Where each key's facts start in `facts`; one more than there are keys.
    starts: Vec<u32>,
    facts: Vec<u32>,
}

impl Lists {
    fn of(keys: usize, pairs: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        let mut starts = vec![0_u32; keys + 1];
        for (key, _) in pairs.clone() {
            starts[key + 1] += 1;
        }
        for key in 0..keys {
            starts[key + 1] += starts[key];
        }
        let mut next = starts.clone();
        let mut facts = vec![0_u32; starts[keys] as usize];
        for (key, fact) in pairs {
            facts[next[key] as usize] = u32::try_from(fact).unwrap_or(u32::MAX);
            next[key] += 1;
        }
        Self { starts, facts }
    }

    fn get(&self, key: usize) -> impl Iterator<Item = usize> + Clone + '_ {
        let range = match (self.starts.get(key), self.starts.get(key + 1)) {
            (Some(start), Some(end)) => *start as usize..*end as usize,
            _ => 0..0,
        };
        self.facts[range].iter().map(|fact| *fact as usize)
    }
}

/// An index of facts by what they touch. Everything it answers is a place in the list of [`Facts`] of that name.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    calls_from: Lists,
    calls_to: Lists,
    accesses_by: Lists,
    accesses_of: Lists,
    keys: Lists,
    joins: Lists,
    commits: Lists,
    functions: Lists,
    entry_points: Lists,
}

impl Uses {
    /// Costs time in proportion to the facts.
    #[must_use]
    pub fn of(facts: &Facts) -> Self {
        let (modules, tables) = (facts.modules.len(), facts.tables.len());
        let calls = || facts.calls.iter().enumerate();
        let accesses = || facts.accesses.iter().enumerate();
        let keys = facts.foreign_keys.iter().enumerate();
        let joins = facts.joins.iter().enumerate();
        let ends = |a: TableId, b: TableId| {
            [Some(a.index()), (a != b).then_some(b.index())].into_iter().flatten()
        };
        let commits = facts.commits.iter().enumerate().flat_map(|(at, commit)| {
            let modules = commit.modules.iter().map(|module| facts.module_piece(*module));
            let tables = commit.tables.iter().map(|table| facts.table_piece(*table));
            modules.chain(tables).map(move |piece| (piece.index(), at))
        });
        Self {
            calls_from: Lists::of(modules, calls().map(|(at, c)| (c.from_module.index(), at))),
            calls_to: Lists::of(modules, calls().map(|(at, c)| (c.to_module.index(), at))),
            accesses_by: Lists::of(modules, accesses().map(|(at, a)| (a.module.index(), at))),
            accesses_of: Lists::of(tables, accesses().map(|(at, a)| (a.table.index(), at))),
            keys: Lists::of(
                tables,
                keys.flat_map(|(at, key)| ends(key.from, key.to).map(move |table| (table, at))),
            ),
            joins: Lists::of(
                tables,
                joins.flat_map(|(at, j)| ends(j.table_a, j.table_b).map(move |t| (t, at))),
            ),
            commits: Lists::of(facts.piece_count(), commits),
            functions: Lists::of(
                modules,
                facts.functions.iter().enumerate().map(|(at, f)| (f.module.index(), at)),
            ),
            entry_points: Lists::of(
                modules,
                facts.entry_points.iter().enumerate().map(|(at, e)| (e.module.index(), at)),
            ),
        }
    }

    /// Calls that stand in the module.
    pub fn calls_from(&self, module: ModuleId) -> impl Iterator<Item = usize> + Clone + '_ {
        self.calls_from.get(module.index())
    }

    /// Calls that lead to the module.
    pub fn calls_to(&self, module: ModuleId) -> impl Iterator<Item = usize> + Clone + '_ {
        self.calls_to.get(module.index())
    }

    /// Accesses that stand in the module.
    pub fn accesses_by(&self, module: ModuleId) -> impl Iterator<Item = usize> + Clone + '_ {
        self.accesses_by.get(module.index())
    }

    /// Accesses of the table.
    pub fn accesses_of(&self, table: TableId) -> impl Iterator<Item = usize> + Clone + '_ {
        self.accesses_of.get(table.index())
    }

    /// Foreign keys from or to the table.
    pub fn keys(&self, table: TableId) -> impl Iterator<Item = usize> + Clone + '_ {
        self.keys.get(table.index())
    }

    /// Joins of the table with another.
    pub fn joins(&self, table: TableId) -> impl Iterator<Item = usize> + Clone + '_ {
        self.joins.get(table.index())
    }

    /// Commits that changed the piece, the youngest first.
    pub fn commits(&self, piece: PieceId) -> impl Iterator<Item = usize> + Clone + '_ {
        self.commits.get(piece.index())
    }

    /// Functions of the module.
    pub fn functions(&self, module: ModuleId) -> impl Iterator<Item = FunctionId> + Clone + '_ {
        self.functions.get(module.index()).map(FunctionId::at)
    }

    /// Entry points in the module.
    pub fn entry_points(&self, module: ModuleId) -> impl Iterator<Item = usize> + Clone + '_ {
        self.entry_points.get(module.index())
    }

    /// Pieces that a piece is connected with, ordered, with how many facts connect them: calls and accesses either
    /// way, keys and joins.
    #[must_use]
    pub fn neighbours(&self, facts: &Facts, piece: PieceId) -> Vec<(PieceId, u32)> {
        let mut others: Vec<PieceId> = Vec::new();
        match facts.piece(piece) {
            Piece::Module(module) => {
                let to = |at: usize| facts.module_piece(facts.calls[at].to_module);
                let from = |at: usize| facts.module_piece(facts.calls[at].from_module);
                others.extend(self.calls_from(module).map(to));
                others.extend(self.calls_to(module).map(from));
                let table = |at: usize| facts.table_piece(facts.accesses[at].table);
                others.extend(self.accesses_by(module).map(table));
            }
            Piece::Table(table) => {
                let module = |at: usize| facts.module_piece(facts.accesses[at].module);
                others.extend(self.accesses_of(table).map(module));
                for key in self.keys(table).map(|at| &facts.foreign_keys[at]) {
                    let other = if key.from == table { key.to } else { key.from };
                    others.push(facts.table_piece(other));
                }
                for join in self.joins(table).map(|at| &facts.joins[at]) {
                    let other = if join.table_a == table { join.table_b } else { join.table_a };
                    others.push(facts.table_piece(other));
                }
            }
        }
        others.retain(|other| *other != piece);
        others.sort_unstable();
        let mut counted: Vec<(PieceId, u32)> = Vec::new();
        for other in others {
            match counted.last_mut() {
                Some((last, count)) if *last == other => *count += 1,
                _ => counted.push((other, 1)),
            }
        }
        counted
    }

    /// Who changed the piece in ordinary commits, by share of them, the largest first; no programs.
    #[must_use]
    pub fn authors(&self, facts: &Facts, piece: PieceId) -> Vec<(AuthorId, f32)> {
        let ordinary = self.commits(piece).map(|at| &facts.commits[at]);
        let mut authors: Vec<AuthorId> = ordinary
            .filter(|commit| commit.bulk.is_none() && !facts.authors[commit.author.index()].bot)
            .map(|commit| commit.author)
            .collect();
        authors.sort_unstable();
        let total = authors.len().max(1) as f32;
        let mut shares: Vec<(AuthorId, f32)> = authors
            .chunk_by(|a, b| a == b)
            .map(|same| (same[0], same.len() as f32 / total))
            .collect();
        shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        shares
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::facts::notation;

    #[test]
    fn facts_are_found_by_what_they_touch() {
        let facts = notation::parse(
            "a/x.rb calls a/y.rb
             a/x.rb reads t
             a/y.rb writes t
             t keys u
             commit ada a/x.rb
             commit ada a/x.rb a/y.rb
             commit bob a/x.rb",
        )
        .expect("a good notation");
        let uses = Uses::of(&facts);
        let (x, t) = (ModuleId(0), facts.table_named("t").expect("a table"));
        assert_eq!(uses.calls_from(x).count(), 1);
        assert_eq!(uses.calls_to(x).count(), 0);
        assert_eq!(uses.accesses_of(t).count(), 2);
        assert_eq!(uses.keys(t).count(), 1);
        let names = |piece: PieceId| {
            let neighbours = uses.neighbours(&facts, piece);
            neighbours.into_iter().map(|(other, _)| facts.piece_name(other)).collect::<Vec<_>>()
        };
        assert_eq!(names(facts.table_piece(t)), ["a/x.rb", "a/y.rb", "u"]);
        assert_eq!(names(facts.module_piece(x)), ["a/y.rb", "t"]);
        let shares: Vec<f32> = uses.authors(&facts, PieceId(0)).iter().map(|(_, s)| *s).collect();
        assert_eq!(shares, [2.0 / 3.0, 1.0 / 3.0]);
    }
}
