//! Sizes, kinds and times in words.
use crate::{
    site::{labs::kit::photos::networks::megabytes, widgets::number::grouped},
    workbench::protocol::{inspect::Kind, photos::Entry},
};

/// Multiply-adds in a second by one thread with SIMD, as this engine computes networks of several layers on a usual CPU.
const SPEED: f64 = 4e9;

/// Channels, rows and columns in words.
pub fn sizes([channels, height, width]: [usize; 3]) -> String {
    match (height, width) {
        (1, 1) => format!("{channels} numbers"),
        _ => format!("{channels} channels of {height} × {width}"),
    }
}

/// A shape as numbers with times signs.
pub fn dims(dims: &[usize]) -> String {
    dims.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ")
}

/// A kind by its standard term.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Input => "input",
        Kind::Convolution => "convolution",
        Kind::Product => "matrix product",
        Kind::Norm => "norm",
        Kind::Activation => "activation",
        Kind::Pool => "pooling",
        Kind::Sum => "sum",
        Kind::Scale => "elementwise product",
        Kind::Concatenation => "concatenation",
        Kind::Moves => "moved numbers",
        Kind::Other => "other operation",
    }
}

/// Milliseconds with as many digits as mean something.
pub fn milliseconds(time: f32) -> String {
    match time {
        time if time <= 0.0 => "0".into(),
        time if time < 10.0 => format!("{time:.2}"),
        time if time < 100.0 => format!("{time:.1}"),
        time => format!("{time:.0}"),
    }
}

/// A number with six significant digits, with a true minus sign.
pub fn exact(value: f32) -> String {
    let size = value.abs();
    let text = match size {
        0.0 => "0".into(),
        size if !(1e-4..1e6).contains(&size) => format!("{size:.5e}"),
        size => format!("{size:.0$}", (5 - size.log10().floor() as i32).clamp(0, 9) as usize),
    };
    if value < 0.0 { format!("−{text}") } else { text }
}

/// What building a network takes, before it is built.
pub fn takes(entry: &Entry) -> String {
    let seconds = entry.macs as f64 / SPEED;
    let time = if seconds < 1.0 { "under a second".into() } else { format!("about {seconds:.0} s") };
    format!(
        "{} parameters and {} million multiply-adds: {} of memory, and {time} for each look on one thread of a CPU",
        grouped(entry.parameters as u64),
        grouped(entry.macs / 1_000_000),
        megabytes(entry.memory)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_six_digits_and_times_three() {
        assert_eq!(
            [0.0, 1.5, -0.012_345_678, 123_456.7, 1e-9, -2e8].map(exact),
            ["0", "1.50000", "−0.0123457", "123457", "1.00000e-9", "−2.00000e8"]
        );
        assert_eq!([0.0, 0.126, 12.34, 456.7].map(milliseconds), ["0", "0.13", "12.3", "457"]);
        assert_eq!((sizes([10, 1, 1]), sizes([3, 4, 5])), ("10 numbers".into(), "3 channels of 4 × 5".into()));
    }
}
