//! What every layer is: something with a forward pass, parameters and a line in the architecture table.
use super::Part;
use engine::{
    Result,
    autograd::{Param, Var},
};
use std::rc::Rc;

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
    /// What the run may fuse it with.
    fn part(&self) -> Part<'_> {
        Part::Whole
    }
}

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
