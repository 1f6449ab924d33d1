//! A patch of the reader's photo as a word in the address: its size, then a letter for each value, 0 to 1 in steps of 1/50.
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxy";
/// The number of steps from black to white, so that values have at most two decimals.
const STEPS: f32 = 50.0;

/// Channels, rows, columns and values.
pub struct Patch {
    pub shape: [usize; 3],
    pub values: Vec<f32>,
}

/// In an address it is `3.4.4.ABC…`.
pub fn write(patch: &Patch) -> String {
    let letter = |value: &f32| char::from(LETTERS[(value.clamp(0.0, 1.0) * STEPS).round() as usize]);
    let [channels, rows, columns] = patch.shape;
    format!("{channels}.{rows}.{columns}.{}", patch.values.iter().map(letter).collect::<String>())
}

pub fn read(text: &str) -> Option<Patch> {
    let mut parts = text.splitn(4, '.');
    let mut number = || parts.next()?.parse::<usize>().ok().filter(|n| (1..=16).contains(n));
    let shape = [number()?, number()?, number()?];
    let value = |letter: u8| LETTERS.iter().position(|own| *own == letter).map(|step| step as f32 / STEPS);
    let values: Vec<f32> = parts.next()?.bytes().map(value).collect::<Option<_>>()?;
    (values.len() == shape.iter().product::<usize>()).then_some(Patch { shape, values })
}

/// A batch of this shape, N, C, H, W, filled with the patch. Cells are the nearest ones; missing channels repeat the existing ones.
pub fn fill(text: &str, shape: &[usize; 4]) -> Vec<f32> {
    let [images, channels, rows, columns] = *shape;
    let Some(Patch { shape: own, values }) = read(text) else { return vec![0.0; images * channels * rows * columns] };
    let cell = |at: usize| {
        let (column, row, channel) = (at % columns, at / columns % rows, at / (columns * rows) % channels);
        values[(channel % own[0] * own[1] + row * own[1] / rows) * own[2] + column * own[2] / columns]
    };
    (0..images * channels * rows * columns).map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_comes_back_in_steps_of_a_fiftieth() {
        let values = vec![0.0, 0.011, 0.5, 1.0, 2.0, 0.98];
        let text = write(&Patch { shape: [1, 2, 3], values });
        let patch = read(&text).unwrap();
        assert_eq!(patch.shape, [1, 2, 3]);
        assert_eq!(patch.values, [0.0, 0.02, 0.5, 1.0, 1.0, 0.98]);
        for wrong in ["", "1.2.3.AAA", "1.2.3.AAAAA!", "1.0.3.", "99.99.99.A", "1.2.AAAAAA"] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn more_channels_repeat_and_more_cells_too() {
        let text = write(&Patch { shape: [1, 1, 2], values: vec![0.0, 1.0] });
        assert_eq!(fill(&text, &[1, 2, 1, 4]), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0]);
    }
}
