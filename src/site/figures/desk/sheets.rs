//! The layout of a sheet: the cells of one channel, with padding around them or a stride's zeros between them.
use super::{
    geometry::{Geometry, Role, Source},
    settings::{Operation, PaddingMode, Settings, Tab, Wrt},
    terms::{Part, Spot, Subject},
};

/// The slots of one channel, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    pub columns: usize,
    pub slots: Vec<Option<Source>>,
    /// The numbers of rows and columns before the tensor's first cell.
    pub before: [usize; 2],
}

/// How the tensor under the kernel is laid out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lying {
    Plain,
    /// With its padding around it.
    Padded,
    /// With a stride's zeros between its cells, and as many around them as the turned kernel reaches.
    Spread,
}

/// The layout of a part's sheets in the present computation.
pub fn lying(settings: &Settings, part: Part) -> Lying {
    let backward = settings.tab == Tab::Backward;
    let (op, wrt) = (settings.op, settings.wrt);
    match part {
        Part::Input if op == Operation::Transposed && !backward => Lying::Spread,
        Part::Input if op == Operation::Transposed || op.is_adaptive() => Lying::Plain,
        Part::Input => Lying::Padded,
        Part::Upstream if backward && wrt == Wrt::Input && op == Operation::Transposed => Lying::Padded,
        Part::Upstream if backward && wrt == Wrt::Input && op == Operation::Convolution && settings.mode == PaddingMode::Zeros => {
            Lying::Spread
        }
        _ => Lying::Plain,
    }
}

/// Whether the kernel is turned by half a turn.
pub fn turned(settings: &Settings) -> bool {
    let slides = [Part::Input, Part::Upstream].into_iter().any(|part| lying(settings, part) == Lying::Spread);
    slides != settings.flip
}

/// Rows and columns before a spread tensor: the reach of the kernel beyond its first cell.
fn spread_before(settings: &Settings, axis: usize) -> (usize, usize) {
    let reach = settings.reach(axis) - 1;
    let cut = settings.borders()[axis][0];
    (reach.saturating_sub(cut), cut.saturating_sub(reach))
}

fn spread(settings: &Settings, [_, rows, columns]: [usize; 3], places: [usize; 2], channel: usize) -> Sheet {
    let length = |axis: usize, cells: usize| {
        let (before, cut) = spread_before(settings, axis);
        (before + (cells - 1) * settings.stride[axis] + 1).max(places[axis] + cut + settings.reach(axis) - 1)
    };
    let lengths = [length(0, rows), length(1, columns)];
    let before = [spread_before(settings, 0).0, spread_before(settings, 1).0];
    let slot = |at: usize| {
        let at = [at / lengths[1], at % lengths[1]];
        let from = [0, 1].map(|axis| at[axis].checked_sub(before[axis]));
        let ([Some(y), Some(x)], [high, wide]) = (from, settings.stride.0) else { return Some(Source::Padding) };
        let inside = y / high < rows && x / wide < columns;
        let between = !y.is_multiple_of(high) || !x.is_multiple_of(wide);
        Some(match (inside, between) {
            (true, false) => Source::Cell((channel * rows + y / high) * columns + x / wide),
            (true, true) if y <= (rows - 1) * high && x <= (columns - 1) * wide => Source::Between,
            _ => Source::Padding,
        })
    };
    Sheet { columns: lengths[1], slots: (0..lengths[0] * lengths[1]).map(slot).collect(), before }
}

fn plain(rows: usize, columns: usize, first: usize) -> Sheet {
    Sheet { columns, slots: (0..rows * columns).map(|at| Some(Source::Cell(first + at))).collect(), before: [0, 0] }
}

/// The sheet of one channel of an input, an output or their gradients.
pub fn channel(subject: &Subject, part: Part, lying: Lying, channel: usize) -> Sheet {
    let settings = &subject.settings;
    let (shape, places) = match part.role() {
        Role::Input => (settings.input_shape(), settings.output()),
        _ => (settings.output_shape(), settings.input.0),
    };
    let [_, rows, columns] = shape;
    match lying {
        Lying::Plain => plain(rows, columns, channel * rows * columns),
        Lying::Spread => spread(settings, shape, places, channel),
        Lying::Padded if part.role() == Role::Input => {
            let [[top, bottom], [left, right]] = settings.borders();
            let (high, wide) = (rows + top + bottom, columns + left + right);
            let slot = |at: usize| Some(subject.geometry.padded(channel, at / wide, at % wide));
            Sheet { columns: wide, slots: (0..high * wide).map(slot).collect(), before: [top, left] }
        }
        // The output of a transposed convolution, as its gradient is read.
        Lying::Padded => {
            let [top, left] = settings.padding.0;
            let (high, wide) = (rows + 2 * top, columns + 2 * left);
            let slot = |at: usize| {
                let inside = (at / wide).checked_sub(top).zip((at % wide).checked_sub(left)).filter(|(y, x)| *y < rows && *x < columns);
                Some(inside.map_or(Source::Padding, |(y, x)| Source::Cell((channel * rows + y) * columns + x)))
            };
            Sheet { columns: wide, slots: (0..high * wide).map(slot).collect(), before: [top, left] }
        }
    }
}

/// The weights between two channels, as they lie on the sheet.
pub fn kernel(settings: &Settings, [channel, out]: [usize; 2], turned: bool) -> Sheet {
    let [kh, kw] = settings.kernel.0;
    let [per_in, per_out] = settings.group();
    let pair = match settings.op {
        Operation::Transposed => channel * per_out + out % per_out,
        _ => out * per_in + channel % per_in,
    };
    let mut sheet = plain(kh, kw, pair * kh * kw);
    if turned {
        sheet.slots.reverse();
    }
    sheet
}

/// The rows and columns under the kernel for this target: first row and column, and their numbers.
pub fn frame(settings: &Settings, geometry: &Geometry, part: Part, target: Spot) -> Option<[isize; 4]> {
    let [_, rows, columns] = match target.part.role() {
        Role::Input => settings.input_shape(),
        Role::Output => settings.output_shape(),
        _ => return None,
    };
    let place = [target.index / columns % rows, target.index % columns];
    let slides = matches!((part, target.part), (Part::Input, Part::Output) | (Part::Upstream, Part::InputGrad));
    if !slides {
        return None;
    }
    // What overhangs the padded input is not on the sheet.
    let covered = [0, 1].map(|axis| {
        let left = if settings.op.pools() { settings.room(axis) - place[axis] * settings.stride[axis] } else { usize::MAX };
        settings.reach(axis).min(left) as isize
    });
    let place_of = |axis: usize| place[axis] as isize;
    let start = match lying(settings, part) {
        Lying::Spread => [0, 1].map(|axis| place_of(axis) + spread_before(settings, axis).1 as isize),
        Lying::Padded => [0, 1].map(|axis| place_of(axis) * settings.stride[axis] as isize),
        Lying::Plain if settings.op.is_adaptive() && part == Part::Input => {
            let [high, wide] = geometry.window(place);
            let first = [0, 1].map(|axis| (place[axis] * settings.input[axis] / settings.output()[axis]) as isize);
            return Some([first[0], first[1], high as isize, wide as isize]);
        }
        Lying::Plain => return None,
    };
    Some([start[0], start[1], covered[0], covered[1]])
}

#[cfg(test)]
mod tests {
    use super::{
        super::{compute::subject, limits::any_settings, settings::from_query},
        *,
    };
    use proptest::prelude::*;

    #[test]
    fn a_stride_puts_zeros_between_and_the_kernel_reaches_around() {
        let subject = subject(&from_query("channels=1&out=1&bias=false&input=5&stride=2&tab=backward")).unwrap();
        let settings = Settings { tab: Tab::Backward, ..subject.settings.clone() };
        assert_eq!(lying(&settings, Part::Upstream), Lying::Spread);
        assert!(turned(&settings));
        let sheet = channel(&subject, Part::Upstream, Lying::Spread, 0);
        // 2 × 2 cells, a zero between them, and two around each side: 7 × 7.
        assert_eq!((sheet.columns, sheet.slots.len()), (7, 49));
        assert_eq!(sheet.slots[2 * 7 + 2], Some(Source::Cell(0)));
        assert_eq!(sheet.slots[2 * 7 + 3], Some(Source::Between));
        assert_eq!(sheet.slots[4 * 7 + 4], Some(Source::Cell(3)));
        assert_eq!(sheet.slots[0], Some(Source::Padding));
    }

    #[test]
    fn a_frame_that_overhangs_ends_with_the_sheet() {
        let last = |query: &str| {
            let settings = from_query(&format!("op=max-pool&channels=1&kernel=3&stride=2&ceil_mode=true&{query}"));
            let [rows, columns] = settings.output();
            let target = Spot { part: Part::Output, index: rows * columns - 1 };
            frame(&settings, &Geometry::new(&settings), Part::Input, target)
        };
        assert_eq!(last("input=6"), Some([4, 4, 2, 2]));
        assert_eq!(last("input=6&padding=1"), Some([6, 6, 2, 2]));
        assert_eq!(last("input=5"), Some([2, 2, 3, 3]));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]
        /// The sum of the framed cells times the kernel equals the engine's result, so the pictures are right.
        #[test]
        fn what_the_frame_covers_is_the_sum(settings in any_settings(), backward: bool, at in 0..10_000usize) {
            let settings = Settings { upstream: "random".into(), tab: if backward { Tab::Backward } else { Tab::Sum }, wrt: Wrt::Input, ..settings };
            let subject = subject(&settings).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let (slid, target) = if backward { (Part::Upstream, Part::InputGrad) } else { (Part::Input, Part::Output) };
            prop_assume!(settings.op.has_weights() && lying(&settings, slid) != Lying::Plain);
            let index = at % subject.numbers.of(target).len();
            let Some([top, left, _, _]) = frame(&settings, &subject.geometry, slid, Spot { part: target, index }) else { return Err(TestCaseError::fail("no frame")) };
            let [_, rows, columns] = if backward { settings.input_shape() } else { settings.output_shape() };
            let own = index / (rows * columns);
            let others = if backward { subject.geometry.feeds(own) } else { subject.geometry.reads(own) };
            let mut sum = if backward { 0.0 } else { subject.numbers.of(Part::Bias).get(own).copied().unwrap_or(0.0) };
            for other in others {
                let channels = if backward { [own, other] } else { [other, own] };
                let sheet = channel(&subject, slid, lying(&settings, slid), other);
                let weights = kernel(&settings, channels, turned(&settings));
                for (tap, slot) in weights.slots.iter().enumerate() {
                    let [u, v] = [tap / settings.kernel[1] * settings.dilation[0], tap % settings.kernel[1] * settings.dilation[1]];
                    let place = (top as usize + u) * sheet.columns + left as usize + v;
                    let value = |source: Option<Source>, part| source.and_then(Source::cell).and_then(|index| subject.value(Spot { part, index })).unwrap_or(0.0);
                    sum += value(sheet.slots[place], slid) * value(*slot, Part::Kernel);
                }
            }
            prop_assert!((sum - subject.numbers.of(target)[index]).abs() < 1e-2, "{} {} {:?}", sum, subject.numbers.of(target)[index], settings);
        }
    }
}
