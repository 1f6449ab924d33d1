//! MNIST: 60 000 training and 10 000 test digits of 28 × 28, from the four IDX files in any order.
use super::{Idx, read_idx};
use engine::{Error, Result};

/// Height and width of a digit.
pub const SIDE: usize = 28;

/// The published names of the files: training images and labels, test images and labels.
pub const FILES: [&str; 4] = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

/// The published name of a file that is called so: unpackers put a point in it, packers an ending, browsers a number, and letters become large.
pub fn published(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase().replace('.', "-");
    FILES
        .into_iter()
        .find(|file| name.strip_prefix(file).is_some_and(|rest| ["", "-gz", "-gzip", " (1)", "-gz (1)", " (1)-gz"].contains(&rest)))
}

/// The mean (and below the standard deviation) of the training pixels, where ink is 1.
const MEAN: f32 = 0.1307;
const DEVIATION: f32 = 0.3081;

/// Normalises ink from 0 to 1 for the networks.
pub fn normalise(ink: f32) -> f32 {
    (ink - MEAN) / DEVIATION
}

/// The training digits or the test digits. Empty until both files are there.
#[derive(Clone, Debug, Default)]
pub struct Digits {
    images: Vec<u8>,
    labels: Vec<u8>,
}

impl Digits {
    /// The number of digits that have a picture and a label.
    pub fn len(&self) -> usize {
        if self.images.is_empty() || self.labels.is_empty() { 0 } else { self.labels.len() }
    }
    /// Whether a file is still missing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The ink of a digit from 0 to 255, row-major.
    pub fn pixels(&self, index: usize) -> Option<&[u8]> {
        self.images.get(index * SIDE * SIDE..(index + 1) * SIDE * SIDE)
    }
    /// The ink of a digit from 0 to 1, row-major.
    pub fn ink(&self, index: usize) -> Option<Vec<f32>> {
        let pixels = self.pixels(index)?;
        Some(pixels.iter().map(|p| f32::from(*p) / 255.0).collect())
    }
    /// The class of a digit, 0 to 9.
    pub fn label(&self, index: usize) -> Option<usize> {
        self.labels.get(index).map(|l| usize::from(*l))
    }
    /// Normalised pixels (N × 28 × 28) and labels of several digits.
    pub fn gather(&self, indices: &[usize]) -> (Vec<f32>, Vec<f32>) {
        let pixels = indices.iter().flat_map(|i| &self.images[i * SIDE * SIDE..(i + 1) * SIDE * SIDE]);
        let labels = indices.iter().map(|i| f32::from(self.labels[*i])).collect();
        (pixels.map(|p| normalise(f32::from(*p) / 255.0)).collect(), labels)
    }
}

/// The training and test digits, as far as their files are there.
#[derive(Clone, Debug, Default)]
pub struct Mnist {
    /// The training digits: 60 000 in the published files.
    pub train: Digits,
    /// The test digits: 10 000 in the published files.
    pub test: Digits,
}

impl Mnist {
    /// Adds one of the four files. The file itself says whether it holds images or labels; its name, or else its length, says whether they
    /// are training or test digits. On an error nothing changes.
    pub fn accept(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let Idx { dims, values } = read_idx(name, bytes)?;
        let known = published(name).unwrap_or(name);
        let training = if known.contains("train") {
            true
        } else if known.contains("t10k") || known.contains("test") {
            false
        } else {
            dims[0] > 10_000
        };
        let half = if training { &mut self.train } else { &mut self.test };
        let count = |what: &str, own: usize, other: usize| {
            if own == 0 {
                return Err(Error::data(name, format!("expected at least one of the {what}, found none")));
            }
            if other != 0 && other != own {
                return Err(Error::data(name, format!("expected {other} {what} to fit the other file, found {own}")));
            }
            Ok(())
        };
        match dims[..] {
            [n, SIDE, SIDE] => {
                count("images", n, half.labels.len())?;
                half.images = values;
            }
            [n] => {
                if let Some(at) = values.iter().position(|l| *l > 9) {
                    return Err(Error::data(name, format!("expected labels from 0 to 9, found {} at {at}", values[at])));
                }
                count("labels", n, half.images.len() / (SIDE * SIDE))?;
                half.labels = values;
            }
            _ => return Err(Error::data(name, format!("expected N×28×28 images or N labels, found axes {dims:?}"))),
        }
        Ok(())
    }
    /// The published names of the missing files.
    pub fn missing(&self) -> Vec<&'static str> {
        let there = [&self.train.images, &self.train.labels, &self.test.images, &self.test.labels];
        FILES.iter().zip(there).filter(|(_, values)| values.is_empty()).map(|(name, _)| *name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn idx(dims: &[u32], values: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 0, 8, dims.len() as u8];
        dims.iter().for_each(|d| bytes.extend(d.to_be_bytes()));
        bytes.extend(values);
        bytes
    }

    #[test]
    fn a_file_is_known_by_the_names_that_unpackers_write() {
        for file in FILES {
            let (what, axes) = file.split_once("-idx").unwrap();
            for name in [file.to_string(), format!("{file}.gz"), format!("{what}.idx{axes}"), format!("{what}.idx{axes}.gz")] {
                assert_eq!(published(&name), Some(file), "{name}");
            }
        }
        assert_eq!(published("TRAIN-IMAGES.IDX3-UBYTE"), Some(FILES[0]));
        for other in ["train-images", "my-train-images-idx3-ubyte", "train-images-idx3-ubyte.npz", "", ".gz"] {
            assert_eq!(published(other), None, "{other}");
        }
    }

    #[test]
    fn files_come_in_any_order_and_bad_ones_change_nothing() {
        let mut mnist = Mnist::default();
        mnist.accept("t10k-labels", &idx(&[2], &[3, 4])).unwrap();
        assert_eq!(mnist.missing().len(), 3);
        assert!(
            mnist
                .accept("t10k-images", &idx(&[3, 28, 28], &[0; 3 * 784]))
                .unwrap_err()
                .to_string()
                .contains("expected 2 images to fit the other file, found 3")
        );
        assert!(mnist.accept("t10k-images", &idx(&[2, 14, 28], &[0; 784])).unwrap_err().to_string().contains("found axes [2, 14, 28]"));
        assert!(mnist.accept("t10k-labels", &idx(&[2], &[3, 40])).unwrap_err().to_string().contains("found 40 at 1"));
        assert!(mnist.test.is_empty());
        mnist.accept("t10k-images", &idx(&[2, 28, 28], &[255; 2 * 784])).unwrap();
        assert_eq!((mnist.test.len(), mnist.test.label(1)), (2, Some(4)));
        let (pixels, labels) = mnist.test.gather(&[1]);
        assert_eq!((pixels.len(), labels), (784, vec![4.0]));
        assert!((pixels[0] - 2.8215).abs() < 1e-3);
    }
}
