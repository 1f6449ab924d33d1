//! The contract of a layer: a forward pass, parameters, and a line in the table of the architecture. It also says what its neighbours may fuse with it.
use engine::{
    Result,
    autograd::{Param, Var},
    ops::{Conv2d, PreparedConv2d, UnaryFn},
};
use std::{cell::RefCell, ops::Range, rc::Rc};

/// torch.nn.Module: a layer, or a network of layers. Only a [`Param`] in it ever changes, and only by `set`.
pub trait Module {
    /// Its line in the table of the architecture, such as `conv 5×5, 6`.
    fn describe(&self) -> String;
    /// The same layer as an expression of `torch.nn`, such as `nn.ReLU()`. None for what is no module there.
    fn torch(&self) -> Option<String> {
        None
    }
    /// The output for x. If x is on a tape, the pass is recorded there. Images are N×H×W×C here. Refuses a shape that the layer cannot take.
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var>;
    /// All parameters, in the order in which the forward pass uses them.
    fn params(&self) -> Vec<Rc<Param>> {
        vec![]
    }
    /// Those of its parameters that only training reads, such as an auxiliary head's.
    fn only_for_training(&self) -> Vec<Rc<Param>> {
        vec![]
    }
    /// What fusion may do with this layer.
    fn part(&self) -> Part<'_> {
        Part::Whole
    }
}

/// A layer inside another, with its name.
pub(super) type Child = (String, Box<dyn Module>);

/// What fusion may do with a layer.
pub enum Part<'a> {
    /// Nothing: it runs by itself.
    Whole,
    /// Layers one after another. Each may be fused with its neighbours.
    Seq(&'a [Child]),
    /// A convolution or a dense layer. The layers after it may be fused with it.
    Products(Products<'a>),
    /// A batch norm. If it follows directly after such a layer, it is folded into its weights and bias.
    Norm(Fixed<'a>),
    /// An activation. It is fused with such a layer, or with the batch norm after it.
    Activation(UnaryFn),
    /// It changes nothing unless something is dropped.
    Nothing,
}

/// A convolution, or a dense layer, which is treated as a convolution whose pixels are its rows.
pub struct Products<'a> {
    pub conv: Conv2d,
    pub weight: &'a Rc<Param>,
    pub bias: Option<&'a Rc<Param>>,
    pub prepared: &'a Prepared,
}

/// A batch norm with its running statistics, as a factor and an offset for each channel.
pub struct Fixed<'a> {
    /// Weight, bias, running mean and running variance.
    pub params: [&'a Rc<Param>; 4],
    /// ε, which is added to the variance.
    pub epsilon: f32,
}

/// The weights into which a batch norm was folded. They are kept until one of their parameters is set.
#[derive(Default)]
pub struct Prepared(RefCell<Option<(Vec<u32>, PreparedConv2d)>>);

impl Prepared {
    /// The kept weights if none of `params` was set since; otherwise what `prepare` makes, which is kept.
    pub(super) fn of<'a>(
        &self,
        params: impl IntoIterator<Item = &'a Rc<Param>>,
        prepare: impl FnOnce() -> Result<PreparedConv2d>,
    ) -> Result<PreparedConv2d> {
        let versions: Vec<u32> = params.into_iter().map(|param| param.version()).collect();
        if let Some((of, prepared)) = &*self.0.borrow()
            && of == &versions
        {
            return Ok(prepared.clone());
        }
        let prepared = prepare()?;
        self.0.replace(Some((versions, prepared.clone())));
        Ok(prepared)
    }
}

/// A named activation that a probe recorded.
pub struct Probed {
    /// The layer's dotted name, such as `layer1.0.conv1`.
    pub path: String,
    /// The layer's own description: [`Module::describe`].
    pub description: String,
    /// The layer in PyTorch: [`Module::torch`].
    pub torch: Option<String>,
    /// The layer's output; images are N×H×W×C. If a tape recorded it, its gradient can be asked for.
    pub value: Var,
    /// The lines of the tape that the layer recorded, those of the layers inside it included.
    pub lines: Range<usize>,
}

/// A probe: it collects every named activation of a forward pass.
pub type Probe = Vec<Probed>;

/// Which statistics batch norm uses.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Norm {
    /// The running statistics of training. Reference: torch.nn.Module.eval.
    #[default]
    Running,
    /// The batch's own statistics, and the running ones move towards them. Reference: torch.nn.Module.train.
    Batch,
}

/// The context of a forward pass. The default is inference, which changes nothing.
#[derive(Default)]
pub struct Cx<'a> {
    /// Which statistics batch norm uses. By default the running ones.
    pub norm: Norm,
    /// The seed of the next random mask. None turns dropout and stochastic depth off.
    pub dropout: Option<u32>,
    /// The probe that collects the output of every named layer. Without one, layers may be fused.
    pub probe: Option<&'a mut Probe>,
    /// Whether fusion is turned off: every layer is an operation of its own.
    pub unfused: bool,
}

impl Cx<'_> {
    /// Whether layers may be fused: nothing is recorded, probed or dropped, and no running statistics change.
    pub fn fuses(&self, x: &Var) -> bool {
        !self.unfused && self.probe.is_none() && self.dropout.is_none() && self.norm == Norm::Running && !x.is_recorded()
    }
    /// A new seed for one mask. None if nothing is dropped.
    pub fn draw(&mut self) -> Option<u32> {
        let seed = self.dropout?;
        self.dropout = Some(seed.wrapping_add(1));
        Some(seed)
    }
}
