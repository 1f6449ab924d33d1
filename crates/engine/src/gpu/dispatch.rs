//! One run of one shader as plain data: its source, its settings, its sizes and its number of workgroups.

/// Threads in one workgroup of a shader that [`Dispatch::flat`] starts.
pub const GROUP: usize = 64;
/// The number of workgroups in one dimension that every device allows.
const LINE: usize = 65_535;

/// A WebGPU compute dispatch with one output, as plain data. `Gpu::run` records it.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispatch {
    /// The shader's name. Errors contain it, and [`Conv2d::rung`](crate::ops::Conv2d::rung) returns it.
    pub label: &'static str,
    /// The WGSL text. Binding 0 is the uniform block, then come the inputs, and the output is last. A binding is a whole pooled buffer,
    /// which may be longer than what was requested. So a shader takes its sizes from the uniform block.
    pub source: &'static str,
    /// Values of the shader's `override` constants.
    pub constants: Vec<(&'static str, f64)>,
    /// The uniform block at binding 0, at most [`Params::MAX_BYTES`] long.
    pub params: Params,
    /// The number of workgroups along x, y and z. If one of them is 0, nothing runs.
    pub groups: [u32; 3],
    /// The estimated work in multiply-adds. Submissions are split by it.
    pub work: u64,
}

impl Dispatch {
    /// A dispatch of exactly these workgroups. Its work is estimated as 64 multiply-adds for each of them, until [`Dispatch::work`] says more.
    pub fn new(label: &'static str, source: &'static str, params: Params, groups: [u32; 3]) -> Self {
        let work = groups.iter().fold(GROUP as u64, |product, &g| product.saturating_mul(g.into()));
        Dispatch { label, source, constants: vec![], params, groups, work }
    }

    /// A dispatch of at least `threads` threads in workgroups of 64. More workgroups than one dimension allows are folded into two
    /// dimensions. So a shader computes its position as `id.x + id.y * num_workgroups.x * 64u`, and returns if the position is past the
    /// end.
    pub fn flat(label: &'static str, source: &'static str, threads: usize, params: Params) -> Self {
        Self::grouped(label, source, threads, GROUP, params)
    }

    /// Like [`Dispatch::flat`], with workgroups of `group` threads. Few threads with much work each need small workgroups to keep all processors busy.
    pub fn grouped(label: &'static str, source: &'static str, threads: usize, group: usize, params: Params) -> Self {
        let groups = threads.div_ceil(group);
        let rows = groups.div_ceil(LINE).max(1);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Dispatch { work: threads as u64, ..Self::new(label, source, params, [count(groups.div_ceil(rows)), count(rows), 1]) }
    }

    /// Adds a value for the shader's `override` constant `name`. Each set of constants needs a pipeline of its own.
    pub fn constant(mut self, name: &'static str, value: f64) -> Self {
        self.constants.push((name, value));
        self
    }

    /// Replaces the estimate of the work, in multiply-adds.
    pub fn work(mut self, multiply_adds: u64) -> Self {
        self.work = multiply_adds;
        self
    }
}

/// A uniform block. Its values stand in the order of the shader's struct.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params(Vec<u32>);

impl Params {
    /// The largest block in bytes: the distance between blocks that every device allows.
    pub const MAX_BYTES: usize = 256;

    /// An empty block.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a `u32`. A value that does not fit becomes the largest `u32`; it exceeds every buffer anyway.
    pub fn u(mut self, value: usize) -> Self {
        self.0.push(u32::try_from(value).unwrap_or(u32::MAX));
        self
    }

    /// Appends an `i32`.
    pub fn i(mut self, value: i32) -> Self {
        self.0.push(value as u32);
        self
    }

    /// Appends an `f32`.
    pub fn f(mut self, value: f32) -> Self {
        self.0.push(value.to_bits());
        self
    }

    /// Appends an `array<vec4<u32>, N>` with room for `room` values. It starts at the next multiple of 16 bytes, and unused places are 0.
    pub fn array(mut self, values: &[usize], room: usize) -> Self {
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        let end = self.0.len() + room.max(values.len()).next_multiple_of(4);
        self = values.iter().fold(self, |params, &value| params.u(value));
        self.0.resize(end, 0);
        self
    }

    /// The block as it is uploaded, four bytes for each value.
    pub fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(&self.0)
    }
}
