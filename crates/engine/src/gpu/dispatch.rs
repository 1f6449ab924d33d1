//! One run of one shader as plain data: its source, its settings, its sizes and how many workgroups.

/// Threads in a workgroup of every shader that [`Dispatch::flat`] starts.
pub const GROUP: usize = 64;
/// The most workgroups in one dimension that every device allows.
const LINE: usize = 65_535;

/// A WebGPU compute dispatch with one output, as plain data; `Gpu::run` records it.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispatch {
    /// The shader's name, which errors tell and [`Conv2d::rung`](crate::ops::Conv2d::rung) shows.
    pub label: &'static str,
    /// WGSL. Binding 0 is the uniform block, then the inputs to read, last the output to write.
    /// A binding is a whole pooled buffer and may be longer than what was asked for: a shader takes its sizes from the uniform block.
    pub source: &'static str,
    /// Values of the shader's `override` constants.
    pub constants: Vec<(&'static str, f64)>,
    /// The uniform block at binding 0, at most [`Params::MAX_BYTES`] long.
    pub params: Params,
    /// Workgroups along x, y and z. Where one is 0 nothing runs.
    pub groups: [u32; 3],
    /// An estimate in multiply-adds, by which submissions are cut to size.
    pub work: u64,
}

impl Dispatch {
    /// Exactly these workgroups. Its work is at first estimated as 64 multiply-adds for each of them.
    pub fn new(label: &'static str, source: &'static str, params: Params, groups: [u32; 3]) -> Self {
        let work = groups.iter().fold(GROUP as u64, |product, &g| product.saturating_mul(g.into()));
        Dispatch { label, source, constants: vec![], params, groups, work }
    }

    /// At least `threads` threads in workgroups of 64. A line too long for one dimension is folded into two, so a shader finds its place as
    /// `id.x + id.y * num_workgroups.x * 64u` and returns when that is past its end.
    pub fn flat(label: &'static str, source: &'static str, threads: usize, params: Params) -> Self {
        Self::grouped(label, source, threads, GROUP, params)
    }

    /// The same in workgroups of `group`: small ones, for threads that are few and long, keep all processors busy.
    pub fn grouped(label: &'static str, source: &'static str, threads: usize, group: usize, params: Params) -> Self {
        let groups = threads.div_ceil(group);
        let rows = groups.div_ceil(LINE).max(1);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Dispatch { work: threads as u64, ..Self::new(label, source, params, [count(groups.div_ceil(rows)), count(rows), 1]) }
    }

    /// Adds a value for the shader's `override` constant `name`. Each set of constants is compiled as a pipeline of its own.
    pub fn constant(mut self, name: &'static str, value: f64) -> Self {
        self.constants.push((name, value));
        self
    }

    /// Replaces the estimate of its work, in multiply-adds.
    pub fn work(mut self, multiply_adds: u64) -> Self {
        self.work = multiply_adds;
        self
    }
}

/// A uniform block, in the order of the shader's struct.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params(Vec<u32>);

impl Params {
    /// The most bytes of a block: the step between blocks that every device allows.
    pub const MAX_BYTES: usize = 256;

    /// An empty block.
    pub fn new() -> Self {
        Self::default()
    }

    /// A `u32`. What does not fit is larger than any buffer and becomes the largest.
    pub fn u(mut self, value: usize) -> Self {
        self.0.push(u32::try_from(value).unwrap_or(u32::MAX));
        self
    }

    /// An `i32`.
    pub fn i(mut self, value: i32) -> Self {
        self.0.push(value as u32);
        self
    }

    /// An `f32`.
    pub fn f(mut self, value: f32) -> Self {
        self.0.push(value.to_bits());
        self
    }

    /// An `array<vec4<u32>, N>` with room for `room` values; starts at the next multiple of 16 bytes, the rest is 0.
    pub fn array(mut self, values: &[usize], room: usize) -> Self {
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        let end = self.0.len() + room.max(values.len()).next_multiple_of(4);
        self = values.iter().fold(self, |params, &value| params.u(value));
        self.0.resize(end, 0);
        self
    }

    /// The block as it is uploaded, four bytes a value.
    pub fn bytes(&self) -> &[u8] {
        bytemuck::cast_slice(&self.0)
    }
}
