//! Cases of arithmetic with broadcasting, products, reductions, and operations that move values.
use super::given::{Given, unknown};
use engine::{Result, autograd::Var, tensor::Shape};

/// Removes an axis of length 1.
fn dropped(y: Var, axis: usize) -> Result<Var> {
    y.select(axis, 0)
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
        "linear" => input("x")?.linear(input("w")?, given.inputs.get("b"))?,
        "matmul" => input("a")?.matmul(input("b")?)?,
        "add" => input("a")?.add(input("b")?)?,
        "sub" => input("a")?.sub(input("b")?)?,
        "mul" => input("a")?.mul(input("b")?)?,
        "div" => input("a")?.div(input("b")?)?,
        "maximum" => input("a")?.maximum(input("b")?)?,
        "minimum" => input("a")?.minimum(input("b")?)?,
        "where" => input("c")?.choose(input("a")?, input("b")?)?,
        "prelu" => input("x")?.prelu(input("w")?)?,
        "max" => dropped(input("x")?.max(given.axis()?)?, given.axis()?)?,
        "min" => dropped(input("x")?.min(given.axis()?)?, given.axis()?)?,
        "logsumexp" => dropped(input("x")?.logsumexp(given.axis()?)?, given.axis()?)?,
        "cumsum" => input("x")?.cumsum(given.axis()?)?,
        "norm" if case.number("p") == Some(2.0) => input("x")?.norm()?,
        "var" | "std" => {
            let x = input("x")?;
            let axes: Vec<usize> = case.list("dims").ok_or_else(|| unknown(case))?.iter().map(|a| *a as usize).collect();
            let correction = given.whole("correction", 1);
            if case.op == "var" { x.var(&axes, correction, false)? } else { x.std(&axes, correction, false)? }
        }
        "sum" | "mean" => {
            let x = input("x")?;
            let axes = match case.list("dims") {
                Some(dims) => dims.iter().map(|d| x.shape().axis("sum", *d)).collect::<Result<Vec<_>>>()?,
                None => (0..x.shape().rank()).collect(),
            };
            if case.op == "sum" { x.sum(&axes, case.flag("keepdim"))? } else { x.mean(&axes, case.flag("keepdim"))? }
        }
        "softmax" => input("x")?.softmax(given.axis()?)?,
        "reshape" | "flatten" => input("x")?.reshape(Shape::new(case.out.shape.clone()))?,
        "expand" => input("x")?.expand(Shape::new(case.out.shape.clone()))?,
        "permute" => {
            let axes = case.list("dims").ok_or_else(|| unknown(case))?;
            input("x")?.permute(&axes.iter().map(|a| *a as usize).collect::<Vec<_>>())?
        }
        "transpose" => exchanged()?,
        "transpose+reshape" => exchanged()?.reshape(Shape::new(case.out.shape.clone()))?,
        "concat" => Var::concat(&[input("a")?, input("b")?], given.whole("dim", 0))?,
        "stack" => Var::stack(&[input("a")?, input("b")?], given.whole("dim", 0))?,
        "gather" => {
            let rows: Vec<Vec<f32>> = serde_json::from_value(case.args["index"].clone()).map_err(|_| unknown(case))?;
            input("x")?.gather(given.axis()?, &given.constant(&case.out.shape, &rows.concat())?)?
        }
        "slice" if case.args.get("expr").is_some() => {
            if case.args["expr"] != "x[:,:,::2,::2]" {
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
            let index: Vec<usize> = case.list("index").ok_or_else(|| unknown(case))?.iter().map(|i| *i as usize).collect();
            input("x")?.index_select(given.axis()?, &index)?
        }
        "flip" => {
            let axes: Vec<usize> = case.list("dims").ok_or_else(|| unknown(case))?.iter().map(|a| *a as usize).collect();
            input("x")?.flip(&axes)?
        }
        "roll" => input("x")?.roll(given.axis()?, case.number("shift").unwrap_or(0.0) as isize)?,
        _ => return Ok(None),
    }))
}
