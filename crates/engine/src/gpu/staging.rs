//! The buffer through which results come back from the GPU. It is kept between reads.
use super::pool::Pool;
use std::cell::RefCell;

#[derive(Default)]
pub(super) struct Staging(RefCell<Option<wgpu::Buffer>>);

impl Staging {
    /// A buffer of at least this many bytes: the kept one, if it is large enough.
    pub(super) fn acquire(&self, pool: &Pool, bytes: u64) -> wgpu::Buffer {
        let kept = self.0.take();
        match kept {
            Some(buffer) if buffer.size() >= bytes => buffer,
            kept => {
                kept.into_iter().for_each(|small| pool.forget(small));
                pool.create("reading", bytes.next_power_of_two(), wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST).0
            }
        }
    }

    /// Keeps a buffer for the next read. If two reads ran at once, the larger buffer stays.
    pub(super) fn keep(&self, pool: &Pool, buffer: wgpu::Buffer) {
        let mut kept = self.0.borrow_mut();
        match kept.take() {
            Some(other) if other.size() > buffer.size() => {
                pool.forget(buffer);
                *kept = Some(other);
            }
            other => {
                other.into_iter().for_each(|small| pool.forget(small));
                *kept = Some(buffer);
            }
        }
    }
}
