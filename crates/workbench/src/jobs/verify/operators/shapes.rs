//! Cases of arithmetic with broadcasting, products, reductions, and operations that move values.
use super::given::{Given, unknown};
use engine::{Result, autograd::Var, tensor::Shape};

/// A reduction along the case's `dim`, which it removes; without a `dim` over everything.
fn reduced(given: &Given, reduce: impl Fn(&Var, usize) -> Result<Var>) -> Result<Var> {
    let x = given.input("x")?;
    if given.case.args.get("dim").is_none_or(|dim| dim.is_null()) {
        return reduce(&x.reshape(Shape::new([x.shape().size()]))?, 0)?.reshape(Shape::new([]));
    }
    let axis = given.axis()?;
    reduce(x, axis)?.select(axis, 0)
}

/// This with the shape that the case asks for, of which one length may be −1, which is what is left.
fn reshaped(given: &Given, x: &Var) -> Result<Var> {
    let asked = given.case.list("shape").ok_or_else(|| unknown(given.case))?;
    let known: usize = asked.iter().filter(|length| **length >= 0).map(|length| *length as usize).product();
    let left = x.shape().size().checked_div(known).unwrap_or(0);
    x.reshape(Shape::new(asked.iter().map(|length| usize::try_from(*length).unwrap_or(left)).collect::<Vec<_>>()))
}

/// All inputs of the case, in the order of their names.
fn parts<'a>(given: &'a Given) -> Result<Vec<&'a Var>> {
    given.case.inputs.keys().map(|key| given.input(key)).collect()
}

pub(super) fn apply(given: &Given) -> Result<Option<Var>> {
    let case = given.case;
    let input = |key| given.input(key);
    let exchanged = || {
        let mut axes: Vec<usize> = (0..input("x")?.shape().rank()).collect();
        match case.list("dims").as_deref() {
            Some([a, b]) if (0..axes.len() as isize).contains(a.max(b)) && *a.min(b) >= 0 => axes.swap(*a as usize, *b as usize),
            _ => return Err(unknown(case)),
        }
        input("x")?.permute(&axes)
    };
    Ok(Some(match case.op.as_str() {
        "linear" => input("x")?.linear(input("w")?, given.optional("b"))?,
        "matmul" => input("a")?.matmul(input("b")?)?,
        "add" => input("a")?.add(input("b")?)?,
        "sub" => input("a")?.sub(input("b")?)?,
        "mul" => input("a")?.mul(input("b")?)?,
        "div" => input("a")?.div(input("b")?)?,
        "maximum" => input("a")?.maximum(input("b")?)?,
        "minimum" => input("a")?.minimum(input("b")?)?,
        "where" => input("c")?.choose(input("a")?, input("b")?)?,
        "prelu" => input("x")?.prelu(input("w")?)?,
        "max" => reduced(given, Var::max)?,
        "min" => reduced(given, Var::min)?,
        "logsumexp" => reduced(given, Var::logsumexp)?,
        "cumsum" => input("x")?.cumsum(given.axis()?)?,
        "norm" if case.number("p") == Some(2.0) => input("x")?.norm()?,
        "var" | "std" => {
            let x = input("x")?;
            let axes = given.axes()?;
            let correction = given.whole("correction", 1);
            if case.op == "var" { x.var(&axes, correction, false)? } else { x.std(&axes, correction, false)? }
        }
        "sum" | "mean" => {
            let x = input("x")?;
            let axes = if case.args["dims"].is_null() { (0..x.shape().rank()).collect() } else { given.axes()? };
            if case.op == "sum" { x.sum(&axes, case.flag("keepdim"))? } else { x.mean(&axes, case.flag("keepdim"))? }
        }
        "softmax" => input("x")?.softmax(given.axis()?)?,
        "reshape" => reshaped(given, input("x")?)?,
        "flatten" => {
            let x = input("x")?;
            let (before, after) = x.shape().dims().split_at(given.whole("start", 0).min(x.shape().rank()));
            x.reshape(Shape::new([before, &[after.iter().product()]].concat()))?
        }
        "expand" => input("x")?.expand(Shape::new(case.argument::<Vec<usize>>("shape").ok_or_else(|| unknown(case))?))?,
        "permute" => input("x")?.permute(&given.axes()?)?,
        "transpose" => exchanged()?,
        "transpose+reshape" => reshaped(given, &exchanged()?)?,
        "concat" | "stack" => {
            let parts = parts(given)?;
            let dim = case.argument("dim").unwrap_or(0);
            if case.op == "stack" {
                Var::stack(&parts, dim as usize)?
            } else {
                let axis = parts.first().ok_or_else(|| unknown(case))?.shape().axis("concat", dim)?;
                Var::concat(&parts, axis)?
            }
        }
        "gather" => {
            let rows: Vec<Vec<f32>> = case.argument("index").ok_or_else(|| unknown(case))?;
            input("x")?.gather(given.axis()?, &given.constant(&case.out.shape, &rows.concat())?)?
        }
        "slice" if case.args.get("expr").is_some() => {
            if case.text("expr").as_deref() != Some("x[:,:,::2,::2]") {
                return Err(unknown(case));
            }
            let x = input("x")?;
            x.slice(2, 0, x.shape()[2], 2)?.slice(3, 0, x.shape()[3], 2)?
        }
        "slice" => input("x")?.slice(given.axis()?, given.whole("start", 0), given.whole("stop", 0), given.whole("step", 1))?,
        "narrow" => input("x")?.narrow(given.axis()?, given.whole("start", 0), given.whole("length", 0))?,
        "chunk" => {
            let chunks = input("x")?.chunk(given.axis()?, given.whole("chunks", 0))?;
            chunks.get(given.whole("index", 0)).cloned().ok_or_else(|| unknown(case))?
        }
        "select" => input("x")?.select(given.axis()?, given.whole("index", 0))?,
        "index_select" => {
            let index: Vec<usize> = case.argument("index").ok_or_else(|| unknown(case))?;
            input("x")?.index_select(given.axis()?, &index)?
        }
        "flip" => input("x")?.flip(&given.axes()?)?,
        "roll" => input("x")?.roll(given.axis()?, case.argument("shift").unwrap_or(0))?,
        _ => return Ok(None),
    }))
}
