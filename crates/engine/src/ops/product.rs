//! The matrix product on the CPU, in one micro-kernel: y[m, n] += Σ_k x[row[m] + column[k]] · b[k, n].
//!
//! The rows of the left factor are a list of offsets, and its columns are runs of offsets. So a dense layer, a convolution (row: position
//! of the window, columns: its taps) and its weight gradient (row: a tap, columns: positions of the window) are the same loop, and no patch
//! is ever copied.
use std::borrow::Cow;

/// The number of rows of y that one pass keeps in registers.
pub(super) const TILE_M: usize = 4;
/// The number of columns of y that one pass keeps in registers: two SIMD vectors of four.
pub(super) const TILE_N: usize = 8;
/// The number of products that are summed before the sum is added to y. A panel of b of this height (32 kB) stays in the first-level cache.
const BLOCK_K: usize = 1024;

/// The right factor, K × N, cut into panels of eight columns. The kernel reads a panel from start to end. Missing columns are zeros.
pub(super) struct Panels<'a> {
    values: Cow<'a, [f32]>,
    k: usize,
    n: usize,
}

impl<'a> Panels<'a> {
    /// The number of values in the panels of a K × N matrix.
    pub(super) fn size(k: usize, n: usize) -> usize {
        n.div_ceil(TILE_N) * TILE_N * k
    }
    /// b[k, n] = `values`[k · `along_k` + n · `along_n`].
    pub(super) fn new(values: &[f32], k: usize, n: usize, along_k: usize, along_n: usize) -> Panels<'a> {
        let mut panels = Panels { values: vec![0.0; Panels::size(k, n)].into(), k, n };
        panels.fill(values, along_k, along_n);
        panels
    }
    /// Panels from values that were packed before.
    pub(super) fn packed(values: &'a [f32], k: usize, n: usize) -> Panels<'a> {
        assert_eq!(values.len(), Panels::size(k, n), "panels of {k} × {n}");
        Panels { values: values.into(), k, n }
    }
    /// Packs another matrix of the same size into the same memory.
    pub(super) fn fill(&mut self, values: &[f32], along_k: usize, along_n: usize) {
        for (panel, out) in self.values.to_mut().chunks_exact_mut(TILE_N * self.k).enumerate() {
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
    pub(super) fn values(&self) -> &[f32] {
        &self.values
    }
}

/// The columns of the left factor, as runs of offsets: (first, length) each. Neighbours in a run are `step` apart.
#[derive(Clone)]
pub(super) struct Columns {
    runs: Vec<(usize, usize)>,
    step: usize,
}

impl Columns {
    /// A run of `length` from each of `starts`. A long run is split.
    pub(super) fn new(starts: impl IntoIterator<Item = usize>, length: usize, step: usize) -> Columns {
        let pieces = |start: usize| (0..length).step_by(BLOCK_K).map(move |k| (start + k * step, BLOCK_K.min(length - k)));
        Columns { runs: starts.into_iter().flat_map(pieces).collect(), step }
    }
    fn count(&self) -> usize {
        self.runs.iter().map(|run| run.1).sum()
    }
    /// The largest offset.
    fn reach(&self) -> usize {
        self.runs.iter().map(|(first, length)| first + (length - 1) * self.step).max().unwrap_or(0)
    }
    /// Blocks of runs, each with its number of columns. The sums of a block are added to y together.
    fn blocks(&self) -> impl Iterator<Item = (&[(usize, usize)], usize)> {
        let mut rest = &self.runs[..];
        std::iter::from_fn(move || {
            let mut count = rest.first()?.1;
            let mut end = 1;
            while end < rest.len() && count + rest[end].1 <= BLOCK_K {
                count += rest[end].1;
                end += 1;
            }
            let block;
            (block, rest) = rest.split_at(end);
            Some((block, count))
        })
    }
}

/// The position of the product in a row-major y with row length `stride`: it starts at column `first`.
#[derive(Clone, Copy)]
pub(super) struct Into {
    pub stride: usize,
    pub first: usize,
}

/// y[m · stride + first + n] += Σ_k x[rows[m] + columns[k]] · b[k, n].
pub(super) fn add_product(x: &[f32], rows: &[usize], columns: &Columns, b: &Panels, y: &mut [f32], into: Into) {
    assert_eq!(columns.count(), b.k, "one column offset for each row of the right factor");
    let reach = rows.iter().max().copied().unwrap_or(0) + columns.reach();
    assert!(rows.is_empty() || b.k == 0 || reach < x.len(), "offset {reach} lies outside the {} values of the left factor", x.len());
    let mut done = 0;
    for (runs, count) in columns.blocks() {
        for (panel, values) in b.values.chunks_exact(TILE_N * b.k).enumerate() {
            let values = &values[done * TILE_N..][..count * TILE_N];
            let width = TILE_N.min(b.n - panel * TILE_N);
            let mut put = |m: usize, sums: &[[f32; TILE_N]]| {
                for (i, sums) in sums.iter().enumerate() {
                    let at = (m + i) * into.stride + into.first + panel * TILE_N;
                    match y[at..at + width].as_mut_array::<TILE_N>() {
                        Some(y) => (0..TILE_N).for_each(|n| y[n] += sums[n]),
                        None => y[at..at + width].iter_mut().zip(sums).for_each(|(y, s)| *y += s),
                    }
                }
            };
            let (tiles, rest) = rows.as_chunks::<TILE_M>();
            for (tile, rows) in tiles.iter().enumerate() {
                // SAFETY: `reach` was checked above, so the largest row offset and column offset together lie inside x. The panel has a row for each column.
                let sums =
                    unsafe { if columns.step == 1 { sums(x, rows, runs, 1, values) } else { sums(x, rows, runs, columns.step, values) } };
                put(tile * TILE_M, &sums);
            }
            for (i, row) in rest.iter().enumerate() {
                // SAFETY: as above.
                let sums = unsafe { sums(x, &[*row], runs, columns.step, values) };
                put(rows.len() - rest.len() + i, &sums);
            }
        }
        done += count;
    }
}

/// Computes `M` rows by eight columns of the product in registers. SAFETY: each row + column offset must lie inside x, and the panel must
/// hold eight values for each column.
#[inline(always)]
unsafe fn sums<const M: usize>(x: &[f32], rows: &[usize; M], runs: &[(usize, usize)], step: usize, panel: &[f32]) -> [[f32; TILE_N]; M] {
    let mut sums = [[0.0f32; TILE_N]; M];
    let mut rest = panel.as_chunks::<TILE_N>().0;
    for (first, length) in runs {
        let starts: [*const f32; M] = std::array::from_fn(|m| x.as_ptr().wrapping_add(rows[m] + first));
        let run;
        // SAFETY: the caller's promise, here and below.
        (run, rest) = unsafe { rest.split_at_unchecked(*length) };
        for (k, b) in run.iter().enumerate() {
            for m in 0..M {
                let a = unsafe { *starts[m].wrapping_add(k * step) };
                for n in 0..TILE_N {
                    sums[m][n] += a * b[n];
                }
            }
        }
    }
    sums
}
