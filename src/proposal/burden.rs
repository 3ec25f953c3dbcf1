//! One number that orders the places a piece could be dropped on. It is never shown: people see the figures.

use crate::analysis::figures::{Figure, Figures};

/// How much one more of each figure weighs against one more crossing call. What keeps a change from being one local
/// transaction weighs most; what can be cached or replicated weighs least.
const WEIGHTS: [(Figure, f64); 12] = [
    (Figure::CrossingCalls, 1.0),
    (Figure::Operations, 1.0),
    (Figure::CrossingReads, 1.0),
    (Figure::CrossingWrites, 2.0),
    (Figure::SharedTables, 5.0),
    (Figure::MultiWriterTables, 5.0),
    (Figure::CutDeclaredKeys, 4.0),
    (Figure::CutImpliedKeys, 2.0),
    (Figure::BrokenJoins, 4.0),
    (Figure::SpanningTransactions, 8.0),
    (Figure::CrossingCommits, 0.5),
    (Figure::Cycles, 10.0),
];

/// The weight of a figure, 0 for those that say nothing about cost.
#[must_use]
pub fn weight(figure: Figure) -> f64 {
    WEIGHTS.iter().find(|(weighed, _)| *weighed == figure).map_or(0.0, |(_, weight)| *weight)
}

/// What a change of figures weighs. Below 0 is better than before.
#[must_use]
pub fn burden(delta: &Figures) -> f64 {
    WEIGHTS.iter().map(|(figure, weight)| weight * figure.of(delta)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spanning_transaction_weighs_more_than_a_few_calls() {
        let calls = Figures { crossing_calls: 5, ..Figures::default() };
        let transaction = Figures { spanning_transactions: 1, ..Figures::default() };
        assert!(burden(&transaction) > burden(&calls));
        assert!(burden(&Figures { crossing_calls: -1, ..Figures::default() }) < 0.0);
    }
}
