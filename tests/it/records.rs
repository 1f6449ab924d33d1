//! Every record of tests/golden on both devices. A record with wrong numbers is caught.
use crate::devices::both;
use pollster::block_on;
use receptive::{
    engine::{
        gpu::{Gpu, Which},
        tensor::Device,
    },
    workbench::jobs::verify::{Found, Verdict, verify},
};
use std::fs;

const RECORDS: [&str; 12] = [
    "ops.json",
    "further.json",
    "schedules.json",
    "models/lenet5.json",
    "models/lenet5_relu.json",
    "models/resnet_cifar20.json",
    "models/resnet_cifar20_b.json",
    "models/preresnet_cifar20.json",
    "models/unet.json",
    "grads/lenet5.json",
    "grads/lenet5_relu.json",
    "grads/mobilenet_v2.json",
];

/// Networks that take a software adapter a minute. Here they run on the CPU only; `receptive verify` runs them on a GPU.
const LARGE: [&str; 31] = [
    "models/alexnet.json",
    "models/zfnet.json",
    "models/vgg11_bn.json",
    "models/googlenet.json",
    "models/inception_v3.json",
    "models/wide_resnet50_2.json",
    "models/resnext50_32x4d.json",
    "models/densenet121.json",
    "models/resnetv2_50.json",
    "models/legacy_xception.json",
    "models/seresnet50.json",
    "models/legacy_seresnet50.json",
    "models/squeezenet1_1.json",
    "models/mobilenetv1_100.json",
    "models/mobilenet_v3_large.json",
    "models/nasnetamobile.json",
    "models/shufflenet_v2_x1_0.json",
    "models/mnasnet1_0.json",
    "models/tf_efficientnet_lite0.json",
    "models/regnet_y_400mf.json",
    "models/resnet18.json",
    "models/mobilenet_v2.json",
    "models/efficientnet_b0.json",
    "models/efficientnet_v2_s.json",
    "models/convnext_tiny.json",
    "models/dm_nfnet_f0.json",
    "models/vit_tiny_patch16_224.json",
    "grads/resnet_cifar20.json",
    "grads/resnet18.json",
    "grads/efficientnet_b0.json",
    "grads/convnext_tiny.json",
];

/// Cases of these records that the engine leaves out for a reason.
const LEFT_OUT: [&str; 0] = [];

fn read(record: &str) -> String {
    fs::read_to_string(format!("tests/golden/{record}")).expect("a record of tests/golden")
}

#[test]
fn records_hold_on_every_device() {
    for (name, device) in both() {
        let large = if device.is_gpu() { &[][..] } else { &LARGE };
        for record in RECORDS.iter().chain(large) {
            for verdict in block_on(verify(record, &read(record), &device)).unwrap() {
                assert!(verdict.holds(), "{name}: {verdict}");
                let known = matches!(verdict.found, Found::Error { .. });
                assert!(known != LEFT_OUT.contains(&verdict.name.as_str()), "{name}: known and left out, or neither: {verdict}");
            }
        }
    }
}

#[test]
fn a_record_that_lies_is_caught() {
    let lie = read("ops.json").replacen("-3.95468454", "-3.95568454", 1);
    let verdicts = block_on(verify("lie", &lie, &Device::Cpu)).unwrap();
    let broken: Vec<&str> = verdicts.iter().filter(|v| !v.holds()).map(|v| v.name.as_str()).collect();
    assert_eq!(broken, ["conv2d/k3"]);
    assert!(block_on(verify("none", "{}", &Device::Cpu)).is_err());
}

/// The refusals of these entries. After each entry comes a valid case, which must still pass.
fn refusals(entries: &[serde_json::Value]) -> Vec<String> {
    let ops: serde_json::Value = serde_json::from_str(&read("ops.json")).unwrap();
    let cases = [entries, &[ops["cases"][0].clone()]].concat();
    let record = serde_json::json!({ "cases": cases });
    let verdicts = block_on(verify("given", &record.to_string(), &Device::Cpu)).unwrap();
    let (last, before) = verdicts.split_last().unwrap();
    assert!(last.holds() && before.iter().all(|verdict| !verdict.holds()), "{verdicts:?}");
    before.iter().map(ToString::to_string).collect()
}

#[test]
fn what_a_record_cannot_mean_is_refused_and_the_rest_is_checked() {
    let given =
        |file: &str| -> serde_json::Value { serde_json::from_str(&fs::read_to_string(format!("tests/files/{file}")).unwrap()).unwrap() };
    let [first, second] = ["record-shape-1.json", "record-shape-2.json"].map(|file| given(file)["cases"][0].clone());
    let changed = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut case = first.clone();
        case["inputs"]["b"]["shape"] = serde_json::json!([6]);
        change(&mut case);
        case
    };
    let said = refusals(&[
        first.clone(),
        second,
        changed(&|case| drop(case.as_object_mut().unwrap().remove("op"))),
        changed(&|case| drop(case["inputs"].as_object_mut().unwrap().remove("x0"))),
        changed(&|case| case["out"]["shape"] = serde_json::json!([])),
        changed(&|case| case["out"]["shape"] = serde_json::json!([100_000, 1])),
        serde_json::json!(7),
    ]);
    for (line, expected) in said.iter().zip([
        "expected a tensor of at most 131072 values, found the shape [18446744073709551615]",
        "expected a tensor of at most 131072 values, found the shape [1000000, 1000000]",
        "missing field `op`",
        "expected an input x0",
        "expected at most 1000 steps of a list, found the shape []",
        "expected at most 1000 steps of a list, found the shape [100000, 1]",
        "without a name",
    ]) {
        assert!(line.contains(expected), "{line}");
    }
}

#[test]
fn an_argument_that_nothing_reads_is_told_and_not_ignored() {
    let record = |file: &str| -> serde_json::Value { serde_json::from_str(&read(file)).unwrap() };
    let verdicts = |record: serde_json::Value| block_on(verify("given", &record.to_string(), &Device::Cpu)).unwrap();
    let unsupported = |verdicts: &[Verdict], what: &str| {
        let found = verdicts.iter().filter(|verdict| matches!(verdict.found, Found::Unsupported(_)));
        let found: Vec<String> = found.map(ToString::to_string).collect();
        assert!(found.len() == 1 && found[0].contains(what), "{what}: {found:?}");
    };
    let operations = record("ops.json");
    let case = |name: &str| operations["cases"].as_array().unwrap().iter().find(|case| case["case"] == name).unwrap().clone();
    for (name, place, value, what) in [
        ("conv2d/k3", "args", serde_json::json!({ "padding_mode": "circular" }), "padding_mode = \"circular\""),
        ("conv2d/k3", "args", serde_json::json!({ "stride": "two" }), "stride = \"two\""),
        ("conv2d/k3", "inputs", serde_json::json!({ "mask": { "shape": [2] } }), "an input mask"),
        ("cross_entropy/mean", "args", serde_json::json!({ "label_smooth": 0.1 }), "label_smooth = 0.1"),
        ("max_pool2d/k2s2", "args", serde_json::json!({ "return_indices": true }), "return_indices = true"),
        ("optim/adamw", "args", serde_json::json!({ "amsgrad": true }), "amsgrad = true"),
        ("act/relu", "args", serde_json::json!({ "inplace": true }), "inplace = true"),
    ] {
        let mut case = case(name);
        case[place].as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        unsupported(&verdicts(serde_json::json!({ "cases": [case, operations["cases"][1]] })), what);
    }
    let mut schedules = record("schedules.json");
    schedules["schedules"][0]["args"]["last_epoch"] = serde_json::json!(3);
    unsupported(&verdicts(schedules), "last_epoch");
    let mut training = record("grads/lenet5.json");
    training["training"]["sgd"]["args"]["nesterov"] = serde_json::json!(true);
    unsupported(&verdicts(training), "nesterov = true");
}

#[test]
fn a_network_is_asked_for_no_more_than_it_can_be() {
    for (file, changes) in [
        (
            "models/lenet5.json",
            &[("/input_shape", "[1, 1, 100000, 100000]"), ("/input_shape", "[18446744073709551615, 2]"), ("/input_shape", "[]")][..],
        ),
        (
            "grads/lenet5.json",
            &[("/input_shape", "[8, 1, 1000000, 28]"), ("/labels", "[]"), ("/labels", "[1]"), ("/training/sgd/args", "{}")],
        ),
    ] {
        for (place, value) in changes {
            let mut record: serde_json::Value = serde_json::from_str(&read(file)).unwrap();
            *record.pointer_mut(place).unwrap() = serde_json::from_str(value).unwrap();
            let verdicts = block_on(verify("given", &record.to_string(), &Device::Cpu)).unwrap();
            assert!(verdicts.iter().any(|verdict| !verdict.holds()), "{file} with {place} {value}");
        }
    }
}

/// A GPU that is as small as one likes.
fn small_gpu(most: u64) -> Device {
    Device::Gpu(block_on(Gpu::request_within(Which::Any, most)).expect("a Vulkan adapter"))
}

#[test]
fn what_a_device_cannot_hold_is_told_and_the_next_is_tried() {
    let ops: serde_json::Value = serde_json::from_str(&read("ops.json")).unwrap();
    let case = |name: &str| ops["cases"].as_array().unwrap().iter().find(|case| case["case"] == name).expect("a case").clone();
    let size = |case: &serde_json::Value| {
        let of = |shape: &serde_json::Value| shape.as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).product::<u64>();
        case["inputs"].as_object().unwrap().values().map(|input| of(&input["shape"])).chain([of(&case["out"]["shape"])]).max().unwrap()
    };
    let all = ops["cases"].as_array().unwrap();
    let (small, large) = (all.iter().min_by_key(|case| size(case)).unwrap(), all.iter().max_by_key(|case| size(case)).unwrap());
    assert!(size(large) > 4 * size(small).max(1024), "the records have small and large cases");
    let device = small_gpu(4 * size(large) - 4);
    let record = serde_json::json!({ "cases": [large, small, large, case("conv2d/k3")] });
    let verdicts = block_on(verify("given", &record.to_string(), &device)).unwrap();
    for (verdict, fits) in verdicts.iter().zip([false, true, false, true]) {
        match &verdict.found {
            Found::TooLarge(why) => assert!(!fits && why.contains("this GPU allows"), "{verdict}"),
            _ => assert!(fits && verdict.holds(), "{verdict}"),
        }
    }
    // A whole network is one entry. What comes after it on the same device holds.
    let device = small_gpu(1 << 16);
    let refused = block_on(verify("large", &read("models/lenet5.json"), &device)).unwrap_err();
    let verdict = Verdict::from_error("large", refused);
    assert!(matches!(verdict.found, Found::TooLarge(_)) && verdict.holds() && verdict.to_string().starts_with("too large"), "{verdict}");
    let record = serde_json::json!({ "cases": [small, case("conv2d/k3")] });
    assert!(
        block_on(verify("given", &record.to_string(), &device))
            .unwrap()
            .iter()
            .all(|v| matches!(v.found, Found::Error { .. }) && v.holds())
    );
}

#[test]
fn labels_of_pixels_follow_a_rule() {
    // Loss, logits and gradient by NumPy in 64 bits, the gradient by differences.
    let record = |labels: serde_json::Value| {
        serde_json::json!({ "name": "unet", "input_name": "input", "input_shape": [2, 3, 64, 64], "weight_c": 6.0, "labels": labels,
            "loss": 0.71645545, "logits": [0.0076752695, -0.12571457, -0.033624827], "input_grad": { "l2": 0.0, "sum": 0.0, "first": [] },
            "params_columns": [], "params": [["head.bias", 0.011192811, 0.0, [0.0079145124, -0.0079145124], 1e-6]] })
    };
    let verdicts = |record: serde_json::Value| block_on(verify("given", &record.to_string(), &Device::Cpu)).unwrap();
    let found = verdicts(record("label[n][y][x] = (y/8 + x/8 + n) % 2".into()));
    for what in ["unet: loss", "unet: logits", "unet: gradient of head.bias"] {
        let verdict = found.iter().find(|verdict| verdict.name == what).expect("a verdict of this name");
        assert!(verdict.holds(), "{verdict}");
    }
    let refused = |record: serde_json::Value, expected: &str| {
        let said = verdicts(record)[0].to_string();
        assert!(said.contains("unsupported") && said.contains(expected), "{said}");
    };
    refused(record(serde_json::json!([1, 0])), "a label for each image");
    refused(record("label[n][y][x] = n".into()), "no such rule");
    let mut cifar = record("label[n][y][x] = (y/8 + x/8 + n) % 2".into());
    (cifar["name"], cifar["input_shape"]) = ("resnet_cifar20".into(), serde_json::json!([2, 3, 32, 32]));
    refused(cifar, "no such rule for this network");
}
