//! A tensor: a shape and its values on one device, contiguous, row-major, f32, never changed once made.
use super::{Device, HostBuffer, Layout, Shape};
use crate::error::{Error, Result};
use std::rc::Rc;

#[cfg(feature = "gpu")]
use crate::gpu::{Buffer, Gpu};

/// A tensor's values, on the device where they live. Clones share them.
#[derive(Clone)]
pub enum Data {
    /// None: shape and costs only.
    Meta,
    /// Row-major in memory, exactly as many as the shape holds.
    Cpu(Rc<HostBuffer>),
    /// The device and the buffer in its memory, row-major from its beginning; the buffer may be longer than the values.
    #[cfg(feature = "gpu")]
    Gpu(Rc<Gpu>, Buffer),
}

/// torch.Tensor, but fixed: contiguous, row-major f32 in the engine's axis order. A clone shares the memory.
#[derive(Clone)]
pub struct Tensor {
    shape: Shape,
    data: Data,
}

impl Tensor {
    /// Values in the engine's axis order.
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
    /// Values in PyTorch's axis order, through the door.
    pub fn from_outside(device: &Device, layout: Layout, outer: &[usize], values: &[f32]) -> Result<Tensor> {
        let shape = layout.inside(outer)?;
        match device {
            Device::Meta => Tensor::new(device, shape, &[]),
            _ if values.len() != shape.size() => Tensor::new(device, shape, values),
            Device::Cpu if shape.size() > 0 => {
                shape.possible("tensor")?;
                let mut buffer = HostBuffer::take("tensor", shape.size())?;
                layout.enter_into(outer, values, &mut buffer)?;
                Ok(Tensor { shape, data: Data::Cpu(Rc::new(buffer)) })
            }
            _ => Tensor::new(device, shape, &layout.enter(outer, values)?),
        }
    }
    /// The same value everywhere.
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
    /// The values where they are, to be read or shared without a copy.
    pub fn data(&self) -> &Data {
        &self.data
    }
    /// The device that holds it, where operations on it run.
    pub fn device(&self) -> Device {
        match &self.data {
            Data::Meta => Device::Meta,
            Data::Cpu(_) => Device::Cpu,
            #[cfg(feature = "gpu")]
            Data::Gpu(gpu, _) => Device::Gpu(gpu.clone()),
        }
    }
    /// The values of a CPU tensor, at once.
    pub fn on_cpu(&self) -> Result<&[f32]> {
        match &self.data {
            Data::Cpu(values) => Ok(values),
            Data::Meta => Err(Error::Device("a meta tensor has a shape and no values".into())),
            #[cfg(feature = "gpu")]
            Data::Gpu(..) => Err(Error::Device("this tensor lives on the GPU; its values must be awaited".into())),
        }
    }
    /// The values, in the engine's axis order; from a GPU they are read back.
    pub async fn values(&self) -> Result<Vec<f32>> {
        Ok(read_all(&[self]).await?.remove(0))
    }
    /// The shape and values in PyTorch's axis order.
    pub async fn to_outside(&self, layout: Layout) -> Result<(Vec<usize>, Vec<f32>)> {
        Ok((layout.outside(&self.shape)?, layout.leave(&self.shape, &self.values().await?)?))
    }
}

/// The values of several tensors with one wait.
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
