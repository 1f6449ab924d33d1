//! Every record of tests/golden on both devices. A record with wrong numbers is caught.
use crate::devices::both;
use pollster::block_on;
use receptive::workbench::jobs::verify::{Found, verify};
use std::fs;

const RECORDS: [&str; 11] = [
    "ops.json",
    "further.json",
    "schedules.json",
    "models/lenet5.json",
    "models/lenet5_relu.json",
    "models/resnet_cifar20.json",
    "models/resnet_cifar20_b.json",
    "models/preresnet_cifar20.json",
    "grads/lenet5.json",
    "grads/lenet5_relu.json",
    "grads/mobilenet_v2.json",
];

/// Networks that take a software adapter a minute. Here they run on the CPU only; `receptive verify` runs them on a GPU.
const LARGE: [&str; 22] = [
    "models/alexnet.json",
    "models/zfnet.json",
    "models/vgg11_bn.json",
    "models/googlenet.json",
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
    "models/mnasnet1_0.json",
    "models/tf_efficientnet_lite0.json",
    "models/resnet18.json",
    "models/mobilenet_v2.json",
    "models/efficientnet_b0.json",
    "grads/resnet_cifar20.json",
    "grads/resnet18.json",
    "grads/efficientnet_b0.json",
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
    let verdicts = block_on(verify("lie", &lie, &receptive::engine::tensor::Device::Cpu)).unwrap();
    let broken: Vec<&str> = verdicts.iter().filter(|v| !v.holds()).map(|v| v.name.as_str()).collect();
    assert_eq!(broken, ["conv2d/k3"]);
    assert!(block_on(verify("none", "{}", &receptive::engine::tensor::Device::Cpu)).is_err());
}

/// The refusals of these entries. After each entry comes a valid case, which must still pass.
fn refusals(entries: &[serde_json::Value]) -> Vec<String> {
    let ops: serde_json::Value = serde_json::from_str(&read("ops.json")).unwrap();
    let cases = [entries, &[ops["cases"][0].clone()]].concat();
    let record = serde_json::json!({ "cases": cases });
    let verdicts = block_on(verify("given", &record.to_string(), &receptive::engine::tensor::Device::Cpu)).unwrap();
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
    let verdicts =
        |record: serde_json::Value| block_on(verify("given", &record.to_string(), &receptive::engine::tensor::Device::Cpu)).unwrap();
    let unsupported = |verdicts: &[receptive::workbench::jobs::verify::Verdict], what: &str| {
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
            let verdicts = block_on(verify("given", &record.to_string(), &receptive::engine::tensor::Device::Cpu)).unwrap();
            assert!(verdicts.iter().any(|verdict| !verdict.holds()), "{file} with {place} {value}");
        }
    }
}
