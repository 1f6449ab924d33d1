//! One node of a network on a picture: its output, or the gradient of a logit with respect to it, and its weight.
use super::{
    attribution::logits_of,
    graph::dims,
    recorded::{Made, Recorded},
};
use crate::nn::Seq;
use engine::{
    Result,
    autograd::Tape,
    ops::{Along, Slice},
    tensor::{Layout, Shape, Tensor},
};

/// The largest number of values of a weight that is read. Larger ones, those of the dense layers of AlexNet and VGG, are no pictures.
pub const MOST_WEIGHTS: usize = 1 << 23;

/// A node on a picture.
pub struct NodeValues {
    /// The layer's line in the table of the architecture, or PyTorch's name of the operation.
    pub description: String,
    /// The output's shape without the batch: C, H, W.
    pub dims: Vec<usize>,
    /// The output, or the gradient, in the order of `dims`. The gradient is 0 where the logit does not depend on the output.
    pub values: Vec<f32>,
    /// The weight of a convolution or of a dense layer as it is used, in PyTorch's order: its shape and its values. None for other nodes, and
    /// for more than [`MOST_WEIGHTS`] values.
    pub weight: Option<(Vec<usize>, Vec<f32>)>,
    /// The logit that was differentiated.
    pub logit: Option<f32>,
}

/// The output of a node for one image (1×H×W×C inside), or the gradient of the logit of `class` with respect to it. Refuses an unknown node
/// or class.
pub async fn node_values(network: &Seq, image: Tensor, node: &str, class: Option<usize>) -> Result<NodeValues> {
    let run = Recorded::new(network, image, Tape::frozen())?;
    let made = run.find(node)?;
    let output = run.var(made.last())?;
    let (value, logit) = match class {
        None => (Some(output.value().clone()), None),
        Some(class) => {
            let score = logits_of(&run.output, 1, class)?.reshape(Shape::new([1]))?;
            let gradient = run.tape.backward(&score, &[&output])?.kept()[0].clone();
            (gradient, Some(score.value().values().await?[0]))
        }
    };
    let shape = output.shape();
    let values = match value {
        Some(value) => value.values().await?,
        None => vec![0.0; shape.size()],
    };
    let layout = if let [1, _, _, _] = shape.dims() { Layout::Image } else { Layout::Plain };
    let weight = match weight(&run, made).filter(|(weight, _)| weight.shape().size() <= MOST_WEIGHTS) {
        Some((weight, layout)) => Some(weight.to_outside(layout).await?),
        None => None,
    };
    Ok(NodeValues { description: made.description.clone(), dims: dims(shape), values: layout.to_outside(shape, &values)?, weight, logit })
}

/// The weight of a node's convolution or dense layer.
fn weight(run: &Recorded, made: &Made) -> Option<(Tensor, Layout)> {
    run.tape.read(|lines| {
        made.lines.iter().map(|line| &lines[*line]).find(|line| line.macs() > 0 && line.inputs[1].is_none()).and_then(|line| {
            let layout = match line.op.as_ref()?.name() {
                "conv2d" => Layout::Kernel,
                "conv_transpose2d" => Layout::TransposedKernel,
                "matmul" => Layout::Dense,
                _ => return None,
            };
            Some((line.x[1].clone(), layout))
        })
    })
}

/// The number at `at` of a tensor in the engine's order.
pub(super) async fn number(of: &Tensor, at: usize) -> Result<f32> {
    let size = of.shape().size();
    let one = Slice { axes: vec![Along::whole(1), Along::from(at as isize, 1)], fill: 0.0 };
    Ok(engine::autograd::run(&one, &[&of.reshape(Shape::new([1, size]))?])?.values().await?[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        insight::{inspect, saliency},
        models::model,
        nn::Scope,
    };
    use engine::tensor::Device;
    use pollster::block_on;

    fn image([channels, height, width]: [usize; 3]) -> Tensor {
        let values: Vec<f32> = (0..channels * height * width).map(|at| ((at * 7919) % 1013) as f32 / 506.5 - 1.0).collect();
        Tensor::from_outside(&Device::Cpu, Layout::Image, &[1, channels, height, width], &values).unwrap()
    }

    #[test]
    fn outputs_and_weights_are_those_of_the_layers() {
        let spec = model("lenet5").unwrap();
        let network = spec.network(&Scope::new(Device::Cpu, 1)).unwrap();
        let (_, all) = block_on(inspect(&network, image(spec.input), None)).unwrap();
        for layer in &all.layers {
            let found = block_on(node_values(&network, image(spec.input), &layer.path, None)).unwrap();
            assert_eq!((&found.dims, &found.values), (&layer.dims, &layer.activation), "{}", layer.path);
        }
        let found = block_on(node_values(&network, image(spec.input), "conv1", Some(3))).unwrap();
        let (dims, weight) = found.weight.unwrap();
        assert_eq!((&dims[..], weight.len(), found.values.len()), (&[6, 1, 5, 5][..], 150, 6 * 28 * 28));
        assert!(found.logit.is_some() && found.values.iter().any(|g| *g != 0.0));
        let said =
            |node: &str, class| block_on(node_values(&network, image(spec.input), node, class)).err().map(|e| e.to_string()).unwrap();
        assert!(said("conv9", None).contains("conv9") && said("conv9", None).contains("conv1"), "{}", said("conv9", None));
        assert!(said("conv1", Some(10)).contains("10"));
    }

    #[test]
    fn the_gradient_at_the_input_is_the_saliencys() {
        let spec = model("squeezenet1_1").unwrap();
        let network = spec.network(&Scope::new(Device::Cpu, 1)).unwrap();
        let [channels, height, width] = [3, 64, 64];
        let found = block_on(node_values(&network, image([channels, height, width]), "input", Some(7))).unwrap();
        let expected = block_on(saliency(&network, image([channels, height, width]), 7)).unwrap();
        let plane = height * width;
        for at in 0..plane {
            let most = (0..channels).map(|c| found.values[c * plane + at].abs()).fold(0.0, f32::max);
            assert_eq!(most, expected.values[at]);
        }
    }
}
