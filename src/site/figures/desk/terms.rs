//! The sum of any cell, forward or backward, as its products. It follows from the geometry, and tests compare it with the engine's values.
use super::{
    edits::Editable,
    geometry::{Geometry, Link, Role, Source},
    settings::Settings,
};

/// The tensors at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    Input,
    Kernel,
    Bias,
    Output,
    Upstream,
    InputGrad,
    KernelGrad,
    BiasGrad,
}
use Part::*;

impl Part {
    pub const ALL: [Part; 8] = [Input, Kernel, Bias, Output, Upstream, InputGrad, KernelGrad, BiasGrad];
    pub fn role(self) -> Role {
        match self {
            Input | InputGrad => Role::Input,
            Kernel | KernelGrad => Role::Kernel,
            Bias | BiasGrad => Role::Bias,
            Output | Upstream => Role::Output,
        }
    }
    pub fn editable(self) -> Option<Editable> {
        match self {
            Input => Some(Editable::Input),
            Kernel => Some(Editable::Kernel),
            Bias => Some(Editable::Bias),
            Upstream => Some(Editable::Upstream),
            _ => None,
        }
    }
    pub fn name(self) -> &'static str {
        match self {
            Input => "Input",
            Kernel => "Kernel",
            Bias => "Bias",
            Output => "Output",
            Upstream => "Upstream gradient",
            InputGrad => "Gradient of the input",
            KernelGrad => "Gradient of the kernel",
            BiasGrad => "Gradient of the bias",
        }
    }
    /// The letter in formulas.
    pub fn letter(self) -> &'static str {
        match self {
            Input => "x",
            Kernel => "k",
            Bias => "b",
            Output => "y",
            Upstream => "dy",
            InputGrad => "dx",
            KernelGrad => "dk",
            BiasGrad => "db",
        }
    }
    /// The key in pages and formulas.
    pub fn key(self) -> &'static str {
        match self {
            Input => "input",
            Kernel => "kernel",
            Bias => "bias",
            Output => "output",
            Upstream => "upstream",
            InputGrad => "input-grad",
            KernelGrad => "kernel-grad",
            BiasGrad => "bias-grad",
        }
    }
    /// The lengths of its axes, in PyTorch's order.
    pub fn shape(self, settings: &Settings) -> Vec<usize> {
        match self.role() {
            Role::Input => settings.input_shape().to_vec(),
            Role::Kernel => settings.weight_shape().to_vec(),
            Role::Bias => vec![settings.out],
            Role::Output => settings.output_shape().to_vec(),
        }
    }
}

/// One cell of one tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spot {
    pub part: Part,
    pub index: usize,
}

/// One factor of a product: a cell of a tensor, or a replacement such as padding.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    pub spot: Option<Spot>,
    /// For a value that is read through the window, whether it is inside.
    pub source: Option<Source>,
    pub value: f32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    pub left: Factor,
    pub right: Factor,
    /// The channel that is summed over. Terms of one channel come together.
    pub channel: usize,
    pub link: Link,
}

impl Term {
    pub fn product(&self) -> f32 {
        self.left.value * self.right.value
    }
}

/// Values in PyTorch's order, one list for each tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    pub tensors: [Vec<f32>; 8],
    /// The multiply-adds of the forward pass, as the engine counts them.
    pub macs: u64,
}

impl Numbers {
    pub fn of(&self, part: Part) -> &[f32] {
        &self.tensors[part as usize]
    }
}

/// A computation with all its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    pub settings: Settings,
    pub geometry: Geometry,
    pub numbers: Numbers,
    /// For every cell of the input, whether any output reads it.
    pub read: Vec<bool>,
    /// For every cell of the input, whether a max pool passes it on.
    pub passes: Vec<bool>,
    /// For every output of a max pool, the cell that it passes on.
    winners: Vec<Option<usize>>,
}

impl Subject {
    pub fn new(settings: Settings, numbers: Numbers) -> Subject {
        let geometry = Geometry::new(&settings);
        let outputs = if settings.op.takes_the_largest() { geometry.size(Role::Output) } else { 0 };
        let winners: Vec<_> = (0..outputs).map(|output| winner(&geometry, numbers.of(Input), output)).collect();
        let mut passes = vec![false; geometry.size(Role::Input)];
        winners.iter().flatten().for_each(|cell| passes[*cell] = true);
        Subject { read: geometry.read_cells(), settings, geometry, numbers, passes, winners }
    }
    fn factor(&self, part: Part, index: usize) -> Factor {
        let value = self.numbers.of(part).get(index).copied().unwrap_or(0.0);
        Factor { spot: Some(Spot { part, index }), source: None, value }
    }
    fn read(&self, source: Source) -> Factor {
        match source.cell() {
            Some(cell) => Factor { source: Some(source), ..self.factor(Input, cell) },
            None => Factor { spot: None, source: Some(source), value: 0.0 },
        }
    }
    /// A weight. A pool's is fixed: an equal share, or 1 for the largest cell.
    fn weigh(&self, link: &Link) -> Factor {
        match link.weight {
            Some(index) => self.factor(Kernel, index),
            None => Factor { spot: None, source: None, value: self.share(link) as f32 },
        }
    }
    /// What a value under a pool's window counts: an equal share, or 1 for the cell that won.
    pub fn share(&self, link: &Link) -> f64 {
        let settings = &self.settings;
        let [_, rows, columns] = settings.output_shape();
        if settings.op.takes_the_largest() {
            return f64::from(self.winner(link.output) == link.input.cell());
        }
        let place = [link.output / columns % rows, link.output % columns];
        let counted = match settings.divisor {
            0 if settings.count_include_pad => self.geometry.window(place).iter().product(),
            0 if link.input.cell().is_none() => return 0.0,
            0 => self.geometry.inside(place),
            divisor => divisor,
        };
        1.0 / counted as f64
    }
    /// The cell whose value a max pool passes on.
    pub fn winner(&self, output: usize) -> Option<usize> {
        self.winners.get(output).copied().flatten()
    }

    /// The products whose sum is this cell; an output also has its bias. A given cell has none.
    pub fn terms(&self, target: Spot) -> Vec<Term> {
        let links = || self.geometry.links(target.part.role(), target.index);
        let each = |make: &dyn Fn(&Link) -> (Factor, Factor, usize)| {
            let term = |link: Link| {
                let (left, right, channel) = make(&link);
                Term { left, right, channel, link }
            };
            links().into_iter().map(term).collect::<Vec<_>>()
        };
        match target.part {
            Output => each(&|link| (self.read(link.input), self.weigh(link), link.channels[0])),
            InputGrad => each(&|link| (self.factor(Upstream, link.output), self.weigh(link), link.channels[1])),
            KernelGrad => each(&|link| (self.factor(Upstream, link.output), self.read(link.input), link.channels[0])),
            BiasGrad => {
                let [out, rows, columns] = self.settings.output_shape();
                let one = Factor { spot: None, source: None, value: 1.0 };
                let term = |place: usize| {
                    let output = target.index * rows * columns + place;
                    let link = Link { input: Source::Padding, weight: None, output, channels: [0, target.index] };
                    Term { left: self.factor(Upstream, output), right: one, channel: target.index, link }
                };
                if target.index < out { (0..rows * columns).map(term).collect() } else { vec![] }
            }
            Input | Kernel | Bias | Upstream => vec![],
        }
    }
    /// The bias that is added to the products of an output.
    pub fn bias_of(&self, target: Spot) -> Option<Factor> {
        let [_, rows, columns] = self.settings.output_shape();
        (target.part == Output && self.settings.bias).then(|| self.factor(Bias, target.index / (rows * columns)))
    }
    pub fn value(&self, spot: Spot) -> Option<f32> {
        self.numbers.of(spot.part).get(spot.index).copied()
    }
}

/// The first of the largest values under a window.
fn winner(geometry: &Geometry, x: &[f32], output: usize) -> Option<usize> {
    let cells = geometry.links(Role::Output, output).into_iter().filter_map(|link| link.input.cell());
    cells.fold(None, |best, cell| if best.is_none_or(|best| x[cell] > x[best]) { Some(cell) } else { best })
}

#[cfg(test)]
mod tests {
    use super::super::{compute::subject, limits::any_settings};
    use super::*;
    use proptest::prelude::*;

    /// Every cell of every computed tensor is the sum of its terms.
    fn check(settings: &Settings) -> Result<(), TestCaseError> {
        let subject = subject(settings).map_err(|error| TestCaseError::fail(error.to_string()))?;
        for part in [Output, InputGrad, KernelGrad, BiasGrad] {
            let values = subject.numbers.of(part);
            // A few cells of large tensors: the first, the last and some between them.
            let every = (values.len() / 40).max(1);
            for index in (0..values.len()).filter(|at| at % every == 0 || at + 1 == values.len()) {
                let target = Spot { part, index };
                let terms = subject.terms(target);
                let sum: f64 = terms.iter().map(|t| f64::from(t.left.value) * f64::from(t.right.value)).sum();
                let sum = sum + subject.bias_of(target).map_or(0.0, |b| f64::from(b.value));
                let size: f64 = terms.iter().map(|t| f64::from(t.product().abs())).sum::<f64>() + 1.0;
                let value = f64::from(values[index]);
                prop_assert!((sum - value).abs() <= 1e-5 * size, "{part:?} {index}: terms {sum}, engine {value}; {settings:?}");
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn terms_sum_to_the_engines_values(settings in any_settings(), seed in 0..99u32) {
            check(&Settings { seed, upstream: "random".into(), ..settings })?;
        }
    }

    #[test]
    fn examples_too() {
        for example in super::super::examples::EXAMPLES {
            check(&(example.settings)()).unwrap_or_else(|error| panic!("{}: {error}", example.name));
        }
    }

    #[test]
    fn a_pool_divides_by_what_it_counts() {
        use super::super::settings::from_query;
        let shares = |query: &str, index: usize| {
            let subject = subject(&from_query(&format!("op=average-pool&channels=1&picture=counting&{query}"))).unwrap();
            let terms = subject.terms(Spot { part: Output, index });
            (subject.numbers.of(Output).to_vec(), terms.iter().map(|term| term.right.value).collect::<Vec<_>>())
        };
        // 0 … 8: what overhangs never counts.
        assert_eq!(shares("input=3&kernel=2&stride=2&ceil_mode=true", 1), (vec![2.0, 3.5, 6.5, 8.0], vec![0.5, 0.5]));
        // Padding counts, or has no share.
        let corner = "input=2&kernel=2&stride=2&padding=1";
        assert_eq!(shares(corner, 3), (vec![0.0, 0.25, 0.5, 0.75], vec![0.25; 4]));
        assert_eq!(shares(&format!("{corner}&count_include_pad=false"), 3), (vec![0.0, 1.0, 2.0, 3.0], vec![1.0, 0.0, 0.0, 0.0]));
        assert_eq!(shares(&format!("{corner}&count_include_pad=false&divisor=5"), 3).0, [0.0, 0.2, 0.4, 0.6]);
    }

    #[test]
    fn the_first_of_equals_wins() {
        let settings = super::super::settings::from_query("op=max-pool&channels=1&out=1&picture=constant&kernel=2&stride=2");
        let subject = subject(&settings).unwrap();
        assert_eq!(subject.winner(0), Some(0));
        assert_eq!(subject.winner(4), Some(14));
    }
}
