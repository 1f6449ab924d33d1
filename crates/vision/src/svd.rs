//! The singular value decomposition of a small matrix, by one-sided Jacobi rotations. Source: M. Hestenes 1958; G. Golub, C. Van Loan, Matrix Computations, 8.6.3.

/// Singular value decomposition `A = Σ s[i] · u[i] v[i]ᵀ`, with s in falling order and orthonormal vectors u and v. For a singular value of
/// 0, the vectors in `u` are zeros.
#[derive(Clone, Debug, PartialEq)]
pub struct Svd {
    /// The singular values, at least 0, in falling order: min(rows, columns) of them.
    pub s: Vec<f64>,
    /// The left singular vectors, one for each of `s`, each as long as A has rows.
    pub u: Vec<Vec<f64>>,
    /// The right singular vectors, one for each of `s`, each as long as A has columns (the rows of NumPy's `vh`).
    pub v: Vec<Vec<f64>>,
}

/// The largest number of rounds of rotations. A matrix of the sizes here needs about ten.
const SWEEPS: usize = 60;

/// The decomposition of `values`, a matrix of `rows` × `columns`, row-major. For a symmetric matrix without negative eigenvalues, u = v are
/// its eigenvectors, and s its eigenvalues.
pub fn svd(rows: usize, columns: usize, values: &[f64]) -> Svd {
    // The columns of A, and of V, which begins as the identity. A rotation that makes two columns of A orthogonal is applied to both.
    let mut a: Vec<Vec<f64>> = (0..columns).map(|c| (0..rows).map(|r| values[r * columns + c]).collect()).collect();
    let mut v: Vec<Vec<f64>> = (0..columns).map(|c| (0..columns).map(|r| f64::from(u8::from(r == c))).collect()).collect();
    for _ in 0..SWEEPS {
        let mut turned = false;
        for p in 0..columns {
            for q in p + 1..columns {
                let (alpha, beta, gamma) = (dot(&a[p], &a[p]), dot(&a[q], &a[q]), dot(&a[p], &a[q]));
                if gamma.abs() <= 1e-15 * (alpha * beta).sqrt() {
                    continue;
                }
                turned = true;
                let zeta = (beta - alpha) / (2.0 * gamma);
                let tangent = zeta.signum() / (zeta.abs() + (1.0 + zeta * zeta).sqrt());
                let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
                rotate(&mut a, p, q, cosine, cosine * tangent);
                rotate(&mut v, p, q, cosine, cosine * tangent);
            }
        }
        if !turned {
            break;
        }
    }
    let lengths: Vec<f64> = a.iter().map(|column| dot(column, column).sqrt()).collect();
    let mut rest: Vec<usize> = (0..columns).collect();
    let mut order = vec![];
    while order.len() < rows.min(columns) {
        let Some(next) = (0..rest.len()).max_by(|i, j| lengths[rest[*i]].total_cmp(&lengths[rest[*j]])) else { break };
        order.push(rest.swap_remove(next));
    }
    let unit = |i: &usize| a[*i].iter().map(|x| if lengths[*i] > 0.0 { x / lengths[*i] } else { 0.0 }).collect();
    Svd {
        s: order.iter().map(|i| lengths[*i]).collect(),
        u: order.iter().map(unit).collect(),
        v: order.iter().map(|i| v[*i].clone()).collect(),
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn rotate(columns: &mut [Vec<f64>], p: usize, q: usize, cosine: f64, sine: f64) {
    let (left, right) = columns.split_at_mut(q);
    for (a, b) in left[p].iter_mut().zip(&mut right[0]) {
        (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put_together(d: &Svd, rows: usize, columns: usize) -> Vec<f64> {
        let at = |i: usize| (0..d.s.len()).map(|k| d.s[k] * d.u[k][i / columns] * d.v[k][i % columns]).sum();
        (0..rows * columns).map(at).collect()
    }

    #[test]
    fn parts_make_the_whole_and_are_orthonormal() {
        for (rows, columns) in [(1, 1), (3, 5), (7, 4), (15, 15), (9, 1)] {
            let values: Vec<f64> = (0..rows * columns).map(|i| ((i * i * 7 + i * 3) % 17) as f64 - 8.0).collect();
            let d = svd(rows, columns, &values);
            assert!(d.s.windows(2).all(|w| w[0] >= w[1]), "{:?}", d.s);
            let error = put_together(&d, rows, columns).iter().zip(&values).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(error < 1e-11, "{rows} × {columns}: {error}");
            for i in 0..d.s.len() {
                for j in 0..d.s.len() {
                    let expected = f64::from(u8::from(i == j));
                    assert!((dot(&d.v[i], &d.v[j]) - expected).abs() < 1e-12);
                    if d.s[i] > 1e-9 && d.s[j] > 1e-9 {
                        assert!((dot(&d.u[i], &d.u[j]) - expected).abs() < 1e-9);
                    }
                }
            }
        }
    }

    #[test]
    fn known_singular_values() {
        // AᵀA = [[25, 20], [20, 25]]: eigenvalues 45 and 5.
        let d = svd(2, 2, &[3.0, 0.0, 4.0, 5.0]);
        assert!((d.s[0] - 45f64.sqrt()).abs() < 1e-14 && (d.s[1] - 5f64.sqrt()).abs() < 1e-14, "{:?}", d.s);
        assert_eq!(svd(3, 3, &[0.0; 9]).s, [0.0; 3]);
    }
}
