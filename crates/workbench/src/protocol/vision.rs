//! What a figure of pictures and kernels asks of the workbench, and what it gets. Each figure has a seat, so that several share one workbench.
use serde::{Deserialize, Serialize};
use vision::{Border, Noise};

/// What is laid over a picture when it comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Grain {
    /// Which kind of noise.
    pub noise: Noise,
    /// Standard deviation, or share of the pixels.
    pub amount: f32,
    /// The same seed gives the same noise.
    pub seed: u64,
}

/// What is made of the picture, and how it is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum View {
    /// The kernel's sums: blue below 0, neutral, orange above.
    #[default]
    Signed,
    /// Their sizes, from paper to ink.
    Absolute,
    /// As a picture: 0 is black and 1 is white, all beyond is cut off.
    Grey,
    /// √(gx² + gy²), gx by the kernel and gy by the kernel with rows and columns exchanged.
    Magnitude,
    /// The angle of (gx, gy) as a colour, the stronger the larger the gradient.
    Direction,
    /// Where the sums change their sign.
    Crossings,
    /// The median of the kernel's window; the weights are not used.
    Median,
    /// Histograms of oriented gradients, as a star of strokes in each cell; the weights are not used.
    Hog,
}

/// Red, green and blue.
pub type Colour = [u8; 3];

/// The page's own colours, so that pictures follow its theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Palette {
    /// For numbers below 0.
    pub negative: Colour,
    /// For 0; the paper's colour.
    pub neutral: Colour,
    /// For numbers above 0.
    pub positive: Colour,
    /// For the largest size.
    pub ink: Colour,
    /// The colours of a gradient to the right, downwards, to the left and upwards.
    pub around: [Colour; 4],
}

/// How a picture is filtered, and what is shown of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FilterOptions {
    /// Rows and columns of the kernel, both odd.
    pub kernel: [usize; 2],
    /// What stands beyond the picture's edges.
    pub border: Border,
    /// True convolution: the kernel is turned by half a turn first.
    pub convolve: bool,
    /// By columns and rows of the singular value decomposition instead of at once.
    pub passes: bool,
    /// What is made of the sums.
    pub view: View,
    /// Of the steepest crossing, the share from which on a crossing is shown.
    pub threshold: f32,
    /// Full colour stands for the largest number over this.
    pub gain: f32,
    /// The colours it is painted in.
    pub palette: Palette,
}

/// What the picture should become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// What the kernel makes of it.
    #[default]
    Kernel,
    /// Its median in a window of 3 × 3.
    Median,
    /// The size of its gradient, by Sobel's kernels.
    Magnitude,
    /// Itself as it was before noise was laid over it.
    Clean,
    /// The reader's own, of the same size.
    Own,
}

/// Kernels go as buffers of f32, row by row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Buffer 0: red, green, blue and opacity of height × width pixels. Answered by `Answer::Picture`.
    Picture {
        /// Rows of pixels, 1 to 1024.
        height: usize,
        /// Columns of pixels, 1 to 1024.
        width: usize,
        /// The noise that is laid over it.
        grain: Grain,
    },
    /// The test picture of this seed. Answered by `Answer::Picture`.
    Scene {
        /// Height and width in pixels, 1 to 1024.
        size: usize,
        /// The same seed gives the same picture.
        seed: u64,
        /// The noise that is laid over it.
        grain: Grain,
    },
    /// Buffer 0: the kernel. Answered by `Answer::Filtered`.
    Filter(FilterOptions),
    /// Buffer 0: a kernel of these rows and columns. Answered by `Answer::Spectra`.
    Spectra {
        /// Rows and columns of the kernel.
        kernel: [usize; 2],
        /// From its `neutral` for the least to its `ink` for the largest.
        palette: Palette,
    },
    /// Learns kernels of side × side from the picture's whitened patches. Answered by `Answer::Components`, again and again.
    Components {
        /// Rows and columns of each kernel.
        side: usize,
        /// How many kernels.
        count: usize,
        /// Of what is drawn at random.
        seed: u64,
    },
    /// Buffer 0: the hidden kernel of these rows and columns. Buffer 1, where the target is the reader's own: its red, green, blue and opacity, as many
    /// as the picture's. Learns a kernel of `size` × `size`. Answered by `Answer::Taught`, again and again.
    Teach {
        /// What the learned kernel is to make of the picture.
        target: Target,
        /// Rows and columns of the hidden kernel.
        kernel: [usize; 2],
        /// Rows and columns of the kernel that learns.
        size: usize,
        /// What stands beyond the picture's edges.
        border: Border,
        /// Learning rate, finite and at least 0.
        rate: f32,
        /// Of what is drawn at random.
        seed: u64,
    },
    /// Ends what is being learned; what was found stays. Answered by the last `Answer::Components` or `Answer::Taught`.
    Stop,
    /// The figure goes: its picture is forgotten. Not answered.
    Leave,
}

/// What a figure gets. Pictures are row by row, 4 bytes a pixel where they have colours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// Buffer 0: the picture's bytes of grey, noise included, 255 being white. Buffer 1: the same as red, green, blue and opacity.
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
        /// Least, mean and greatest number.
        range: [f32; 3],
        /// The number that full colour stands for.
        full: f32,
        /// Of computing and of colouring.
        milliseconds: [f32; 2],
        /// Of the kernel, falling.
        singular: Vec<f32>,
        /// How many passes by a column and a row the kernel takes.
        rank: usize,
        /// A pixel: by the kernel at once, and by passes.
        multiplications: [usize; 2],
    },
    /// Buffers, each red, green, blue and opacity: the picture's spectrum, the kernel's, and their product, which is the output's.
    Spectra {
        /// Rows of each spectrum: as many as the picture has.
        height: usize,
        /// Columns of each spectrum: as many as the picture has.
        width: usize,
    },
    /// Answers `Ask::Components`. Buffer 0: the kernels one after another, each side × side f32.
    Components {
        /// Whether further answers will come.
        running: bool,
        /// Rows and columns of each kernel.
        side: usize,
        /// How many kernels were asked for.
        count: usize,
        /// Rounds that were made.
        rounds: usize,
        /// 1 − |cos| of the angle by which the kernel that moved most moved in the last round.
        change: f32,
        /// Mean excess kurtosis of the responses.
        sparseness: f32,
        /// Of the patches' variance, the share that the kernels can tell apart.
        kept: f32,
    },
    /// Answers `Ask::Teach`. Buffer 0: the kernel as it stands, size × size f32.
    /// `losses`: mean squared error of each step since the last answer; `variance` that of the best constant.
    Taught {
        /// Whether further answers will come.
        running: bool,
        /// Rows and columns of the kernel in the buffer.
        size: usize,
        /// Steps that were made since it began.
        steps: u64,
        /// One for each step, oldest first.
        losses: Vec<f32>,
        /// The mean squared error of the best constant picture, to compare with.
        variance: f32,
    },
    /// It could not be done; everything else stands as it was.
    Failed {
        /// Why, as a sentence.
        message: String,
    },
}
