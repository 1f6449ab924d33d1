//! A place in a network's tree of names: where parameters get their names, their device and their first values.
use engine::{
    Error, Result,
    autograd::Param,
    tensor::{Device, Layout, Tensor},
};
use rand::RngExt;
use rand_pcg::Pcg32;
use std::{ops::Div, rc::Rc};

/// How a fresh parameter is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// Uniform within ±1/√fan_in: what PyTorch's convolutions and dense layers start from.
    Uniform {
        /// Inputs that each output sums: In of a dense layer, (Ci/groups)·K·K of a convolution.
        fan_in: usize,
    },
    /// Uniform within ±√(6/fan_in), which keeps the size of values through a ReLU. Source: He et al., 2015. Reference: torch.nn.init.kaiming_uniform_.
    He {
        /// Inputs that each output sums.
        fan_in: usize,
    },
    /// Uniform within ±gain·√(3/fan_in), which has a standard deviation of gain/√fan_in. Reference: torch.nn.init.kaiming_uniform_.
    Gain {
        /// Inputs that each output sums.
        fan_in: usize,
        /// Times 1/√fan_in it is the standard deviation; √2 is He's. Reference: torch.nn.init.calculate_gain.
        gain: f32,
    },
    /// Every value is this one, and nothing is drawn.
    Constant(f32),
}

/// `&scope / "conv1"` steps into a child.
#[derive(Clone)]
pub struct Scope {
    path: String,
    device: Device,
    seed: u64,
}

impl Scope {
    /// The root, without a name: parameters lie on this device, and their first values follow from this seed. On `Device::Meta` they have none.
    pub fn new(device: Device, seed: u64) -> Scope {
        Scope { path: String::new(), device, seed }
    }
    /// The dotted name, as in a state dict.
    pub fn path(&self) -> &str {
        &self.path
    }
    /// A trainable parameter of PyTorch's shape `dims`. Its values depend on the seed and its name only, not on the order of building.
    pub fn param(&self, name: &str, layout: Layout, dims: &[usize], init: Init) -> Result<Rc<Param>> {
        self.value(name, layout, dims, init, true)
    }
    /// A trainable parameter with one number a channel.
    pub fn vector(&self, name: &str, channels: usize, init: Init) -> Result<Rc<Param>> {
        self.value(name, Layout::Plain, &[channels], init, true)
    }
    /// One number a channel that is saved and loaded, and that no gradient reaches: a running statistic.
    pub fn buffer(&self, name: &str, channels: usize, first: f32) -> Result<Rc<Param>> {
        self.value(name, Layout::Plain, &[channels], Init::Constant(first), false)
    }
    fn value(&self, name: &str, layout: Layout, dims: &[usize], init: Init, trains: bool) -> Result<Rc<Param>> {
        let name = (self / name).path;
        let len = if matches!(self.device, Device::Meta) { 0 } else { dims.iter().product() };
        let mut random = Pcg32::new(self.seed, fnv1a(&name));
        let mut within = |bound: f32| (0..len).map(|_| (2.0 * random.random::<f32>() - 1.0) * bound).collect();
        let values: Vec<f32> = match init {
            Init::Constant(value) => vec![value; len],
            Init::Uniform { fan_in } => within(1.0 / (fan_in as f32).sqrt()),
            Init::He { fan_in } => within((6.0 / fan_in as f32).sqrt()),
            Init::Gain { fan_in, gain } => within(gain * (3.0 / fan_in as f32).sqrt()),
        };
        let value = Tensor::from_outside(&self.device, layout, dims, &values).map_err(|error| match error {
            Error::Device(limit) => Error::Device(format!("{name}, of shape {dims:?}: {limit}; on the CPU it fits")),
            other => other,
        })?;
        Ok(Rc::new(Param::new(name, layout, trains, value)))
    }
}

impl Div<&str> for &Scope {
    type Output = Scope;
    fn div(self, name: &str) -> Scope {
        let path = if self.path.is_empty() { name.to_string() } else { format!("{}.{name}", self.path) };
        Scope { path, ..self.clone() }
    }
}

/// FNV-1a, 64 bits, of a name.
fn fnv1a(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
