//! Cases of arithmetic with broadcasting, products, reductions, and of what moves values about.
use super::{Given, unknown};
use crate::{
    engine::{autograd::Var, tensor::Shape},
    error::Result,
};

pub fn apply(given: &Given) -> Result<Option<Var>> {
    let case = given.case;
    let input = |key| given.input(key);
    Ok(Some(match case.op.as_str() {
        "linear" => input("x")?.linear(input("w")?, given.inputs.get("b"))?,
        "matmul" if case.inputs.values().all(|i| i.shape.len() == 2) => input("a")?.matmul(input("b")?)?,
        "add" => input("a")?.add(input("b")?)?,
        "sub" => input("a")?.sub(input("b")?)?,
        "mul" => input("a")?.mul(input("b")?)?,
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
        "transpose" => {
            let mut axes: Vec<usize> = (0..input("x")?.shape().rank()).collect();
            match case.list("dims").as_deref() {
                Some([a, b]) => axes.swap(*a as usize, *b as usize),
                _ => return Err(unknown(case)),
            }
            input("x")?.permute(&axes)?
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
            let mut chunks = input("x")?.chunk(given.axis()?, given.whole("chunks", 0))?;
            chunks.swap_remove(given.whole("index", 0))
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
