//! The time that each node of a network takes on a device.
use super::{node_values::number, recorded::Recorded};
use crate::nn::Seq;
use engine::{
    Error, Result,
    autograd::{Tape, run},
    tensor::Tensor,
};

/// How often each node is measured, after one pass that is not.
const PASSES: usize = 3;

/// The seconds of each node, in the order of the graph. `now` is a clock in seconds.
///
/// The network runs once on the image (1×H×W×C inside) and is recorded, unfused. Then every operation of a node runs again on the inputs that
/// were recorded, and the clock is read before and after. The median of three such passes counts; one more goes before them. So a network that
/// is fused for inference takes less than the sum. On a GPU each node is awaited by reading one of its numbers, less the time of reading a
/// number that is ready. An input, or a node that only renames axes, takes 0.
pub async fn node_times(network: &Seq, image: Tensor, now: &dyn Fn() -> f64) -> Result<Vec<f64>> {
    let recorded = Recorded::new(network, image, Tape::frozen())?;
    let mut times = vec![vec![]; recorded.nodes.len()];
    for pass in 0..=PASSES {
        for (node, times) in recorded.nodes.iter().zip(&mut times) {
            let value = recorded.var(node.last())?.value().clone();
            let awaits = value.device().is_gpu();
            let began = now();
            if awaits {
                number(&value, 0).await?;
            }
            let ready = now();
            let made = recorded.tape.read(|lines| {
                let mut made = None;
                for line in node.lines.iter().map(|line| &lines[*line]) {
                    match &line.op {
                        Some(op) if !op.renames() => made = Some(run(&**op, &line.x.iter().collect::<Vec<_>>())?),
                        _ => {}
                    }
                }
                Ok::<_, Error>(made)
            })?;
            let Some(made) = made else {
                times.push(0.0);
                continue;
            };
            if awaits {
                number(&made, 0).await?;
            }
            if pass > 0 {
                times.push((now() - ready - if awaits { ready - began } else { 0.0 }).max(0.0));
            }
        }
    }
    Ok(times.into_iter().map(median).collect())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{insight::graph, models::model, nn::Scope};
    use engine::tensor::{Device, Layout};
    use std::time::Instant;

    #[test]
    fn every_node_that_computes_takes_time() {
        let spec = model("squeezenet1_1").unwrap();
        let network = spec.network(&Scope::new(Device::Cpu, 1)).unwrap();
        let image = Tensor::from_outside(&Device::Cpu, Layout::Image, &[1, 3, 64, 64], &vec![0.5; 3 * 64 * 64]).unwrap();
        let start = Instant::now();
        let times = pollster::block_on(node_times(&network, image, &|| start.elapsed().as_secs_f64())).unwrap();
        let nodes = graph(spec).unwrap();
        assert_eq!(times.len(), nodes.len());
        for (node, time) in nodes.iter().zip(&times) {
            assert_eq!(*time > 0.0, node.bytes > 0 && node.path != "input", "{} {time}", node.path);
        }
        assert!(times.iter().sum::<f64>() < start.elapsed().as_secs_f64());
    }
}
