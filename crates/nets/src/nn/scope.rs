//! Scopes: a position in a network's tree of names. It gives parameters their names, their device and their first values.
use engine::{
    Error, Result,
    autograd::Param,
    tensor::{Device, Layout, Tensor},
};
use rand::RngExt;
use rand_pcg::Pcg32;
use std::{ops::Div, rc::Rc};

/// How the first values of a parameter are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// Uniform within ±1/√fan_in, the default of PyTorch's convolutions and dense layers.
    Uniform {
        /// The number of inputs that each output sums: In for a dense layer, (Ci/groups)·K·K for a convolution.
        fan_in: usize,
    },
    /// Uniform within ±√(6/fan_in), which keeps the size of values through a ReLU. Source: He et al., 2015. Reference: torch.nn.init.kaiming_uniform_.
    He {
        /// The number of inputs that each output sums.
        fan_in: usize,
    },
    /// Uniform within ±gain·√(3/fan_in), so that the standard deviation is gain/√fan_in. Reference: torch.nn.init.kaiming_uniform_.
    Gain {
        /// The number of inputs that each output sums.
        fan_in: usize,
        /// The standard deviation times √fan_in; He's is √2. Reference: torch.nn.init.calculate_gain.
        gain: f32,
    },
    /// Every value is this number.
    Constant(f32),
}

/// A scope. `&scope / "conv1"` is the scope of a child.
#[derive(Clone)]
pub struct Scope {
    path: String,
    device: Device,
    seed: u64,
}

impl Scope {
    /// The root scope, without a name. Parameters lie on `device`, and their first values follow from `seed`. On `Device::Meta` they have no values.
    pub fn new(device: Device, seed: u64) -> Scope {
        Scope { path: String::new(), device, seed }
    }
    /// The dotted name, as in PyTorch's state dict.
    pub fn path(&self) -> &str {
        &self.path
    }
    /// A trainable parameter with PyTorch's shape `dims`. Its values depend only on the seed and its name, not on the order in which layers are built.
    pub fn param(&self, name: &str, layout: Layout, dims: &[usize], init: Init) -> Result<Rc<Param>> {
        self.value(name, layout, dims, init, true)
    }
    /// A trainable parameter with one number for each channel.
    pub fn vector(&self, name: &str, channels: usize, init: Init) -> Result<Rc<Param>> {
        self.value(name, Layout::Plain, &[channels], init, true)
    }
    /// A running statistic with one number for each channel. It is saved and loaded, but has no gradient (a buffer in PyTorch).
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

/// The FNV-1a hash of a name, 64 bits.
fn fnv1a(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
