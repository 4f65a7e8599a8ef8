//! Sorting, once for all types: each further type that the standard library sorts costs 2 to 5 kB of download.

/// The numbers 0, 1, … n − 1 in the order in which `before` puts what they stand for; what is equal stays in place.
///
/// ```
/// use saddlescope::order::order;
/// let words = ["pear", "fig", "plum", "apple"];
/// assert_eq!(order(4, &mut |a, b| words[a].len() < words[b].len()), [1, 0, 2, 3]);
/// ```
pub fn order(n: usize, before: &mut dyn FnMut(usize, usize) -> bool) -> Vec<usize> {
    let mut from: Vec<usize> = (0..n).collect();
    let mut run = 1;
    while run < n {
        // Runs merge in pairs into runs of twice the length.
        let mut to = Vec::with_capacity(n);
        for pair in from.chunks(2 * run) {
            let (mut left, mut right) = pair.split_at(run.min(pair.len()));
            while let (Some((&a, others)), Some((&b, rest))) = (left.split_first(), right.split_first()) {
                if before(b, a) {
                    to.push(b);
                    right = rest;
                } else {
                    to.push(a);
                    left = others;
                }
            }
            to.extend_from_slice(left);
            to.extend_from_slice(right);
        }
        from = to;
        run *= 2;
    }
    from
}

/// Sorts numbers, the least first; NaN goes to an end by its sign, as [`f64::total_cmp`] has it.
pub fn ascending(values: &mut [f64]) {
    let old = values.to_vec();
    let number = |at: usize| old.get(at).copied().unwrap_or(f64::NAN);
    let sorted = order(old.len(), &mut |a, b| number(a).total_cmp(&number(b)).is_lt());
    for (value, at) in values.iter_mut().zip(sorted) {
        *value = number(at);
    }
}

/// The number that would stand at `rank` if the values were sorted; afterwards those before it are not greater, those
/// behind it not less. NaN if there is no such rank. Takes time in proportion to the number of values.
pub fn select(values: &mut [f64], rank: usize) -> f64 {
    let (mut low, mut high) = (0, values.len());
    while high - low > 1 && rank < high {
        // Hoare's: what is less than the pivot goes to the left, what is greater to the right.
        let pivot = values[low + (high - low - 1) / 2];
        let (mut i, mut j) = (low, high - 1);
        loop {
            while values[i].total_cmp(&pivot).is_lt() {
                i += 1;
            }
            while values[j].total_cmp(&pivot).is_gt() {
                j -= 1;
            }
            if i >= j {
                break;
            }
            values.swap(i, j);
            i += 1;
            j -= 1;
        }
        // Left of both nothing is greater than the pivot, right of both nothing is less; between them stands the pivot.
        let (left, right) = if i == j { (j, j + 1) } else { (j + 1, i) };
        if rank < left {
            high = left;
        } else if rank >= right {
            low = right;
        } else {
            break;
        }
    }
    values.get(rank).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists of every length up to 40, with and without many equal values.
    fn lists() -> impl Iterator<Item = Vec<f64>> {
        let mut state = 7_u64;
        (0..400).map(move |k| {
            (0..k % 41)
                .map(|_| {
                    state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    let few = [3, 10, 1000, 1 << 40][k / 100];
                    ((state >> 20) % few) as f64 - 2.0
                })
                .collect()
        })
    }

    #[test]
    fn sorting_agrees_with_the_standard_library() {
        for list in lists() {
            let mut sorted = list.clone();
            sorted.sort_by(f64::total_cmp);
            let mut own = list.clone();
            ascending(&mut own);
            assert_eq!(own, sorted);
            let mut stable: Vec<usize> = (0..list.len()).collect();
            stable.sort_by(|&a, &b| list[b].total_cmp(&list[a]));
            assert_eq!(order(list.len(), &mut |a, b| list[a] > list[b]), stable);
        }
        let mut odd = [f64::NAN, 1.0, -0.0, 0.0, -f64::INFINITY];
        ascending(&mut odd);
        assert!(odd[4].is_nan() && odd[1].is_sign_negative() && odd[0] == -f64::INFINITY);
    }

    #[test]
    fn selection_parts_the_values() {
        for list in lists() {
            let mut sorted = list.clone();
            sorted.sort_by(f64::total_cmp);
            for (rank, value) in sorted.iter().enumerate() {
                let mut values = list.clone();
                assert_eq!(select(&mut values, rank), *value);
                assert!(
                    values[..rank].iter().all(|x| x <= value) && values[rank..].iter().all(|x| x >= value)
                );
            }
        }
        assert!(select(&mut [], 0).is_nan() && select(&mut [1.0], 1).is_nan());
        assert_eq!(select(&mut [f64::NAN, 2.0, 1.0], 1), 2.0);
    }
}
