//! Which groups something touches, and how often: a commit its modules', a table its readers'.

use crate::analysis::grouping::GroupId;

/// A small multiset of groups. Almost everything touches one or two, so a list beats a map.
#[derive(Clone, Debug, Default)]
pub(super) struct Touched {
    groups: Vec<(GroupId, u32)>,
}

impl Touched {
    /// Adds one; whether the group is new.
    pub(super) fn add(&mut self, group: GroupId) -> bool {
        match self.groups.iter_mut().find(|(other, _)| *other == group) {
            Some((_, count)) => {
                *count += 1;
                false
            }
            None => {
                self.groups.push((group, 1));
                true
            }
        }
    }

    /// Takes one away; whether the group is gone.
    pub(super) fn remove(&mut self, group: GroupId) -> bool {
        let Some(at) = self.groups.iter().position(|(other, _)| *other == group) else {
            debug_assert!(false, "only what was added is removed");
            return false;
        };
        self.groups[at].1 -= 1;
        let gone = self.groups[at].1 == 0;
        if gone {
            self.groups.swap_remove(at);
        }
        gone
    }

    /// How many different groups.
    pub(super) fn len(&self) -> usize {
        self.groups.len()
    }

    /// The groups, in no order.
    pub(super) fn groups(&self) -> impl Iterator<Item = GroupId> {
        self.groups.iter().map(|(group, _)| *group)
    }

    /// The groups that stay when those in `leaving` are taken away, as far as it matters.
    pub(super) fn without(&self, leaving: &Self) -> Rest {
        let left = |(group, count): &&(GroupId, u32)| {
            let leaves = leaving.groups.iter().find(|(other, _)| other == group);
            *count > leaves.map_or(0, |(_, count)| *count)
        };
        let mut rest = self.groups.iter().filter(left).map(|(group, _)| *group);
        match (rest.next(), rest.next()) {
            (None, _) => Rest::None,
            (Some(only), None) => Rest::One(only),
            _ => Rest::More,
        }
    }
}

/// How many groups are touched by what doesn't move.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rest {
    None,
    One(GroupId),
    More,
}
