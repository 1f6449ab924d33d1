//! A JPEG's head: its frame, and whether the first scan holds all of it. Source: ITU-T T.81, B.2.
use super::head::{Head, big, breaks_off};

/// What tables of codes take.
const CODES: u64 = 20_000;

/// A colour of the frame: its name, by which scans call it, how many blocks of it a unit has, across and down, and the table of steps that it counts in.
#[cfg_attr(not(feature = "jpeg"), allow(dead_code, reason = "only who decodes asks for name and table"))]
pub(crate) struct Component {
    pub(crate) name: u8,
    pub(crate) across: usize,
    pub(crate) down: usize,
    pub(crate) table: u8,
}

/// The picture's size, its colours, and whether they come in several scans, each a bit finer.
pub(crate) struct Frame {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) progressive: bool,
    pub(crate) components: Vec<Component>,
}

impl Frame {
    /// The most blocks that a unit has of a colour, across and down.
    pub(crate) fn most(&self) -> [usize; 2] {
        let most = |of: fn(&Component) -> usize| self.components.iter().map(of).max().unwrap_or(1);
        [most(|component| component.across), most(|component| component.down)]
    }
}

/// What is said of a JPEG that breaks off, wherever it does.
pub(crate) fn cut_off() -> String {
    "it is a JPEG whose end is missing".into()
}

/// Our decoder keeps a few rows of units, and, where the first scan does not hold all colours to their end, every coefficient of every block in two bytes.
pub(super) fn head(bytes: &[u8]) -> Result<Head, String> {
    let mut frame = None;
    let mut at = 2;
    loop {
        // Between segments whatever is no marker is skipped.
        while *bytes.get(at).ok_or_else(cut_off)? != 0xff {
            at += 1;
        }
        let marker = loop {
            at += 1;
            match *bytes.get(at).ok_or_else(cut_off)? {
                0 | 0xff => {}
                marker => break marker,
            }
        };
        at += 1;
        // Those that stand alone.
        if matches!(marker, 0x01 | 0xd0..=0xd9) {
            continue;
        }
        let length = big(bytes, at, 2).ok_or_else(cut_off)? as usize;
        let segment = bytes.get(at + 2..at + length.max(2)).ok_or_else(cut_off)?;
        match marker {
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf if frame.is_some() => return Err("it has two frames".into()),
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => frame = Some(frame_of(marker, segment)?),
            0xda => {
                let frame = frame.ok_or("its pixels come before its frame")?;
                let in_first_scan = usize::from(*segment.first().ok_or_else(cut_off)?);
                return Ok(Head { width: frame.width, height: frame.height, working: working(&frame, in_first_scan) });
            }
            _ => {}
        }
        at += length.max(2);
    }
}

/// Refuses what is coded in a way that hardly any program writes, and what no picture has.
pub(crate) fn frame_of(marker: u8, segment: &[u8]) -> Result<Frame, String> {
    let [depth, high, low, wide, narrow, count, components @ ..] = segment else { return Err(breaks_off()) };
    if !matches!(marker, 0xc0..=0xc2) {
        return Err("it is coded without loss, in layers or arithmetically, where Huffman's codes were expected".into());
    }
    if *depth != 8 {
        return Err(format!("it has {depth} bits a sample, where 8 were expected"));
    }
    let (components, _) = components.as_chunks::<3>();
    if components.len() != usize::from(*count) || !(1..=4).contains(count) {
        return Err(format!("its frame claims {count} colours and has {}", components.len()));
    }
    let component = |&[name, sampling, table]: &[u8; 3]| Component {
        name,
        across: usize::from(sampling >> 4),
        down: usize::from(sampling & 15),
        table,
    };
    let components: Vec<Component> = components.iter().map(component).collect();
    if components.iter().any(|c| !(1..=4).contains(&c.across) || !(1..=4).contains(&c.down)) {
        return Err("a colour of its frame has no blocks, or more than four along a side".into());
    }
    let word = |high: u8, low: u8| u32::from(u16::from_be_bytes([high, low]));
    let frame = Frame { width: word(*wide, *narrow), height: word(*high, *low), progressive: marker == 0xc2, components };
    let [most_across, most_down] = frame.most();
    if frame.components.iter().any(|c| most_across % c.across != 0 || most_down % c.down != 0) {
        return Err("a colour of its frame has 2/3 or 3/4 of another's samples, where a half, a third or a quarter was expected".into());
    }
    Ok(frame)
}

fn working(frame: &Frame, in_first_scan: usize) -> u64 {
    let [width, height] = [frame.width, frame.height].map(u64::from);
    let [across, down] = frame.most().map(|most| most as u64);
    let [units_across, units_down] = [width.div_ceil(8 * across), height.div_ceil(8 * down)];
    let blocks: u64 = frame.components.iter().map(|c| (c.across * c.down) as u64).sum();
    let whole = frame.progressive || in_first_scan != frame.components.len();
    // Of a row of units, or of all.
    let coefficients = 128 * blocks * units_across * if whole { units_down } else { 1 };
    let samples = 3 * 64 * blocks * units_across;
    let lines = 8 * across * units_across * frame.components.len() as u64;
    3 * width * height + coefficients + samples + lines + CODES
}
