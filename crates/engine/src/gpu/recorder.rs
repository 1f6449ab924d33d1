//! The state of recording: which work is recorded and not yet submitted, and which submissions are still running.
use super::{Params, pool::Pool};
use futures_channel::oneshot;
use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, VecDeque},
};

/// The most dispatches of one submission.
pub(super) const LENGTH: usize = 512;
/// The bytes between one uniform block and the next.
pub(super) const BLOCK: usize = Params::MAX_BYTES;

pub(super) struct Recorded {
    pub(super) label: &'static str,
    pub(super) pipeline: wgpu::ComputePipeline,
    pub(super) bindings: wgpu::BindGroup,
    pub(super) groups: [u32; 3],
}

pub(super) struct Submission {
    pub(super) index: wgpu::SubmissionIndex,
    pub(super) done: oneshot::Receiver<()>,
}

pub(super) struct Recorder {
    pub(super) list: RefCell<Vec<Recorded>>,
    /// The uniform blocks of the listed dispatches, one after the other.
    pub(super) blocks: RefCell<Vec<u8>>,
    pub(super) uniforms: wgpu::Buffer,
    /// Bind groups by the buffers in them; the output's buffer comes last.
    pub(super) bindings: RefCell<HashMap<Vec<u64>, wgpu::BindGroup>>,
    pub(super) in_flight: RefCell<VecDeque<Submission>>,
    /// The number of the present recording. It starts at 1; a new buffer has 0, since no recording used it.
    pub(super) number: Cell<u64>,
    pub(super) work: Cell<u64>,
    pub(super) budget: Cell<u64>,
}

impl Recorder {
    pub(super) fn new(pool: &Pool, software: bool) -> Self {
        let usage = wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST;
        Recorder {
            list: RefCell::default(),
            blocks: RefCell::default(),
            uniforms: pool.create("uniform blocks", (LENGTH * BLOCK) as u64, usage).0,
            bindings: RefCell::default(),
            in_flight: RefCell::default(),
            number: Cell::new(1),
            work: Cell::new(0),
            // The budget until the speed was measured: about a tenth of a second on a slow device.
            budget: Cell::new(if software { 200_000_000 } else { 20_000_000_000 }),
        }
    }

    pub(super) fn forget_groups(&self) {
        self.bindings.borrow_mut().clear();
    }
}
