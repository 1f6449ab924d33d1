//! A scan of a JPEG: it brings coefficients of one colour or several, from their means to their finest waves, at once or in steps (T.81, F.2 and G.2).
use super::{bits::Bits, codes::Codes, plane::Plane};

/// Where a block's coefficients lie, in the order in which they are written (T.81, figure A.6).
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28, 35, 42, 49, 56,
    57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// What a scan brings of a block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Brings {
    /// All of it.
    All,
    /// The upper bits of its mean.
    Mean,
    /// One more bit of its mean.
    MoreOfMean,
    /// The upper bits of some waves.
    Waves,
    /// One more bit of some waves.
    MoreOfWaves,
}

/// A colour of the scan, with its codes.
pub(super) struct Part<'a> {
    /// Its place in the frame.
    pub(super) plane: usize,
    pub(super) means: Option<&'a Codes>,
    pub(super) waves: Option<&'a Codes>,
    /// The mean of the block before.
    pub(super) last: i32,
}

pub(super) struct Scan<'a> {
    pub(super) bits: Bits<'a>,
    pub(super) parts: Vec<Part<'a>>,
    pub(super) brings: Brings,
    /// The first and the last coefficient.
    pub(super) from: usize,
    pub(super) to: usize,
    /// How many lower bits are left to later scans.
    pub(super) low: u32,
    /// After so many units the reading begins anew; 0: never.
    pub(super) interval: usize,
    /// Units until then.
    left: usize,
    restarts: u8,
    /// Blocks that bring nothing more, this one included.
    empty: u32,
    /// No more bits come before the next restart.
    dry: bool,
}

impl<'a> Scan<'a> {
    pub(super) fn new(bits: Bits<'a>, parts: Vec<Part<'a>>, brings: Brings, [from, to]: [usize; 2], low: u32, interval: usize) -> Scan<'a> {
        Scan { bits, parts, brings, from, to, low, interval, left: interval, restarts: 0, empty: 0, dry: false }
    }
    /// Reads a row of units into coefficients that begin with those of the row `first`. False where the file ends before.
    pub(super) fn read(&mut self, planes: &mut [Plane], unit: usize, first: usize) -> bool {
        if let [part] = &self.parts[..] {
            // By itself a colour comes without the blocks that only fill units.
            let plane = &mut planes[part.plane];
            let (blocks, down) = (plane.blocks, plane.down);
            let [wide, high] = [plane.width, plane.height].map(|side| side.div_ceil(8));
            for row in unit * down..high.min((unit + 1) * down) {
                for column in 0..wide {
                    if self.begins() {
                        self.block(0, &mut plane.coefficients[(row - first * down) * blocks + column]);
                        self.dry = self.bits.is_dry();
                    }
                }
            }
        } else {
            let units = self.parts.first().map_or(0, |part| planes[part.plane].blocks / planes[part.plane].across);
            for column in 0..units {
                if !self.begins() {
                    continue;
                }
                for part in 0..self.parts.len() {
                    let plane = &mut planes[self.parts[part].plane];
                    let corner = (unit - first) * plane.down * plane.blocks + column * plane.across;
                    for (down, across) in (0..plane.down).flat_map(|down| (0..plane.across).map(move |across| (down, across))) {
                        self.block(part, &mut plane.coefficients[corner + down * plane.blocks + across]);
                    }
                }
                self.dry = self.bits.is_dry();
            }
        }
        !(self.dry && self.bits.is_at_end())
    }
    /// Before a unit: whether there are bits for it.
    fn begins(&mut self) -> bool {
        if self.interval > 0 {
            if self.left == 0 {
                self.dry = !self.bits.restart(self.restarts);
                self.restarts = (self.restarts + 1) % 8;
                self.left = self.interval;
                self.empty = 0;
                self.parts.iter_mut().for_each(|part| part.last = 0);
            }
            self.left -= 1;
        }
        !self.dry
    }
    fn block(&mut self, part: usize, block: &mut [i16; 64]) {
        match self.brings {
            Brings::All => self.all(part, block),
            Brings::Mean => block[0] = (self.mean(part) << self.low) as i16,
            Brings::MoreOfMean => block[0] |= (self.bits.take(1) << self.low) as i16,
            Brings::Waves => self.waves(part, block),
            Brings::MoreOfWaves => self.more_of_waves(part, block),
        }
    }
    fn mean(&mut self, part: usize) -> i32 {
        let part = &mut self.parts[part];
        let length = part.means.map_or(0, |codes| codes.next(&mut self.bits));
        part.last = part.last.wrapping_add(self.bits.number(u32::from(length).min(16)));
        part.last
    }
    fn all(&mut self, part: usize, block: &mut [i16; 64]) {
        block[0] = self.mean(part) as i16;
        let Some(codes) = self.parts[part].waves else { return };
        let mut at = 1;
        while at < 64 {
            let code = codes.next(&mut self.bits);
            let (zeros, length) = (usize::from(code >> 4), u32::from(code & 15));
            match (zeros, length) {
                (15, 0) => at += 16,
                (_, 0) => return,
                _ => {
                    at += zeros;
                    block[usize::from(ZIGZAG[at.min(63)])] = self.bits.number(length) as i16;
                    at += 1;
                }
            }
        }
    }
    /// Of a code without a number: how many blocks end here, this one included.
    fn ended(&mut self, exponent: u32) -> u32 {
        (1 << exponent) + self.bits.take(exponent)
    }
    fn waves(&mut self, part: usize, block: &mut [i16; 64]) {
        if self.empty > 0 {
            self.empty -= 1;
            return;
        }
        let Some(codes) = self.parts[part].waves else { return };
        let mut at = self.from;
        while at <= self.to {
            let code = codes.next(&mut self.bits);
            let (zeros, length) = (usize::from(code >> 4), u32::from(code & 15));
            match (zeros, length) {
                (15, 0) => at += 16,
                (exponent, 0) => {
                    self.empty = self.ended(exponent as u32) - 1;
                    return;
                }
                _ => {
                    at += zeros;
                    block[usize::from(ZIGZAG[at.min(63)])] = (self.bits.number(length) << self.low) as i16;
                    at += 1;
                }
            }
        }
    }
    /// A bit of each wave that is there already, and waves that were 0 until now.
    fn more_of_waves(&mut self, part: usize, block: &mut [i16; 64]) {
        let Some(codes) = self.parts[part].waves else { return };
        let bit = 1i16 << self.low;
        let mut at = self.from;
        if self.empty == 0 {
            while at <= self.to {
                let code = codes.next(&mut self.bits);
                let (mut zeros, length) = (code >> 4, code & 15);
                let mut new = 0;
                if length > 0 {
                    new = if self.bits.take(1) == 1 { bit } else { -bit };
                } else if zeros < 15 {
                    self.empty = self.ended(zeros.into());
                    break;
                }
                // Passes over so many that are still 0.
                while at <= self.to {
                    let coefficient = &mut block[usize::from(ZIGZAG[at])];
                    if *coefficient != 0 {
                        refine(&mut self.bits, coefficient, bit);
                    } else if zeros == 0 {
                        break;
                    } else {
                        zeros -= 1;
                    }
                    at += 1;
                }
                if new != 0 {
                    block[usize::from(ZIGZAG[at.min(63)])] = new;
                }
                at += 1;
            }
        }
        if self.empty > 0 {
            for place in &ZIGZAG[at.min(self.to + 1)..=self.to] {
                let coefficient = &mut block[usize::from(*place)];
                if *coefficient != 0 {
                    refine(&mut self.bits, coefficient, bit);
                }
            }
            self.empty -= 1;
        }
    }
}

/// Takes the next bit of a coefficient that is not 0.
fn refine(bits: &mut Bits, coefficient: &mut i16, bit: i16) {
    if bits.take(1) == 1 && *coefficient & bit == 0 {
        *coefficient = coefficient.wrapping_add(if *coefficient >= 0 { bit } else { -bit });
    }
}
