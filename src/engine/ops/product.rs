//! The CPU's one micro-kernel: y[m, n] += Σ_k x[row[m] + col[k]] · b[k, n].
//!
//! Rows and columns of the left factor are lists of offsets, so that a dense layer, a convolution (row: where the window stands, column: which tap)
//! and its weight gradient (row: which tap, column: where the window stands) are the same loop, and no patch is ever copied.

/// Rows of y that one pass keeps in registers.
const TILE_M: usize = 4;
/// Columns of y that one pass keeps in registers: two SIMD vectors of four.
const TILE_N: usize = 8;
/// Products summed before they are added to y: a panel of b of this height (32 kB) stays in the first cache.
const BLOCK_K: usize = 1024;

/// The right factor, K × N, cut into panels of eight columns that the kernel reads from end to end; missing columns are zeros.
pub struct Panels {
    values: Vec<f32>,
    k: usize,
    n: usize,
}

impl Panels {
    /// b[k, n] = `values`[k · `along_k` + n · `along_n`].
    pub fn new(values: &[f32], k: usize, n: usize, along_k: usize, along_n: usize) -> Panels {
        let mut panels = Panels { values: vec![0.0; n.div_ceil(TILE_N) * TILE_N * k], k, n };
        panels.fill(values, along_k, along_n);
        panels
    }
    /// Packs another matrix of the same size into the same memory.
    pub fn fill(&mut self, values: &[f32], along_k: usize, along_n: usize) {
        for (panel, out) in self.values.chunks_exact_mut(TILE_N * self.k).enumerate() {
            let first = panel * TILE_N;
            let width = TILE_N.min(self.n - first);
            for (k, row) in out.chunks_exact_mut(TILE_N).enumerate() {
                let from = k * along_k + first * along_n;
                if along_n == 1 {
                    row[..width].copy_from_slice(&values[from..from + width]);
                } else {
                    row[..width].iter_mut().enumerate().for_each(|(n, v)| *v = values[from + n * along_n]);
                }
            }
        }
    }
}

/// Where in a row-major y of row length `stride` the product goes, from column `first` on.
#[derive(Clone, Copy)]
pub struct Into {
    pub stride: usize,
    pub first: usize,
}

/// y[m · stride + first + n] += Σ_k x[rows[m] + cols[k]] · b[k, n].
pub fn add_product(x: &[f32], rows: &[usize], cols: &[usize], b: &Panels, y: &mut [f32], into: Into) {
    assert_eq!(cols.len(), b.k, "one column offset for each row of the right factor");
    let reach = rows.iter().max().copied().unwrap_or(0) + cols.iter().max().copied().unwrap_or(0);
    assert!(rows.is_empty() || cols.is_empty() || reach < x.len(), "offset {reach} lies outside the {} values of the left factor", x.len());
    for (block, cols) in cols.chunks(BLOCK_K).enumerate() {
        for (panel, values) in b.values.chunks_exact(TILE_N * b.k).enumerate() {
            let values = &values[block * BLOCK_K * TILE_N..][..cols.len() * TILE_N];
            let width = TILE_N.min(b.n - panel * TILE_N);
            let mut tiles = rows.chunks_exact(TILE_M);
            let mut put = |m: usize, sums: &[[f32; TILE_N]]| {
                for (i, sums) in sums.iter().enumerate() {
                    let at = (m + i) * into.stride + into.first + panel * TILE_N;
                    y[at..at + width].iter_mut().zip(sums).for_each(|(y, s)| *y += s);
                }
            };
            for (tile, rows) in tiles.by_ref().enumerate() {
                // SAFETY: `reach` was checked above: the largest row and column offsets together lie inside x.
                let sums = unsafe { sums::<TILE_M>(x, rows, cols, values) };
                put(tile * TILE_M, &sums);
            }
            let rest = tiles.remainder();
            for (i, row) in rest.iter().enumerate() {
                // SAFETY: as above.
                let sums = unsafe { sums::<1>(x, &[*row], cols, values) };
                put(rows.len() - rest.len() + i, &sums);
            }
        }
    }
}

/// `M` rows by eight columns of the product, in registers. SAFETY: each rows[m] + cols[k] must lie inside x.
#[inline(always)]
unsafe fn sums<const M: usize>(x: &[f32], rows: &[usize], cols: &[usize], panel: &[f32]) -> [[f32; TILE_N]; M] {
    let mut sums = [[0.0f32; TILE_N]; M];
    let starts: [*const f32; M] = std::array::from_fn(|m| unsafe { x.as_ptr().add(rows[m]) });
    for (col, b) in cols.iter().zip(panel.as_chunks::<TILE_N>().0) {
        for m in 0..M {
            let a = unsafe { *starts[m].add(*col) };
            for n in 0..TILE_N {
                sums[m][n] += a * b[n];
            }
        }
    }
    sums
}
