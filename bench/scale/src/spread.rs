//! How uneven an even hash is: the fullest of some shards, when so many fans write.
//!
//! Fans fall on shards as balls into boxes, so the counts are multinomial. They are distributed as independent Poisson counts
//! under the condition that their sum is the number of fans, which gives, after Levin (Annals of Statistics 9, 1981),
//!
//! P(max ≤ k) = P(X ≤ k)^shards · P(sum of counts that are ≤ k = n) / P(Poisson(n) = n)
//!
//! with X ~ Poisson(n / shards). Only the middle factor is approximated: the sum of many bounded counts is nearly normal.

/// The smallest `k` such that no shard gets more than `k` of `n` fans with probability `certainty`.
pub(crate) fn fullest(n: u32, shards: u32, certainty: f64) -> u32 {
    let mean = n / shards.max(1);
    let (mut below, mut enough) = (mean.saturating_sub(1), n);
    while enough - below > 1 {
        let middle = below + (enough - below) / 2;
        if none_above(middle, n, shards) >= certainty {
            enough = middle;
        } else {
            below = middle;
        }
    }
    enough
}

/// P(max ≤ k) for `n` fans on `shards` shards.
pub(crate) fn none_above(k: u32, n: u32, shards: u32) -> f64 {
    if shards <= 1 || k >= n {
        return if k >= n { 1.0 } else { 0.0 };
    }
    let boxes = f64::from(shards);
    if f64::from(k) * boxes < f64::from(n) {
        return 0.0;
    }
    let rate = f64::from(n) / boxes;
    let weights = poisson(rate);
    // The count under the condition that it is at most k.
    let kept = |(count, _): &&(u32, f64)| *count <= k;
    let mass: f64 = weights.iter().filter(kept).map(|(_, p)| p).sum();
    let mean = weights
        .iter()
        .filter(kept)
        .map(|(count, p)| f64::from(*count) * p)
        .sum::<f64>()
        / mass;
    let variance = weights
        .iter()
        .filter(kept)
        .map(|(count, p)| (f64::from(*count) - mean).powi(2) * p)
        .sum::<f64>()
        / mass;
    let off = f64::from(n) - boxes * mean;
    let spread = boxes * variance;
    let tau = std::f64::consts::TAU;
    let at_n = (-off * off / (2.0 * spread)).exp() / (tau * spread).sqrt();
    // Stirling: P(Poisson(n) = n).
    let whole = 1.0 / (tau * f64::from(n)).sqrt() / (1.0 + 1.0 / (12.0 * f64::from(n)));
    (mass.powf(boxes) * at_n / whole).clamp(0.0, 1.0)
}

/// Counts and their probabilities, from the likeliest outwards, so that nothing overflows; what is left out is below 1e-30.
fn poisson(rate: f64) -> Vec<(u32, f64)> {
    let mode = rate.floor();
    let mut weights = vec![(mode as u32, 1.0)];
    let (mut at, mut weight) = (mode, 1.0);
    while weight > 1e-30 {
        at += 1.0;
        weight *= rate / at;
        weights.push((at as u32, weight));
    }
    (at, weight) = (mode, 1.0);
    while weight > 1e-30 && at > 0.0 {
        weight *= at / rate;
        at -= 1.0;
        weights.push((at as u32, weight));
    }
    let whole: f64 = weights.iter().map(|(_, weight)| weight).sum();
    weights.iter_mut().for_each(|(_, weight)| *weight /= whole);
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All ways of putting `n` fans on `shards` shards with at most `k` each, over all ways: exact, and slow.
    fn by_counting(k: u32, n: u32, shards: u32) -> f64 {
        // ways[m]: of putting m named fans on the shards so far, divided by m!.
        let mut ways = vec![0.0; n as usize + 1];
        ways[0] = 1.0;
        for _ in 0..shards {
            let mut next = vec![0.0; n as usize + 1];
            for (m, ways) in ways.iter().enumerate() {
                let mut part = *ways;
                for more in 0..=(k as usize).min(n as usize - m) {
                    if more > 0 {
                        part /= more as f64;
                    }
                    next[m + more] += part;
                }
            }
            ways = next;
        }
        (1..=n).fold(ways[n as usize], |p, m| {
            p * f64::from(m) / f64::from(shards)
        })
    }

    #[test]
    fn the_chance_of_a_fuller_shard_is_that_of_counting_all_ways() {
        for (n, shards) in [(40, 8), (100, 16), (120, 12), (150, 64)] {
            let mean = n / shards;
            for k in mean + 1..=mean + 12 {
                let (exact, model) = (by_counting(k, n, shards), none_above(k, n, shards));
                assert!(
                    (exact - model).abs() < 0.03,
                    "n {n}, shards {shards}, k {k}: {exact} {model}"
                );
            }
        }
    }

    #[test]
    fn the_tail_that_is_used_is_nearly_exact() {
        for (n, shards) in [(40, 8), (100, 16), (150, 64)] {
            let k = fullest(n, shards, 0.99);
            assert!(by_counting(k, n, shards) >= 0.985, "{n} {shards} {k}");
            assert!(by_counting(k - 1, n, shards) < 0.992, "{n} {shards} {k}");
        }
    }

    #[test]
    fn one_shard_gets_all() {
        assert_eq!(fullest(1000, 1, 0.99), 1000);
    }

    #[test]
    fn more_fans_spread_better() {
        let over = |n: u32| f64::from(fullest(n, 64, 0.99)) / (f64::from(n) / 64.0);
        assert!(over(3_333) > over(200_000) && over(200_000) > over(4_000_000));
        assert!(over(200_000) < 1.1);
    }
}
