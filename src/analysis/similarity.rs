//! How alike two splits of the same pieces are, in the measures that the literature uses.
//!
//! Every function takes the group of each piece in one split and in the other, in the same order of pieces. Pieces
//! that only one split places are left out by the caller. The second split is the reference.

use std::collections::BTreeMap;

use super::grouping::GroupId;

/// How many pieces two groups, one of each split, have in common.
struct Overlap {
    /// By groups of the first split and then of the second, numbered in the order they appear.
    common: Vec<Vec<usize>>,
    sizes_a: Vec<usize>,
    sizes_b: Vec<usize>,
    pieces: usize,
}

impl Overlap {
    fn new(a: &[GroupId], b: &[GroupId]) -> Self {
        assert_eq!(a.len(), b.len(), "both splits place the same pieces");
        let (numbers_a, numbers_b) = (numbers(a), numbers(b));
        let mut common = vec![vec![0; numbers_b.len()]; numbers_a.len()];
        let mut sizes_a = vec![0; numbers_a.len()];
        let mut sizes_b = vec![0; numbers_b.len()];
        for (in_a, in_b) in a.iter().zip(b) {
            let (in_a, in_b) = (numbers_a[in_a], numbers_b[in_b]);
            common[in_a][in_b] += 1;
            sizes_a[in_a] += 1;
            sizes_b[in_b] += 1;
        }
        Self { common, sizes_a, sizes_b, pieces: a.len() }
    }
}

fn numbers(groups: &[GroupId]) -> BTreeMap<GroupId, usize> {
    let mut numbers = BTreeMap::new();
    for group in groups {
        let next = numbers.len();
        numbers.entry(*group).or_insert(next);
    }
    numbers
}

/// `MoJoFM`: how few moves of a piece and joins of two groups turn the split into the reference.
///
/// `(1 - mno(A, B) / max over all A of mno(A, B)) * 100`. From 0 to 100, higher is better; not symmetric. It hardly
/// punishes splitting too finely, because joins are cheap: read it beside [`c2c`].
///
/// Source: Wen, Tzerpos, "An effectiveness measure for software clustering algorithms", IWPC 2004.
#[must_use]
pub fn mojofm(split: &[GroupId], reference: &[GroupId]) -> f64 {
    let overlap = Overlap::new(split, reference);
    let operations = moves_and_joins(&overlap);
    // The worst split scatters every reference group; how far that goes depends on the sizes only.
    let mut sizes = overlap.sizes_b.clone();
    sizes.sort_unstable();
    let kept = sizes.into_iter().fold(0, |kept, size| if kept < size { kept + 1 } else { kept });
    let worst = overlap.pieces - kept;
    if worst == 0 { 100.0 } else { (1.0 - ratio(operations, worst)) * 100.0 }
}

/// The least number of moves and joins: every group becomes the reference group it shares most with; where it shares
/// as much with several, the choice that needs the fewest joins.
fn moves_and_joins(overlap: &Overlap) -> usize {
    let best: Vec<usize> =
        overlap.common.iter().map(|row| row.iter().copied().max().unwrap_or(0)).collect();
    let tags: Vec<Vec<usize>> = overlap
        .common
        .iter()
        .zip(&best)
        .map(|(row, best)| (0..row.len()).filter(|at| row[*at] == *best).collect())
        .collect();
    let distinct = largest_matching(&tags, overlap.sizes_b.len());
    let moves = overlap.pieces - best.iter().sum::<usize>();
    moves + overlap.sizes_a.len() - distinct
}

/// How many of the left can each have one of the right of their own, given whom each accepts.
fn largest_matching(accepts: &[Vec<usize>], right: usize) -> usize {
    let mut taken: Vec<Option<usize>> = vec![None; right];
    let mut matched = 0;
    for left in 0..accepts.len() {
        let mut seen = vec![false; right];
        matched += usize::from(find_place(left, accepts, &mut taken, &mut seen));
    }
    matched
}

fn find_place(
    left: usize,
    accepts: &[Vec<usize>],
    taken: &mut [Option<usize>],
    seen: &mut [bool],
) -> bool {
    for at in &accepts[left] {
        if std::mem::replace(&mut seen[*at], true) {
            continue;
        }
        let free = match taken[*at] {
            None => true,
            Some(other) => find_place(other, accepts, taken, seen),
        };
        if free {
            taken[*at] = Some(left);
            return true;
        }
    }
    false
}

/// c2c coverage: the share of reference groups that some group of the split is like.
///
/// Two groups are alike when `|a ∩ b| / max(|a|, |b|)` exceeds `threshold`. From 0 to 100, higher is better; with a
/// threshold of 0.5 or more no group counts twice.
///
/// Source: Garcia, Ivkovic, Medvidovic, "A comparative analysis of software architecture recovery techniques",
/// ASE 2013 (`c2c_cvg`).
#[must_use]
pub fn c2c(split: &[GroupId], reference: &[GroupId], threshold: f64) -> f64 {
    let overlap = Overlap::new(split, reference);
    let like = |at_b: &usize| {
        (0..overlap.sizes_a.len()).any(|at_a| {
            let larger = overlap.sizes_a[at_a].max(overlap.sizes_b[*at_b]);
            ratio(overlap.common[at_a][*at_b], larger) > threshold
        })
    };
    let matched = (0..overlap.sizes_b.len()).filter(like).count();
    percent(matched, overlap.sizes_b.len())
}

/// a2a: how little one split has to be edited to become the other, groups included.
///
/// `(1 - mto / (aco(A) + aco(B))) * 100`, where `mto` counts groups added or removed and pieces moved (by the best
/// one-to-one matching of groups), and `aco` what it takes to build a split from nothing: its groups, and each piece
/// added and moved. From 0 to 100, higher is better; symmetric. Rarely below 50, because adding pieces never differs.
///
/// Source: Le, Behnamghader, Garcia, Link, Shahbazian, Medvidovic, "An empirical study of architectural change in
/// open-source software systems", MSR 2015.
#[must_use]
pub fn a2a(a: &[GroupId], b: &[GroupId]) -> f64 {
    let overlap = Overlap::new(a, b);
    let (groups_a, groups_b) = (overlap.sizes_a.len(), overlap.sizes_b.len());
    let stay = best_matching(&overlap.common);
    let edits = groups_a.abs_diff(groups_b) + overlap.pieces - stay;
    let built = groups_a + groups_b + 4 * overlap.pieces;
    if built == 0 { 100.0 } else { (1.0 - ratio(edits, built)) * 100.0 }
}

/// The largest sum of entries with at most one in each row and column (the Hungarian method, on costs).
#[expect(clippy::cast_possible_wrap, reason = "overlaps are far below 2^63")]
fn best_matching(common: &[Vec<usize>]) -> usize {
    let size = common.len().max(common.first().map_or(0, Vec::len));
    let cost = |row: usize, column: usize| -> i64 {
        -(common.get(row).and_then(|row| row.get(column)).copied().unwrap_or(0) as i64)
    };
    // Rows and columns count from 1; 0 stands for "none".
    let (mut of_row, mut of_column) = (vec![0_i64; size + 1], vec![0_i64; size + 1]);
    let mut row_at = vec![0; size + 1];
    for row in 1..=size {
        row_at[0] = row;
        let mut column = 0;
        let mut slack = vec![i64::MAX; size + 1];
        let mut before = vec![0; size + 1];
        let mut done = vec![false; size + 1];
        while row_at[column] != 0 {
            done[column] = true;
            let (at, mut least, mut next) = (row_at[column], i64::MAX, 0);
            for other in 1..=size {
                if done[other] {
                    continue;
                }
                let reduced = cost(at - 1, other - 1) - of_row[at] - of_column[other];
                if reduced < slack[other] {
                    (slack[other], before[other]) = (reduced, column);
                }
                if slack[other] < least {
                    (least, next) = (slack[other], other);
                }
            }
            for other in 0..=size {
                if done[other] {
                    of_row[row_at[other]] += least;
                    of_column[other] -= least;
                } else if other > 0 {
                    slack[other] -= least;
                }
            }
            column = next;
        }
        while column != 0 {
            row_at[column] = row_at[before[column]];
            column = before[column];
        }
    }
    let entry = |column: usize| common.get(row_at[column] - 1).and_then(|row| row.get(column - 1));
    (1..=size).filter_map(entry).sum()
}

/// The adjusted Rand index: how often the two agree on whether a pair of pieces belongs together, corrected for chance.
///
/// `(index - expected) / (maximum - expected)` over pairs. 1 where the splits are equal, about 0 where they are
/// unrelated, below 0 where they agree less than chance; symmetric.
///
/// Source: Hubert, Arabie, "Comparing partitions", Journal of Classification 2, 1985.
#[must_use]
pub fn adjusted_rand(a: &[GroupId], b: &[GroupId]) -> f64 {
    let overlap = Overlap::new(a, b);
    let pairs = |count: usize| ratio(count * count.saturating_sub(1), 2);
    let index: f64 = overlap.common.iter().flatten().map(|count| pairs(*count)).sum();
    let sum_a: f64 = overlap.sizes_a.iter().map(|size| pairs(*size)).sum();
    let sum_b: f64 = overlap.sizes_b.iter().map(|size| pairs(*size)).sum();
    let all = pairs(overlap.pieces);
    let expected = if all == 0.0 { 0.0 } else { sum_a * sum_b / all };
    let maximum = f64::midpoint(sum_a, sum_b);
    if (maximum - expected).abs() < f64::EPSILON {
        1.0
    } else {
        (index - expected) / (maximum - expected)
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { ratio(part, whole) * 100.0 }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Splits are written as one letter a piece.
    fn split(letters: &str) -> Vec<GroupId> {
        letters.bytes().map(|letter| GroupId(u32::from(letter))).collect()
    }

    #[track_caller]
    fn close(actual: f64, expected: f64) {
        assert!((actual - expected).abs() < 1e-9, "{actual} is not {expected}");
    }

    #[test]
    fn equal_splits_are_alike_whatever_the_groups_are_called() {
        let (a, b) = (split("aabbc"), split("xxzzy"));
        close(mojofm(&a, &b), 100.0);
        close(c2c(&a, &b, 0.5), 100.0);
        close(a2a(&a, &b), 100.0);
        close(adjusted_rand(&a, &b), 1.0);
    }

    /// One move turns the split into the reference; the worst split of a reference with groups of 3 and 3 keeps
    /// two pieces in place, so it is 4 operations away.
    #[test]
    fn mojofm_counts_a_move() {
        close(mojofm(&split("aaabbb"), &split("xxyyyy")), (1.0 - 1.0 / 4.0) * 100.0);
    }

    /// Six groups of one need four joins to become two groups: the worst there is.
    #[test]
    fn mojofm_of_single_pieces_is_zero() {
        close(mojofm(&split("abcdef"), &split("xxxyyy")), 0.0);
    }

    /// `a` shares as much with x as with y; taking y saves a join.
    #[test]
    fn mojofm_breaks_ties_so_that_fewest_joins_are_needed() {
        // Groups: a = {x, y}, b = {x, x}. Moves: 1. Joins: 0 because a is called y. Worst: 4 - 2 = 2.
        close(mojofm(&split("aabb"), &split("xyxx")), (1.0 - 1.0 / 2.0) * 100.0);
    }

    /// {1,2,3} against {1,2,3,4}: 3/4 > 0.5 matches; {4,5} against {5}: 1/2 doesn't exceed 0.5.
    #[test]
    fn c2c_counts_reference_groups_that_are_matched() {
        close(c2c(&split("aaabb"), &split("xxxxy"), 0.5), 50.0);
        close(c2c(&split("aaabb"), &split("xxxxy"), 0.4), 100.0);
    }

    /// One piece moves, no group is added: 1 edit of 2 + 2 groups and 4 * 5 pieces.
    #[test]
    fn a2a_counts_edits_of_what_it_takes_to_build_both() {
        close(a2a(&split("aaabb"), &split("xxxxy")), (1.0 - 1.0 / 24.0) * 100.0);
        // Three groups become one: 2 groups go, 2 pieces move.
        close(a2a(&split("abc"), &split("xxx")), (1.0 - 4.0 / 16.0) * 100.0);
    }

    /// Greedily matching the largest overlap first would keep 3 + 0; the best keeps 2 + 2.
    #[test]
    fn groups_are_matched_for_the_largest_sum() {
        assert_eq!(best_matching(&[vec![3, 2], vec![2, 0]]), 4);
        assert_eq!(best_matching(&[vec![1, 5, 2]]), 5);
        assert_eq!(best_matching(&[]), 0);
    }

    /// Pairs together in both: 1 (1,2); in a: 2; in b: 3; of 6: expected 1, maximum 2.5.
    #[test]
    fn adjusted_rand_corrects_for_chance() {
        close(adjusted_rand(&split("aabb"), &split("xxxy")), 0.0);
        close(adjusted_rand(&split("aabb"), &split("xyxy")), -0.5);
    }
}
