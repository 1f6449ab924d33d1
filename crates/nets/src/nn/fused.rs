//! Several layers run as one operation: a convolution or a dense layer with the batch norm, the sum and the activation that follow it.
use super::{BatchNorm2d, Cx, Module, Seq};
use engine::{
    Result,
    autograd::{Param, Var},
    ops::{Conv2d, PreparedConv2d, UnaryFn},
    tensor::{Shape, Tensor},
};
use std::{cell::RefCell, rc::Rc};

/// What a layer is to those around it.
pub enum Part<'a> {
    /// It runs by itself.
    Whole,
    /// Layers one after another, each of which may be fused with its neighbours.
    Seq(&'a Seq),
    /// A convolution or a dense layer: what follows may run with it.
    Products(Products<'a>),
    /// A batch norm: right after such products it is folded into their weights and bias.
    Norm(&'a BatchNorm2d),
    /// An activation: after such products, and after the batch norm behind them, it runs with them.
    Activation(UnaryFn),
    /// It does nothing while nothing is dropped.
    Nothing,
}

/// A layer of sums of products: a convolution, or a dense layer as a convolution of its rows as pixels.
pub struct Products<'a> {
    pub conv: Conv2d,
    pub weight: &'a Rc<Param>,
    pub bias: Option<&'a Rc<Param>>,
    pub prepared: &'a Prepared,
}

/// The weights in which a batch norm is folded, kept until one of the parameters that they come from is set.
#[derive(Default)]
pub struct Prepared(RefCell<Option<(Vec<u32>, PreparedConv2d)>>);

/// What a residual layer adds after its branch, and the activation of the sum.
pub(super) struct Tail<'a> {
    pub sum: &'a Var,
    pub activation: Option<UnaryFn>,
}

/// The layers of `seq`, and of those inside it, one after another, as few operations as there can be.
pub(super) fn forward(seq: &Seq, x: &Var, tail: Option<Tail>, cx: &mut Cx) -> Result<Var> {
    let mut layers = vec![];
    flatten(seq, &mut layers);
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
        x = products.run(&x, norm, sum.map(|tail| tail.sum.value()), activation)?;
    }
    let Some(Tail { sum, activation }) = tail else { return Ok(x) };
    let sum = x.add(sum)?;
    activation.map_or(Ok(sum.clone()), |function| sum.unary(function))
}

fn flatten<'a>(seq: &'a Seq, layers: &mut Vec<&'a dyn Module>) {
    for layer in seq.layers() {
        match layer.part() {
            Part::Seq(inner) => flatten(inner, layers),
            Part::Nothing => (),
            _ => layers.push(layer),
        }
    }
}

/// The next layer, taken if it is what `wanted` looks for.
fn next<'a, T>(rest: &mut &[&'a dyn Module], wanted: impl Fn(Part<'a>) -> Option<T>) -> Option<T> {
    let (layer, after) = rest.split_first()?;
    let found = wanted(layer.part())?;
    *rest = after;
    Some(found)
}

impl Products<'_> {
    fn run(&self, x: &Var, norm: Option<&BatchNorm2d>, sum: Option<&Tensor>, activation: Option<UnaryFn>) -> Result<Var> {
        let params = [self.weight].into_iter().chain(self.bias).map(Rc::clone).chain(norm.into_iter().flat_map(|norm| norm.params()));
        let versions: Vec<u32> = params.map(|param| param.version()).collect();
        let known = self.prepared.0.borrow().as_ref().filter(|(of, _)| of == &versions).map(|(_, prepared)| prepared.clone());
        let prepared = match known {
            Some(prepared) => prepared,
            None => {
                let prepared = self.prepare(norm)?;
                self.prepared.0.replace(Some((versions, prepared.clone())));
                prepared
            }
        };
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
    /// Its weight has no height and width.
    fn is_dense(&self) -> bool {
        self.weight.value().shape().rank() == 2
    }
    /// (x * w + b) · f + o = x * (w · f) + (b · f + o), with the batch norm's factor f and offset o.
    fn prepare(&self, norm: Option<&BatchNorm2d>) -> Result<PreparedConv2d> {
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
