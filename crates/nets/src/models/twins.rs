//! Twins: a plain network and a residual network of any depth. They differ only in "+ x". Their parameters have the same names, so a seed
//! gives both the same first values.
use crate::nn::{Activation, BatchNorm2d, Conv2d, Cx, Flatten, Init, Linear, Module, Pool, Residual, Scope, Seq};
use engine::{
    Error, Result,
    autograd::{Param, Var},
    ops::{UnaryFn, Window},
};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// The standard deviation of a convolution's first weights, times √fan_in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FirstValues {
    /// √2, which keeps the size of values through a ReLU. Source: He et al., 2015.
    #[default]
    He,
    /// √(1/3), the default of PyTorch's convolutions.
    Torch,
    /// A quarter of He's.
    Small,
    /// Twice He's.
    Large,
}

impl FirstValues {
    /// All choices, in the order in which they are offered.
    pub const ALL: [FirstValues; 4] = [FirstValues::He, FirstValues::Torch, FirstValues::Small, FirstValues::Large];

    /// The standard deviation times √fan_in, as [`Init::Gain`] takes it.
    pub fn gain(self) -> f32 {
        let he = std::f32::consts::SQRT_2;
        match self {
            FirstValues::He => he,
            FirstValues::Torch => (1.0f32 / 3.0).sqrt(),
            FirstValues::Small => 0.25 * he,
            FirstValues::Large => 2.0 * he,
        }
    }
}

/// The order of convolution, norm and activation in a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Post-activation: conv, norm, ReLU, conv, norm; then the sum, and a ReLU after it. Source: He et al., 2015.
    #[default]
    Post,
    /// Pre-activation: norm, ReLU, conv, norm, ReLU, conv; then the sum, and nothing after it. Source: He et al., 2016.
    Pre,
}

/// The settings of both twins.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// The number of layers with weights: a first convolution, blocks of two, and a dense layer. It is even.
    pub depth: usize,
    /// The channels of every convolution.
    pub width: usize,
    /// How each convolution's weights are drawn.
    pub first: FirstValues,
    /// Whether each convolution has a batch norm.
    pub norm: bool,
    /// The order of convolution, norm and activation in a block.
    pub order: Order,
}

impl Default for Recipe {
    fn default() -> Self {
        Recipe { depth: 20, width: 8, first: FirstValues::He, norm: true, order: Order::Post }
    }
}

impl Recipe {
    /// The smallest and the largest depth of a twin.
    pub const DEPTHS: [usize; 2] = [4, 128];
    /// The smallest and the largest width of a twin.
    pub const WIDTHS: [usize; 2] = [1, 64];

    /// The number of blocks of two convolutions: (depth − 2) / 2.
    pub fn blocks(&self) -> usize {
        self.depth.saturating_sub(2) / 2
    }
    /// The names of the weights whose gradients are shown, from the input to the classes.
    pub fn weights(&self) -> Vec<String> {
        let blocks = (0..self.blocks()).flat_map(|block| [1, 2].map(|conv| format!("layer.{block}.conv{conv}.weight")));
        std::iter::once("conv1.weight".to_string()).chain(blocks).chain(["fc.weight".to_string()]).collect()
    }
    fn conv(&self, scope: &Scope, inputs: usize) -> Result<Conv2d> {
        let gain = self.first.gain();
        let init = |fan_in| Init::Gain { fan_in, gain };
        // A batch norm has an offset of its own, which replaces the bias.
        let bias = (!self.norm).then_some(match self.first {
            FirstValues::Torch => Init::Uniform { fan_in: 9 * inputs },
            _ => Init::Constant(0.0),
        });
        Conv2d::drawn(scope, [inputs, self.width], Window::square(3).padding(1), init, bias)
    }
    fn norm(&self, seq: Seq, name: &str) -> Result<Seq> {
        if self.norm { seq.then(name, |s| BatchNorm2d::new(s, self.width)) } else { Ok(seq) }
    }
    /// A block's branch: two 3×3 convolutions, without what comes after the sum.
    fn branch(&self, scope: &Scope) -> Result<Seq> {
        let relu = |seq: Seq, name| seq.add(name, Activation(UnaryFn::Relu));
        let conv = |seq: Seq, name| seq.then(name, |s| self.conv(s, self.width));
        let empty = Seq::new(scope);
        match self.order {
            Order::Post => {
                let first = relu(self.norm(conv(empty, "conv1")?, "bn1")?, "relu1");
                self.norm(conv(first, "conv2")?, "bn2")
            }
            Order::Pre => {
                let first = conv(relu(self.norm(empty, "bn1")?, "relu1"), "conv1")?;
                conv(relu(self.norm(first, "bn2")?, "relu2"), "conv2")
            }
        }
    }
}

/// y = fc(mean over all pixels of blocks(conv1(x))).
///
/// # Shapes
/// Input N×C×H×W, output N×classes; between them N×width×H×W.
pub struct Twin {
    stem: Seq,
    blocks: Vec<Box<dyn Module>>,
    head: Seq,
}

impl Twin {
    /// The plain twin, or the residual one if `adds`.
    pub fn new(scope: &Scope, recipe: &Recipe, adds: bool, inputs: usize, classes: usize) -> Result<Twin> {
        let within = |what: &str, [least, most]: [usize; 2], found: usize| {
            if (least..=most).contains(&found) {
                return Ok(());
            }
            Err(Error::data(what, format!("expected {least} to {most}, found {found}")))
        };
        within("depth", Recipe::DEPTHS, recipe.depth)?;
        within("width", Recipe::WIDTHS, recipe.width)?;
        if !recipe.depth.is_multiple_of(2) {
            return Err(Error::data("depth", format!("expected an even number, as blocks have two layers, found {}", recipe.depth)));
        }
        let post = recipe.order == Order::Post;
        let mut stem = Seq::new(scope).then("conv1", |s| recipe.conv(s, inputs))?;
        let mut head = Seq::new(scope);
        if post {
            stem = recipe.norm(stem, "bn1")?.add("relu", Activation(UnaryFn::Relu));
        } else {
            head = recipe.norm(head, "bn")?.add("relu", Activation(UnaryFn::Relu));
        }
        let layers = scope / "layer";
        let block = |number: usize| -> Result<Box<dyn Module>> {
            let branch = recipe.branch(&(&layers / number.to_string().as_str()))?;
            Ok(match (adds, post) {
                (true, true) => Box::new(Residual::new(branch).activation(UnaryFn::Relu)),
                (true, false) => Box::new(Residual::new(branch)),
                (false, true) => Box::new(branch.add("relu2", Activation(UnaryFn::Relu))),
                (false, false) => Box::new(branch),
            })
        };
        Ok(Twin {
            stem,
            blocks: (0..recipe.blocks()).map(block).collect::<Result<_>>()?,
            head: head.add("avgpool", Pool::Global).add("flatten", Flatten).then("fc", |s| Linear::new(s, recipe.width, classes))?,
        })
    }
    /// The number of blocks between the first convolution and the dense layer.
    pub fn blocks(&self) -> usize {
        self.blocks.len()
    }
    /// The activations after the first convolution and after each block, and the logits. One block may be left out, since all blocks keep the shape.
    pub fn stages(&self, x: &Var, left_out: Option<usize>, cx: &mut Cx) -> Result<(Vec<Var>, Var)> {
        let mut stages = vec![self.stem.forward(x, cx)?];
        for (number, block) in self.blocks.iter().enumerate() {
            if Some(number) != left_out {
                stages.push(block.forward(&stages[stages.len() - 1], cx)?);
            }
        }
        let logits = self.head.forward(&stages[stages.len() - 1], cx)?;
        Ok((stages, logits))
    }
}

impl Module for Twin {
    fn describe(&self) -> String {
        format!("{} layers", 2 * self.blocks.len() + 2)
    }
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var> {
        Ok(self.stages(x, None, cx)?.1)
    }
    fn params(&self) -> Vec<Rc<Param>> {
        let blocks = self.blocks.iter().flat_map(|block| block.params());
        self.stem.params().into_iter().chain(blocks).chain(self.head.params()).collect()
    }
}
