//! Compiled shaders, each built once, and the layouts of their bindings.
use super::{Dispatch, Params, faults::Faults};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    num::NonZeroU64,
    rc::Rc,
};
use wgpu::{BindGroupLayout, BufferBindingType, ComputePipeline, PipelineLayout, ShaderStages};

/// A shader's source is identified by its address, and constants are compared bit by bit.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    source: *const str,
    label: &'static str,
    constants: Vec<(&'static str, u64)>,
    inputs: usize,
}

struct Built {
    pipeline: ComputePipeline,
    failed: Rc<Cell<bool>>,
}

#[derive(Clone)]
struct Layout {
    bindings: BindGroupLayout,
    pipeline: PipelineLayout,
}

pub(super) struct Pipelines {
    device: wgpu::Device,
    faults: Rc<Faults>,
    built: RefCell<HashMap<Key, Built>>,
    layouts: RefCell<HashMap<usize, Layout>>,
}

impl Pipelines {
    pub(super) fn new(device: wgpu::Device, faults: Rc<Faults>) -> Self {
        Pipelines { device, faults, built: RefCell::default(), layouts: RefCell::default() }
    }

    /// The pipeline of a dispatch with this number of inputs. A pipeline that failed before is built again, so that its error is reported again.
    pub(super) fn get(&self, dispatch: &Dispatch, inputs: usize) -> ComputePipeline {
        let constants = dispatch.constants.iter().map(|&(name, value)| (name, value.to_bits())).collect();
        let key = Key { source: dispatch.source, label: dispatch.label, constants, inputs };
        if let Some(built) = self.built.borrow().get(&key).filter(|built| !built.failed.get()) {
            return built.pipeline.clone();
        }
        let (pipeline, failed) = self.faults.watch(dispatch.label, || self.build(dispatch, inputs));
        self.built.borrow_mut().insert(key, Built { pipeline: pipeline.clone(), failed });
        pipeline
    }

    fn build(&self, dispatch: &Dispatch, inputs: usize) -> ComputePipeline {
        let source = wgpu::ShaderSource::Wgsl(dispatch.source.into());
        let module = self.device.create_shader_module(wgpu::ShaderModuleDescriptor { label: Some(dispatch.label), source });
        self.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(dispatch.label),
            layout: Some(&self.layout(inputs).pipeline),
            module: &module,
            entry_point: None,
            compilation_options: wgpu::PipelineCompilationOptions { constants: &dispatch.constants, ..Default::default() },
            cache: None,
        })
    }

    /// The layout of the bindings: binding 0 is the uniform block, then come the inputs, and the output is last.
    pub(super) fn bindings(&self, inputs: usize) -> BindGroupLayout {
        self.layout(inputs).bindings
    }

    fn layout(&self, inputs: usize) -> Layout {
        self.layouts.borrow_mut().entry(inputs).or_insert_with(|| self.lay_out(inputs)).clone()
    }

    fn lay_out(&self, inputs: usize) -> Layout {
        let entry = |binding: usize, ty: BufferBindingType| wgpu::BindGroupLayoutEntry {
            binding: binding as u32,
            visibility: ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer {
                ty,
                has_dynamic_offset: ty == BufferBindingType::Uniform,
                min_binding_size: match ty {
                    BufferBindingType::Uniform => NonZeroU64::new(Params::MAX_BYTES as u64),
                    BufferBindingType::Storage { .. } => None,
                },
            },
            count: None,
        };
        let storage = |binding| entry(binding, BufferBindingType::Storage { read_only: binding <= inputs });
        let entries: Vec<_> = std::iter::once(entry(0, BufferBindingType::Uniform)).chain((1..=inputs + 1).map(storage)).collect();
        let bindings = self.device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: None, entries: &entries });
        let descriptor = wgpu::PipelineLayoutDescriptor { label: None, bind_group_layouts: &[Some(&bindings)], immediate_size: 0 };
        Layout { pipeline: self.device.create_pipeline_layout(&descriptor), bindings }
    }
}
