//! What theory knows of two-layer linear networks.

/// Loss and index of every critical point of a linear autoencoder of width p on data whose covariance has these distinct
/// eigenvalues: one for each set S of at most p of the n directions. It keeps S and loses the rest, so that the loss is
/// the sum of λᵢ over i ∉ S, and its index is (p − r)(n − r) + #{(j ∈ S, i ∉ S): λᵢ > λⱼ} with r = |S|. Of more than 16
/// directions, which have too many sets, only the sets among the first 16.
///
/// ```
/// use saddlescope::network::known_autoencoder;
/// assert_eq!(known_autoencoder(&[1.0], 1), [(1.0, 1), (0.0, 0)]); // the notes' (1 − w₁w₂)²
/// ```
///
/// Reference: Baldi and Hornik, "Neural networks and principal component analysis", Neural Networks 2 (1989).
pub fn known_autoencoder(eigenvalues: &[f64], p: usize) -> Vec<(f64, usize)> {
    let n = eigenvalues.len();
    let mut known = Vec::new();
    for set in 0..1u32 << n.min(16) {
        let rank = set.count_ones() as usize;
        if rank > p {
            continue;
        }
        let has = |i: usize| i < 16 && set >> i & 1 == 1;
        let lost = || eigenvalues.iter().enumerate().filter(|(i, _)| !has(*i)).map(|(_, l)| *l);
        let kept = eigenvalues.iter().enumerate().filter(|(j, _)| has(*j)).map(|(_, l)| *l);
        let worse: usize = kept.map(|kept| lost().filter(|lost| *lost > kept).count()).sum();
        known.push((lost().sum(), (p - rank) * (n - rank) + worse));
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_directions_than_can_be_gone_through_are_counted_all_the_same() {
        let eigenvalues: Vec<f64> = (1..=40).map(f64::from).collect();
        let known = known_autoencoder(&eigenvalues, 1);
        assert_eq!(known.len(), 17);
        // Nothing kept: all is lost, and each of p·n ways leads down.
        assert_eq!(known[0], (820.0, 40));
        // λ = 1 kept: 39 others would have been better.
        assert_eq!(known[1], (819.0, 39));
    }
}
