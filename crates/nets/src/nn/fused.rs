//! Fusion: a convolution or a dense layer, together with the batch norm, the sum and the activation after it, runs as one operation.
use super::{
    Cx, Module, Part,
    module::{Child, Fixed, Products},
};
use engine::{
    Result,
    autograd::Var,
    ops::{PreparedConv2d, UnaryFn},
    tensor::{Shape, Tensor},
};

/// The end of a residual layer: what is added after its branch, and the activation of the sum.
pub(super) struct Tail<'a> {
    pub sum: &'a Var,
    pub activation: Option<UnaryFn>,
}

/// Runs these layers, and the layers inside them, one after another, as the smallest possible number of operations.
pub(super) fn forward(children: &[Child], x: &Var, tail: Option<Tail>, cx: &mut Cx) -> Result<Var> {
    let mut layers = vec![];
    flatten(children, &mut layers);
    let (mut x, mut rest, mut tail) = (x.clone(), &layers[..], tail);
    while let [layer, after @ ..] = rest {
        rest = after;
        let Part::Products(products) = layer.part() else {
            x = layer.forward(&x, cx)?;
            continue;
        };
        let norm = next(&mut rest, |part| if let Part::Norm(norm) = part { Some(norm) } else { None });
        let mut activation = next(&mut rest, |part| if let Part::Activation(function) = part { Some(function) } else { None });
        let sum = if rest.is_empty() && activation.is_none() { tail.take() } else { None };
        if let Some(tail) = &sum {
            activation = tail.activation;
        }
        x = products.run(&x, norm.as_ref(), sum.map(|tail| tail.sum.value()), activation)?;
    }
    let Some(Tail { sum, activation }) = tail else { return Ok(x) };
    let sum = x.add(sum)?;
    activation.map_or(Ok(sum.clone()), |function| sum.unary(function))
}

fn flatten<'a>(children: &'a [Child], layers: &mut Vec<&'a dyn Module>) {
    for (_, layer) in children {
        match layer.part() {
            Part::Seq(inner) => flatten(inner, layers),
            Part::Nothing => (),
            _ => layers.push(&**layer),
        }
    }
}

/// Removes and returns the next layer if `wanted` accepts it.
fn next<'a, T>(rest: &mut &[&'a dyn Module], wanted: impl Fn(Part<'a>) -> Option<T>) -> Option<T> {
    let (layer, after) = rest.split_first()?;
    let found = wanted(layer.part())?;
    *rest = after;
    Some(found)
}

impl Products<'_> {
    fn run(&self, x: &Var, norm: Option<&Fixed>, sum: Option<&Tensor>, activation: Option<UnaryFn>) -> Result<Var> {
        let params = [self.weight].into_iter().chain(self.bias).chain(norm.into_iter().flat_map(|norm| norm.params));
        let prepared = self.prepared.of(params, || self.prepare(norm))?;
        let dims = x.shape().dims();
        let Some((inputs, outer)) = dims.split_last().filter(|_| self.is_dense()) else {
            return Ok(Var::constant(prepared.run(x.value(), sum, activation)?));
        };
        let pixels = |features: usize| Shape::new([1, 1, outer.iter().product(), features]);
        let outputs = self.weight.value().shape()[1];
        let sum = sum.map(|sum| sum.reshape(pixels(outputs))).transpose()?;
        let y = prepared.run(&x.value().reshape(pixels(*inputs))?, sum.as_ref(), activation)?;
        Ok(Var::constant(y.reshape(Shape::new([outer, &[outputs]].concat()))?))
    }
    /// Whether the weight has no height and width, as in a dense layer.
    fn is_dense(&self) -> bool {
        self.weight.value().shape().rank() == 2
    }
    /// (x * w + b) · f + o = x * (w · f) + (b · f + o), with the batch norm's factor f and offset o.
    fn prepare(&self, norm: Option<&Fixed>) -> Result<PreparedConv2d> {
        let mut weight = Var::constant(self.weight.value().clone());
        if self.is_dense() {
            weight = weight.reshape(Shape::new([&[1, 1], weight.shape().dims()].concat()))?;
        }
        let outputs = Shape::new(weight.shape().dims().last().map_or(vec![], |outputs| vec![*outputs]));
        let mut bias = match self.bias {
            Some(bias) => Var::constant(bias.value().clone()),
            None => Var::constant(Tensor::full(&weight.value().device(), outputs, 0.0)?),
        };
        if let Some(norm) = norm {
            let [factor, offset] = norm.affine()?;
            (weight, bias) = (weight.mul(&factor)?, bias.mul(&factor)?.add(&offset)?);
        }
        PreparedConv2d::new(self.conv, weight.value(), bias.value())
    }
}

impl Fixed<'_> {
    /// The factor and the offset of the batch norm, each C.
    fn affine(&self) -> Result<[Var; 2]> {
        let [weight, bias, mean, variance] = self.params.map(|param| Var::constant(param.value().clone()));
        Var::fixed_norm(&weight, &bias, &mean, &variance, self.epsilon)
    }
}
