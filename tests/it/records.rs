//! Every record of tests/golden on both devices; and a record that lies is caught.
use crate::devices::both;
use pollster::block_on;
use receptive::workbench::jobs::verify::{Found, verify};
use std::fs;

const RECORDS: [&str; 5] = ["ops.json", "models/lenet5.json", "models/lenet5_relu.json", "grads/lenet5.json", "grads/lenet5_relu.json"];

fn read(record: &str) -> String {
    fs::read_to_string(format!("tests/golden/{record}")).expect("a record of tests/golden")
}

#[test]
fn records_hold_on_every_device() {
    for (name, device) in both() {
        let mut held = 0;
        for record in RECORDS {
            for verdict in block_on(verify(record, &read(record), &device)).unwrap() {
                assert!(verdict.holds(), "{name}: {verdict}");
                held += usize::from(matches!(verdict.found, Found::Error { .. }));
            }
        }
        // Fewer means that something supported has become unknown.
        assert!(held >= 169, "{name}: only {held} checks were made");
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
