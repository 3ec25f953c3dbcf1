//! Which commits a head reaches, in the order in which git lists them.

use std::{cmp::Reverse, collections::BinaryHeap};

use gix::ObjectId;
use rustc_hash::FxHashSet;

/// What the walk has to know of a commit.
pub(super) trait Step {
    /// Seconds since 1970.
    fn committed(&self) -> i64;
    fn parents(&self) -> &[ObjectId];
}

/// Visits every commit that `head` reaches: of those whose children were all seen or not yet met, the youngest
/// first, and of equals the one met first. `read` gives a commit, or `None` where it is missing; answers how many
/// were missing.
pub(super) fn walk<S: Step>(
    head: ObjectId,
    mut read: impl FnMut(ObjectId) -> Option<S>,
    mut visit: impl FnMut(ObjectId, S),
) -> usize {
    let mut missing = 0;
    let mut seen: FxHashSet<ObjectId> = FxHashSet::default();
    let mut waiting = BinaryHeap::new();
    let mut steps: Vec<Option<S>> = Vec::new();
    let mut free: Vec<usize> = Vec::new();
    let mut met = 0_u64;
    let mut meet = |id: ObjectId,
                    waiting: &mut BinaryHeap<_>,
                    steps: &mut Vec<Option<S>>,
                    free: &mut Vec<usize>| {
        if !seen.insert(id) {
            return;
        }
        let Some(step) = read(id) else {
            missing += 1;
            return;
        };
        let committed = step.committed();
        let place = free.pop().unwrap_or(steps.len());
        if place == steps.len() {
            steps.push(None);
        }
        steps[place] = Some(step);
        waiting.push((committed, Reverse(met), id, place));
        met += 1;
    };
    meet(head, &mut waiting, &mut steps, &mut free);
    while let Some((_, _, id, place)) = waiting.pop() {
        let Some(step) = steps[place].take() else { continue };
        free.push(place);
        for parent in step.parents() {
            meet(*parent, &mut waiting, &mut steps, &mut free);
        }
        visit(id, step);
    }
    missing
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    struct Commit(i64, Vec<ObjectId>);

    impl Step for Commit {
        fn committed(&self) -> i64 {
            self.0
        }

        fn parents(&self) -> &[ObjectId] {
            &self.1
        }
    }

    fn id(number: u8) -> ObjectId {
        ObjectId::from_bytes_or_panic(&[number; 20])
    }

    /// Commits are `(number, time, parents)`, the head first.
    fn check(commits: &[(u8, i64, &[u8])], expect: &[u8], missing: usize) {
        let read = |wanted: ObjectId| {
            let (_, time, parents) = commits.iter().find(|(number, ..)| id(*number) == wanted)?;
            Some(Commit(*time, parents.iter().copied().map(id).collect()))
        };
        let mut found = Vec::new();
        let lost = walk(id(commits[0].0), read, |id, _| found.push(id.as_slice()[0]));
        assert_eq!((found.as_slice(), lost), (expect, missing));
    }

    #[test]
    fn the_youngest_that_was_met_comes_first_and_each_only_once() {
        check(&[(9, 5, &[2, 3]), (2, 3, &[1]), (3, 4, &[1]), (1, 1, &[])], &[9, 3, 2, 1], 0);
    }

    #[test]
    fn of_equally_old_ones_the_one_met_first_comes_first() {
        check(&[(9, 5, &[3, 2]), (2, 3, &[1]), (3, 3, &[1]), (1, 3, &[])], &[9, 3, 2, 1], 0);
    }

    #[test]
    fn what_is_missing_is_counted_and_the_rest_goes_on() {
        check(&[(9, 5, &[2, 3]), (3, 4, &[7]), (2, 3, &[])], &[9, 3, 2], 1);
    }
}
