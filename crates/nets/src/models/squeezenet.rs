//! SqueezeNet: AlexNet's accuracy with a fiftieth of its parameters, since 1×1 convolutions reduce the channels before the 3×3 ones.
use super::{
    ModelSpec, Options,
    spec::{Family, torchvision},
};
use crate::nn::{Activation, Branches, Conv2d, Dropout, Flatten, Pool, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};

const FAMILY: Family = Family {
    paper: "Iandola, Han, Moskewicz, Ashraf, Dally, Keutzer (2016): SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size. arXiv 1602.07360",
    year: 2016,
};

/// Reference: torchvision.models.squeezenet1_0 and squeezenet1_1.
#[rustfmt::skip]
pub(super) const MODELS: &[ModelSpec] = &[
    FAMILY.member("squeezenet1_0", "SqueezeNet 1.0", (1_248_424, 818_924_576), torchvision(58.092, 80.420), &["squeezenet1_0-b66bff10.pth"],
        |s, o| build(s, o, (96, Window::square(7).stride(2)), &[4, 8])),
    FAMILY.member("squeezenet1_1", "SqueezeNet 1.1", (1_235_496, 349_151_936), torchvision(58.178, 80.624), &["squeezenet1_1-b8a52dc0.pth"],
        |s, o| build(s, o, (64, Window::square(3).stride(2)), &[3, 5])),
];

/// Table 1 of the paper, fire2 to fire9: s1×1, e1×1, e3×3.
const ROWS: [[usize; 3]; 8] =
    [[16, 64, 64], [16, 64, 64], [32, 128, 128], [32, 128, 128], [48, 192, 192], [48, 192, 192], [64, 256, 256], [64, 256, 256]];

/// `pools` are the numbers of the fire modules that are followed by a pool. The paper counts from 2.
fn build(scope: &Scope, options: &Options, (stem, window): (usize, Window), pools: &[usize]) -> Result<Seq> {
    let pool = || Pool::MaxRoundingUp(Window::square(3).stride(2));
    Seq::new(scope)
        .then("features", |s| {
            let mut features = Seq::new(s)
                .push(|s| Conv2d::new(s, options.input[0], stem, window))?
                .push(|_| Ok(Activation(UnaryFn::Relu)))?
                .push(|_| Ok(pool()))?;
            let mut inputs = stem;
            for (i, row) in ROWS.into_iter().enumerate() {
                features = features.push(|s| fire(s, inputs, row))?;
                if pools.contains(&(i + 2)) {
                    features = features.push(|_| Ok(pool()))?;
                }
                inputs = row[1] + row[2];
            }
            Ok(features)
        })?
        .then("classifier", |s| {
            Seq::new(s)
                .push(|_| Ok(Dropout(0.5)))?
                .push(|s| Conv2d::new(s, 512, options.classes, Window::square(1)))?
                .push(|_| Ok(Activation(UnaryFn::Relu)))?
                .push(|_| Ok(Pool::Global))
        })
        .map(|network| network.add("flatten", Flatten))
}

/// A fire module: a 1×1 squeeze to few channels, then an expansion, half of it by 1×1 and half by 3×3.
fn fire(scope: &Scope, inputs: usize, [squeeze, one, three]: [usize; 3]) -> Result<Seq> {
    let relu = || Activation(UnaryFn::Relu);
    let expand = |name: &str, outputs, window| -> Result<Seq> {
        Ok(Seq::new(scope).then(name, |s| Conv2d::new(s, squeeze, outputs, window))?.add(&format!("{name}_activation"), relu()))
    };
    Ok(Seq::new(scope).then("squeeze", |s| Conv2d::new(s, inputs, squeeze, Window::square(1)))?.add("squeeze_activation", relu()).add(
        "expand",
        Branches(vec![expand("expand1x1", one, Window::square(1))?, expand("expand3x3", three, Window::square(3).padding(1))?]),
    ))
}
