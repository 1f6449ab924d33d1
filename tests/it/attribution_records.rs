//! Every attribution, the steps of an ascent and the classifier's features, against PyTorch's numbers for two small networks.
use pollster::block_on;
use receptive::{
    engine::{
        autograd::ReluRule,
        tensor::{Device, Layout, Tensor},
    },
    nets::{
        insight::{Ascent, Goal, MeanGradient, Occluder, Occlusion, Points, Regularisers, features, grad_cam, rectifiers},
        models::model,
        nn::{self, Module, Scope, Seq, State},
    },
    workbench::jobs::verify::rule,
};
use serde_json::Value;

/// The allowed error in single precision, relative to the largest number of the record.
const ALLOWED: f64 = 1e-4;

fn numbers(value: &Value) -> Vec<f32> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number") as f32).collect()
}

fn whole(value: &Value) -> usize {
    value.as_u64().expect("a whole number") as usize
}

/// The network of a record with the weights of the rule, and its picture.
fn stand(record: &Value) -> (Seq, Tensor, usize) {
    let spec = model(record["network"].as_str().expect("a name")).expect("in the zoo");
    let network = spec.network(&Scope::new(Device::Cpu, 0)).expect("a network");
    let entry = |param: &std::rc::Rc<receptive::engine::autograd::Param>| {
        let dims = param.layout.outside(param.value().shape()).expect("a shape");
        (param.name.clone(), (dims.clone(), rule::parameter(&param.name, &dims, record["weight_c"].as_f64().expect("a gain"))))
    };
    let state: State = network.params().iter().map(entry).collect();
    nn::load(&network, &state).expect("weights that fit");
    let [channels, height, width] = spec.input;
    let values = rule::tensor("input", channels * height * width, -1.0, 1.0);
    let image = Tensor::from_outside(&Device::Cpu, Layout::Image, &[1, channels, height, width], &values).expect("an image");
    (network, image, whole(&record["class"]))
}

/// The noise of a record for all its copies, the channels of a pixel one after another.
fn noise(given: &Value, image: &Tensor) -> Box<dyn FnMut() -> f32> {
    let [_, height, width, channels] = image.shape().axes("noise").expect("an image");
    let dims = [whole(&given["samples"]), channels, height, width];
    let values = rule::tensor(given["noise"].as_str().expect("a name"), dims.iter().product(), -1.0, 1.0);
    let inside = Tensor::from_outside(&Device::Cpu, Layout::Image, &dims, &values).expect("noise");
    let mut values = block_on(inside.values()).expect("values").into_iter();
    Box::new(move || values.next().expect("as much noise as is asked for"))
}

fn gradient(network: &Seq, image: Tensor, class: usize, rule: ReluRule, points: Points, batch: usize) -> MeanGradient {
    let mut found = block_on(MeanGradient::of(image, class, rule, points)).expect("settings that hold");
    while found.done() < found.count() {
        block_on(found.advance(network, batch)).expect("a gradient");
    }
    found
}

fn occluded(network: &Seq, image: Tensor, class: usize, given: &Value, batch: usize) -> Vec<f32> {
    let occluder = Occluder { side: whole(&given["side"]), stride: whole(&given["stride"]), colour: numbers(&given["colour"]) };
    let mut found = block_on(Occlusion::of(image, class, occluder)).expect("settings that hold");
    while found.done() < found.count() {
        block_on(found.advance(network, batch)).expect("logits");
    }
    found.map().expect("a map").values
}

fn climbed(network: &Seq, image: Tensor, class: usize, given: &Value) -> (Vec<f32>, Vec<f32>) {
    let layer = || given["layer"].as_str().expect("a layer").to_string();
    let goal = match given["goal"].as_str() {
        Some("class") => Goal::Class(class),
        Some("channel") => Goal::Channel { layer: layer(), channel: whole(&given["channel"]) },
        _ => Goal::Unit { layer: layer(), channel: whole(&given["channel"]), place: [0, 1].map(|axis| whole(&given["place"][axis])) },
    };
    let number = |key: &str| given[key].as_f64().expect("a number") as f32;
    let regularisers = Regularisers { decay: number("decay"), variation: number("variation"), blur: number("blur") };
    let bounds = numbers(&given["bounds"]);
    let bounds = vec![[bounds[0], bounds[1]]; image.shape()[3]];
    let mut ascent = block_on(Ascent::of(image, goal, number("step"), regularisers, bounds)).expect("settings that hold");
    let shifts = given["shifts"].as_array().expect("shifts");
    let values = shifts.iter().map(|shift| block_on(ascent.advance(network, [0, 1].map(|axis| whole(&shift[axis])))).expect("a step"));
    (values.collect(), ascent.picture().to_vec())
}

/// The largest error of some numbers relative to the largest of the record.
fn error(found: &[f32], expected: &Value) -> f64 {
    let expected = numbers(expected);
    let most = expected.iter().fold(f64::MIN_POSITIVE, |most, e| most.max(f64::from(e.abs())));
    found.iter().zip(&expected).map(|(f, e)| f64::from((f - e).abs()) / most).fold(0.0, f64::max)
}

#[test]
fn every_attribution_is_pytorchs() {
    let record: Value = serde_json::from_str(&std::fs::read_to_string("tests/golden/attribution.json").expect("a record")).expect("JSON");
    let mut held = 0;
    for record in record["attributions"].as_array().expect("a list") {
        let (network, image, class) = stand(record);
        let (method, given, expected) = (record["method"].as_str().expect("a method"), &record["given"], &record["found"]);
        let name = format!("{} {method} {}", record["network"], given["goal"]);
        let plain = |rule: ReluRule| gradient(&network, image.clone(), class, rule, Points::Here, 1).map().expect("a map").values;
        let found = match method {
            "saliency" => plain(ReluRule::Gradient),
            "guided" => plain(ReluRule::Guided),
            "deconvnet" => plain(ReluRule::Deconvnet),
            "integrated" => {
                let path = |_: ()| Points::Path { steps: whole(&given["steps"]), baseline: numbers(&given["baseline"]) };
                let [alone, together] = [1, 3].map(|batch| gradient(&network, image.clone(), class, ReluRule::Gradient, path(()), batch));
                let completeness = block_on(together.completeness(&network)).expect("logits").expect("of integrated gradients");
                assert!(error(&completeness, &expected["completeness"]) < ALLOWED, "{name}: {completeness:?}");
                let [alone, together] = [alone, together].map(|found| found.map().expect("a map").values);
                assert!(alone.iter().zip(&together).all(|(a, b)| (a - b).abs() < 1e-5 * a.abs().max(1.0)), "{name}: in batches it differs");
                together
            }
            "smooth" => {
                let spread = given["spread"].as_f64().expect("a share") as f32;
                let points = Points::Noise { samples: whole(&given["samples"]), spread, normal: noise(given, &image) };
                gradient(&network, image.clone(), class, ReluRule::Gradient, points, 2).map().expect("a map").values
            }
            "occlusion" => {
                let alone = occluded(&network, image.clone(), class, given, 1);
                let together = occluded(&network, image.clone(), class, given, 5);
                assert!(error(&alone, &expected["first"]) < ALLOWED, "{name}: one at a time it differs");
                together
            }
            "cam" => block_on(grad_cam(&network, image.clone(), given["layer"].as_str().expect("a layer"), class)).expect("a map").values,
            "features" => block_on(features(&network, image.clone())).expect("features"),
            "ascent" => {
                let (values, picture) = climbed(&network, image.clone(), class, given);
                assert!(error(&values, &expected["values"]) < ALLOWED, "{name}: {values:?}");
                picture
            }
            other => panic!("an unknown method {other}"),
        };
        assert_eq!(found.len(), whole(&expected["size"]), "{name}");
        let wrong = error(&found, &expected["first"]);
        assert!(wrong < ALLOWED, "{name}: wrong by {wrong:.1e} of the largest");
        let sum: f64 = found.iter().map(|value| f64::from(*value)).sum();
        let size = found.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
        let [sum_expected, size_expected] = ["sum", "l2"].map(|key| expected[key].as_f64().expect("a number"));
        assert!((size - size_expected).abs() < ALLOWED * size_expected, "{name}: {size} where {size_expected} was expected");
        let scale = size_expected * (found.len() as f64).sqrt();
        assert!((sum - sum_expected).abs() < ALLOWED * scale, "{name}: {sum} where {sum_expected} was expected");
        held += 1;
    }
    assert_eq!(held, 22);
}

#[test]
fn a_network_without_relus_has_none_to_change() {
    let count = |name: &str| rectifiers(model(name).expect("in the zoo")).expect("a count");
    // Two after convolutions and two after dense layers; one after the first convolution and two in each of nine blocks; tanh alone.
    assert_eq!(["lenet5_relu", "resnet_cifar20", "lenet5", "efficientnet_b0"].map(count), [4, 19, 0, 0]);
    assert!(count("mobilenet_v2") > 30, "a ReLU with a ceiling is one");
}
