//! Recording: dispatches are collected in a list and submitted in one pass. This happens when the list is long enough, when results are read, or on request.
use super::{
    Buffer, Dispatch, Gpu, Params,
    recorder::{BLOCK, LENGTH, Recorded, Submission},
};
use crate::error::{Error, Result};
use futures_channel::oneshot;
use std::num::NonZeroU64;

/// The largest number of bind groups that are kept.
const GROUPS: usize = 4096;
/// The largest number of submissions that may run at once.
const IN_FLIGHT: usize = 2;

impl Gpu {
    /// A new buffer that holds these bytes.
    pub fn upload(&self, bytes: &[u8]) -> Result<Buffer> {
        self.faults.alive()?;
        let buffer = self.pool.acquire("an upload", bytes.len() as u64)?;
        // A write to the queue comes before everything that is submitted later. So recorded work that used this memory must be submitted first.
        if buffer.held().recording.get() == self.recorder.number.get() {
            self.flush();
        }
        let (whole, rest) = bytes.split_at(bytes.len() & !3);
        if !whole.is_empty() {
            self.queue.write_buffer(&buffer.held().raw, 0, whole);
        }
        if !rest.is_empty() {
            let mut word = [0; 4];
            word[..rest.len()].copy_from_slice(rest);
            self.queue.write_buffer(&buffer.held().raw, whole.len() as u64, &word);
        }
        Ok(buffer)
    }

    /// Records a dispatch and returns the buffer that it will fill. Until then the buffer's content is undefined.
    pub fn run(&self, dispatch: &Dispatch, inputs: &[&Buffer], out_bytes: u64) -> Result<Buffer> {
        self.faults.alive()?;
        self.check(dispatch, inputs)?;
        let out = self.pool.acquire(dispatch.label, out_bytes)?;
        if dispatch.groups.contains(&0) {
            return Ok(out);
        }
        let recorder = &self.recorder;
        let full = recorder.list.borrow().len() == LENGTH;
        let long = recorder.work.get().saturating_add(dispatch.work) > recorder.budget.get();
        if full | long {
            self.flush();
        }
        let pipeline = self.pipelines.get(dispatch, inputs.len());
        let bindings = self.bindings(inputs, &out);
        inputs.iter().chain([&&out]).for_each(|buffer| buffer.held().recording.set(recorder.number.get()));
        recorder.work.set(recorder.work.get().saturating_add(dispatch.work));
        recorder.list.borrow_mut().push(Recorded { label: dispatch.label, pipeline, bindings, groups: dispatch.groups });
        let mut blocks = recorder.blocks.borrow_mut();
        let end = blocks.len() + BLOCK;
        blocks.extend_from_slice(dispatch.params.bytes());
        blocks.resize(end, 0);
        Ok(out)
    }

    /// Builds the pipelines of these dispatches before they are needed. Each dispatch comes with its number of inputs.
    pub async fn warm(&self, dispatches: &[(Dispatch, usize)]) -> Result<()> {
        self.faults.alive()?;
        for (dispatch, inputs) in dispatches {
            self.pipelines.get(dispatch, *inputs);
        }
        self.outcome().await
    }

    /// Submits what is recorded. Where the program can wait, it waits until at most two submissions are running; elsewhere see [`Gpu::flush_and_wait`].
    pub fn flush(&self) {
        if self.recorder.list.borrow().is_empty() {
            return;
        }
        self.submit(|_| ());
    }

    /// Submits what is recorded and waits until only the latest submission is running. A loop that reads nothing back calls this in each turn.
    pub async fn flush_and_wait(&self) -> Result<()> {
        self.flush();
        while self.recorder.in_flight.borrow().len() >= IN_FLIGHT {
            let oldest = self.recorder.in_flight.borrow_mut().pop_front();
            if let Some(Submission { index, done }) = oldest {
                self.wait_for(index);
                // The sender is dropped if its device is gone. The next lines report that.
                let _ = done.await;
            }
        }
        self.faults.alive()
    }

    /// Sets the budget of a submission: a new one begins when the estimated multiply-adds pass it.
    pub fn set_budget(&self, multiply_adds: u64) {
        self.recorder.budget.set(multiply_adds.max(1));
    }

    /// Submits what is recorded, followed by what `more` adds.
    pub(super) fn submit(&self, more: impl FnOnce(&mut wgpu::CommandEncoder)) {
        let recorder = &self.recorder;
        let list = recorder.list.take();
        let blocks = recorder.blocks.take();
        recorder.work.set(0);
        recorder.number.set(recorder.number.get() + 1);
        if self.faults.lost().is_some() {
            return;
        }
        let label = match (list.first(), list.last()) {
            (Some(first), Some(last)) => format!("{} dispatches from {} to {}", list.len(), first.label, last.label),
            _ => "reading".to_string(),
        };
        self.faults.watch(&label, || {
            if !blocks.is_empty() {
                self.queue.write_buffer(&recorder.uniforms, 0, &blocks);
            }
            let mut encoder = self.device.create_command_encoder(&Default::default());
            if !list.is_empty() {
                let mut pass = encoder.begin_compute_pass(&Default::default());
                for (i, recorded) in list.iter().enumerate() {
                    let [x, y, z] = recorded.groups;
                    pass.set_pipeline(&recorded.pipeline);
                    pass.set_bind_group(0, &recorded.bindings, &[(i * BLOCK) as u32]);
                    pass.dispatch_workgroups(x, y, z);
                }
            }
            more(&mut encoder);
            self.track(self.queue.submit([encoder.finish()]));
        });
    }

    /// Collects all errors since the last call, and returns the first of them.
    pub(super) async fn outcome(&self) -> Result<()> {
        let errors = self.faults.collect().await;
        self.faults.alive()?;
        errors.into_iter().next().map_or(Ok(()), Err)
    }

    pub(super) fn wait_for(&self, index: wgpu::SubmissionIndex) {
        // In browsers this returns at once. It fails only if the device is lost, and the next caller reports that.
        let _ = self.device.poll(wgpu::PollType::Wait { submission_index: Some(index), timeout: None });
    }

    fn track(&self, index: wgpu::SubmissionIndex) {
        let (tell, done) = oneshot::channel();
        self.queue.on_submitted_work_done(move || {
            let _ = tell.send(());
        });
        let mut in_flight = self.recorder.in_flight.borrow_mut();
        in_flight.push_back(Submission { index, done });
        in_flight.retain_mut(|submission| matches!(submission.done.try_recv(), Ok(None)));
        if cfg!(not(target_arch = "wasm32")) {
            while in_flight.len() > IN_FLIGHT {
                in_flight.pop_front().into_iter().for_each(|oldest| self.wait_for(oldest.index));
            }
        }
    }

    fn check(&self, dispatch: &Dispatch, inputs: &[&Buffer]) -> Result<()> {
        let Dispatch { label, groups, params, .. } = dispatch;
        let refuse = |needed: String| Err(Error::TooLarge(format!("{label} needs {needed}")));
        let caps = self.caps();
        let (most, bytes) = (groups.iter().max().copied().unwrap_or(0), params.bytes().len());
        if most > caps.max_groups {
            return refuse(format!("{most} workgroups in one dimension, and this GPU allows {}", caps.max_groups));
        }
        if inputs.len() > caps.max_inputs as usize {
            return refuse(format!("{} inputs, and this GPU allows {}", inputs.len(), caps.max_inputs));
        }
        if bytes > BLOCK {
            return Err(Error::Device(format!("{label} needs {bytes} bytes of parameters, and a block holds {BLOCK}")));
        }
        inputs.iter().try_for_each(|buffer| self.own(label, buffer))
    }

    fn bindings(&self, inputs: &[&Buffer], out: &Buffer) -> wgpu::BindGroup {
        let buffers = || inputs.iter().copied().chain([out]);
        let key: Vec<u64> = buffers().map(|buffer| buffer.held().id).collect();
        let mut known = self.recorder.bindings.borrow_mut();
        if known.len() >= GROUPS {
            known.clear();
        }
        let create = || {
            let uniforms =
                wgpu::BufferBinding { buffer: &self.recorder.uniforms, offset: 0, size: NonZeroU64::new(Params::MAX_BYTES as u64) };
            let block = wgpu::BindingResource::Buffer(uniforms);
            let resources = std::iter::once(block).chain(buffers().map(|buffer| buffer.held().raw.as_entire_binding()));
            let entries: Vec<_> = (0..).zip(resources).map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource }).collect();
            let layout = self.pipelines.bindings(inputs.len());
            self.device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout: &layout, entries: &entries })
        };
        known.entry(key).or_insert_with(create).clone()
    }
}
