//! A network run without numbers: which activations it has, of which shapes, and how they hang together.
use crate::{
    models::ModelSpec,
    nn::{Cx, Module, Probe, Scope, Seq},
};
use engine::{
    Result,
    autograd::{Tape, Var},
    tensor::{Device, Layout, Tensor},
};

pub(super) struct DryRun {
    pub tape: Tape,
    /// One picture.
    pub input: Var,
    pub seen: Probe,
}

pub(super) fn dry_run(spec: &ModelSpec) -> Result<DryRun> {
    dry_run_of(&spec.network(&Scope::new(Device::Meta, 0))?, spec.input)
}

/// Of a network on Meta, which reads channels × height × width.
pub(super) fn dry_run_of(network: &Seq, [channels, height, width]: [usize; 3]) -> Result<DryRun> {
    let tape = Tape::frozen();
    let input = tape.input(Tensor::from_outside(&Device::Meta, Layout::Image, &[1, channels, height, width], &[])?);
    let mut seen = Probe::new();
    network.forward(&input, &mut Cx { probe: Some(&mut seen), ..Cx::default() })?;
    Ok(DryRun { tape, input, seen })
}
