//! A JPEG's head: its frame, and whether the first scan holds all of it. Source: ITU-T T.81, B.2.
use super::head::{Head, big, breaks_off};

/// A colour of the frame: how many blocks of it a unit has, across and down.
struct Component {
    across: u64,
    down: u64,
}

struct Frame {
    width: u32,
    height: u32,
    progressive: bool,
    components: Vec<Component>,
}

/// The decoder copies the file, keeps what stands in it before the pixels, and, where the first scan does not hold all colours to their end, keeps every
/// coefficient of every block in two bytes.
pub(super) fn head(bytes: &[u8]) -> Result<Head, String> {
    let mut frame = None;
    let mut at = 2;
    loop {
        // Between segments decoders skip whatever is no marker.
        while *bytes.get(at).ok_or_else(breaks_off)? != 0xff {
            at += 1;
        }
        let marker = loop {
            at += 1;
            match *bytes.get(at).ok_or_else(breaks_off)? {
                0 | 0xff => {}
                marker => break marker,
            }
        };
        at += 1;
        // Those that stand alone.
        if matches!(marker, 0x01 | 0xd0..=0xd9) {
            continue;
        }
        let length = big(bytes, at, 2).ok_or_else(breaks_off)? as usize;
        let segment = bytes.get(at + 2..at + length.max(2)).ok_or_else(breaks_off)?;
        match marker {
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf if frame.is_some() => return Err("it has two frames".into()),
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => frame = Some(frame_of(marker, segment)?),
            0xda => {
                let frame = frame.ok_or("its pixels come before its frame")?;
                let in_first_scan = usize::from(*segment.first().ok_or_else(breaks_off)?);
                return Ok(Head {
                    width: frame.width,
                    height: frame.height,
                    working: working(&frame, in_first_scan) + (bytes.len() + at) as u64,
                });
            }
            _ => {}
        }
        at += length.max(2);
    }
}

fn frame_of(marker: u8, segment: &[u8]) -> Result<Frame, String> {
    let [_, high, low, wide, narrow, count, components @ ..] = segment else { return Err(breaks_off()) };
    let (components, _) = components.as_chunks::<3>();
    if components.len() != usize::from(*count) || !(1..=4).contains(count) {
        return Err(format!("its frame claims {count} colours and has {}", components.len()));
    }
    let component = |[_, sampling, _]: &[u8; 3]| Component { across: u64::from(sampling >> 4), down: u64::from(sampling & 15) };
    let components: Vec<Component> = components.iter().map(component).collect();
    if components.iter().any(|c| !(1..=4).contains(&c.across) || !(1..=4).contains(&c.down)) {
        return Err("a colour of its frame has no blocks, or more than four along a side".into());
    }
    let word = |high: u8, low: u8| u32::from(u16::from_be_bytes([high, low]));
    Ok(Frame { width: word(*wide, *narrow), height: word(*high, *low), progressive: marker & 3 == 2, components })
}

fn working(frame: &Frame, in_first_scan: usize) -> u64 {
    let Frame { width, height, progressive, components } = frame;
    let [width, height] = [*width, *height].map(u64::from);
    let across = components.iter().map(|c| c.across).max().unwrap_or(1);
    let down = components.iter().map(|c| c.down).max().unwrap_or(1);
    let [units_across, units_down] = [width.div_ceil(8 * across), height.div_ceil(8 * down)];
    let blocks: u64 = components.iter().map(|c| c.across * c.down).sum();
    let whole = *progressive || in_first_scan != components.len();
    let coefficients = if whole { 128 * blocks * units_across * units_down } else { 0 };
    // A row of units in coefficients and in samples, and what is stretched over its neighbours, two bytes each.
    let rows = 128 * units_across * across * (2 * down + 3 * across * down) * components.len() as u64;
    3 * width * height + coefficients + rows
}
