//! Every table of controls, walked: each control changes what its figure computes or what its lab asks, and no extreme is refused.
use receptive::site::{figures::FIGURES, labs::LABS};

#[test]
fn every_control_acts_and_no_extreme_is_refused() {
    let figures = FIGURES.iter().map(|figure| (figure.id, figure.faults));
    let labs = LABS.iter().map(|lab| (lab.slug, lab.faults));
    let faults: Vec<String> =
        figures.chain(labs).flat_map(|(name, faults)| faults().into_iter().map(move |fault| format!("{name}: {fault}"))).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
