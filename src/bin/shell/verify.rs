//! `receptive verify`: a line for each entry of the records.
use super::device::{DeviceName, device};
use receptive::{
    error::{Error, Result},
    workbench::jobs::verify::{Found, Verdict, verify},
};
use std::path::PathBuf;

/// Returns true if all supported entries pass.
pub fn run(name: DeviceName, records: &[PathBuf]) -> Result<bool> {
    let device = device(name)?;
    let (mut held, mut unsupported, mut broken) = (0, 0, 0);
    for path in records {
        let file = path.display().to_string();
        let verdicts = std::fs::read_to_string(path)
            .map_err(|e| Error::data(&file, e.to_string()))
            .and_then(|text| pollster::block_on(verify(&file, &text, &device)))
            // A damaged record, or a network that this GPU cannot hold, does not stop the other records.
            .unwrap_or_else(|error| vec![Verdict::from_error(&file, error)]);
        for verdict in verdicts {
            println!("{verdict}");
            match (&verdict.found, verdict.holds()) {
                (Found::Unsupported(_), _) => unsupported += 1,
                (_, true) => held += 1,
                (_, false) => broken += 1,
            }
        }
    }
    println!("{held} hold, {broken} do not, {unsupported} unsupported");
    Ok(broken == 0 && held > 0)
}
