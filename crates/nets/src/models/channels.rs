//! The number of channels of a widened layer.

/// The multiple of 8 nearest to `channels`, at least 8, and at least nine tenths of `channels`.
/// Source: Howard et al., 2017, in TensorFlow's code. Reference: torchvision.models._utils._make_divisible.
pub(super) fn divisible(channels: f32) -> usize {
    multiple(channels, 8)
}

/// The same for multiples of `of`, which is not 0.
pub(super) fn multiple(channels: f32, of: usize) -> usize {
    let rounded = ((channels + of as f32 / 2.0) as usize / of * of).max(of);
    if (rounded as f32) < 0.9 * channels { rounded + of } else { rounded }
}

#[cfg(test)]
mod tests {
    #[test]
    fn channels_are_multiples_of_eight_near_by() {
        assert_eq!([3.0, 11.2, 16.0, 24.0 * 1.4, 32.0 * 1.1, 32.0 * 0.35].map(super::divisible), [8, 16, 16, 32, 32, 16]);
    }
}
