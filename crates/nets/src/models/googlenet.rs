//! GoogLeNet: nine Inception modules of four branches, and two auxiliary heads that help training.
use super::{ModelSpec, Options, spec::torchvision};
use crate::nn::{Activation, AuxiliaryHead, Branches, ConvNormActivation, Dropout, Flatten, Linear, Pool, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

pub(super) const MODELS: &[ModelSpec] = &[ModelSpec {
    name: "googlenet",
    title: "GoogLeNet",
    paper: "Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, Vanhoucke, Rabinovich (2014): Going deeper with convolutions. CVPR 2015",
    year: 2014,
    input: [3, 224, 224],
    classes: 1000,
    // 6 624 904 of them are outside the auxiliary heads. This is the number that torchvision publishes.
    params: 13_004_888,
    macs: 1_498_376_192,
    accuracy: torchvision(69.778, 89.530),
    // The weights came from TensorFlow. torchvision's `transform_input` turns ImageNet's normalisation into values from −1 to 1.
    preprocess: Some(Preprocess::plus_minus_one(256, 224, Resampling::Bilinear)),
    weights: &["googlenet-1378be20.pth"],
    build,
}];

/// Table 1 of the paper: name, #1×1, #3×3 reduce, #3×3, #5×5 reduce, #5×5, pool proj.
/// The reference (torchvision.models.googlenet) has batch norm everywhere, and a 3×3 convolution in place of the paper's 5×5.
type Row = (&'static str, usize, usize, usize, usize, usize, usize);

const ROWS: [Row; 9] = [
    ("3a", 64, 96, 128, 16, 32, 32),
    ("3b", 128, 128, 192, 32, 96, 64),
    ("4a", 192, 96, 208, 16, 48, 64),
    ("4b", 160, 112, 224, 24, 64, 64),
    ("4c", 128, 128, 256, 24, 64, 64),
    ("4d", 112, 144, 288, 32, 64, 64),
    ("4e", 256, 160, 320, 32, 128, 128),
    ("5a", 256, 160, 320, 32, 128, 128),
    ("5b", 384, 192, 384, 48, 128, 128),
];

const BRICK: ConvNormActivation = ConvNormActivation::new(UnaryFn::Relu).epsilon(1e-3);

fn conv(scope: &Scope, channels: [usize; 2], window: Window) -> Result<Seq> {
    BRICK.append(Seq::new(scope), ["conv", "bn", "relu"], channels, window, 1)
}

fn build(scope: &Scope, options: &Options) -> Result<Seq> {
    let window = Window::square;
    let pool = |window: Window| Pool::MaxRoundingUp(window.stride(2));
    let mut network = Seq::new(scope)
        .then("conv1", |s| conv(s, [options.input[0], 64], window(7).stride(2).padding(3)))?
        .add("maxpool1", pool(window(3)))
        .then("conv2", |s| conv(s, [64, 64], window(1)))?
        .then("conv3", |s| conv(s, [64, 192], window(3).padding(1)))?
        .add("maxpool2", pool(window(3)));
    let mut inputs = 192;
    for row in ROWS {
        let (name, one, _, three, _, five, projection) = row;
        network = network.then(&format!("inception{name}"), |s| inception(s, inputs, row))?;
        inputs = one + three + five + projection;
        network = match name {
            "3b" => network.add("maxpool3", pool(window(3))),
            "4a" => network.then("aux1", |s| auxiliary(s, inputs, options.classes))?,
            "4d" => network.then("aux2", |s| auxiliary(s, inputs, options.classes))?,
            "4e" => network.add("maxpool4", pool(window(2))),
            _ => network,
        };
    }
    network
        .add("avgpool", Pool::Global)
        .add("flatten", Flatten)
        .add("dropout", Dropout(0.2))
        .then("fc", |s| Linear::new(s, inputs, options.classes))
}

fn inception(scope: &Scope, inputs: usize, (_, one, reduce_three, three, reduce_five, five, projection): Row) -> Result<Seq> {
    let branch = |n: usize, build: &dyn Fn(&Scope) -> Result<Seq>| Seq::new(scope).then(&format!("branch{n}"), build);
    let pair = |s: &Scope, reduce: usize, outputs: usize| {
        Seq::new(s)
            .push(|s| conv(s, [inputs, reduce], Window::square(1)))?
            .push(|s| conv(s, [reduce, outputs], Window::square(3).padding(1)))
    };
    let branches = Branches(vec![
        branch(1, &|s| conv(s, [inputs, one], Window::square(1)))?,
        branch(2, &|s| pair(s, reduce_three, three))?,
        branch(3, &|s| pair(s, reduce_five, five))?,
        branch(4, &|s| {
            Seq::new(s)
                .push(|_| Ok(Pool::MaxRoundingUp(Window::square(3).padding(1))))?
                .push(|s| conv(s, [inputs, projection], Window::square(1)))
        })?,
    ]);
    Ok(Seq::new(scope).add("concat", branches))
}

/// An auxiliary head: a classifier that reads an activation halfway. In training its loss counts 0.3; in inference it is left out.
fn auxiliary(scope: &Scope, inputs: usize, classes: usize) -> Result<AuxiliaryHead> {
    Ok(AuxiliaryHead(
        Seq::new(scope)
            .add("avgpool", Pool::Adaptive([4, 4]))
            .then("conv", |s| conv(s, [inputs, 128], Window::square(1)))?
            .add("flatten", Flatten)
            .then("fc1", |s| Linear::new(s, 128 * 4 * 4, 1024))?
            .add("relu", Activation(UnaryFn::Relu))
            .add("dropout", Dropout(0.7))
            .then("fc2", |s| Linear::new(s, 1024, classes))?,
    ))
}
