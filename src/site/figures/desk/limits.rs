//! Limits that depend on each other: the values that a setting may take while the others stay, and why not the next one.
use super::{
    pair::Pair,
    settings::{Operation, PaddingMode, Settings},
};
use crate::site::controls::key;

/// A number that the reader can set. The axis is 0 for the height and 1 for the width.
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
    Divisor,
}
use Field::*;

const AXES: [[&str; 2]; 2] = [["row", "rows"], ["column", "columns"]];
/// The largest number of cells along an axis of the input, of any sheet, and of a kernel.
const LARGEST_INPUT: usize = 16;
const LARGEST_SHEET: usize = 24;
const LARGEST_KERNEL: usize = 7;
const MOST_CHANNELS: usize = 8;
const LARGEST_STRIDE: usize = 8;
const LARGEST_DIVISOR: usize = 64;

fn count(number: usize, names: [&str; 2]) -> String {
    format!("{number} {}", names[usize::from(number != 1)])
}

impl Field {
    /// The order in which an address is read. Earlier numbers are kept, and later ones are adapted.
    pub const ALL: [Field; 18] = [
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
        Divisor,
    ];
    /// Its key in an address.
    pub fn key(self) -> &'static str {
        match self {
            Input(_) => "input",
            Channels => "channels",
            Out => "out",
            Kernel(_) => "kernel",
            Stride(_) => "stride",
            Padding(_) => "padding",
            Dilation(_) => "dilation",
            Groups => "groups",
            Extra(_) => "extra",
            Size(_) => "size",
            Divisor => "divisor",
        }
    }
    /// The smallest and the largest value that is ever allowed, and the reason for the largest.
    pub fn range(self) -> (usize, usize, String) {
        let room = |most: usize, what: &str| format!("The desk has room for {most} {what}.");
        match self {
            Input(axis) => (1, LARGEST_INPUT, room(LARGEST_INPUT, AXES[axis][1])),
            Channels | Out | Groups => (1, MOST_CHANNELS, room(MOST_CHANNELS, "channels")),
            Kernel(axis) => (1, LARGEST_KERNEL, format!("The desk has room for kernels of {LARGEST_KERNEL} {}.", AXES[axis][1])),
            Stride(_) => (1, LARGEST_STRIDE, format!("The desk goes up to a stride of {LARGEST_STRIDE}.")),
            Padding(axis) => (0, LARGEST_SHEET, room(LARGEST_SHEET, AXES[axis][1])),
            Dilation(_) => (1, LARGEST_STRIDE, format!("The desk goes up to a dilation of {LARGEST_STRIDE}.")),
            Extra(_) => (0, LARGEST_STRIDE, "What is added at the end is less than the stride or the dilation.".into()),
            Size(axis) => (1, LARGEST_INPUT, room(LARGEST_INPUT, AXES[axis][1])),
            Divisor => (0, LARGEST_DIVISOR, format!("The desk divides by {LARGEST_DIVISOR} at most.")),
        }
    }
    pub fn axis(self) -> Option<usize> {
        match self {
            Input(axis) | Kernel(axis) | Stride(axis) | Padding(axis) | Dilation(axis) | Extra(axis) | Size(axis) => Some(axis),
            Channels | Out | Groups | Divisor => None,
        }
    }
    fn below(self) -> &'static str {
        match self {
            Padding(_) | Extra(_) => "Less than nothing cannot be added.",
            Divisor => "At 0 a sum is divided by how many values it has.",
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
            Divisor => self.divisor,
        }
    }
    /// Sets one number and nothing else.
    pub fn put(&mut self, field: Field, value: usize) {
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
            Divisor => self.divisor = value,
        }
        if !self.op.has_weights() {
            self.out = self.channels;
        }
    }
    /// Whether the operation has this setting.
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
            // PyTorch's pool along one axis has none.
            Divisor => self.op == Operation::AveragePool && self.dims == 2,
        }
    }

    /// The first fault in these settings, as a sentence.
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
            return None;
        }
        if self.op == Operation::Transposed {
            let (extra, stride, dilation) = (self.extra[axis], self.stride[axis], self.dilation[axis]);
            if extra > 0 && extra >= stride.max(dilation) {
                return Some(format!("What is added at the end must be less than the stride of {stride} or the dilation of {dilation}."));
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
        let (room, reach) = (self.room(axis), self.reach(axis));
        if !self.op.has_weights() && 2 * padding > self.kernel[axis] {
            return Some(format!(
                "A pool's padding is at most half of its window of {}, or a window could lie wholly outside.",
                self.kernel[axis]
            ));
        }
        let Some(places) = self.places_along(axis) else {
            let dilated = if self.dilation[axis] > 1 { format!(" with dilation {}", self.dilation[axis]) } else { String::new() };
            return Some(format!(
                "A window of {}{dilated} reaches over {}; the input with its padding has only {room}.",
                self.kernel[axis],
                count(reach, names)
            ));
        };
        let inside = |place: usize, tap: usize| {
            (place * self.stride[axis] + tap * self.dilation[axis]).checked_sub(before).is_some_and(|at| at < input)
        };
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

    /// The allowed values of a number while everything else stays, in rising order.
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
    /// Sets a number to the nearest allowed value. Returns the reason if that is not the value asked for.
    pub fn set(&mut self, field: Field, value: usize) -> Option<String> {
        let nearest = self.allowed(field).into_iter().min_by_key(|v| v.abs_diff(value))?;
        self.put(field, nearest);
        self.refusal(field, value)
    }
    /// Why a number cannot have this value beside the others; None where it can.
    fn refusal(&self, field: Field, value: usize) -> Option<String> {
        let (least, most, beyond) = field.range();
        match value {
            _ if value < least => Some(field.below().into()),
            _ if value > most => Some(beyond),
            _ => self.with_number(field, value).fault(),
        }
    }
    /// Why the numbers of this key cannot be what an address asks for.
    pub fn refused(&self, key: &str, asked: &str) -> Option<String> {
        let asked = Pair::try_from(asked.to_string()).ok()?;
        let of_key = Field::ALL.into_iter().filter(|field| field.key() == key && self.has(*field));
        of_key.map(|field| (field, asked[field.axis().unwrap_or(0)])).find_map(|(field, value)| self.refusal(field, value))
    }
    /// Why a padding mode cannot be chosen now.
    pub fn mode_fault(&self, mode: &str) -> Option<String> {
        let mode = PaddingMode::ALL.iter().map(|(mode, _)| *mode).find(|own| key(own) == mode)?;
        Settings { mode, ..self.clone() }.fault()
    }
    /// The padding that keeps the size at stride 1, if it is the same on both sides.
    pub fn same_padding(&self) -> Option<[usize; 2]> {
        let halves = [self.reach(0) - 1, self.reach(1) - 1];
        halves.iter().all(|reach| reach.is_multiple_of(2)).then(|| halves.map(|reach| reach / 2))
    }
}

/// Random settings as in an address, corrected to valid ones.
#[cfg(test)]
pub fn any_settings() -> impl proptest::strategy::Strategy<Value = Settings> {
    use crate::site::url::Controls;
    use proptest::prelude::*;
    let pair = || (0..20usize, 0..20usize).prop_map(|(h, w)| Pair([h, w]));
    let numbers = (pair(), pair(), 0..9usize, 0..9usize, pair(), pair(), pair(), pair());
    let small = (0..9usize, pair(), 0..5usize, any::<[bool; 5]>(), 0..7usize, 0..4usize, 0..1000u32, 0..9usize);
    (numbers, small).prop_map(|((input, kernel, channels, out, stride, padding, dilation, size), small)| {
        let (groups, extra, dims, [causal, bias, flip, ceil_mode, count_include_pad], op, mode, seed, divisor) = small;
        // Half of the average pools count.
        let divisor = if divisor > 4 { divisor } else { 0 };
        let (op, mode) = (Operation::ALL[op].0, PaddingMode::ALL[mode].0);
        let drawn = Settings { input, kernel, channels, out, stride, padding, dilation, size, ..Settings::default() };
        Settings { groups, extra, dims, causal, bias, flip, ceil_mode, count_include_pad, divisor, op, mode, seed, ..drawn }.fitted()
    })
}

#[cfg(test)]
mod tests {
    use super::super::settings::{address, from_query};
    use super::*;
    use crate::site::url::Controls;
    use proptest::prelude::*;

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
    fn the_limits_are_pytorchs() {
        let more = |query: &str, field: Field| from_query(query).next(field, true);
        let extra = "op=transposed&stride=2&dilation=3";
        assert_eq!(more(&format!("{extra}&extra=1"), Field::Extra(0)), Ok(2), "less than the dilation is enough");
        let why = "What is added at the end must be less than the stride of 2 or the dilation of 3.";
        assert_eq!(more(&format!("{extra}&extra=2"), Field::Extra(0)), Err(why.into()));
        assert_eq!(from_query("op=adaptive-average-pool&input=3&size=5").output(), [5, 5], "an adaptive pool may enlarge");
        // Rounded up, a window that overhangs by less than a stride is a place; it must start inside the input or its left padding.
        let up = |query: &str| from_query(&format!("op=max-pool&ceil_mode=true&{query}")).output()[0];
        assert_eq!(
            (up("input=5&kernel=2&stride=2"), up("input=3&kernel=2&stride=2&padding=1"), up("input=2&kernel=3&stride=2")),
            (3, 2, 1)
        );
        assert_eq!(from_query("op=convolution&ceil_mode=true&count_include_pad=false&divisor=3"), Settings::default());
        assert_eq!(from_query("op=average-pool&dims=1&divisor=3").divisor, 0);
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
