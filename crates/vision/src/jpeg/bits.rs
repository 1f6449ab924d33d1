//! The bits of a scan, first one first: a zero after a byte 255 is left out, and where a marker or the file's end comes too early, zeros follow.

/// What is read of a scan's bytes.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The lowest `count` bits of it are next.
    held: u64,
    count: u32,
    /// How many bits were made up, the last ones of those held.
    made_up: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Bits<'a> {
        Bits { bytes, at, held: 0, count: 0, made_up: 0 }
    }
    /// The byte from which on nothing was read: none behind a marker.
    pub(super) fn at(&self) -> usize {
        self.at
    }
    /// Whether bits were given that are not there.
    pub(super) fn is_dry(&self) -> bool {
        self.count < self.made_up
    }
    /// Whether the file ends here; asked once bits are made up.
    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }
    /// The next byte of the scan; None before a marker, and at the file's end.
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        if byte != 0xff {
            self.at += 1;
            return Some(byte);
        }
        // Any number of 255 may stand before what makes a marker of them.
        let Some(more) = self.bytes[self.at..].iter().position(|byte| *byte != 0xff) else {
            self.at = self.bytes.len();
            return None;
        };
        let stuffed = self.bytes[self.at + more] == 0;
        self.at += if stuffed { more + 1 } else { more - 1 };
        stuffed.then_some(0xff)
    }
    /// At least 48 bits are held: as many as a code and the number behind it have.
    fn fill(&mut self) {
        while self.count <= 48 {
            let byte = self.byte();
            self.made_up += if byte.is_none() { 8 } else { 0 };
            self.held = self.held << 8 | u64::from(byte.unwrap_or(0));
            self.count += 8;
        }
    }
    /// The next bits, at most 16, which stay the next.
    pub(super) fn ahead(&mut self, bits: u32) -> u32 {
        if self.count < 32 {
            self.fill();
        }
        (self.held >> (self.count - bits)) as u32 & ((1 << bits) - 1)
    }
    /// Passes over so many of the bits that [`Bits::ahead`] has shown.
    pub(super) fn pass(&mut self, bits: u32) {
        self.count -= bits;
    }
    pub(super) fn take(&mut self, bits: u32) -> u32 {
        let taken = self.ahead(bits);
        self.pass(bits);
        taken
    }
    /// A number of so many bits, at most 16: those that begin with 0 are negative (T.81, F.2.2.1).
    pub(super) fn number(&mut self, bits: u32) -> i32 {
        let taken = self.take(bits) as i32;
        if bits > 0 && taken < 1 << (bits - 1) { taken - (1 << bits) + 1 } else { taken }
    }
    /// Passes over the restart marker of this number, where it is the next marker. Of others, those that come before it are passed over, too, and those behind
    /// it wait for their turn (T.81, F.2.2.5; the rule is libjpeg's). Whether bits come next.
    pub(super) fn restart(&mut self, number: u8) -> bool {
        (self.held, self.count, self.made_up) = (0, 0, 0);
        while let Some((marker, behind)) = next_marker(self.bytes, self.at) {
            let early = match marker {
                0..0xc0 => true,
                0xd0..=0xd7 => match (marker - 0xd0).wrapping_sub(number) & 7 {
                    6 | 7 => true,
                    1 | 2 => false,
                    _ => {
                        self.at = behind;
                        return true;
                    }
                },
                _ => false,
            };
            self.at = if early { behind } else { behind - 2 };
            if !early {
                return false;
            }
        }
        self.at = self.bytes.len();
        false
    }
}

/// The next marker from a place on, and the place behind it.
pub(super) fn next_marker(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        at += bytes[at..].iter().position(|byte| *byte != 0xff)?;
        if bytes[at] != 0 {
            return Some((bytes[at], at + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_end_where_a_marker_begins() {
        let bytes = [0xa5, 0xff, 0x00, 0x0f, 0xff, 0xd9];
        let mut bits = Bits::new(&bytes, 0);
        assert_eq!([bits.take(4), bits.take(12), bits.take(8)], [0xa, 0x5ff, 0x0f]);
        assert!(!bits.is_dry() && bits.at() == 4);
        assert_eq!(bits.take(1), 0);
        assert!(bits.is_dry() && !bits.is_at_end());
        assert_eq!(next_marker(&bytes, 0), Some((0xd9, 6)));
        let mut bits = Bits::new(&bytes[..4], 3);
        assert_eq!([bits.number(4), bits.number(3), bits.number(0)], [-15, 7, 0]);
        assert!(!bits.is_dry() && bits.is_at_end());
    }

    #[test]
    fn a_restart_waits_for_its_number() {
        let marker = |number: u8| [0x11, 0xff, 0xd0 + number];
        let bytes = [marker(7), marker(2), marker(1)].concat();
        // An earlier one is passed over, a later one waits.
        let mut bits = Bits::new(&bytes, 0);
        assert!(!bits.restart(0) && !bits.restart(1) && bits.restart(2));
        assert_eq!((bits.at(), bits.take(8)), (6, 0x11));
        assert!(!Bits::new(&bytes[..2], 0).restart(0));
    }
}
