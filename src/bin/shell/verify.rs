//! `receptive verify`: a line for each thing that the records hold.
use super::device::{DeviceName, device};
use receptive::{
    error::{Error, Result},
    workbench::jobs::verify::{Found, Verdict, verify},
};
use std::path::PathBuf;

/// True if all that is supported holds.
pub fn run(name: DeviceName, records: &[PathBuf]) -> Result<bool> {
    let device = device(name)?;
    let (mut held, mut unsupported, mut broken) = (0, 0, 0);
    for path in records {
        let file = path.display().to_string();
        let verdicts = std::fs::read_to_string(path)
            .map_err(|e| Error::data(&file, e.to_string()))
            .and_then(|text| pollster::block_on(verify(&file, &text, &device)))
            // A damaged record, or a network that this GPU cannot hold, is no reason to leave the other records out.
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
