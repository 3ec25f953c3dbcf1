//! How long a drag takes to score on 10,000 modules, 1,000 tables and 100,000 dependencies.

use std::sync::Arc;

use divan::Bencher;
use seamline::{
    analysis::{
        figures::Scorer,
        grouping::{GroupId, Grouping, Role},
    },
    facts::{PieceId, synthetic},
};

fn main() {
    divan::main();
}

fn scorer() -> Scorer {
    let made = synthetic::monolith(&synthetic::Size::default());
    let of = made.context_of.iter().map(|context| GroupId::at(*context)).collect();
    Scorer::new(Arc::new(made.facts), Grouping { of, roles: vec![Role::Service; 40] })
}

/// One piece goes there and back.
#[divan::bench]
fn place_one_piece_and_back(bencher: Bencher<'_, '_>) {
    let mut scorer = scorer();
    let home = scorer.grouping().group(PieceId(5_000));
    bencher.bench_local(|| {
        scorer.place(&[PieceId(5_000)], GroupId(3));
        scorer.place(&[PieceId(5_000)], home);
    });
}

/// What dropping pieces on each of 40 services and a new one would change.
#[divan::bench(args = [1, 50, 500])]
fn effects_on_all_groups(bencher: Bencher<'_, '_>, pieces: u32) {
    let scorer = scorer();
    let pieces: Vec<PieceId> = (5_000..5_000 + pieces).map(PieceId).collect();
    bencher.bench_local(|| scorer.effects(&pieces));
}

/// All figures afresh, as when a proposal is opened.
#[divan::bench]
fn count_everything(bencher: Bencher<'_, '_>) {
    let scorer = scorer();
    let (facts, grouping) = (Arc::clone(scorer.facts()), scorer.grouping().clone());
    bencher.bench_local(|| Scorer::new(Arc::clone(&facts), grouping.clone()));
}
