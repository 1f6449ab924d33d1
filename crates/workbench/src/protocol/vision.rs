//! Questions of figures about pictures and kernels, and the answers. Each figure has a channel, known by its number, so that several figures share one workbench.
use serde::{Deserialize, Serialize};
use vision::{Border, Noise};

/// The noise that is added to a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Grain {
    /// The kind of noise.
    pub noise: Noise,
    /// The standard deviation, or the share of pixels.
    pub amount: f32,
    /// The same seed gives the same noise.
    pub seed: u64,
}

/// Which result is shown, and how it is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    /// The kernel's sums: blue for negative, neutral for 0, orange for positive ones.
    #[default]
    Signed,
    /// Their absolute values, from paper to ink.
    Absolute,
    /// A grey picture: 0 is black and 1 is white. Values beyond are cut off.
    Grey,
    /// The gradient's magnitude √(gx² + gy²). gx is computed by the kernel, gy by its transpose.
    Magnitude,
    /// The angle of (gx, gy) as a colour, which is stronger where the gradient is larger.
    Direction,
    /// Zero crossings: where the sums change their sign.
    Crossings,
    /// The median of the kernel's window. The weights are not used.
    Median,
    /// Histograms of oriented gradients (HOG), drawn as strokes in each cell. The weights are not used.
    Hog,
}

/// Red, green and blue, 0 to 255.
pub type Colour = [u8; 3];

/// The colours of the page, so that pictures match its theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Palette {
    /// The colour of negative numbers.
    pub negative: Colour,
    /// The colour of 0, which is the paper's.
    pub neutral: Colour,
    /// The colour of positive numbers.
    pub positive: Colour,
    /// The colour of the largest absolute value.
    pub ink: Colour,
    /// The colours of gradients to the right, downwards, to the left and upwards.
    pub around: [Colour; 4],
}

/// How a picture is filtered, and which result is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FilterOptions {
    /// The numbers of rows and columns of the kernel, both odd.
    pub kernel: [usize; 2],
    /// The values beyond the picture's edges.
    pub border: Border,
    /// Whether it is a true convolution: the kernel is turned by half a turn first.
    pub convolve: bool,
    /// Whether the kernel is applied as passes by columns and rows of its singular value decomposition.
    pub passes: bool,
    /// Which result is shown.
    pub view: View,
    /// The smallest zero crossing that is shown, over the steepest one.
    pub threshold: f32,
    /// The full colour stands for the largest number divided by this.
    pub gain: f32,
    /// The colours.
    pub palette: Palette,
}

/// The target of a kernel that is learned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// The picture filtered by the hidden kernel.
    #[default]
    Kernel,
    /// The median in a window of 3 × 3.
    Median,
    /// The magnitude of the gradient, by Sobel's kernels.
    Magnitude,
    /// The picture before noise was added.
    Clean,
    /// The reader's own picture, of the same size.
    Own,
}

/// A question of a figure. Kernels are buffers of f32, row by row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Sets the picture. Buffer 0: red, green, blue and opacity of height × width pixels. Answered by `Answer::Picture`.
    Picture {
        /// The number of rows, 1 to 1024.
        height: usize,
        /// The number of columns, 1 to 1024.
        width: usize,
        /// The noise that is added.
        grain: Grain,
    },
    /// Sets the test picture with this seed. Answered by `Answer::Picture`.
    Scene {
        /// Height and width in pixels, 1 to 1024.
        size: usize,
        /// The same seed gives the same picture.
        seed: u64,
        /// The noise that is added.
        grain: Grain,
    },
    /// Filters the picture. Buffer 0: the kernel. Answered by `Answer::Filtered`.
    Filter(FilterOptions),
    /// The spectra of picture and kernel. Buffer 0: the kernel, with these numbers of rows and columns. Answered by `Answer::Spectra`.
    Spectra {
        /// The numbers of rows and columns of the kernel.
        kernel: [usize; 2],
        /// The colours, from `neutral` for the smallest value to `ink` for the largest.
        palette: Palette,
    },
    /// Learns kernels of side × side from the picture's whitened patches. Answered by `Answer::Components` many times.
    Components {
        /// The number of rows and columns of each kernel.
        side: usize,
        /// The number of kernels.
        count: usize,
        /// The seed of everything that is random.
        seed: u64,
    },
    /// Learns a kernel of `size` × `size`. Buffer 0: the hidden kernel of these rows and columns. Buffer 1, if the target is the reader's
    /// own picture: its red, green, blue and opacity, with the picture's size. Answered by `Answer::Taught` many times.
    Teach {
        /// The target of the kernel.
        target: Target,
        /// The numbers of rows and columns of the hidden kernel.
        kernel: [usize; 2],
        /// The number of rows and columns of the learned kernel.
        size: usize,
        /// The values beyond the picture's edges.
        border: Border,
        /// The learning rate, finite and at least 0.
        rate: f32,
        /// The seed of everything that is random.
        seed: u64,
    },
    /// Ends the learning, and keeps its result. Answered by the last `Answer::Components` or `Answer::Taught`.
    Stop,
    /// The figure is gone: its picture is dropped. Not answered.
    Leave,
}

/// An answer to a figure. Pictures are row by row, with 4 bytes for a coloured pixel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// The picture. Buffer 0: its grey values as bytes, with noise; 255 is white. Buffer 1: the same as red, green, blue and opacity.
    Picture {
        /// Rows of pixels.
        height: usize,
        /// Columns of pixels.
        width: usize,
    },
    /// Answers `Ask::Filter`. Buffer 0: red, green, blue and opacity of each pixel.
    Filtered {
        /// Rows of pixels.
        height: usize,
        /// Columns of pixels.
        width: usize,
        /// The smallest, the mean and the largest number.
        range: [f32; 3],
        /// The number of the full colour.
        full: f32,
        /// The time of filtering and of colouring, in milliseconds.
        milliseconds: [f32; 2],
        /// The singular values of the kernel, in falling order.
        singular: Vec<f32>,
        /// The rank: the number of passes by a column and a row that make the kernel.
        rank: usize,
        /// Multiplications for a pixel: with the whole kernel, and with passes.
        multiplications: [usize; 2],
    },
    /// The spectra. Buffers, each red, green, blue and opacity: of the picture, of the kernel, and their product, which is the output's.
    Spectra {
        /// The number of rows of each spectrum, which is the picture's.
        height: usize,
        /// The number of columns of each spectrum, which is the picture's.
        width: usize,
    },
    /// Answers `Ask::Components`. Buffer 0: the kernels one after another, each side × side f32.
    Components {
        /// Whether further answers will come.
        running: bool,
        /// The number of rows and columns of each kernel.
        side: usize,
        /// The number of kernels that were asked for.
        count: usize,
        /// The number of rounds so far.
        rounds: usize,
        /// The largest change of a kernel in the last round, as 1 − |cos| of the angle.
        change: f32,
        /// The mean excess kurtosis of the responses.
        sparseness: f32,
        /// The share of the patches' variance that the kernels can represent.
        kept: f32,
    },
    /// Answers `Ask::Teach`. Buffer 0: the present kernel, size × size f32.
    Taught {
        /// Whether further answers will come.
        running: bool,
        /// The number of rows and columns of the kernel in the buffer.
        size: usize,
        /// The number of steps so far.
        steps: u64,
        /// The mean squared error of each step since the last answer, oldest first.
        losses: Vec<f32>,
        /// The mean squared error of the best constant picture, for comparison.
        variance: f32,
    },
    /// It could not be done, and nothing has changed.
    Failed {
        /// The reason, as a sentence.
        message: String,
    },
}
