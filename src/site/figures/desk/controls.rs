//! The desk's controls: their table, what turning one brings along, and what an address is mended to.
use super::{
    check::DECIMALS,
    edits::Editable,
    limits::Field,
    pair::Pair,
    presets,
    settings::{Operation, PaddingMode, Settings, Step, Tab, Wrt},
    timeline,
};
use crate::site::controls::{self, Choices, Control, Controls, Kind, named};

const MOST_IMAGES: u64 = 4;
/// Steps a second.
pub const FASTEST: u64 = 30;

fn operations() -> Choices {
    named(Operation::ALL)
}
fn modes() -> Choices {
    named(PaddingMode::ALL)
}
fn tabs() -> Choices {
    named(&[
        (Tab::Sum, "Forward"),
        (Tab::Backward, "Backward"),
        (Tab::Matrix, "As matrices"),
        (Tab::Addresses, "In memory"),
        (Tab::Code, "Code"),
    ])
}
fn gradients() -> Choices {
    named(&[(Wrt::Input, "dX"), (Wrt::Kernel, "dK"), (Wrt::Bias, "db")])
}
fn steps() -> Choices {
    named(&[(Step::Product, "a product"), (Step::Channel, "a channel"), (Step::Cell, "a cell")])
}

const fn whole(key: &'static str, label: &'static str, ends: [u64; 2]) -> Control<Settings> {
    Control { key, label, kind: Kind::Whole { ends } }
}

impl Controls for Settings {
    /// The limits of the numbers move with one another (`limits`).
    const TABLE: &'static [Control<Settings>] = &[
        Control::choice("op", "Operation", operations),
        Control::choice("dims", "Axes", || [("2", "2-D"), ("1", "1-D")].map(|(key, name)| (key.into(), name.into())).into()),
        Control::open("input", "Input"),
        Control::open("channels", "Channels in"),
        Control::open("out", "Channels out"),
        Control::open("kernel", "Kernel"),
        Control::open("stride", "Stride"),
        Control::open("padding", "Padding"),
        Control::open("dilation", "Dilation"),
        Control::open("extra", "Added at the end"),
        Control::open("size", "Output"),
        Control::open("divisor", "Divide by (0: count)"),
        Control::open("groups", "Groups"),
        Control::choice("mode", "Padding with", modes),
        Control::open("picture", "Input holds"),
        Control::open("weights", "Kernel holds"),
        Control::open("upstream", "Upstream holds"),
        Control::switch("bias", "Bias"),
        Control::switch("flip", "True convolution (turn the kernel)"),
        Control::switch("causal", "Causal"),
        Control::switch("ceil_mode", "Round the size up (ceil_mode)"),
        Control::switch("count_include_pad", "Padding counts (count_include_pad)"),
        Control::switch("spread", "Sheets side by side"),
        whole("seed", "Seed", [0, u32::MAX as u64]),
        Control::choice("tab", "View", tabs),
        Control::choice("wrt", "Gradient", gradients),
        Control::open("cell", "Cell"),
        Control::open("left", "Moments to come"),
        Control::choice("by", "by", steps),
        whole("speed", "Steps a second", [1, FASTEST]),
        whole("images", "Images", [1, MOST_IMAGES]),
        whole("decimals", "Step of the gradient check", [0, DECIMALS as u64]),
    ];

    fn follow(&mut self, key: &str, before: &Settings) {
        match key {
            "op" => self.follow_operation(before.op),
            // What had no rows gets as many as it has columns.
            "dims" if self.dims == 2 && before.dims == 1 => self.pairs().into_iter().for_each(|pair| pair[0] = pair[1]),
            // A preset forgets what was written into its tensor.
            "picture" => self.edits.forget(Editable::Input),
            "upstream" => self.edits.forget(Editable::Upstream),
            "weights" => {
                self.edits.forget(Editable::Kernel);
                if presets::is_nine(&self.weights) {
                    self.kernel = Pair([3, 3]);
                }
            }
            _ => {}
        }
    }

    /// Valid settings stay. Otherwise one number after another is set, as far as possible, starting from settings that always fit. So the
    /// result is valid by construction.
    fn fitted(self) -> Self {
        let mut fitted = controls::fitted(self);
        let asked = fitted.clone();
        let convolves = fitted.op == Operation::Convolution;
        fitted.causal &= convolves && fitted.dims == 1;
        fitted.flip &= convolves;
        fitted.bias &= fitted.op.has_weights();
        fitted.ceil_mode &= fitted.op.pools();
        fitted.count_include_pad |= fitted.op != Operation::AveragePool;
        if !convolves {
            fitted.mode = PaddingMode::Zeros;
        }
        let usual = Settings::default();
        for field in Field::ALL {
            // What the operation does not have stands where it does not matter.
            let flat = fitted.dims == 1 && field.axis() == Some(0) && (fitted.op.is_adaptive() || !matches!(field, Field::Size(_)));
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
            // A number may make others possible, so one round is not always enough.
            for _ in 0..fields.len() {
                for field in &fields {
                    // A reason is for the reader at a control. An address is only corrected.
                    let _ = fitted.set(*field, asked.get(*field));
                }
            }
        }
        if fitted.fault().is_some() {
            fitted.mode = PaddingMode::Zeros;
        }
        presets::fit(&mut fitted);
        if !fitted.op.has_weights() {
            fitted.edits.forget(Editable::Kernel);
            fitted.edits.forget(Editable::Bias);
        }
        timeline::fit(&mut fitted);
        if fitted.by == Step::Cell {
            fitted.left = 0;
        }
        fitted
    }

    /// One axis is written as it is thought of: 5 for 1x5.
    fn written(mut self) -> Self {
        if self.dims == 1 {
            for field in Field::ALL.into_iter().filter(|field| field.axis() == Some(0)) {
                let flat = self.op.is_adaptive() || !matches!(field, Field::Size(_));
                self.put(field, if flat { field.range().0 } else { Settings::default().get(field) });
            }
        }
        self
    }

    fn why_not(&self, key: &str, asked: &str) -> Option<String> {
        self.refused(key, asked)
    }
}

impl Settings {
    fn pairs(&mut self) -> [&mut Pair; 7] {
        [&mut self.input, &mut self.kernel, &mut self.stride, &mut self.padding, &mut self.dilation, &mut self.extra, &mut self.size]
    }
    /// What a pool usually is, when the reader comes from a convolution: windows side by side.
    fn follow_operation(&mut self, before: Operation) {
        self.bias |= !before.has_weights();
        if self.op.pools() && !before.pools() {
            self.kernel = Pair([if self.dims == 1 { 1 } else { 2 }, 2]);
            self.stride = self.kernel;
            self.padding = Pair([0, 0]);
            self.dilation = Pair([1, 1]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::settings::{address, from_query},
        *,
    };
    use crate::site::controls::{Pairs, mended, turn};

    #[test]
    fn the_table_of_controls_holds() {
        controls::tests::holds::<Settings>();
        assert_eq!(Settings::default().fault(), None);
    }

    fn turned(query: &str, key: &str, value: &str) -> String {
        let mut settings = from_query(query);
        turn(&mut settings, key, value.into());
        address(&settings.fitted())
    }

    #[test]
    fn a_control_brings_along_what_goes_with_it() {
        assert_eq!(turned("", "op", "max-pool"), "op=max-pool&kernel=2&stride=2&bias=false");
        assert_eq!(turned("op=max-pool&kernel=3", "op", "average-pool"), "op=average-pool&bias=false");
        assert_eq!(turned("dims=1&input=9&kernel=3", "dims", "2"), "input=9");
        assert_eq!(turned("kernel=5", "weights", "sobel-x"), "weights=sobel-x");
        assert_eq!(turned("edits=x0.0.0_7*k0.0.0.0_5", "picture", "random"), "edits=k0.0.0.0_5", "the same preset again forgets, too");
    }

    #[test]
    fn what_an_address_cannot_have_is_told_with_the_reason() {
        let told = |query: &str| {
            let values = serde_urlencoded::from_str::<Pairs>(query).expect("a query");
            let said = mended(&Settings::default(), &values).1.into_iter();
            said.map(|mend| format!("{}: {}, {}. {}", mend.control, mend.asked, mend.runs, mend.why.unwrap_or_default()))
                .collect::<Vec<_>>()
        };
        assert_eq!(told("dims=1&input=8&kernel=3&stride=2&op=max-pool&ceil_mode=true&bias=false"), Vec::<String>::new());
        assert_eq!(told("input=99"), ["Input: 99, 16. The desk has room for 16 rows."]);
        assert_eq!(
            told("op=transposed&stride=2&extra=2&bias=false"),
            ["Added at the end: 2, 1. What is added at the end must be less than the stride of 2 or the dilation of 1."]
        );
        assert_eq!(told("ceil_mode=true&speed=99"), ["Round the size up (ceil_mode): true, off. ", "Steps a second: 99, 30. "]);
    }
}
