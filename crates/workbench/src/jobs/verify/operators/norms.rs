//! Cases of normalisation, dropout, and blocks of networks.
use super::given::{Given, unknown};
use crate::jobs::verify::{case::Expected, rule};
use engine::{
    Result,
    autograd::Var,
    ops::{ResponseNorm, UnaryFn, Window},
};

/// Batch norm with the batch's own statistics, without weight and bias.
fn plain_batch_norm(given: &Given, x: &Var, epsilon: f32) -> Result<Var> {
    let c = x.shape()[x.shape().rank() - 1];
    x.batch_norm(&given.constant(&[c], &vec![1.0; c])?, &given.constant(&[c], &vec![0.0; c])?, &x.value().channel_stats()?, epsilon)
}

/// A mask: 0 where the rule's number is less than p, else 1.
fn mask(given: &Given, dims: &[usize], p: f32) -> Result<Var> {
    let name = given.case.args["mask_name"].as_str().ok_or_else(|| unknown(given.case))?;
    let drawn = rule::tensor(name, dims.iter().product(), 0.0, 1.0);
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
        "batch_norm" if !case.flag("training") => {
            input("x")?.batch_norm_fixed(input("w")?, input("b")?, input("running_mean")?, input("running_var")?, epsilon)?
        }
        "batch_norm" if !case.inputs.contains_key("w") => plain_batch_norm(given, input("x")?, epsilon)?,
        "batch_norm" => input("x")?.batch_norm(input("w")?, input("b")?, &input("x")?.value().channel_stats()?, epsilon)?,
        "layer_norm" | "layer_norm2d" => input("x")?.layer_norm(input("w")?, input("b")?, epsilon)?,
        "group_norm" => input("x")?.group_norm(given.whole("groups", 1), input("w")?, input("b")?, epsilon)?,
        "instance_norm" => input("x")?.group_norm(input("w")?.shape()[0], input("w")?, input("b")?, epsilon)?,
        "local_response_norm" => input("x")?.local_response_norm(ResponseNorm {
            size: given.whole("size", 0),
            alpha: given.float("alpha", 0.0),
            beta: given.float("beta", 0.0),
            k: given.float("k", 0.0),
        })?,
        "ws_conv" => {
            let kernel = match given.inputs.get("gain") {
                Some(gain) => {
                    let gain = gain.reshape(input("b")?.shape().clone())?;
                    input("w")?.scaled_standardised_kernel(&gain, epsilon)?
                }
                None => input("w")?.standardised_kernel(epsilon)?,
            };
            input("x")?.conv2d(&kernel, given.inputs.get("b"), Window::square(3).padding(1), 1)?
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
