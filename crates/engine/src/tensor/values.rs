//! The tensor: a shape and its values on one device. It is contiguous, row-major, f32, and never changes.
use super::{Device, HostBuffer, Layout, Shape};
use crate::error::{Error, Result};
use std::rc::Rc;

#[cfg(feature = "gpu")]
use crate::gpu::{Buffer, Gpu};

/// A tensor's values on their device. Clones share them.
#[derive(Clone)]
pub enum Data {
    /// No values: only shape and costs.
    Meta,
    /// Values in row-major order, exactly as many as the shape holds.
    Cpu(Rc<HostBuffer>),
    /// The device, and a buffer in its memory with the values in row-major order. The buffer may be longer than the values.
    #[cfg(feature = "gpu")]
    Gpu(Rc<Gpu>, Buffer),
}

/// torch.Tensor, but immutable: contiguous, row-major f32 in the engine's axis order. A clone shares the memory.
#[derive(Clone)]
pub struct Tensor {
    shape: Shape,
    data: Data,
}

impl Tensor {
    /// A tensor with these values, in the engine's axis order.
    pub fn new(device: &Device, shape: Shape, values: &[f32]) -> Result<Tensor> {
        if !matches!(device, Device::Meta) && values.len() != shape.size() || shape.size() == 0 {
            return Err(Error::shape("tensor", format!("{shape} needs {} values (at least one), found {}", shape.size(), values.len())));
        }
        shape.possible("tensor")?;
        let data = match device {
            Device::Meta => Data::Meta,
            Device::Cpu => Data::Cpu(Rc::new(HostBuffer::from_slice(values)?)),
            #[cfg(feature = "gpu")]
            Device::Gpu(gpu) => Data::Gpu(gpu.clone(), gpu.upload(bytemuck::cast_slice(values))?),
        };
        Ok(Tensor { shape, data })
    }
    /// A tensor with these values, in PyTorch's axis order and shape.
    pub fn from_outside(device: &Device, layout: Layout, outer: &[usize], values: &[f32]) -> Result<Tensor> {
        let shape = layout.inside(outer)?;
        match device {
            Device::Meta => Tensor::new(device, shape, &[]),
            _ if values.len() != shape.size() => Tensor::new(device, shape, values),
            Device::Cpu if shape.size() > 0 => {
                shape.possible("tensor")?;
                let mut buffer = HostBuffer::acquire("tensor", shape.size())?;
                layout.fill_from_outside(outer, values, &mut buffer)?;
                Ok(Tensor { shape, data: Data::Cpu(Rc::new(buffer)) })
            }
            _ => Tensor::new(device, shape, &layout.from_outside(outer, values)?),
        }
    }
    /// A tensor with the same value everywhere.
    pub fn full(device: &Device, shape: Shape, value: f32) -> Result<Tensor> {
        shape.possible("tensor")?;
        let values = if matches!(device, Device::Meta) { vec![] } else { vec![value; shape.size()] };
        Tensor::new(device, shape, &values)
    }
    pub(crate) fn made(shape: Shape, data: Data) -> Tensor {
        Tensor { shape, data }
    }
    /// Its axes in the engine's order: N×H×W×C for images.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }
    /// The values on their device, to be read or shared without a copy.
    pub fn data(&self) -> &Data {
        &self.data
    }
    /// The device that holds the values and runs operations on them.
    pub fn device(&self) -> Device {
        match &self.data {
            Data::Meta => Device::Meta,
            Data::Cpu(_) => Device::Cpu,
            #[cfg(feature = "gpu")]
            Data::Gpu(gpu, _) => Device::Gpu(gpu.clone()),
        }
    }
    /// The values of a CPU tensor, without waiting. Refuses other devices.
    pub fn on_cpu(&self) -> Result<&[f32]> {
        match &self.data {
            Data::Cpu(values) => Ok(values),
            Data::Meta => Err(Error::Device("a meta tensor has a shape and no values".into())),
            #[cfg(feature = "gpu")]
            Data::Gpu(..) => Err(Error::Device("this tensor lives on the GPU; its values must be awaited".into())),
        }
    }
    /// The values, in the engine's axis order. From a GPU they are read back.
    pub async fn values(&self) -> Result<Vec<f32>> {
        Ok(read_all(&[self]).await?.remove(0))
    }
    /// The shape and the values, in PyTorch's axis order.
    pub async fn to_outside(&self, layout: Layout) -> Result<(Vec<usize>, Vec<f32>)> {
        Ok((layout.outside(&self.shape)?, layout.to_outside(&self.shape, &self.values().await?)?))
    }
}

/// The values of several tensors, with one wait for all.
pub async fn read_all(tensors: &[&Tensor]) -> Result<Vec<Vec<f32>>> {
    #[cfg(feature = "gpu")]
    if let Some(Data::Gpu(gpu, _)) = tensors.first().map(|t| t.data()) {
        let buffers = tensors
            .iter()
            .map(|t| match t.data() {
                Data::Gpu(_, buffer) => Ok((buffer, 4 * t.shape.size() as u64)),
                _ => Err(Error::Device("read_all: tensors live on different devices".into())),
            })
            .collect::<Result<Vec<_>>>()?;
        let read = gpu.read(&buffers).await?;
        return Ok(read.iter().map(|bytes| bytemuck::pod_collect_to_vec(bytes)).collect());
    }
    tensors.iter().map(|t| t.on_cpu().map(<[f32]>::to_vec)).collect()
}
