//! Memory on the GPU. Buffers come in a few sizes. A dropped buffer returns to the pool and is used again. So a loop that does the same
//! work each time allocates nothing after its first turn.
use super::faults::Faults;
use crate::error::{Error, Result};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

const SMALLEST: u64 = 256;

/// A piece of GPU memory. Clones share it. When the last clone is dropped, the memory returns to its pool.
#[derive(Clone)]
pub struct Buffer(Rc<Lease>);

struct Lease {
    held: Held,
    pool: Rc<Pool>,
}

/// A buffer, and the number by which bind groups know it.
#[derive(Clone)]
pub struct Held {
    pub raw: wgpu::Buffer,
    pub id: u64,
    /// The last recording that used this buffer. It must be submitted before data is written to the buffer.
    pub recording: Cell<u64>,
    /// Set if the buffer could not be made. Then it is not used again.
    failed: Rc<Cell<bool>>,
}

/// How much GPU memory there is, and how much of it is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// The number of live buffers of every kind.
    pub buffers: usize,
    /// The size of all live buffers in bytes, free ones included.
    pub bytes: u64,
    /// The size in bytes of the buffers that are in use.
    pub in_use_bytes: u64,
}

pub struct Pool {
    device: wgpu::Device,
    faults: Rc<Faults>,
    /// The largest size of one buffer in bytes.
    limit: u64,
    free: RefCell<HashMap<u64, Vec<Held>>>,
    memory: Cell<Memory>,
    next_id: Cell<u64>,
}

impl Buffer {
    /// The wgpu buffer, with what the engine knows of it.
    pub fn held(&self) -> &Held {
        &self.0.held
    }
    /// The number of bytes that may be used: at least as many as were requested.
    pub fn bytes(&self) -> u64 {
        self.held().raw.size()
    }
    /// Whether the buffer came from this pool. A buffer of another device, or of one that was lost, did not.
    pub fn belongs_to(&self, pool: &Rc<Pool>) -> bool {
        Rc::ptr_eq(&self.0.pool, pool)
    }
}

impl std::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Buffer({}, {} bytes)", self.held().id, self.bytes())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let bytes = self.held.raw.size();
        self.pool.count(|memory| memory.in_use_bytes -= bytes);
        let held = self.held.clone();
        match held.failed.get() {
            true => self.pool.forget(held.raw),
            false => self.pool.free.borrow_mut().entry(bytes).or_default().push(held),
        }
    }
}

impl Pool {
    pub fn new(device: wgpu::Device, faults: Rc<Faults>, limit: u64) -> Self {
        let memory = Cell::new(Memory { buffers: 0, bytes: 0, in_use_bytes: 0 });
        // Sizes of buffers are multiples of four bytes.
        Pool { device, faults, limit: limit & !3, free: RefCell::default(), memory, next_id: Cell::new(0) }
    }

    /// A buffer of at least this many bytes, with undefined content: the one that was dropped last, if there is one.
    pub fn acquire(self: &Rc<Self>, label: &str, bytes: u64) -> Result<Buffer> {
        if bytes > self.limit {
            return Err(Error::TooLarge(format!("{label} needs a buffer of {bytes} bytes, and this GPU allows {}", self.limit)));
        }
        let size = size_class(bytes).min(self.limit);
        let free = self.free.borrow_mut().get_mut(&size).and_then(Vec::pop);
        let held = free.unwrap_or_else(|| {
            use wgpu::BufferUsages as Usage;
            let id = self.next_id.replace(self.next_id.get() + 1);
            let (raw, failed) = self.create(label, size, Usage::STORAGE | Usage::COPY_SRC | Usage::COPY_DST);
            Held { raw, id, recording: Cell::new(0), failed }
        });
        self.count(|memory| memory.in_use_bytes += size);
        Ok(Buffer(Rc::new(Lease { held, pool: self.clone() })))
    }

    /// A buffer outside the pool, which is counted all the same, and a flag that is set later if making it failed.
    pub fn create(&self, label: &str, size: u64, usage: wgpu::BufferUsages) -> (wgpu::Buffer, Rc<Cell<bool>>) {
        self.count(|memory| {
            memory.buffers += 1;
            memory.bytes += size;
        });
        let descriptor = wgpu::BufferDescriptor { label: Some(label), size, usage, mapped_at_creation: false };
        let beside = self.memory.get().bytes - size;
        let what = format!("{label}, a buffer of {size} bytes beside {beside} bytes of others");
        self.faults.watch(&what, || self.device.create_buffer(&descriptor))
    }

    /// Stops counting a buffer that [`Pool::create`] made.
    pub fn forget(&self, buffer: wgpu::Buffer) {
        self.count(|memory| {
            memory.buffers -= 1;
            memory.bytes -= buffer.size();
        });
    }

    /// Returns all memory that is not in use to the system.
    pub fn trim(&self) {
        let free = self.free.take();
        free.into_values().flatten().for_each(|held| self.forget(held.raw));
    }

    pub fn memory(&self) -> Memory {
        self.memory.get()
    }

    fn count(&self, change: impl FnOnce(&mut Memory)) {
        let mut memory = self.memory.get();
        change(&mut memory);
        self.memory.set(memory);
    }
}

/// The size class of a buffer. There are four sizes for each power of two, so that at most a fifth of a buffer is unused.
pub(super) fn size_class(bytes: u64) -> u64 {
    let bytes = bytes.max(SMALLEST);
    let step = (bytes.next_power_of_two() / 8).max(SMALLEST);
    bytes.next_multiple_of(step)
}
