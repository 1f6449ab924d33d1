//! The number of channels of a widened layer.

/// The multiple of 8 nearest to `channels`, at least 8, and at least nine tenths of `channels`.
/// Source: Howard et al., 2017, in TensorFlow's code. Reference: torchvision.models._utils._make_divisible.
pub(super) fn divisible(channels: f32) -> usize {
    let rounded = (((channels + 4.0) / 8.0) as usize * 8).max(8);
    if (rounded as f32) < 0.9 * channels { rounded + 8 } else { rounded }
}

#[cfg(test)]
mod tests {
    #[test]
    fn channels_are_multiples_of_eight_near_by() {
        assert_eq!([3.0, 11.2, 16.0, 24.0 * 1.4, 32.0 * 1.1, 32.0 * 0.35].map(super::divisible), [8, 16, 16, 32, 32, 16]);
    }
}
