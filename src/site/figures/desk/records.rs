//! The desk against PyTorch: random settings, with PyTorch's output and three gradients.
use super::{compute, settings::Settings, terms::Part};
use crate::site::url::{Keys, settings_of};
use serde::Deserialize;

#[derive(Deserialize)]
struct Tensor {
    shape: Vec<usize>,
    values: Vec<f64>,
}

#[derive(Deserialize)]
struct Case {
    query: String,
    y: Tensor,
    dx: Tensor,
    dk: Option<Tensor>,
    db: Option<Tensor>,
}

#[derive(Deserialize)]
struct Records {
    cases: Vec<Case>,
}

/// The allowed error. The records have integers or means of integers, so single precision only adds its own rounding.
const ALLOWED: f64 = 2e-6;

#[test]
fn drawn_settings_give_what_pytorch_gives() {
    let records: Records =
        serde_json::from_str(include_str!("../../../../tests/golden/desk.json")).expect("the record is as desk.py writes it");
    assert!(records.cases.len() >= 100, "expected at least 100 cases, found {}", records.cases.len());
    for case in &records.cases {
        // The desk accepts each of these settings unchanged.
        let taken = settings_of::<Settings>(&case.query);
        for (key, value) in serde_urlencoded::from_str::<Vec<(String, String)>>(&case.query).expect("a query") {
            let found = taken.iter().find(|(own, _)| *own == key).map(|(_, value)| value.clone());
            assert_eq!(found, Some(value), "{key} of {}", case.query);
        }
        let settings = Keys::<Settings>::default().from_query(&case.query);
        let subject = compute::subject(&settings).unwrap_or_else(|error| panic!("{}: {error}", case.query));
        let parts = [
            (Part::Output, Some(&case.y)),
            (Part::InputGrad, Some(&case.dx)),
            (Part::KernelGrad, case.dk.as_ref()),
            (Part::BiasGrad, case.db.as_ref()),
        ];
        for (part, expected) in parts {
            let Some(expected) = expected else { continue };
            let found = subject.numbers.of(part);
            assert_eq!(found.len(), expected.shape.iter().product::<usize>(), "{} of {}", part.key(), case.query);
            let largest = expected.values.iter().fold(1.0f64, |most, v| most.max(v.abs()));
            for (at, (found, expected)) in found.iter().zip(&expected.values).enumerate() {
                let error = (f64::from(*found) - expected).abs() / largest;
                assert!(error <= ALLOWED, "{}[{at}] of {}: expected {expected}, found {found}", part.key(), case.query);
            }
        }
        assert_eq!(part_shape(&settings), case.y.shape, "{}", case.query);
    }
}

/// The shape with a batch of one image.
fn part_shape(settings: &Settings) -> Vec<usize> {
    std::iter::once(1).chain(Part::Output.shape(settings)).collect()
}
