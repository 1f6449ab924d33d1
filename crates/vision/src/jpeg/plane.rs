//! One colour of a JPEG: its blocks' coefficients, as they are read, and three rows of units of samples, from which rows of the picture are made.
use super::inverse;
use crate::files::Component;

/// How many rows of units are kept as samples: the one that is drawn and its neighbours.
const KEPT: usize = 3;

pub(super) struct Plane {
    /// Blocks of a unit, across and down.
    pub(super) across: usize,
    pub(super) down: usize,
    /// Samples that belong to the picture.
    pub(super) width: usize,
    pub(super) height: usize,
    /// Blocks across, those that only fill the last unit included.
    pub(super) blocks: usize,
    /// What a coefficient's number counts in; known once a scan of this colour has begun.
    steps: Option<[u16; 64]>,
    /// Of all blocks, or of those of one row of units.
    pub(super) coefficients: Vec<[i16; 64]>,
    /// How many of its lower bits are not known yet, of each coefficient; where nothing of it is known, more than there are.
    pub(super) unknown: [u8; 64],
    samples: Vec<u8>,
}

impl Plane {
    pub(super) fn new(component: &Component, [most_across, most_down]: [usize; 2], [width, height]: [usize; 2]) -> Plane {
        let Component { across, down, .. } = *component;
        let blocks = across * width.div_ceil(8 * most_across);
        Plane {
            across,
            down,
            width: (width * across).div_ceil(most_across),
            height: (height * down).div_ceil(most_down),
            blocks,
            steps: None,
            coefficients: vec![],
            unknown: [u8::MAX; 64],
            samples: vec![0; KEPT * 64 * down * blocks],
        }
    }
    /// Room for the coefficients of so many rows of units, all 0.
    pub(super) fn make_room(&mut self, units: usize) {
        self.coefficients = vec![[0; 64]; units * self.down * self.blocks];
    }
    /// Takes the steps as they stand when its first scan begins; false where there are none.
    pub(super) fn take_steps(&mut self, steps: Option<&[u16; 64]>) -> bool {
        self.steps = self.steps.or(steps.copied());
        self.steps.is_some()
    }
    /// Makes samples of a row of units, whose coefficients begin with those of the row `first`.
    pub(super) fn transform(&mut self, unit: usize, first: usize) {
        // A colour that no scan has named is grey.
        let steps = self.steps.unwrap_or([0; 64]);
        let stride = 8 * self.blocks;
        let start = self.place(8 * self.down * unit);
        let blocks = self.coefficients[(unit - first) * self.down * self.blocks..][..self.down * self.blocks].iter();
        for (at, block) in blocks.enumerate() {
            let corner = start + 8 * (at / self.blocks * stride + at % self.blocks);
            for (row, samples) in inverse::samples(block, &steps).iter().enumerate() {
                self.samples[corner + row * stride..][..8].copy_from_slice(samples);
            }
        }
    }
    /// Where a row of samples begins: rows come round again.
    fn place(&self, row: usize) -> usize {
        row % (KEPT * 8 * self.down) * 8 * self.blocks
    }
    /// A row's samples; of a row beyond the picture's edge those of its last.
    pub(super) fn row(&self, row: usize) -> &[u8] {
        &self.samples[self.place(row.min(self.height - 1))..][..self.width]
    }
}
