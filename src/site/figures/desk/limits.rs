//! Limits that move: which values a setting may take while the others stay, and why not the next one.
use super::{
    edits::Editable,
    presets,
    settings::{Operation, PaddingMode, Settings, Step},
    timeline,
};
use crate::site::url::Controls;

/// A number the reader can set; the axis is 0 for the height and 1 for the width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Input(usize),
    Channels,
    Out,
    Kernel(usize),
    Stride(usize),
    Padding(usize),
    Dilation(usize),
    Groups,
    Extra(usize),
    Size(usize),
}
use Field::*;

const AXES: [[&str; 2]; 2] = [["row", "rows"], ["column", "columns"]];
/// The most cells along an axis of the input, of any sheet, and of a kernel.
const LARGEST_INPUT: usize = 16;
const LARGEST_SHEET: usize = 24;
const LARGEST_KERNEL: usize = 7;
const MOST_CHANNELS: usize = 8;
const LARGEST_STRIDE: usize = 8;
const MOST_IMAGES: usize = 4;
pub const FASTEST: usize = 30;

fn count(number: usize, names: [&str; 2]) -> String {
    format!("{number} {}", names[usize::from(number != 1)])
}

impl Field {
    /// In this order an address is read: what comes first is kept, what comes later gives way.
    const ALL: [Field; 17] = [
        Input(0),
        Input(1),
        Channels,
        Out,
        Groups,
        Size(0),
        Size(1),
        Kernel(0),
        Kernel(1),
        Dilation(0),
        Dilation(1),
        Stride(0),
        Stride(1),
        Padding(0),
        Padding(1),
        Extra(0),
        Extra(1),
    ];
    /// The least and the most it may ever be, and why not more.
    fn range(self) -> (usize, usize, String) {
        let room = |most: usize, what: &str| format!("The desk has room for {most} {what}.");
        match self {
            Input(axis) => (1, LARGEST_INPUT, room(LARGEST_INPUT, AXES[axis][1])),
            Channels | Out | Groups => (1, MOST_CHANNELS, room(MOST_CHANNELS, "channels")),
            Kernel(axis) => (1, LARGEST_KERNEL, format!("The desk has room for kernels of {LARGEST_KERNEL} {}.", AXES[axis][1])),
            Stride(_) => (1, LARGEST_STRIDE, format!("The desk goes up to a stride of {LARGEST_STRIDE}.")),
            Padding(axis) => (0, LARGEST_SHEET, room(LARGEST_SHEET, AXES[axis][1])),
            Dilation(_) => (1, LARGEST_STRIDE, format!("The desk goes up to a dilation of {LARGEST_STRIDE}.")),
            Extra(_) => (0, LARGEST_STRIDE, "What is added at the end is less than the stride.".into()),
            Size(axis) => (1, LARGEST_INPUT, room(LARGEST_INPUT, AXES[axis][1])),
        }
    }
    fn axis(self) -> Option<usize> {
        match self {
            Input(axis) | Kernel(axis) | Stride(axis) | Padding(axis) | Dilation(axis) | Extra(axis) | Size(axis) => Some(axis),
            Channels | Out | Groups => None,
        }
    }
    fn below(self) -> &'static str {
        match self {
            Padding(_) | Extra(_) => "Less than nothing cannot be added.",
            _ => "At least 1.",
        }
    }
}

impl Settings {
    pub fn get(&self, field: Field) -> usize {
        match field {
            Input(axis) => self.input[axis],
            Channels => self.channels,
            Out => self.out,
            Kernel(axis) => self.kernel[axis],
            Stride(axis) => self.stride[axis],
            Padding(axis) => self.padding[axis],
            Dilation(axis) => self.dilation[axis],
            Groups => self.groups,
            Extra(axis) => self.extra[axis],
            Size(axis) => self.size[axis],
        }
    }
    /// Sets one number and nothing else.
    fn put(&mut self, field: Field, value: usize) {
        match field {
            Input(axis) => self.input[axis] = value,
            Channels => self.channels = value,
            Out => self.out = value,
            Kernel(axis) => self.kernel[axis] = value,
            Stride(axis) => self.stride[axis] = value,
            Padding(axis) => self.padding[axis] = value,
            Dilation(axis) => self.dilation[axis] = value,
            Groups => self.groups = value,
            Extra(axis) => self.extra[axis] = value,
            Size(axis) => self.size[axis] = value,
        }
        if !self.op.has_weights() {
            self.out = self.channels;
        }
    }
    /// Whether the operation at hand has such a setting.
    pub fn has(&self, field: Field) -> bool {
        let weights = self.op.has_weights();
        match field {
            Input(0) | Kernel(0) | Stride(0) | Padding(0) | Dilation(0) | Extra(0) | Size(0) if self.dims == 1 => false,
            Input(_) | Channels => true,
            Out | Groups => weights,
            Kernel(_) | Stride(_) => !self.op.is_adaptive(),
            Padding(_) => !self.op.is_adaptive() && !self.causal,
            Dilation(_) => weights || self.op == Operation::MaxPool,
            Extra(_) => self.op == Operation::Transposed,
            Size(_) => matches!(self.op, Operation::AdaptiveMaxPool | Operation::AdaptiveAveragePool),
        }
    }

    /// The first thing that is wrong with these settings, as a sentence.
    pub fn fault(&self) -> Option<String> {
        if self.op.has_weights() {
            let sides = [(self.channels, "input"), (self.out, "output")];
            if let Some((channels, side)) = sides.into_iter().find(|(channels, _)| !channels.is_multiple_of(self.groups)) {
                return Some(format!("{channels} {side} channels do not divide into {} equal groups.", self.groups));
            }
        }
        (0..self.dims).map(|a| 2 - self.dims + a).find_map(|axis| self.fault_along(axis))
    }

    fn fault_along(&self, axis: usize) -> Option<String> {
        let (names, input, padding) = (AXES[axis], self.input[axis], self.padding[axis]);
        if self.op.is_adaptive() {
            let size = self.size[axis];
            return (size > input && self.op != Operation::GlobalAveragePool)
                .then(|| format!("{} cannot be pooled to {size}: a pool does not enlarge.", count(input, names)));
        }
        if self.op == Operation::Transposed {
            let (extra, stride) = (self.extra[axis], self.stride[axis]);
            if extra > 0 && extra >= stride {
                return Some(format!(
                    "What is added at the end must be less than the stride of {stride}: it names one of the sizes that a convolution makes into the input's."
                ));
            }
            return match self.places() {
                None => Some(format!("A transposed convolution cuts {padding} {} off each side; nothing would be left.", names[1])),
                Some(places) if places[axis] > LARGEST_SHEET => {
                    Some(format!("The output would have {}; the desk has room for {LARGEST_SHEET}.", count(places[axis], names)))
                }
                _ => None,
            };
        }
        let [before, after] = self.borders()[axis];
        let (room, reach) = (input + before + after, self.reach(axis));
        if !self.op.has_weights() && 2 * padding > self.kernel[axis] {
            return Some(format!(
                "A pool's padding is at most half of its window of {}, or a window could lie wholly outside.",
                self.kernel[axis]
            ));
        }
        if reach > room {
            let dilated = if self.dilation[axis] > 1 { format!(" with dilation {}", self.dilation[axis]) } else { String::new() };
            return Some(format!(
                "A window of {}{dilated} reaches over {}; the input with its padding has only {room}.",
                self.kernel[axis],
                count(reach, names)
            ));
        }
        let inside = |place: usize, tap: usize| {
            (place * self.stride[axis] + tap * self.dilation[axis]).checked_sub(before).is_some_and(|at| at < input)
        };
        let places = (room - reach) / self.stride[axis] + 1;
        if !self.op.has_weights() && (0..places).any(|place| !(0..self.kernel[axis]).any(|tap| inside(place, tap))) {
            return Some("A window with these gaps would see nothing but padding.".into());
        }
        let around = before.max(after);
        let wrong = match self.mode {
            PaddingMode::Reflect if around >= input => Some("Reflecting leaves the edge out, so the padding must be smaller than"),
            PaddingMode::Circular if around > input => Some("Going round once, the padding can be at most"),
            _ => None,
        };
        if let Some(wrong) = wrong.filter(|_| self.op == Operation::Convolution) {
            return Some(format!("{wrong} the input's {}.", count(input, names)));
        }
        (room > LARGEST_SHEET)
            .then(|| format!("With its padding the input would have {}; the desk has room for {LARGEST_SHEET}.", count(room, names)))
    }

    /// The values a number may take while everything else stays, in order.
    pub fn allowed(&self, field: Field) -> Vec<usize> {
        let (least, most, _) = field.range();
        (least..=most).filter(|&value| self.with_number(field, value).fault().is_none()).collect()
    }
    fn with_number(&self, field: Field, value: usize) -> Settings {
        let mut settings = self.clone();
        settings.put(field, value);
        settings
    }
    /// The next value up or down, or the reason why there is none.
    pub fn next(&self, field: Field, up: bool) -> Result<usize, String> {
        let (now, allowed) = (self.get(field), self.allowed(field));
        let next = if up { allowed.iter().find(|v| **v > now) } else { allowed.iter().rev().find(|v| **v < now) };
        next.copied().ok_or_else(|| {
            let (least, most, beyond) = field.range();
            match up {
                true if now >= most => beyond,
                false if now <= least => field.below().into(),
                _ => self.with_number(field, if up { now + 1 } else { now - 1 }).fault().unwrap_or(beyond),
            }
        })
    }
    /// Sets a number to the nearest it may be; the reason, if that is another than was asked for.
    pub fn set(&mut self, field: Field, value: usize) -> Option<String> {
        let nearest = self.allowed(field).into_iter().min_by_key(|v| v.abs_diff(value))?;
        self.put(field, nearest);
        let (least, _, beyond) = field.range();
        match value {
            _ if value == nearest => None,
            _ if value < least => Some(field.below().into()),
            _ => Some(self.with_number(field, value).fault().unwrap_or(beyond)),
        }
    }
    /// Why a way of padding cannot be chosen now.
    pub fn mode_fault(&self, mode: PaddingMode) -> Option<String> {
        Settings { mode, ..self.clone() }.fault()
    }
    /// The padding that keeps the size at stride 1, if one amount on both sides does.
    pub fn same_padding(&self) -> Option<[usize; 2]> {
        let halves = [self.reach(0) - 1, self.reach(1) - 1];
        halves.iter().all(|reach| reach.is_multiple_of(2)).then(|| halves.map(|reach| reach / 2))
    }
}

impl Controls for Settings {
    /// What is valid stays. Otherwise one number after the other is taken over as far as it may go, from settings that always fit:
    /// what comes of it is valid by construction.
    fn fitted(self) -> Self {
        let asked = self.clone();
        let mut fitted = Settings { dims: self.dims.clamp(1, 2), ..self };
        let convolves = fitted.op == Operation::Convolution;
        fitted.causal &= convolves && fitted.dims == 1;
        fitted.flip &= convolves;
        fitted.bias &= fitted.op.has_weights();
        if !convolves {
            fitted.mode = PaddingMode::Zeros;
        }
        let usual = Settings::default();
        for field in Field::ALL {
            // What the operation does not have stands where it does not matter.
            let flat = fitted.dims == 1 && field.axis() == Some(0) && (fitted.op.is_adaptive() || !matches!(field, Size(_)));
            if !fitted.has(field) {
                fitted.put(field, if flat { field.range().0 } else { usual.get(field) });
            }
        }
        fitted.put(Field::Channels, fitted.channels);
        let has = |settings: &Settings| Field::ALL.into_iter().filter(|field| settings.has(*field)).collect::<Vec<_>>();
        let outside = has(&fitted).into_iter().any(|field| !(field.range().0..=field.range().1).contains(&fitted.get(field)));
        if outside || fitted.fault().is_some() {
            let fields = has(&fitted);
            fields.iter().for_each(|field| fitted.put(*field, field.range().0));
            // Numbers make room for one another, so one round is not always enough.
            for _ in 0..fields.len() {
                for field in &fields {
                    // A reason is for whoever turns a knob; an address is only brought back.
                    let _ = fitted.set(*field, asked.get(*field));
                }
            }
        }
        if fitted.op == Operation::Convolution && fitted.mode_fault(fitted.mode).is_some() {
            fitted.mode = PaddingMode::Zeros;
        }
        presets::fit(&mut fitted);
        if !fitted.op.has_weights() {
            fitted.edits.forget(Editable::Kernel);
            fitted.edits.forget(Editable::Bias);
        }
        fitted.images = fitted.images.clamp(1, MOST_IMAGES);
        fitted.decimals = fitted.decimals.min(8);
        fitted.speed = fitted.speed.clamp(1, FASTEST);
        timeline::fit(&mut fitted);
        if fitted.by == Step::Cell {
            fitted.left = 0;
        }
        fitted
    }
}

/// Settings as an address might ask for them, brought into what is valid.
#[cfg(test)]
pub fn any_settings() -> impl proptest::strategy::Strategy<Value = Settings> {
    use super::pair::Pair;
    use proptest::prelude::*;
    let pair = || (0..20usize, 0..20usize).prop_map(|(h, w)| Pair([h, w]));
    let numbers = (pair(), pair(), 0..9usize, 0..9usize, pair(), pair(), pair(), pair());
    let small = (0..9usize, pair(), 0..5usize, any::<[bool; 3]>(), 0..7usize, 0..4usize, 0..1000u32);
    (numbers, small).prop_map(|((input, kernel, channels, out, stride, padding, dilation, size), small)| {
        let (groups, extra, dims, [causal, bias, flip], op, mode, seed) = small;
        let (op, mode) = (Operation::ALL[op].0, PaddingMode::ALL[mode].0);
        let drawn = Settings { input, kernel, channels, out, stride, padding, dilation, size, ..Settings::default() };
        Settings { groups, extra, dims, causal, bias, flip, op, mode, seed, ..drawn }.fitted()
    })
}

#[cfg(test)]
mod tests {
    use super::super::settings::{address, from_query};
    use super::{super::pair::Pair, *};
    use proptest::prelude::*;

    #[test]
    fn the_start_is_valid_and_stays() {
        assert_eq!(Settings::default().fitted(), Settings::default());
        assert_eq!(Settings::default().fault(), None);
    }

    #[test]
    fn reasons_are_sentences() {
        let settings: Settings = from_query("input=5&kernel=5&channels=4&out=4&groups=2");
        assert_eq!(
            settings.next(Field::Kernel(0), true),
            Err("A window of 6 reaches over 6 rows; the input with its padding has only 5.".into())
        );
        assert_eq!(settings.next(Field::Channels, true), Ok(6), "a number of channels that does not divide is stepped over");
        assert_eq!(settings.next(Field::Groups, true), Ok(4));
        assert_eq!(settings.next(Field::Stride(0), false), Err("At least 1.".into()));
        let mut settings = settings;
        assert_eq!(settings.set(Field::Groups, 3), Some("4 input channels do not divide into 3 equal groups.".into()));
        assert_eq!(settings.groups, 2);
    }

    #[test]
    fn one_dimension_has_one_row() {
        let settings: Settings = from_query("dims=1&input=5&kernel=3&causal=true&dilation=2&padding=3");
        assert_eq!(settings.input, Pair([1, 5]));
        assert_eq!((settings.kernel, settings.padding), (Pair([1, 3]), Pair([0, 0])));
        assert_eq!(settings.output(), [1, 5], "a causal convolution keeps the length");
    }

    #[test]
    fn same_padding_keeps_the_size() {
        let mut settings: Settings = from_query("input=7x9&kernel=3x5&dilation=2x1");
        settings.padding = Pair(settings.same_padding().unwrap());
        assert_eq!(settings.output(), [7, 9]);
        assert_eq!(from_query("kernel=2").same_padding(), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn no_address_is_invalid(settings in any_settings()) {
            prop_assert_eq!(settings.fault(), None);
            prop_assert_eq!(&settings.clone().fitted(), &settings);
            prop_assert_eq!(&from_query(&address(&settings)), &settings);
        }

        #[test]
        fn no_knob_leads_out(settings in any_settings(), field in 0..Field::ALL.len(), up: bool) {
            let field = Field::ALL[field];
            if settings.has(field) {
                match settings.next(field, up) {
                    Ok(value) => {
                        let moved = { let mut moved = settings.clone(); moved.set(field, value); moved };
                        prop_assert_eq!(moved.get(field), value);
                        prop_assert_eq!(moved.clone().fitted().get(field), value, "{:?}", moved);
                    }
                    Err(reason) => prop_assert!(reason.ends_with('.'), "{}", reason),
                }
            }
        }
    }
}
