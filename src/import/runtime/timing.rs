//! Counts how often something took how long, in little room however often it happens.

use crate::facts::Timing;

/// Steps within each doubling of a duration: a percentile is off by at most half a step, 6 %.
const STEPS: u64 = 8;

/// How often, and how long each.
#[derive(Clone, Debug, Default)]
pub(super) struct Counter {
    count: u64,
    /// Microseconds.
    total: u64,
    /// How many took about how long, by step, ascending.
    steps: Vec<(u16, u64)>,
    /// The 95th percentile as somebody else counted it, in microseconds.
    told: Option<u64>,
}

impl Counter {
    /// It happened once; `duration` is in microseconds, and absent where nobody measured.
    pub(super) fn add(&mut self, duration: Option<u64>) {
        self.count = self.count.saturating_add(1);
        let Some(duration) = duration else { return };
        self.total = self.total.saturating_add(duration);
        let step = step_of(duration);
        match self.steps.binary_search_by_key(&step, |(step, _)| *step) {
            Ok(at) => self.steps[at].1 += 1,
            Err(at) => self.steps.insert(at, (step, 1)),
        }
    }

    /// It happened `count` times, as somebody else counted.
    pub(super) fn add_many(&mut self, count: u64, total: u64, p95: Option<u64>) {
        self.count = self.count.saturating_add(count);
        self.total = self.total.saturating_add(total);
        // Percentiles of different statements cannot be added: the worst one holds for all of them.
        self.told = self.told.max(p95);
    }

    pub(super) fn timing(&self) -> Timing {
        let p95_us = self.percentile().max(self.told);
        Timing { count: self.count, total_us: self.total, p95_us }
    }

    fn percentile(&self) -> Option<u64> {
        let measured: u64 = self.steps.iter().map(|(_, count)| count).sum();
        let rank = measured - measured / 20;
        let mut passed = 0;
        let at = self.steps.iter().find(|(_, count)| {
            passed += count;
            passed >= rank
        });
        at.map(|(step, _)| duration_of(*step))
    }
}

/// Durations below `STEPS` have a step each; above, each doubling has that many.
fn step_of(duration: u64) -> u16 {
    let step = if duration < STEPS {
        duration
    } else {
        let doubling = u64::from(duration.ilog2() - STEPS.ilog2());
        doubling * STEPS + (duration >> doubling)
    };
    u16::try_from(step).unwrap_or(u16::MAX)
}

/// The middle of a step.
fn duration_of(step: u16) -> u64 {
    let step = u64::from(step);
    if step < STEPS {
        return step;
    }
    let doubling = step / STEPS - 1;
    let first = (step % STEPS + STEPS) << doubling;
    first + (1_u64 << doubling) / 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(durations: &[u64], p95: u64) {
        let mut counter = Counter::default();
        for duration in durations {
            counter.add(Some(*duration));
        }
        let timing = counter.timing();
        assert_eq!(timing.count, durations.len() as u64);
        assert_eq!(timing.total_us, durations.iter().sum::<u64>());
        let told = timing.p95_us.expect("durations were measured");
        assert!(told.abs_diff(p95) * 100 <= p95 * 7, "{told} is not about {p95}");
    }

    #[test]
    fn percentiles_are_about_right() {
        check(&[7], 7);
        check(&[1_000; 40], 1_000);
        check(&(1..=1_000).map(|n| n * 1_000).collect::<Vec<_>>(), 950_000);
        check(&[vec![100; 19], vec![90_000]].concat(), 100);
        check(&[vec![100; 18], vec![90_000; 2]].concat(), 90_000);
    }

    #[test]
    fn what_nobody_measured_is_counted_without_a_time() {
        let mut counter = Counter::default();
        counter.add(None);
        assert_eq!(counter.timing(), Timing { count: 1, total_us: 0, p95_us: None });
        counter.add_many(4, 800, Some(300));
        assert_eq!(counter.timing(), Timing { count: 5, total_us: 800, p95_us: Some(300) });
    }

    proptest! {
        #[test]
        fn every_duration_is_near_the_middle_of_its_step(duration: u64) {
            let told = duration_of(step_of(duration));
            prop_assert!(told.abs_diff(duration) <= duration / 16 + 1);
        }
    }
}
