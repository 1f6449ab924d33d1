//! The settings: a stack of layers, the input's length, the chosen unit, and how its gradient is taken.
use crate::{
    nets::insight::{Reach, ReceptiveField},
    site::controls::{Choices, Control, Controls, Kind, fitted, named},
};
use serde::{Deserialize, Serialize};

/// The largest number of layers that can be told apart.
pub const MOST_LAYERS: usize = 8;
/// The largest number of input cells.
pub const LONGEST: usize = 96;

/// One layer along one axis. In an address it is `3`, `3s2`, `3d4`, `3b5` with a second path, and `p2s2` for a max pooling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer {
    pub pool: bool,
    pub kernel: usize,
    pub stride: usize,
    pub dilation: usize,
    /// The kernel of a second path from the same input, whose result is added; 0 for no such path, 1 for a shortcut.
    pub beside: usize,
}

impl Layer {
    pub const THREE: Layer = Layer { pool: false, kernel: 3, stride: 1, dilation: 1, beside: 0 };

    fn fitted(self) -> Layer {
        let [dilation, beside] = if self.pool { [1, 0] } else { [self.dilation.clamp(1, 16), self.beside.min(11)] };
        Layer { pool: self.pool, kernel: self.kernel.clamp(1, 11), stride: self.stride.clamp(1, 4), dilation, beside }
    }

    /// The distance from the first to the last weight of the longer path.
    pub fn span(self) -> usize {
        (self.dilation * (self.kernel - 1) + 1).max(self.beside)
    }

    /// The geometry of the layer for receptive fields, which is that of the longer path.
    pub fn reach(self, pad: bool) -> Reach {
        let Layer { kernel, stride, dilation, .. } = self;
        let padding = if pad { (self.span() - 1) / 2 } else { 0 };
        if self.span() > dilation * (kernel - 1) + 1 {
            return Reach { kernel: self.beside, stride, dilation: 1, padding };
        }
        Reach { kernel, stride, dilation, padding }
    }

    /// The positions of the weights within the span, for both paths. The shorter path is in the middle of the longer one.
    pub fn taps(self) -> [Vec<usize>; 2] {
        let middle = |span: usize| (self.span() - span) / 2;
        let own = middle(self.dilation * (self.kernel - 1) + 1);
        let other = middle(self.beside.max(1));
        [(0..self.kernel).map(|tap| own + tap * self.dilation).collect(), (0..self.beside).map(|tap| other + tap).collect()]
    }

    /// The number of weights in a picture (the square of the kernel), for one input and one output channel.
    pub fn weights(self) -> usize {
        if self.pool { 0 } else { self.kernel * self.kernel + self.beside * self.beside }
    }

    fn read(text: &str) -> Option<Layer> {
        let (pool, rest) = text.strip_prefix('p').map_or((false, text), |rest| (true, rest));
        let number = |rest: &str, letter: char, usual: usize| match rest.split_once(letter) {
            Some((rest, number)) => Some((rest.to_string(), number.parse().ok()?)),
            None => Some((rest.to_string(), usual)),
        };
        let (rest, beside) = number(rest, 'b', 0)?;
        let (rest, dilation) = number(&rest, 'd', 1)?;
        let (kernel, stride) = number(&rest, 's', 1)?;
        Some(Layer { pool, kernel: kernel.parse().ok()?, stride, dilation, beside })
    }

    fn write(self) -> String {
        let mut text = format!("{}{}", if self.pool { "p" } else { "" }, self.kernel);
        for (letter, number, usual) in [('s', self.stride, 1), ('d', self.dilation, 1), ('b', self.beside, 0)] {
            if number != usual {
                text.push(letter);
                text.push_str(&number.to_string());
            }
        }
        text
    }
}

/// The layers from the input upwards, written as `3_3s2_p2s2`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Stack(pub Vec<Layer>);

impl From<Stack> for String {
    fn from(stack: Stack) -> Self {
        stack.0.into_iter().map(Layer::write).collect::<Vec<_>>().join("_")
    }
}
impl TryFrom<String> for Stack {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let read = |part| Layer::read(part).ok_or_else(|| format!("expected a layer such as 3, 3s2, 3d4, 3b1 or p2s2, found {part:?}"));
        text.split('_').map(read).collect::<Result<_, _>>().map(Stack)
    }
}

pub struct Preset {
    pub key: &'static str,
    pub name: &'static str,
    pub stack: &'static str,
    pub input: usize,
}

/// Example stacks, and the first layers of networks as in their papers.
pub const PRESETS: &[Preset] = &[
    Preset { key: "one-five", name: "One of 5", stack: "5", input: 25 },
    Preset { key: "two-threes", name: "Two of 3", stack: "3_3", input: 25 },
    Preset { key: "eight-threes", name: "Eight of 3", stack: "3_3_3_3_3_3_3_3", input: 41 },
    Preset { key: "dilated", name: "Dilated 1, 2, 4, 8", stack: "3_3d2_3d4_3d8", input: 49 },
    Preset { key: "gridded", name: "Dilated 2, 2, 2", stack: "3d2_3d2_3d2", input: 33 },
    Preset { key: "halving", name: "Three that halve", stack: "3s2_3s2_3s2", input: 49 },
    Preset { key: "around", name: "Six with a way around", stack: "3b1_3b1_3b1_3b1_3b1_3b1", input: 33 },
    Preset { key: "two-paths", name: "Two paths, 3 and 7", stack: "3b7_3b7", input: 33 },
    Preset { key: "lenet", name: "LeNet-5", stack: "5_p2s2_5_p2s2", input: 28 },
    Preset { key: "vgg", name: "VGG-16, first seven", stack: "3_3_p2s2_3_3_p2s2_3", input: 64 },
    Preset { key: "resnet", name: "ResNet-18, first five", stack: "7s2_p3s2_3_3_3", input: 96 },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weights {
    /// All weights of a layer are equal, and sum to 1. A pooling takes the mean.
    Even,
    /// He's initialisation with eight channels between the layers. A pooling takes the largest value.
    Random,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub stack: Stack,
    /// The number of input cells.
    pub input: usize,
    /// Whether each layer is padded by half of its kernel's reach. With stride 1 this keeps the size.
    pub pad: bool,
    /// The layer of the chosen unit: 1 is the lowest layer, 0 the highest one.
    pub layer: usize,
    /// The chosen unit, in hundredths of the way from the first to the last.
    pub place: usize,
    pub weights: Weights,
    pub relu: bool,
    /// The number of random networks in the mean.
    pub draws: usize,
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            stack: Stack(vec![Layer::THREE; 3]),
            input: 25,
            pad: true,
            layer: 0,
            place: 50,
            weights: Weights::Even,
            relu: true,
            draws: 20,
            seed: 1,
        }
    }
}

/// The units of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub units: usize,
    pub field: ReceptiveField,
}

fn weights() -> Choices {
    named(&[(Weights::Even, "All alike"), (Weights::Random, "Drawn at random")])
}

impl Controls for Settings {
    const TABLE: &'static [Control<Settings>] = &[
        Control::open("stack", "Stack"),
        Control::choice("weights", "Weights", weights),
        Control::slider("input", "Input cells:", |s| [s.least().unwrap_or(1) as f64, LONGEST as f64]),
        Control::slider("draws", "Networks in the mean:", |_| [1.0, 50.0]),
        Control::switch("relu", "ReLU after each convolution"),
        // Some stacks do not fit on the longest input unless they are padded.
        Control { key: "pad", label: "Pad every layer", kind: Kind::Switch { held: Settings::needs_padding } },
    ];

    fn fitted(mut self) -> Self {
        self.stack.0.truncate(MOST_LAYERS);
        if self.stack.0.is_empty() {
            self.stack.0.push(Layer::THREE);
        }
        self.stack.0.iter_mut().for_each(|layer| *layer = layer.fitted());
        // The input grows until the highest layer has a unit. A layer without a unit on the longest input is removed; for the lowest layer
        // the dilation is reduced instead.
        while self.least().is_none() {
            match self.stack.0.len() {
                1 => self.stack.0[0].dilation -= 1,
                _ => drop(self.stack.0.pop()),
            }
        }
        if self.layer > self.stack.0.len() {
            self.layer = 0;
        }
        self.place = self.place.min(100);
        fitted(self)
    }

    fn why_not(&self, key: &str, asked: &str) -> Option<String> {
        self.instead_of(asked).filter(|_| key == "stack")
    }
}

impl Settings {
    /// The length of the shortest input on which every layer has a unit. None if the longest input is too short.
    pub fn least(&self) -> Option<usize> {
        let with = |input| Settings { input, ..self.clone() };
        (1..=LONGEST).find(|input| with(*input).rows().len() > self.stack.0.len())
    }

    /// Whether its layers fit only if they are padded.
    pub fn needs_padding(&self) -> bool {
        self.pad && Settings { pad: false, ..self.clone() }.least().is_none()
    }

    /// These settings with one more layer on top.
    pub fn higher(&self) -> Settings {
        let mut higher = self.clone();
        higher.stack.0.push(Layer::THREE);
        higher
    }

    /// Why these are not the layers that an address asks for, written as in the address.
    pub fn instead_of(&self, asked: &str) -> Option<String> {
        let asked = Stack::try_from(asked.to_string()).ok().filter(|asked| *asked != self.stack)?.0.len();
        let found = self.stack.0.len();
        let layers = if found == 1 { "1 layer".into() } else { format!("{found} layers") };
        Some(match found {
            _ if found == asked => "The address asks for numbers that have no place here: shown are the nearest.".into(),
            MOST_LAYERS => format!("The address asks for {asked} layers; here are {layers} at most."),
            _ => format!("The address asks for {asked} layers, but of {LONGEST} cells, the longest input, nothing is left after {layers}."),
        })
    }

    /// The input's cells, then the units of each layer, up to the last layer that has any.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = vec![Row { units: self.input, field: ReceptiveField::INPUT }];
        for layer in &self.stack.0 {
            let below = rows[rows.len() - 1];
            let reach = layer.reach(self.pad);
            let room = below.units + 2 * reach.padding;
            let Some(left) = room.checked_sub(reach.dilation * (reach.kernel - 1) + 1) else { break };
            rows.push(Row { units: left / reach.stride + 1, field: below.field.after(reach) });
        }
        rows
    }

    /// The row of the chosen unit, counted from the input, and the unit.
    pub fn unit(&self) -> [usize; 2] {
        let row = if self.layer == 0 { self.stack.0.len() } else { self.layer };
        let last = self.rows()[row].units - 1;
        [row, (self.place * last + 50) / 100]
    }

    /// Chooses this unit.
    pub fn ask(&mut self, [row, unit]: [usize; 2]) {
        let Some(found) = self.rows().get(row).copied().filter(|_| row > 0) else { return };
        self.layer = if row == self.stack.0.len() { 0 } else { row };
        let last = found.units - 1;
        // The middle of the hundredths that stand for this unit.
        self.place = (unit.min(last) * 100).checked_div(last).unwrap_or(50);
    }

    /// The cone of a unit: for each row below its own, which units it depends on.
    pub fn cone(&self, [row, unit]: [usize; 2]) -> Vec<Vec<bool>> {
        let rows = self.rows();
        let mut cone: Vec<Vec<bool>> = rows[..=row].iter().map(|row| vec![false; row.units]).collect();
        cone[row][unit] = true;
        for at in (0..row).rev() {
            for unit in 0..rows[at + 1].units {
                if cone[at + 1][unit] {
                    self.read(self.stack.0[at], unit, rows[at].units).for_each(|below| cone[at][below] = true);
                }
            }
        }
        cone
    }

    /// The units that a unit reads, without padding.
    pub fn read(&self, layer: Layer, unit: usize, below: usize) -> impl Iterator<Item = usize> + use<> {
        let padding = layer.reach(self.pad).padding;
        let [own, other] = layer.taps();
        let beside: Vec<usize> = other.into_iter().filter(|tap| !own.contains(tap)).collect();
        let places = own.into_iter().chain(beside).map(move |tap| (unit * layer.stride + tap).checked_sub(padding));
        places.flatten().filter(move |at| *at < below)
    }

    pub fn preset(&self) -> &'static str {
        let stack = String::from(self.stack.clone());
        PRESETS.iter().find(|preset| preset.stack == stack && preset.input == self.input).map_or("own", |preset| preset.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::controls;

    #[test]
    fn the_table_of_controls_holds() {
        controls::tests::holds::<Settings>();
    }
    use crate::site::url::Keys;

    fn settings(query: &str) -> Settings {
        Keys::default().from_query(query)
    }

    #[test]
    fn a_stack_survives_its_address() {
        let set = settings("stack=3_5s2_p2s2_3d4b5&input=60");
        assert_eq!(String::from(set.stack.clone()), "3_5s2_p2s2_3d4b5");
        assert_eq!(set.stack.0[2], Layer { pool: true, kernel: 2, stride: 2, dilation: 1, beside: 0 });
        assert_eq!(settings("stack=3_x").stack, Settings::default().stack, "what is no stack changes nothing");
    }

    #[test]
    fn the_input_grows_until_every_layer_has_a_unit() {
        let set = settings("stack=3_3d8&input=5&pad=false");
        assert_eq!(set.input, 19, "3 + 2·8 cells, no fewer");
        assert_eq!(settings("stack=11s4_11s4_11s4_11s4&pad=false").stack.0.len(), 2, "more have no place on the longest input");
        for preset in PRESETS {
            assert_eq!(String::from(settings(&format!("stack={}&pad=false", preset.stack)).stack), preset.stack, "without padding, too");
        }
    }

    #[test]
    fn one_layer_is_left_whatever_is_asked_and_the_reason_is_said() {
        let asked = "11s4d16b11_11s4_11s4";
        let set = settings(&format!("stack={asked}&pad=false"));
        assert_eq!((String::from(set.stack.clone()), set.input), ("11s4d9b11".into(), 91), "9·10 + 1 cells");
        assert_eq!(set.unit()[0], 1);
        assert!(set.instead_of(asked).is_some_and(|why| why.contains("3 layers") && why.contains("after 1 layer.")));
        assert!(set.instead_of("3x").is_none() && set.instead_of("11s4d9b11").is_none());
        assert!(settings("stack=3_99").instead_of("3_99").is_some_and(|why| why.contains("nearest")));
        assert_eq!(Settings { pad: false, stack: Stack::try_from("11d16".to_string()).unwrap(), ..set }.least(), None);
    }

    #[test]
    fn the_longer_path_decides_and_the_shorter_lies_in_its_middle() {
        let set = settings("stack=3b7&input=33");
        assert_eq!((set.stack.0[0].reach(true).kernel, set.rows()[1].field.size, set.rows()[1].units), (7, 7, 33));
        assert_eq!(set.stack.0[0].taps(), [vec![2, 3, 4], (0..7).collect()]);
        assert_eq!(set.stack.0[0].weights(), 9 + 49);
        let dilated = settings("stack=3d4b1&input=33").stack.0[0];
        assert_eq!((dilated.taps(), dilated.reach(true).padding), ([vec![0, 4, 8], vec![4]], 4));
        assert_eq!(set.read(set.stack.0[0], 16, 33).count(), 7, "a cell that both paths read is one cell");
    }

    #[test]
    fn presets_are_as_they_say() {
        for preset in PRESETS {
            let set = settings(&format!("stack={}&input={}", preset.stack, preset.input));
            assert_eq!(set.preset(), preset.key);
        }
        // A unit after ResNet's first convolution and pooling has a field of 11 cells, at a distance of four from its neighbour's.
        let stem = settings("stack=7s2_p3s2&input=96").rows()[2].field;
        assert_eq!([stem.size, stem.jump], [11, 4]);
        // A unit of LeNet's last pooling sees 16 of 28 cells.
        assert_eq!(settings("stack=5_p2s2_5_p2s2&input=28&pad=false").rows()[4].field.size, 16);
    }

    #[test]
    fn a_unit_that_is_asked_is_found_again() {
        let mut set = settings("stack=3_3s2&input=33");
        for row in 1..=2 {
            for unit in 0..set.rows()[row].units {
                set.ask([row, unit]);
                assert_eq!(set.unit(), [row, unit]);
            }
        }
    }
}
