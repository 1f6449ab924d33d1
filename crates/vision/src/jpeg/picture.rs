//! The picture of a JPEG's frame: scans into planes, planes into pixels.
use super::{
    bits::Bits,
    colours::Colours,
    plane::Plane,
    scan::{Brings, Part, Scan},
    tables::Tables,
    upsample::stretch,
};
use crate::files::{Frame, cut_off};

/// The most lower bits that a scan may leave to later ones.
const MOST_LEFT: u8 = 13;

pub(super) struct Picture {
    frame: Frame,
    /// Samples of a unit over those of a block, across and down.
    most: [usize; 2],
    /// Rows of units.
    units: usize,
    planes: Vec<Plane>,
    /// Known when the first scan begins.
    colours: Option<Colours>,
}

/// What a scan has left.
pub(super) enum Read {
    /// Red, green and blue of all pixels.
    All(Vec<u8>),
    /// More scans may come, from this byte on.
    To(usize),
}

impl Picture {
    pub(super) fn new(frame: Frame) -> Picture {
        let most = frame.most();
        let sides = [frame.width, frame.height].map(|side| side as usize);
        let planes: Vec<_> = frame.components.iter().map(|component| Plane::new(component, most, sides)).collect();
        Picture { most, units: sides[1].div_ceil(8 * most[1]), planes, colours: None, frame }
    }
    /// Whether every bit of every coefficient is known.
    pub(super) fn is_whole(&self) -> bool {
        self.colours.is_some() && self.planes.iter().all(|plane| plane.unknown == [0; 64])
    }
    /// Reads a scan, whose bits begin at byte `at`. If it holds all colours to their end, they are drawn while they are read, and no coefficient is kept.
    pub(super) fn read(&mut self, segment: &[u8], tables: &Tables, bytes: &[u8], at: usize) -> Result<Read, String> {
        let mut scan = self.scan(segment, tables, Bits::new(bytes, at))?;
        let first = self.colours.is_none();
        if first {
            self.colours = Some(Colours::of(&self.frame, tables.jfif, tables.adobe)?);
        }
        for part in &scan.parts {
            let table = usize::from(self.frame.components[part.plane].table);
            if !self.planes[part.plane].take_steps(tables.steps.get(table).and_then(Option::as_ref)) {
                return Err("one of its colours has no table of steps".into());
            }
        }
        if first && !self.frame.progressive && scan.parts.len() == self.planes.len() {
            self.planes.iter_mut().for_each(|plane| plane.make_room(1));
            let drawn = self.draw(|planes, unit| {
                planes.iter_mut().for_each(|plane| plane.coefficients.fill([0; 64]));
                let whole = scan.read(planes, unit, unit);
                planes.iter_mut().for_each(|plane| plane.transform(unit, unit));
                whole
            });
            return drawn.map(Read::All).ok_or_else(cut_off);
        }
        if first {
            self.planes.iter_mut().for_each(|plane| plane.make_room(self.units));
        }
        for unit in 0..self.units {
            if !scan.read(&mut self.planes, unit, 0) {
                return Err(cut_off());
            }
        }
        for part in &scan.parts {
            self.planes[part.plane].unknown[scan.from..=scan.to].fill(scan.low as u8);
        }
        Ok(Read::To(scan.bits.at()))
    }
    fn scan<'a>(&self, segment: &[u8], tables: &'a Tables, bits: Bits<'a>) -> Result<Scan<'a>, String> {
        let bad = || "one of its scans contradicts itself or the frame".to_string();
        let [count, rest @ ..] = segment else { return Err(bad()) };
        let (named, rest) = rest.split_at_checked(2 * usize::from(*count)).ok_or_else(bad)?;
        let [from, to, bits_left, ..] = *rest else { return Err(bad()) };
        let (high, low) = (bits_left >> 4, bits_left & 15);
        let (brings, [from, to], low) = match (self.frame.progressive, from, high) {
            (false, _, _) => (Brings::All, [0, 63], 0),
            (true, 0, 0) => (Brings::Mean, [0, to], low),
            (true, 0, _) => (Brings::MoreOfMean, [0, to], low),
            (true, _, 0) => (Brings::Waves, [from, to], low),
            (true, _, _) => (Brings::MoreOfWaves, [from, to], low),
        };
        let fits = match brings {
            Brings::All => true,
            Brings::Mean | Brings::MoreOfMean => to == 0,
            Brings::Waves | Brings::MoreOfWaves => from <= to && to < 64 && *count == 1,
        };
        if !fits || low > MOST_LEFT || self.frame.progressive && high > 0 && high != low + 1 {
            return Err(bad());
        }
        let mut parts: Vec<Part> = vec![];
        for name in named.as_chunks::<2>().0 {
            let plane = self.frame.components.iter().position(|component| component.name == name[0]).ok_or_else(bad)?;
            let codes = |tables: &'a [Option<super::codes::Codes>; 4], place: u8| tables.get(usize::from(place)).and_then(Option::as_ref);
            let (means, waves) = (codes(&tables.means, name[1] >> 4), codes(&tables.waves, name[1] & 15));
            let lacks = match brings {
                Brings::All => means.is_none() || waves.is_none(),
                Brings::Mean => means.is_none(),
                Brings::MoreOfMean => false,
                Brings::Waves | Brings::MoreOfWaves => waves.is_none(),
            };
            if lacks {
                return Err("one of its scans needs codes that it does not have".into());
            }
            if parts.iter().any(|part| part.plane == plane) {
                return Err(bad());
            }
            parts.push(Part { plane, means, waves, last: 0 });
        }
        if parts.is_empty() {
            return Err(bad());
        }
        Ok(Scan::new(bits, parts, brings, [from, to].map(usize::from), low.into(), tables.interval))
    }
    /// The picture of the coefficients that are there.
    pub(super) fn drawn(mut self) -> Result<Vec<u8>, String> {
        if self.colours.is_none() {
            return Err("it ends before its pixels".into());
        }
        let drawn = self.draw(|planes, unit| {
            planes.iter_mut().for_each(|plane| plane.transform(unit, 0));
            true
        });
        drawn.ok_or_else(cut_off)
    }
    /// Draws rows of units once `bring` has made samples of them and of the row below. None once it brings none.
    fn draw(&mut self, mut bring: impl FnMut(&mut [Plane], usize) -> bool) -> Option<Vec<u8>> {
        let colours = self.colours?;
        let [width, height] = [self.frame.width, self.frame.height].map(|side| side as usize);
        let mut rgb = vec![0; 3 * width * height];
        let high = 8 * self.most[1];
        let ratios: Vec<_> = self.planes.iter().map(|plane| [self.most[0] / plane.across, self.most[1] / plane.down]).collect();
        let mut lines: Vec<_> = self.planes.iter().zip(&ratios).map(|(plane, [across, _])| vec![0; plane.width * across]).collect();
        for unit in 0..self.units {
            if unit == 0 && !bring(&mut self.planes, 0) || unit + 1 < self.units && !bring(&mut self.planes, unit + 1) {
                return None;
            }
            for row in unit * high..height.min((unit + 1) * high) {
                for ((plane, ratio), line) in self.planes.iter().zip(&ratios).zip(&mut lines) {
                    stretch(plane, *ratio, row, line);
                }
                colours.write(&lines, &mut rgb[3 * width * row..][..3 * width]);
            }
        }
        Some(rgb)
    }
}
