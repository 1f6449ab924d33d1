//! The vocabulary between whoever asks (page, shell, test) and the workbench: plain serde data, and byte buffers beside it.
//!
//! Every shape here is PyTorch's: images C, H, W; kernels O, I, H, W; dense layers out, in. Buffers hold little-endian f32 unless said otherwise.
pub mod depth;
mod device;
mod message;
mod numbers;
#[cfg(feature = "photos")]
pub mod photos;
pub mod run;
#[cfg(feature = "photos")]
pub mod speed;
mod train;
#[cfg(feature = "pictures")]
pub mod vision;

use serde::{Deserialize, Serialize};

pub use device::{Adapter, DeviceChoice};
pub use message::{Array, Message};
pub use train::{OptimiserChoice, Picture, TrainOptions, TrainingScore, Verdict};

/// What is asked of the workbench. What cannot be done is answered by `Event::Failed`, unless another answer is named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Answered by `Event::Machine`.
    Machine,
    /// Buffer 0: one of MNIST's four IDX files, plain or gzip. Whether it holds images or labels is read from the file itself. Answered by `Event::Data`.
    Data {
        /// The file's name. "train", or "t10k" or "test" in it says which digits they are; without either, more than 10 000 are training digits.
        name: String,
    },
    /// A network that learns digits. `Continue` and `Rate` need a run that stands, a step training digits. Answered by `Event::Train` and `Event::Steps`.
    Train(run::Ask<TrainOptions>),
    /// Loss, accuracy and confusion matrix on the test digits now; done by itself after each epoch and now and then in between. Answered by `Event::Evaluated`.
    Evaluate,
    /// Test digits as the last test found them, those with the largest loss first: the ones answered wrong, or those of one cell
    /// (class, answer) of the confusion matrix. Answered by `Event::Judged`.
    Judged {
        /// Row and column of the confusion matrix, [class, answer]; None: all that were answered wrong.
        cell: Option<[usize; 2]>,
    },
    /// Shows the network as it was after a step that was kept; None: as it is now. Training pauses. Answered by `Event::Kept`.
    Replay(Option<u64>),
    /// Goes on from the step that is shown; later ones are forgotten. Answered by `Event::Rewound`.
    Resume,
    /// One number of the parameter `name`, counted in PyTorch's order. Answered by `Event::Edited`.
    Edit {
        /// The parameter's name in PyTorch's state dict.
        name: String,
        /// Its place among the parameter's numbers, row-major in PyTorch's order, from 0.
        index: usize,
        /// The new number; refused where it is not finite.
        value: f32,
    },
    /// Every layer's activation and the gradient of the loss with respect to it. `label`: the class the loss asks for (None: the picture's own, or
    /// the network's verdict for a drawn one). Answered by `Event::Inspected`.
    Inspect {
        /// What the network sees.
        picture: Picture,
        /// The class that the loss asks for; refused where the network has no such class.
        label: Option<usize>,
    },
    /// Buffer 0 as in `Picture::Drawn`. Answered by `Event::Classified`.
    Classify,
    /// Kernels of every convolution. Answered by `Event::Filters`.
    Filters,
    /// The parameters as safetensors. Answered by `Event::Saved`.
    Save,
    /// Buffer 0: a weight file for the network that stands. Answered by `Event::Loaded`.
    Load {
        /// The file's name, for messages.
        name: String,
    },
    /// A figure of pictures and kernels asks, from its seat. Answered by `Event::Vision`.
    #[cfg(feature = "pictures")]
    Vision {
        /// The figure's number: each has its own picture.
        seat: u32,
        /// What it asks.
        ask: vision::Ask,
    },
    /// A photo, and networks that read it. Answered by `Event::Photos`.
    #[cfg(feature = "photos")]
    Photos(photos::Ask),
    /// Measures one case; takes the place of a measurement that is under way. Answered by `Event::Measuring` after each run, then by `Event::Measured`.
    #[cfg(feature = "photos")]
    Measure(speed::Plan),
    /// Twins that differ by "+ x", trained side by side. Answered by `Event::Depth`.
    Depth(depth::Ask),
    /// Destroys the GPU device on purpose, as a driver reset would, to see that the work goes on.
    Lose,
}

/// What the workbench says: answers to requests, and what is told without being asked. A loss or probability that is not finite is null in JSON, and read as NaN.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The workbench serves; `build` is its `receptive::BUILD`.
    Hello {
        /// The hash of the sources that it was built from.
        build: String,
    },
    /// `adapter` is the GPU or software adapter found; `why_no_gpu` a sentence where there is none.
    Machine {
        /// What was found; None where there is nothing.
        adapter: Option<Adapter>,
        /// The reason, as a sentence.
        why_no_gpu: Option<String>,
    },
    /// How many training and test digits are there, and the names of the IDX files still missing.
    Data {
        /// Training digits that are there.
        train: usize,
        /// Test digits that are there.
        test: usize,
        /// Names of the IDX files that have not come.
        missing: Vec<String>,
    },
    /// What the network's run does. Answers `Request::Train`, and is told as it trains.
    Train(run::Answer<TrainOptions>),
    /// Consecutive training steps, the first being number `first` (from 1): mean loss and share of right answers of each step's batch.
    /// `accuracies` is empty where the batches' verdicts are not read back.
    Steps {
        /// The number of the first of these steps, from 1.
        first: u64,
        /// The mean cross-entropy of each step's batch, before the step; NaN where it is not finite.
        #[serde(deserialize_with = "numbers::many")]
        losses: Vec<f32>,
        /// The share of right answers in each step's batch, from 0 to 1.
        accuracies: Vec<f32>,
        /// Digits learned from in a second, over these steps.
        images_a_second: f32,
        /// Epochs since the run began, with fractions.
        epoch: f32,
    },
    /// On the test digits after `step` steps. `confusion[true][answer]`. `learned` where the run learns from few digits, drops, shifts or turns.
    Evaluated {
        /// The step after which it was tested.
        step: u64,
        /// The mean cross-entropy over the test digits; NaN where it is not finite.
        #[serde(deserialize_with = "numbers::one")]
        loss: f32,
        /// The share of right answers, from 0 to 1.
        accuracy: f32,
        /// How long the test took.
        seconds: f32,
        /// Counts of digits: a row for each true class, a column for each answer.
        confusion: Vec<Vec<u32>>,
        /// The same on at most 5 000 digits that were learned from, to see the gap.
        learned: Option<TrainingScore>,
    },
    /// After the test at `step`: the first of `count` digits, and as a buffer the ink of each, 784 bytes from 0 to 255, row-major 28 × 28.
    Judged {
        /// The step after which they were tested.
        step: u64,
        /// As it was asked.
        cell: Option<[usize; 2]>,
        /// How many belong to what was asked, shown or not.
        count: usize,
        /// At most 60 of them, the largest loss first; buffer i belongs to digit i.
        digits: Vec<Verdict>,
    },
    /// The steps that can be shown again, rising, and the one that is shown instead of the last.
    Kept {
        /// Numbers of the steps that are kept.
        steps: Vec<u64>,
        /// The earlier step that is shown; None: the last one stands.
        shown: Option<u64>,
    },
    /// The run stands at `step` again, and whatever came after it is forgotten.
    Rewound {
        /// Where the run goes on from.
        step: u64,
    },
    /// One number of a parameter was changed. Answers `Request::Edit`.
    Edited {
        /// The parameter's name.
        name: String,
        /// Its place among the parameter's numbers, in PyTorch's order.
        index: usize,
        /// What it was.
        before: f32,
        /// What it is now.
        after: f32,
    },
    /// Answers `Request::Inspect`. Buffers, all f32: the picture (784, row-major 28 × 28, ink from 0 to 1), then for each
    /// layer its activation and the loss's gradient with respect to it, in turn.
    Inspected {
        /// The step whose network looked.
        step: u64,
        /// As it was asked.
        picture: Picture,
        /// The class that the loss asks for.
        label: usize,
        /// The picture's true class; None for a drawn one.
        own_label: Option<usize>,
        /// The softmax of the logits, one for each class; NaN where it is not finite.
        #[serde(deserialize_with = "numbers::many")]
        probabilities: Vec<f32>,
        /// Path, description and shape of each layer's activation; its gradient has the same shape.
        layers: Vec<Array>,
    },
    /// The network's verdict on a drawn digit. Answers `Request::Classify`.
    Classified {
        /// The step whose network looked.
        step: u64,
        /// The softmax of the logits, one for each class; NaN where it is not finite.
        #[serde(deserialize_with = "numbers::many")]
        probabilities: Vec<f32>,
    },
    /// The convolutions' kernels. Buffers: one for each array, f32. Answers `Request::Filters`.
    Filters {
        /// The step after which they stand so.
        step: u64,
        /// The weight of each convolution, O, I, H, W, in the order of the network; its f32 are the buffer of the same number.
        kernels: Vec<Array>,
    },
    /// The parameters in PyTorch's names and order. Buffer 0: a safetensors file in single precision. Answers `Request::Save`.
    Saved {
        /// A name for the file: the network's, with .safetensors.
        name: String,
        /// The step after which the parameters stand so.
        step: u64,
    },
    /// The file's parameters stand in the network. Answers `Request::Load`.
    Loaded {
        /// The file's name.
        name: String,
        /// How many numbers the network learns.
        parameters: usize,
        /// What is to be known of the file: other names, entries that were left.
        told: Option<String>,
    },
    /// What a figure asked is answered, or goes on. Answers `Request::Vision`; the buffers are the answer's.
    #[cfg(feature = "pictures")]
    Vision {
        /// The figure's number, as it was asked.
        seat: u32,
        /// What it gets.
        answer: vision::Answer,
    },
    /// Answers `Request::Photos`; the buffers are the answer's.
    #[cfg(feature = "photos")]
    Photos(photos::Answer),
    /// `done` of `of` runs of a measurement have been made; the first one is the first result.
    #[cfg(feature = "photos")]
    Measuring {
        /// Runs that have been made, from 1.
        done: usize,
        /// Runs in all: the first, the warming ones, the timed ones, and those of the simplest way.
        of: usize,
    },
    /// The measurement is over. Answers `Request::Measure`.
    #[cfg(feature = "photos")]
    Measured(speed::Times),
    /// What the twins do, and what is found of them. Answers `Request::Depth`, and is told as they train.
    Depth(depth::Answer),
    /// A request could not be done; everything else stands as it was. `request` is its name.
    Failed {
        /// The variant's name in `Request`.
        request: String,
        /// Why, as a sentence.
        message: String,
    },
}
