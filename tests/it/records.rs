//! Every record of tests/golden on both devices; and a record that lies is caught.
use crate::devices::both;
use pollster::block_on;
use receptive::workbench::jobs::verify::{Found, verify};
use std::fs;

const RECORDS: [&str; 9] = [
    "ops.json",
    "schedules.json",
    "models/lenet5.json",
    "models/lenet5_relu.json",
    "models/resnet_cifar20.json",
    "models/resnet_cifar20_b.json",
    "grads/lenet5.json",
    "grads/lenet5_relu.json",
    "grads/mobilenet_v2.json",
];

/// Those that a software adapter would need a minute for: here on the CPU only, on a GPU through `receptive verify`.
const LARGE: [&str; 17] = [
    "models/alexnet.json",
    "models/vgg11_bn.json",
    "models/googlenet.json",
    "models/wide_resnet50_2.json",
    "models/resnext50_32x4d.json",
    "models/densenet121.json",
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
