//! When things are released: by the monolith's own releases where it has enough of them, otherwise by periods of days.

use super::settings::{Setting, Settings};
use crate::facts::{Commit, Facts};

const DAY: i64 = 86_400;
/// With fewer releases within a year, what was released together says little.
const FEWEST: usize = 6;

/// How time is cut into releases.
pub(super) enum Periods {
    /// The releases of the history; what is not released yet is the next one.
    Tagged,
    /// As many days each.
    Days(i64),
}

impl Periods {
    pub(super) fn of(facts: &Facts, settings: &Settings) -> Self {
        let mut lately: Vec<u32> =
            facts.recent_commits().filter_map(|commit| commit.release).collect();
        lately.sort_unstable();
        lately.dedup();
        #[expect(clippy::cast_possible_truncation, reason = "a number of days")]
        let days = settings.of(Setting::ReleaseDays).clamp(1.0, 3_650.0) as i64;
        if lately.len() >= FEWEST { Self::Tagged } else { Self::Days(days) }
    }

    /// Which release a commit belongs to.
    pub(super) fn release(&self, commit: &Commit) -> i64 {
        match self {
            Self::Tagged => commit.release.map_or(i64::MAX, i64::from),
            Self::Days(days) => commit.time.div_euclid(days * DAY),
        }
    }

    /// What is counted, in the plural.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Tagged => "tagged releases".to_owned(),
            Self::Days(days) => format!("releases of {days} days"),
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::facts::notation::parse;

    #[test]
    fn releases_count_only_where_there_are_enough() {
        let commits = "commit ada a.rb\n".repeat(7);
        let mut facts = parse(&commits).expect("good notation");
        let settings = Settings::default();
        let told = |facts: &Facts| {
            let periods = Periods::of(facts, &settings);
            (periods.words(), periods.release(&facts.commits[6]))
        };
        assert_eq!(told(&facts), ("releases of 14 days".to_owned(), 0));
        for (commit, release) in facts.commits.iter_mut().zip(0..) {
            commit.release = Some(release);
        }
        assert_eq!(told(&facts), ("tagged releases".to_owned(), 6));
    }
}
