//! `receptive verify`: a line for each entry of the records.
use super::device::{DeviceName, device as device_of};
use receptive::{
    engine::tensor::Device,
    error::{Error, Result},
    workbench::jobs::verify::{Found, Verdict, verify},
};
use std::path::PathBuf;

/// Returns true if all entries pass that are supported and that the device can hold.
pub fn run(name: DeviceName, records: &[PathBuf]) -> Result<bool> {
    let mut device = device_of(name)?;
    let (mut held, mut unsupported, mut too_large, mut broken) = (0, 0, 0, 0);
    for path in records {
        if let Device::Gpu(gpu) = &device
            && let Some(why) = gpu.lost()
        {
            eprintln!("receptive: the GPU was lost ({why}); the next record is tried on it anew");
            device = device_of(name)?;
        }
        let file = path.display().to_string();
        let verdicts = std::fs::read_to_string(path)
            .map_err(|e| Error::data(&file, e.to_string()))
            .and_then(|text| pollster::block_on(verify(&file, &text, &device)))
            // A damaged record, or a network that this device cannot hold, does not stop the other records.
            .unwrap_or_else(|error| vec![Verdict::from_error(&file, error)]);
        for verdict in verdicts {
            println!("{verdict}");
            match (&verdict.found, verdict.holds()) {
                (Found::Unsupported(_), _) => unsupported += 1,
                (Found::TooLarge(_), _) => too_large += 1,
                (_, true) => held += 1,
                (_, false) => broken += 1,
            }
        }
    }
    println!("{held} hold, {broken} do not, {unsupported} unsupported, {too_large} too large for this device");
    Ok(broken == 0 && held > 0)
}
