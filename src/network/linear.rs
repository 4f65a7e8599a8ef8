//! What theory knows of two-layer linear networks.

/// Loss and index of every critical point of a linear autoencoder of width p on data whose covariance has these distinct
/// eigenvalues: one for each set S of at most p of the n directions. It keeps S and loses the rest, so that the loss is
/// the sum of λᵢ over i ∉ S, and its index is (p − r)(n − r) + #{(j ∈ S, i ∉ S): λᵢ > λⱼ} with r = |S|.
///
/// ```
/// use saddlescope::network::known_autoencoder;
/// assert_eq!(known_autoencoder(&[1.0], 1), [(1.0, 1), (0.0, 0)]); // the notes' (1 − w₁w₂)²
/// ```
///
/// Reference: Baldi and Hornik, "Neural networks and principal component analysis", Neural Networks 2 (1989).
pub fn known_autoencoder(eigenvalues: &[f64], p: usize) -> Vec<(f64, usize)> {
    let n = eigenvalues.len().min(16);
    let mut known = Vec::new();
    for set in 0..1u32 << n {
        let rank = set.count_ones() as usize;
        if rank > p {
            continue;
        }
        let has = |i: usize| set >> i & 1 == 1;
        let lost = || eigenvalues.iter().enumerate().filter(|(i, _)| !has(*i)).map(|(_, l)| *l);
        let kept = eigenvalues.iter().enumerate().filter(|(j, _)| has(*j)).map(|(_, l)| *l);
        let worse: usize = kept.map(|kept| lost().filter(|lost| *lost > kept).count()).sum();
        known.push((lost().sum(), (p - rank) * (n - rank) + worse));
    }
    known
}
