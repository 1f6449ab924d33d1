//! The operation that follows and gives the upstream gradient: ReLU, max pooling, or softmax with cross-entropy.
use super::{edits::Editable, settings::Settings};
use crate::{
    engine::{
        autograd::{Tape, Var},
        ops::Window,
        tensor::{Device, Layout, Shape, Tensor},
    },
    error::Result,
};

/// The operation that follows. Its key and name are among the choices for the upstream gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// z = max(y, 0), and the loss is the sum of z.
    Relu,
    /// The largest of every 2 × 2 cells. The loss is their sum.
    MaxPool,
    /// At every place the output channels are the scores of as many classes, of which class 0 is right. The loss is the sum of −log p₀.
    CrossEntropy,
}

impl Next {
    pub fn of(key: &str) -> Option<Next> {
        match key {
            "relu" => Some(Next::Relu),
            "max-pool" => Some(Next::MaxPool),
            "cross-entropy" => Some(Next::CrossEntropy),
            _ => None,
        }
    }
    /// Whether it can follow an output of this size.
    pub fn fits(self, settings: &Settings) -> bool {
        let [rows, columns] = settings.output();
        match self {
            Next::Relu => true,
            Next::MaxPool => rows >= window(settings)[0] && columns >= 2,
            Next::CrossEntropy => settings.out > 1,
        }
    }
}

/// The numbers of rows and columns in the pool's window.
pub fn window(settings: &Settings) -> [usize; 2] {
    [if settings.dims == 1 { 1 } else { 2 }, 2]
}

/// The operation that follows. None if the reader has written upstream gradients.
pub fn followed(settings: &Settings) -> Option<Next> {
    Next::of(&settings.upstream).filter(|_| !settings.edits.any(Editable::Upstream))
}

fn image(settings: &Settings, y: &[f32]) -> Result<Tensor> {
    let [channels, rows, columns] = settings.output_shape();
    Tensor::from_outside(&Device::Cpu, Layout::Image, &[1, channels, rows, columns], y)
}

/// L as a function of y, which is N×H×W×C inside.
fn loss(settings: &Settings, next: Next, y: &Var) -> Result<Var> {
    let [channels, rows, columns] = settings.output_shape();
    match next {
        Next::Relu => y.relu()?.sum(&[0, 1, 2, 3], false),
        Next::MaxPool => {
            let kernel = window(settings);
            let pool = Window { kernel, stride: kernel, padding: [0, 0], dilation: [1, 1] };
            y.max_pool2d(pool, false)?.sum(&[0, 1, 2, 3], false)
        }
        Next::CrossEntropy => {
            let scores = y.reshape(Shape::new([rows * columns, channels]))?;
            let right = Var::constant(Tensor::new(&Device::Cpu, Shape::new([rows * columns]), &vec![0.0; rows * columns])?);
            scores.cross_entropy(&right)?.sum(&[0], false)
        }
    }
}

/// L in single precision, by the engine's operations. y is in PyTorch's order.
pub fn single(settings: &Settings, next: Next, y: &[f32]) -> Result<f32> {
    Ok(loss(settings, next, &Var::constant(image(settings, y)?))?.value().on_cpu()?.iter().sum())
}

/// L in double precision, by its definition.
pub fn double(settings: &Settings, next: Next, y: &[f64]) -> f64 {
    let [channels, rows, columns] = settings.output_shape();
    let at = |channel: usize, row: usize, column: usize| y[(channel * rows + row) * columns + column];
    match next {
        Next::Relu => y.iter().map(|y| y.max(0.0)).sum(),
        Next::MaxPool => {
            let [high, wide] = window(settings);
            let largest = |channel: usize, row: usize, column: usize| {
                let cells = (0..high * wide).map(|cell| at(channel, row * high + cell / wide, column * wide + cell % wide));
                cells.fold(f64::NEG_INFINITY, f64::max)
            };
            let windows = (0..rows / high).flat_map(|row| (0..columns / wide).map(move |column| [row, column]));
            windows.flat_map(|[row, column]| (0..channels).map(move |channel| largest(channel, row, column))).sum()
        }
        Next::CrossEntropy => {
            let of = |place: usize| {
                let score = |channel: usize| y[channel * rows * columns + place];
                let most = (0..channels).map(score).fold(f64::NEG_INFINITY, f64::max);
                most + (0..channels).map(|channel| (score(channel) - most).exp()).sum::<f64>().ln() - score(0)
            };
            (0..rows * columns).map(of).sum()
        }
    }
}

/// dL/dy by the engine's tape. y and the gradient are in PyTorch's order.
pub fn upstream(settings: &Settings, next: Next, y: &[f32]) -> Result<Vec<f32>> {
    let tape = Tape::default();
    let y = tape.input(image(settings, y)?);
    let gradients = tape.backward(&loss(settings, next, &y)?, &[&y])?;
    match gradients.kept().first() {
        Some(Some(found)) => Layout::Image.to_outside(found.shape(), found.on_cpu()?),
        _ => Ok(vec![0.0; y.shape().size()]),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{compute::subject, settings::from_query, terms::Part},
        *,
    };

    fn both(query: &str) -> [Vec<f32>; 2] {
        let subject = subject(&from_query(query)).unwrap();
        [Part::Output, Part::Upstream].map(|part| subject.numbers.of(part).to_vec())
    }

    #[test]
    fn a_relu_lets_through_what_is_above_zero() {
        let [y, dy] = both("tab=backward&upstream=relu&seed=3");
        assert!(y.iter().any(|y| *y > 0.0) && y.iter().any(|y| *y < 0.0));
        y.iter().zip(&dy).for_each(|(y, dy)| assert_eq!(*dy, f32::from(*y > 0.0)));
    }

    #[test]
    fn a_pool_sends_each_window_to_its_largest() {
        let [y, dy] = both("tab=backward&upstream=max-pool&channels=1&out=1");
        // 4 × 4 cells are four windows.
        assert_eq!(dy.iter().sum::<f32>(), 4.0);
        let top_left = [0, 1, 4, 5].into_iter().fold(0, |best, at| if y[at] > y[best] { at } else { best });
        assert_eq!(dy[top_left], 1.0);
    }

    #[test]
    fn softmax_with_cross_entropy_leaves_p_less_one() {
        let [y, dy] = both("tab=backward&upstream=cross-entropy&out=3");
        let places = y.len() / 3;
        for place in 0..places {
            let total: f64 = (0..3).map(|c| f64::from(y[c * places + place]).exp()).sum();
            for channel in 0..3 {
                let p = f64::from(y[channel * places + place]).exp() / total;
                assert!((f64::from(dy[channel * places + place]) - p + f64::from(channel == 0)).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn the_loss_is_one_in_both_precisions() {
        for query in ["upstream=relu", "upstream=max-pool&input=7", "upstream=cross-entropy&out=3"] {
            let settings = from_query(query);
            let next = followed(&settings).unwrap();
            let [y, _] = both(query);
            let wide: Vec<f64> = y.iter().map(|y| f64::from(*y)).collect();
            let (single, double) = (f64::from(single(&settings, next, &y).unwrap()), double(&settings, next, &wide));
            assert!((single - double).abs() < 1e-5 * double.abs().max(1.0), "{query}: {single} {double}");
        }
        assert_eq!(followed(&from_query("upstream=relu&edits=g0.0.0_2")), None);
    }

    #[test]
    fn what_cannot_follow_is_not_reached() {
        assert_eq!(from_query("upstream=cross-entropy&out=1").upstream, "ones");
        assert_eq!(from_query("upstream=max-pool&input=3&kernel=3").upstream, "ones");
        assert_eq!(from_query("upstream=max-pool").upstream, "max-pool");
    }
}
