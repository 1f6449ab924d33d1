//! What every layer is: something with a forward pass, parameters and a line in the architecture table; and what it is to those around it.
use engine::{
    Result,
    autograd::{Param, Var},
    ops::{Conv2d, PreparedConv2d, UnaryFn},
};
use std::{cell::RefCell, rc::Rc};

/// torch.nn.Module: a layer, or a network of layers. Only a [`Param`] in it ever changes, and only by `set`.
pub trait Module {
    /// What a reader of the architecture table should see, such as `conv 5×5, 6`.
    fn describe(&self) -> String;
    /// The output for x, recorded on the tape of x if it has one. Images are N×H×W×C here. Refuses a shape that the layer cannot take.
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var>;
    /// In the order in which the forward pass meets them.
    fn params(&self) -> Vec<Rc<Param>> {
        vec![]
    }
    /// Those of its parameters that only training reads, such as an auxiliary head's.
    fn only_for_training(&self) -> Vec<Rc<Param>> {
        vec![]
    }
    /// What the run may fuse it with.
    fn part(&self) -> Part<'_> {
        Part::Whole
    }
}

/// A layer among others, by its name.
pub(super) type Child = (String, Box<dyn Module>);

/// What a layer is to those around it.
pub enum Part<'a> {
    /// It runs by itself.
    Whole,
    /// Layers one after another, each of which may be fused with its neighbours.
    Seq(&'a [Child]),
    /// A convolution or a dense layer: what follows may run with it.
    Products(Products<'a>),
    /// A batch norm: right after such products it is folded into their weights and bias.
    Norm(Fixed<'a>),
    /// An activation: after such products, and after the batch norm behind them, it runs with them.
    Activation(UnaryFn),
    /// It does nothing while nothing is dropped.
    Nothing,
}

/// A layer of sums of products: a convolution, or a dense layer as a convolution of its rows as pixels.
pub struct Products<'a> {
    pub conv: Conv2d,
    pub weight: &'a Rc<Param>,
    pub bias: Option<&'a Rc<Param>>,
    pub prepared: &'a Prepared,
}

/// A batch norm with its running statistics: a factor and an offset for each channel.
pub struct Fixed<'a> {
    /// Weight, bias, running mean and running variance.
    pub params: [&'a Rc<Param>; 4],
    /// Added to the variance.
    pub epsilon: f32,
}

/// The weights in which a batch norm is folded, kept until one of the parameters that they come from is set.
#[derive(Default)]
pub struct Prepared(pub(super) RefCell<Option<(Vec<u32>, PreparedConv2d)>>);

/// A named activation, as a probe saw it.
pub struct Probed {
    /// The layer's dotted name, such as `layer1.0.conv1`.
    pub path: String,
    /// What the layer says of itself: [`Module::describe`].
    pub description: String,
    /// The layer's output, images N×H×W×C; a gradient can be asked for it where the tape recorded it.
    pub value: Var,
}

/// Collects every named activation of a forward pass.
pub type Probe = Vec<Probed>;

/// Which statistics batch norm normalises with.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Norm {
    /// Those that training has gathered. Reference: torch.nn.Module.eval.
    #[default]
    Running,
    /// The batch's own, towards which the running ones move. Reference: torch.nn.Module.train.
    Batch,
}

/// What a forward pass carries along. The default looks, and changes nothing.
#[derive(Default)]
pub struct Cx<'a> {
    /// Which statistics batch norm takes; at first the running ones.
    pub norm: Norm,
    /// The seed of the next random mask; None turns dropout and stochastic depth off.
    pub dropout: Option<u32>,
    /// Where every named layer leaves its output; None: nobody watches, and layers may run as one.
    pub probe: Option<&'a mut Probe>,
    /// Every layer is an operation of its own, even where nobody watches.
    pub unfused: bool,
}

impl Cx<'_> {
    /// Whether layers may run as one: nothing is recorded, watched, dropped or moved between them.
    pub fn fuses(&self, x: &Var) -> bool {
        !self.unfused && self.probe.is_none() && self.dropout.is_none() && self.norm == Norm::Running && !x.is_recorded()
    }
    /// A seed for one mask, each time another; None where nothing is dropped.
    pub fn draw(&mut self) -> Option<u32> {
        let seed = self.dropout?;
        self.dropout = Some(seed.wrapping_add(1));
        Some(seed)
    }
}
