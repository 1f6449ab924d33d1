//! The rule that computes a record's weights and inputs from their names, so that records need not contain them (tests/golden/README.md).

/// n numbers in [0, 1) with 24 bits each: FNV-1a of the name, then a SplitMix64 step for each index.
fn unit(name: &str, n: usize) -> impl Iterator<Item = f64> {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    (0..n as u64).map(move |i| {
        let z = hash.wrapping_add(i).wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f64 / (1u64 << 24) as f64
    })
}

/// Values of inputs and upstream gradients, uniform between `low` and `high`.
pub fn tensor(name: &str, n: usize, low: f64, high: f64) -> Vec<f32> {
    unit(name, n).map(|u| (low + (high - low) * u) as f32).collect()
}

/// Values of a state-dict entry with PyTorch's shape `dims`. `c` sets the gain of matrices, √(c / fan_in).
pub fn parameter(name: &str, dims: &[usize], c: f64) -> Vec<f32> {
    let last = name.rsplit('.').next().unwrap_or(name);
    let fan_in: usize = dims.iter().skip(1).product();
    let value = |u: f64| {
        let s = 2.0 * u - 1.0;
        match last {
            "running_var" => 1.0 + 0.5 * u,
            "running_mean" | "bias" => 0.1 * s,
            "layer_scale" | "skipinit_gain" => 0.1 + 0.05 * s,
            "gain" => 1.0 + 0.1 * s,
            _ if dims.len() == 1 => 1.0 + 0.1 * s,
            _ => s * (c / fan_in as f64).sqrt(),
        }
    };
    unit(name, dims.iter().product()).map(|u| value(u) as f32).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_rule_gives_its_published_check_values() {
        assert_eq!(super::parameter("conv1.weight", &[64, 3, 7, 7], 6.0)[9407].to_bits(), 0xbd96_8c39);
        assert_eq!(super::parameter("bn1.running_var", &[64], 6.0)[5].to_bits(), 0x3fbd_c51a);
        assert_eq!(super::parameter("fc.bias", &[1000], 6.0)[999].to_bits(), 0x3d2c_490a);
        assert_eq!(super::tensor("input", 2, -1.0, 1.0), [-0.804_363_37, -0.705_042_84]);
    }
}
