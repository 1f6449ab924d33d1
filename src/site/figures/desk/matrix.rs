//! The convolution as a product of matrices: kernels as rows, patches as columns (im2col).
use super::{
    geometry::{Link, Role},
    terms::{Part, Spot, Subject},
};
use crate::{
    engine::{
        autograd::run,
        ops::MatMul,
        tensor::{Device, Shape, Tensor},
    },
    error::Result,
};
use std::ops::Range;

/// The product of one group, without the bias: weights M×K times patches K×P gives M×P.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// The group's output channels, which are M.
    pub outs: Range<usize>,
    /// The number of taps over all channels of the group, K.
    pub taps: usize,
    /// The number of output places, P.
    pub places: usize,
    pub weights: Vec<f32>,
    pub patches: Vec<f32>,
    pub y: Vec<f32>,
    /// For each value of `patches`, where it was read.
    pub links: Vec<Link>,
}

/// The product of the group of this output channel.
pub fn product(subject: &Subject, out: usize) -> Result<Product> {
    let [_, rows, columns] = subject.settings.output_shape();
    let (places, per_out) = (rows * columns, subject.settings.group()[1]);
    let outs = out / per_out * per_out..(out / per_out + 1) * per_out;
    let links_of = |out: usize, place: usize| subject.geometry.links(Role::Output, out * places + place);
    let by_place: Vec<Vec<Link>> = (0..places).map(|place| links_of(outs.start, place)).collect();
    let taps = by_place.first().map_or(0, Vec::len);
    let links: Vec<Link> = (0..taps).flat_map(|tap| by_place.iter().map(move |links| links[tap])).collect();
    let x = subject.numbers.of(Part::Input);
    let patches: Vec<f32> = links.iter().map(|link| link.input.cell().map_or(0.0, |cell| x[cell])).collect();
    let weight = |link: Link| link.weight.and_then(|index| subject.value(Spot { part: Part::Kernel, index })).unwrap_or(0.0);
    let weights: Vec<f32> = outs.clone().flat_map(|out| links_of(out, 0).into_iter().map(weight)).collect();
    let left = Tensor::new(&Device::Cpu, Shape::new([outs.len(), taps]), &weights)?;
    let right = Tensor::new(&Device::Cpu, Shape::new([taps, places]), &patches)?;
    let y = run(&MatMul::default(), &[&left, &right])?.on_cpu()?.to_vec();
    Ok(Product { outs, taps, places, weights, patches, y, links })
}

#[cfg(test)]
mod tests {
    use super::{
        super::{compute::subject, limits::any_settings, settings::Operation},
        *,
    };
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn the_product_of_matrices_is_the_convolution(settings in any_settings(), out in 0..8usize) {
            let settings = crate::site::url::Controls::fitted(super::super::settings::Settings { op: Operation::Convolution, ..settings });
            let subject = subject(&settings).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let product = product(&subject, out % settings.out).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let (y, bias) = (subject.numbers.of(Part::Output), subject.numbers.of(Part::Bias));
            for (row, out) in product.outs.clone().enumerate() {
                for place in 0..product.places {
                    let value = product.y[row * product.places + place] + bias.get(out).copied().unwrap_or(0.0);
                    prop_assert!((value - y[out * product.places + place]).abs() < 1e-2);
                }
            }
        }
    }
}
