//! Memory of the CPU device. A dropped vector returns to a pool, so that a training step allocates nothing after the first one.
use super::Memory;
use crate::error::{Error, Result};
use std::{
    cell::RefCell,
    collections::HashMap,
    ops::{Deref, DerefMut},
};

#[derive(Default)]
struct Pool {
    free: HashMap<usize, Vec<Vec<f32>>>,
    held: Memory,
}

thread_local! {
    static POOL: RefCell<Pool> = RefCell::default();
}

/// The values of one tensor. A buffer from the pool still holds old values, so whoever takes it must write all of it.
#[derive(Debug)]
pub struct HostBuffer(Vec<f32>);

impl HostBuffer {
    /// A buffer of `len` values from the pool. Refuses if memory is short; the error names the operation `op`.
    pub fn acquire(op: &str, len: usize) -> Result<HostBuffer> {
        POOL.with_borrow_mut(|pool| {
            if let Some(reused) = pool.free.get_mut(&len).and_then(Vec::pop) {
                return Ok(HostBuffer(reused));
            }
            let mut values = vec![];
            let full = |_| Error::TooLarge(format!("{op} needs {} bytes of memory, and there are not so many", 4 * len as u64));
            values.try_reserve_exact(len).map_err(full)?;
            values.resize(len, 0.0);
            pool.held.buffers += 1;
            pool.held.bytes += 4 * len as u64;
            Ok(HostBuffer(values))
        })
    }
    /// A copy of these values, in memory from the pool. Refuses if memory is short.
    pub fn from_slice(values: &[f32]) -> Result<HostBuffer> {
        let mut buffer = HostBuffer::acquire("tensor", values.len())?;
        buffer.copy_from_slice(values);
        Ok(buffer)
    }
}

impl Drop for HostBuffer {
    fn drop(&mut self) {
        let values = std::mem::take(&mut self.0);
        // The pool may be gone already when a thread ends. Then the memory is freed.
        let _ = POOL.try_with(|pool| pool.borrow_mut().free.entry(values.len()).or_default().push(values));
    }
}

impl Deref for HostBuffer {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        &self.0
    }
}
impl DerefMut for HostBuffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.0
    }
}

/// The memory that this thread's CPU tensors hold, free buffers included.
pub fn host_memory() -> Memory {
    POOL.with_borrow(|pool| pool.held)
}
