//! A dry run: a network runs without numbers. It shows which activations there are, their shapes, and how they are connected.
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
    /// One picture, without values.
    pub input: Var,
    pub seen: Probe,
}

pub(super) fn dry_run(spec: &ModelSpec) -> Result<DryRun> {
    dry_run_of(&spec.network(&Scope::new(Device::Meta, 0))?, spec.input)
}

/// A dry run of a network on Meta that reads channels × height × width.
pub(super) fn dry_run_of(network: &Seq, [channels, height, width]: [usize; 3]) -> Result<DryRun> {
    let tape = Tape::frozen();
    let input = tape.input(Tensor::from_outside(&Device::Meta, Layout::Image, &[1, channels, height, width], &[])?);
    let mut seen = Probe::new();
    network.forward(&input, &mut Cx { probe: Some(&mut seen), ..Cx::default() })?;
    Ok(DryRun { tape, input, seen })
}
