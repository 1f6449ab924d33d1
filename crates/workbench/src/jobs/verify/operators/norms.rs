//! Cases of normalisation, dropout, and blocks of networks.
use super::given::{Given, unknown};
use crate::jobs::verify::{case::Expected, rule};
use engine::{
    Result,
    autograd::Var,
    ops::{ResponseNorm, UnaryFn, Window},
    tensor::Shape,
};

/// The length of the last axis, in which channels lie.
fn channels(x: &Var) -> usize {
    x.shape().dims().last().copied().unwrap_or(1)
}

/// Batch norm with the batch's own statistics, without weight and bias.
fn plain_batch_norm(given: &Given, x: &Var, epsilon: f32) -> Result<Var> {
    let [ones, zeros] = given.filled(&[channels(x)])?;
    x.batch_norm(&ones, &zeros, &x.value().channel_stats()?, epsilon)
}

/// A mask: 0 where the rule's number is less than p, else 1.
fn mask(given: &Given, dims: &[usize], p: f32) -> Result<Var> {
    let name = given.case.text("mask_name").ok_or_else(|| unknown(given.case))?;
    let drawn = rule::tensor(&name, dims.iter().product(), 0.0, 1.0);
    given.constant(dims, &drawn.iter().map(|u| f32::from(u8::from(*u >= p))).collect::<Vec<_>>())
}

/// The largest error of batch norm's running statistics after the step, for a case that has them.
pub(super) async fn running_statistics(given: &Given<'_>) -> Result<f64> {
    const KEYS: [&str; 2] = ["running_mean", "running_var"];
    let recorded = KEYS.map(|key| given.case.extra.get(&format!("{key}_after")));
    if recorded.iter().all(Option::is_none) {
        return Ok(0.0);
    }
    let [x, mean, variance] = ["x", KEYS[0], KEYS[1]].map(|key| given.input(key).map(|v| v.value().clone()));
    let (x, mean) = (x?, mean?);
    let rows = x.shape().size() / mean.shape().size();
    let after = x.channel_stats()?.running_stats(rows, [&mean, &variance?], given.float("momentum", 0.0))?;
    let mut worst = 0.0f64;
    for (found, expected) in after.iter().zip(recorded) {
        let expected: Expected = serde_json::from_value(expected.cloned().unwrap_or_default()).map_err(|_| unknown(given.case))?;
        worst = worst.max(expected.error_of(found.shape().dims(), &found.values().await?));
    }
    Ok(worst)
}

pub(super) fn apply(given: &Given) -> Result<Option<Var>> {
    let case = given.case;
    let input = |key| given.input(key);
    let epsilon = given.float("eps", 0.0);
    let conv = |x: &Var, weight: &str, bias: Option<&str>, padding, groups| {
        let Some([_, _, h, w]) = case.inputs.get(weight).map(|w| &w.shape[..]) else { return Err(unknown(case)) };
        let bias = bias.map(|key| given.input(key)).transpose()?;
        x.conv2d(given.input(weight)?, bias, Window { padding: [padding, padding], ..Window::new([*h, *w]) }, groups)
    };
    Ok(Some(match case.op.as_str() {
        "batch_norm" => {
            let x = input("x")?;
            let [weight, bias] = given.weight_and_bias(&[channels(x)])?;
            let (mean, variance) = (given.optional("running_mean"), given.optional("running_var"));
            // It moves the running statistics, and not the output.
            case.know("momentum");
            match (case.flag("training"), mean, variance) {
                (true, ..) => x.batch_norm(&weight, &bias, &x.value().channel_stats()?, epsilon)?,
                (false, Some(mean), Some(variance)) => x.batch_norm_fixed(&weight, &bias, mean, variance, epsilon)?,
                _ => return Err(unknown(case)),
            }
        }
        "layer_norm" => {
            let x = input("x")?;
            let axes = case.argument("normalized_shape").unwrap_or_else(|| vec![channels(x)]);
            let [weight, bias] = given.weight_and_bias(&axes)?;
            if weight.shape().dims() != axes {
                return Err(unknown(case));
            }
            x.layer_norm(&weight, &bias, epsilon)?
        }
        "layer_norm2d" | "group_norm" | "instance_norm" => {
            let x = input("x")?;
            let [weight, bias] = given.weight_and_bias(&[channels(x)])?;
            match case.op.as_str() {
                "layer_norm2d" => x.layer_norm(&weight, &bias, epsilon)?,
                "group_norm" => x.group_norm(given.whole("groups", 1), &weight, &bias, epsilon)?,
                _ => x.group_norm(channels(x), &weight, &bias, epsilon)?,
            }
        }
        "local_response_norm" => input("x")?.local_response_norm(ResponseNorm {
            size: given.whole("size", 0),
            alpha: given.float("alpha", 0.0),
            beta: given.float("beta", 0.0),
            k: given.float("k", 0.0),
        })?,
        "ws_conv" => {
            let kernel = match given.optional("gain") {
                Some(gain) => {
                    let gain = gain.reshape(Shape::new([gain.shape().size()]))?;
                    input("w")?.scaled_standardised_kernel(&gain, epsilon)?
                }
                None => input("w")?.standardised_kernel(epsilon)?,
            };
            let Some([_, _, h, w]) = case.inputs.get("w").map(|w| &w.shape[..]) else { return Err(unknown(case)) };
            let window = Window { padding: case.pair("padding").unwrap_or([0, 0]), ..Window::new([*h, *w]) };
            input("x")?.conv2d(&kernel, given.optional("b"), window, 1)?
        }
        "dropout" | "dropout2d" | "stochastic_depth" => {
            let x = input("x")?;
            let p = given.float("p", 0.0);
            let dims = match (case.op.as_str(), x.shape().dims()) {
                ("dropout2d", [n, _, _, c]) => vec![*n, 1, 1, *c],
                ("stochastic_depth", [n, ..]) => vec![*n, 1, 1, 1],
                (_, dims) => dims.to_vec(),
            };
            let y = x.dropout(&mask(given, &dims, p)?, p)?;
            if case.op == "stochastic_depth" { y.add(input("residual")?)? } else { y }
        }
        "squeeze_excite" => {
            let x = input("x")?;
            let squeezed = conv(&x.mean(&[1, 2], true)?, "w1", Some("b1"), 0, 1)?.relu()?;
            x.mul(&conv(&squeezed, "w2", Some("b2"), 0, 1)?.sigmoid()?)?
        }
        "basic_block" => {
            let x = input("x")?;
            let y = plain_batch_norm(given, &conv(x, "w1", None, 1, 1)?, epsilon)?.relu()?;
            plain_batch_norm(given, &conv(&y, "w2", None, 1, 1)?, epsilon)?.add(x)?.relu()?
        }
        "mbconv" => {
            let x = input("x")?;
            let silu = |y: Var| y.unary(UnaryFn::Silu);
            let wide = silu(conv(x, "we", None, 0, 1)?)?;
            let deep = silu(conv(&wide, "wd", None, 1, wide.shape()[3])?)?;
            conv(&deep, "wp", None, 0, 1)?.add(x)?
        }
        _ => return Ok(None),
    }))
}
