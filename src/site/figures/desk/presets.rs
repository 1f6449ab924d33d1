//! The presets of cells: pictures, kernels, upstream gradients.
use super::{
    edits::{Editable, Edits, place},
    following::Next,
    pair::Pair,
    photo,
    settings::Settings,
};
use rand::RngExt;
use rand_pcg::Pcg32;

/// A preset of a tensor: its key in the address, and its name.
pub type Named = (&'static str, &'static str);

pub const PICTURES: &[Named] = &[
    ("random", "Random digits"),
    ("counting", "Counting: 0, 1, 2 …"),
    ("edge", "An edge"),
    ("diagonal", "Two diagonals"),
    ("constant", "All ones"),
    ("impulse", "One 1 among zeros"),
];
pub const WEIGHTS: &[Named] = &[
    ("random", "Random"),
    ("counting", "Counting: 0, 1, 2 …"),
    ("sobel-x", "Sobel x"),
    ("sobel-y", "Sobel y"),
    ("laplace", "Laplace"),
    ("sharpen", "Sharpen"),
    ("mean", "Mean"),
    ("identity", "Identity"),
    ("ones", "All ones"),
];
pub const UPSTREAMS: &[Named] = &[
    ("ones", "All ones"),
    ("one", "One 1 among zeros"),
    ("random", "Random"),
    ("counting", "Counting: 0, 1, 2 …"),
    ("relu", "What a ReLU after it sends"),
    ("max-pool", "What max pooling after it sends"),
    ("cross-entropy", "What softmax, cross-entropy send"),
];
/// The picture from the reader's own file.
pub const PHOTO: &str = "photo";

/// Kernels with nine given weights. Sharpening adds five times the difference between a value and the mean of it and its four neighbours.
const NINE: &[(&str, [f32; 9])] = &[
    ("sobel-x", [-1., 0., 1., -2., 0., 2., -1., 0., 1.]),
    ("sobel-y", [-1., -2., -1., 0., 0., 0., 1., 2., 1.]),
    ("laplace", [0., 1., 0., 1., -4., 1., 0., 1., 0.]),
    ("sharpen", [0., -1., 0., -1., 5., -1., 0., -1., 0.]),
];

pub fn is_nine(weights: &str) -> bool {
    NINE.iter().any(|(key, _)| *key == weights)
}

/// Replaces unknown keys by the defaults. Nine weights need nine places, and a photo needs its letters.
pub fn fit(settings: &mut Settings) {
    let usual = Settings::default();
    let known = |key: &str, list: &[Named]| list.iter().any(|(own, _)| *own == key);
    let photographed = settings.picture == PHOTO && photo::read(&settings.photo).is_some();
    if !photographed {
        settings.photo.clear();
        if !known(&settings.picture, PICTURES) {
            settings.picture = usual.picture;
        }
    }
    if !known(&settings.weights, WEIGHTS) || is_nine(&settings.weights) && settings.kernel != Pair([3, 3]) || !settings.op.has_weights() {
        settings.weights = usual.weights;
    }
    if !known(&settings.upstream, UPSTREAMS) || Next::of(&settings.upstream).is_some_and(|next| !next.fits(settings)) {
        settings.upstream = usual.upstream;
    }
}

fn counting(shape: &[usize]) -> Vec<f32> {
    (0..shape.iter().product::<usize>()).map(|value| value as f32).collect()
}
/// Random integers between these two. The stream separates input, kernel and upstream gradient.
fn drawn(shape: &[usize], seed: u32, stream: u64, from: i32, to: i32) -> Vec<f32> {
    let mut random = Pcg32::new(u64::from(seed), stream);
    (0..shape.iter().product::<usize>()).map(|_| random.random_range(from..=to) as f32).collect()
}
fn by_place(shape: &[usize], value: impl Fn(&[usize]) -> f32) -> Vec<f32> {
    (0..shape.iter().product()).map(|at| value(&place(shape, at))).collect()
}
/// A cell in the middle of the first channel.
fn is_middle(shape: &[usize], at: &[usize]) -> bool {
    let [rows, columns] = [shape[shape.len() - 2], shape[shape.len() - 1]];
    at[..at.len() - 2].iter().all(|a| *a == 0) && at[at.len() - 2..] == [(rows - 1) / 2, (columns - 1) / 2]
}

/// The images of a batch, in PyTorch's order N, C, H, W. The reader's cells are in the first.
pub fn images(settings: &Settings) -> Vec<f32> {
    let [channels, rows, columns] = settings.input_shape();
    let shape = [settings.images, channels, rows, columns];
    let size = channels * rows * columns;
    let mut values = match settings.picture.as_str() {
        "counting" => counting(&shape),
        "edge" => by_place(&shape, |at| if at[3] >= columns / 2 { 9.0 } else { 1.0 }),
        "diagonal" => by_place(&shape, |at| if at[2] == at[3] || at[2] + at[3] + 1 == columns { 9.0 } else { 0.0 }),
        "constant" => vec![1.0; shape.iter().product()],
        "impulse" => by_place(&shape, |at| f32::from(is_middle(&shape, at))),
        PHOTO => photo::fill(&settings.photo, &shape),
        _ => drawn(&shape, settings.seed, 1, 0, 9),
    };
    settings.edits.apply(Editable::Input, &settings.input_shape(), &mut values[..size]);
    values
}

/// The weights, in PyTorch's order.
pub fn weights(settings: &Settings) -> Vec<f32> {
    let shape = settings.weight_shape();
    let taps = settings.kernel[0] * settings.kernel[1];
    let mut values = match settings.weights.as_str() {
        // Every kernel counts from 0.
        "counting" => counting(&shape).iter().map(|v| v % taps as f32).collect(),
        "mean" => vec![1.0 / taps as f32; shape.iter().product()],
        "ones" => vec![1.0; shape.iter().product()],
        // Channel to channel if both numbers are equal, otherwise from every channel.
        "identity" => by_place(&shape, |at| f32::from(at[2..] == [(shape[2] - 1) / 2, (shape[3] - 1) / 2] && at[0] % shape[1] == at[1])),
        key => match NINE.iter().find(|(own, _)| *own == key) {
            Some((_, nine)) => nine.iter().copied().cycle().take(shape.iter().product()).collect(),
            None => drawn(&shape, settings.seed, 2, -2, 2),
        },
    };
    settings.edits.apply(Editable::Kernel, &shape, &mut values);
    values
}

/// 1, 2, 3 …: a bias that is visible. Empty without a bias.
pub fn bias(settings: &Settings) -> Vec<f32> {
    if !settings.bias {
        return vec![];
    }
    let mut values: Vec<f32> = (1..=settings.out).map(|value| value as f32).collect();
    settings.edits.apply(Editable::Bias, &[settings.out], &mut values);
    values
}

/// The upstream gradient, with the output's shape. `sent` is that of the operation that follows, if any.
pub fn upstream(settings: &Settings, sent: Option<Vec<f32>>) -> Vec<f32> {
    let shape = settings.output_shape();
    let mut values = match settings.upstream.as_str() {
        _ if sent.is_some() => sent.unwrap_or_default(),
        "one" => by_place(&shape, |at| f32::from(is_middle(&shape, at))),
        "random" => drawn(&shape, settings.seed, 3, -2, 2),
        "counting" => counting(&shape),
        _ => vec![1.0; shape.iter().product()],
    };
    settings.edits.apply(Editable::Upstream, &shape, &mut values);
    values
}

/// Why a kernel cannot be chosen now: nine weights need nine places.
pub fn fault(settings: &Settings, key: &str) -> Option<String> {
    let asked = Settings { kernel: Pair([3, 3]), ..settings.clone() };
    match (is_nine(key), settings.dims) {
        (false, _) => None,
        (true, 1) => Some("Its nine weights want rows and columns.".into()),
        (true, _) => asked.fault(),
    }
}

/// Forgets all written cells.
pub fn forget_all(settings: &mut Settings) {
    settings.edits = Edits::default();
}

#[cfg(test)]
mod tests {
    use super::super::settings::from_query;
    use super::*;

    #[test]
    fn a_seed_draws_the_same_numbers_again() {
        let settings = Settings::default();
        assert_eq!(images(&settings), images(&settings));
        assert_ne!(images(&settings), images(&Settings { seed: 2, ..settings.clone() }));
        assert!(weights(&settings).iter().all(|w| (-2.0..=2.0).contains(w)));
    }

    #[test]
    fn what_is_written_stands_in_the_first_image() {
        let mut settings = Settings { images: 2, ..Settings::default() };
        settings.edits.write(Editable::Input, vec![1, 0, 0], 77.0);
        let values = images(&settings);
        assert_eq!(values.iter().filter(|v| **v == 77.0).count(), 1);
        assert_eq!(values[36], 77.0);
    }

    #[test]
    fn nine_weights_want_nine_places() {
        let settings: Settings = from_query("kernel=5&weights=sobel-x");
        assert_eq!((settings.kernel, settings.weights.as_str()), (Pair([5, 5]), "random"), "an address that says both keeps the size");
    }
}
