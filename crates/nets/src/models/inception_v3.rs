//! Inception v3: large kernels factorised into small ones and into rows and columns, and an auxiliary head that helps training.
use super::{ModelSpec, Options, spec::torchvision};
use crate::nn::{AuxiliaryHead, Branches, ConvNormActivation, Dropout, Flatten, Linear, Pool, Scope, Seq};
use engine::{
    Result,
    ops::{UnaryFn, Window},
};
use vision::{Preprocess, Resampling};

/// Reference: torchvision.models.inception_v3.
pub(super) const MODELS: &[ModelSpec] = &[ModelSpec {
    name: "inception_v3",
    title: "Inception v3",
    paper: "Szegedy, Vanhoucke, Ioffe, Shlens, Wojna (2015): Rethinking the Inception architecture for computer vision. CVPR 2016",
    year: 2015,
    input: [3, 299, 299],
    classes: 1000,
    params: 27_161_264,
    macs: 5_713_216_096,
    accuracy: torchvision(77.294, 93.450),
    // The weights came from TensorFlow. torchvision's `transform_input` turns ImageNet's normalisation into values from −1 to 1.
    preprocess: Some(Preprocess::plus_minus_one(342, 299, Resampling::Bilinear)),
    weights: &["inception_v3_google-0cc3c7bd.pth"],
    build,
}];

/// One convolution: name, channels, and window.
type Conv = (&'static str, usize, Window);

/// The kinds of modules, by the paper's figures.
#[derive(Clone, Copy)]
enum Mixed {
    /// Figure 5: 5×5 kernels as two of 3×3. The channels after the pool.
    A(usize),
    /// Figure 10: halves height and width.
    B,
    /// Figure 6: 7×7 kernels as rows and columns. Their channels.
    C(usize),
    /// Halves height and width.
    D,
    /// Figure 7: rows and columns side by side.
    E,
}

/// Table 1 of the paper, from its first Inception module on: name, kind, and channels at the end.
const ROWS: [(&str, Mixed, usize); 11] = [
    ("Mixed_5b", Mixed::A(32), 256),
    ("Mixed_5c", Mixed::A(64), 288),
    ("Mixed_5d", Mixed::A(64), 288),
    ("Mixed_6a", Mixed::B, 768),
    ("Mixed_6b", Mixed::C(128), 768),
    ("Mixed_6c", Mixed::C(160), 768),
    ("Mixed_6d", Mixed::C(160), 768),
    ("Mixed_6e", Mixed::C(192), 768),
    ("Mixed_7a", Mixed::D, 1280),
    ("Mixed_7b", Mixed::E, 2048),
    ("Mixed_7c", Mixed::E, 2048),
];

/// The module whose output the auxiliary head reads.
const READ: &str = "Mixed_6e";

const RELU: ConvNormActivation = ConvNormActivation::new(UnaryFn::Relu).epsilon(1e-3);

/// A kernel of n × n, of one row, or of one column, that keeps the size.
fn square(n: usize) -> Window {
    Window::square(n).padding(n / 2)
}
fn row(n: usize) -> Window {
    Window { padding: [0, n / 2], ..Window::new([1, n]) }
}
fn column(n: usize) -> Window {
    Window { padding: [n / 2, 0], ..Window::new([n, 1]) }
}
/// 3×3 with stride 2 and without padding.
fn halving() -> Window {
    Window::square(3).stride(2)
}

/// Appends a child of a convolution, a batch norm and a ReLU.
fn conv(seq: Seq, inputs: usize, (name, outputs, window): Conv) -> Result<Seq> {
    seq.then(name, |s| RELU.append(Seq::new(s), ["conv", "bn", "relu"], [inputs, outputs], window, 1))
}

/// Appends convolutions one after another.
fn chain(seq: Seq, mut inputs: usize, convs: &[Conv]) -> Result<Seq> {
    convs.iter().try_fold(seq, |seq, &next| {
        let seq = conv(seq, inputs, next)?;
        inputs = next.1;
        Ok(seq)
    })
}

fn build(scope: &Scope, options: &Options) -> Result<Seq> {
    let pool = || Pool::Max(halving());
    let stem = [("Conv2d_1a_3x3", 32, halving()), ("Conv2d_2a_3x3", 32, Window::square(3)), ("Conv2d_2b_3x3", 64, square(3))];
    let network = chain(Seq::new(scope), options.input[0], &stem)?.add("maxpool1", pool());
    let mut network = chain(network, 64, &[("Conv2d_3b_1x1", 80, square(1)), ("Conv2d_4a_3x3", 192, Window::square(3))])?;
    network = network.add("maxpool2", pool());
    let mut inputs = 192;
    for (name, kind, outputs) in ROWS {
        network = network.then(name, |s| mixed(s, inputs, kind))?;
        inputs = outputs;
        if name == READ {
            network = network.then("AuxLogits", |s| auxiliary(s, inputs, options.classes))?;
        }
    }
    network
        .add("avgpool", Pool::Global)
        .add("dropout", Dropout(0.5))
        .add("flatten", Flatten)
        .then("fc", |s| Linear::new(s, inputs, options.classes))
}

fn mixed(scope: &Scope, inputs: usize, kind: Mixed) -> Result<Seq> {
    let branch = |convs: &[Conv]| chain(Seq::new(scope), inputs, convs);
    let average = |outputs| conv(Seq::new(scope).add("avg_pool", Pool::Average(square(3))), inputs, ("branch_pool", outputs, square(1)));
    let largest = || Seq::new(scope).add("max_pool", Pool::Max(halving()));
    // A row and a column side by side.
    let fork = |seq: Seq, name: &str, [by_row, by_column]: [&'static str; 2]| {
        let pair = [(by_row, 384, row(3)), (by_column, 384, column(3))].map(|one| conv(Seq::new(scope), 384, one));
        Ok(seq.add(name, Branches(pair.into_iter().collect::<Result<_>>()?)))
    };
    let branches = match kind {
        Mixed::A(pooled) => vec![
            branch(&[("branch1x1", 64, square(1))])?,
            branch(&[("branch5x5_1", 48, square(1)), ("branch5x5_2", 64, square(5))])?,
            branch(&[("branch3x3dbl_1", 64, square(1)), ("branch3x3dbl_2", 96, square(3)), ("branch3x3dbl_3", 96, square(3))])?,
            average(pooled)?,
        ],
        Mixed::B => vec![
            branch(&[("branch3x3", 384, halving())])?,
            branch(&[("branch3x3dbl_1", 64, square(1)), ("branch3x3dbl_2", 96, square(3)), ("branch3x3dbl_3", 96, halving())])?,
            largest(),
        ],
        Mixed::C(c) => vec![
            branch(&[("branch1x1", 192, square(1))])?,
            branch(&[("branch7x7_1", c, square(1)), ("branch7x7_2", c, row(7)), ("branch7x7_3", 192, column(7))])?,
            branch(&[
                ("branch7x7dbl_1", c, square(1)),
                ("branch7x7dbl_2", c, column(7)),
                ("branch7x7dbl_3", c, row(7)),
                ("branch7x7dbl_4", c, column(7)),
                ("branch7x7dbl_5", 192, row(7)),
            ])?,
            average(192)?,
        ],
        Mixed::D => vec![
            branch(&[("branch3x3_1", 192, square(1)), ("branch3x3_2", 320, halving())])?,
            branch(&[
                ("branch7x7x3_1", 192, square(1)),
                ("branch7x7x3_2", 192, row(7)),
                ("branch7x7x3_3", 192, column(7)),
                ("branch7x7x3_4", 192, halving()),
            ])?,
            largest(),
        ],
        Mixed::E => vec![
            branch(&[("branch1x1", 320, square(1))])?,
            fork(branch(&[("branch3x3_1", 384, square(1))])?, "branch3x3_2", ["branch3x3_2a", "branch3x3_2b"])?,
            fork(
                branch(&[("branch3x3dbl_1", 448, square(1)), ("branch3x3dbl_2", 384, square(3))])?,
                "branch3x3dbl_3",
                ["branch3x3dbl_3a", "branch3x3dbl_3b"],
            )?,
            average(192)?,
        ],
    };
    Ok(Seq::new(scope).add("concat", Branches(branches)))
}

/// An auxiliary head: a classifier that reads an activation halfway. In training its loss counts 0.4; in inference it is left out.
fn auxiliary(scope: &Scope, inputs: usize, classes: usize) -> Result<AuxiliaryHead> {
    let head = Seq::new(scope).add("avg_pool", Pool::Average(Window::square(5).stride(3)));
    let head = chain(head, inputs, &[("conv0", 128, square(1)), ("conv1", 768, Window::square(5))])?;
    Ok(AuxiliaryHead(head.add("pool", Pool::Global).add("flatten", Flatten).then("fc", |s| Linear::new(s, 768, classes))?))
}
