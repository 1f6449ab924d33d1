//! Reading results. Only here the engine waits for the GPU, and only here errors of the GPU are reported.
use super::{Buffer, Gpu};
use crate::error::{Error, Result};
use futures_channel::oneshot;

/// Mapped ranges start at multiples of this number of bytes.
const ALIGNMENT: u64 = 8;

impl Gpu {
    /// Reads the first bytes of each buffer, as many as given, after all recorded work has run.
    pub async fn read(&self, buffers: &[(&Buffer, u64)]) -> Result<Vec<Vec<u8>>> {
        self.faults.alive()?;
        for &(buffer, bytes) in buffers {
            self.own("reading", buffer)?;
            if bytes > buffer.bytes() {
                return Err(Error::Device(format!("reading expected {bytes} bytes in a buffer and found {}", buffer.bytes())));
            }
        }
        let total = buffers.iter().map(|(_, bytes)| bytes.next_multiple_of(ALIGNMENT)).sum::<u64>();
        let staging = self.staging.acquire(&self.pool, total.max(ALIGNMENT));
        self.submit(|encoder| {
            let mut offset = 0;
            for (buffer, bytes) in buffers {
                if *bytes > 0 {
                    encoder.copy_buffer_to_buffer(&buffer.held().raw, 0, &staging, offset, bytes.next_multiple_of(4));
                }
                offset += bytes.next_multiple_of(ALIGNMENT);
            }
        });
        let mapped = self.map(&staging, total.max(ALIGNMENT)).await;
        let outcome = self.outcome().await;
        let result = match (outcome, mapped) {
            (Err(error), _) => Err(error),
            // Nothing was wrong with the work, so the device is lost. The message of its loss may come a moment later.
            (Ok(()), false) => Err(Error::Lost("its memory could not be read".to_string())),
            (Ok(()), true) => copy(&staging, buffers, total),
        };
        if mapped {
            staging.unmap();
        }
        self.staging.keep(&self.pool, staging);
        result
    }

    async fn map(&self, staging: &wgpu::Buffer, bytes: u64) -> bool {
        let (tell, told) = oneshot::channel();
        staging.map_async(wgpu::MapMode::Read, 0..bytes, move |result| {
            let _ = tell.send(result.is_ok());
        });
        // In browsers this call returns at once, and the answer comes by itself.
        let _ = self.device.poll(wgpu::PollType::wait_indefinitely());
        told.await.unwrap_or(false)
    }
}

fn copy(staging: &wgpu::Buffer, buffers: &[(&Buffer, u64)], total: u64) -> Result<Vec<Vec<u8>>> {
    if total == 0 {
        return Ok(vec![vec![]; buffers.len()]);
    }
    let view = staging.get_mapped_range(0..total).map_err(|error| Error::Device(format!("reading: {error}")))?;
    let starts = buffers.iter().scan(0, |next, (_, bytes)| {
        let start = *next;
        *next += bytes.next_multiple_of(ALIGNMENT) as usize;
        Some((start, *bytes as usize))
    });
    Ok(starts.map(|(start, bytes)| view[start..start + bytes].to_vec()).collect())
}
