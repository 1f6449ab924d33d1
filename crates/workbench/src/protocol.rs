//! The protocol between whoever asks (page, shell, test) and the workbench: plain serde data, with byte buffers beside it.
//!
//! Every shape here is PyTorch's: images C, H, W; kernels O, I, H, W; dense layers out, in. Buffers hold little-endian f32 unless the text says otherwise.
pub mod depth;
mod device;
#[cfg(feature = "photos")]
pub mod inspect;
mod loaded;
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

/// A request to the workbench. What cannot be done is answered by `Event::Failed`, unless another answer is named.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Answered by `Event::Machine`.
    Machine,
    /// Buffer 0: one of MNIST's four IDX files, plain or gzip. The file itself says whether it holds images or labels. Answered by `Event::Data`.
    Data {
        /// The file's name. It says which digits these are: "train", or "t10k" or "test". Without these words, more than 10 000 digits are training digits.
        name: String,
    },
    /// A network that learns digits. `Continue` and `Rate` need a run that stands, a step training digits. Answered by `Event::Train` and `Event::Steps`.
    Train(run::Ask<TrainOptions>),
    /// Tests the present network: loss, accuracy and confusion matrix on the test digits. This also happens automatically several times in
    /// an epoch. Answered by `Event::Evaluated`.
    Evaluate,
    /// Test digits with their results in the last test, the largest loss first: those that were answered wrong, or those in one cell
    /// (class, answer) of the confusion matrix. Answered by `Event::Judged`.
    Judged {
        /// Row and column of the confusion matrix, [class, answer]. None for all digits that were answered wrong.
        cell: Option<[usize; 2]>,
    },
    /// Shows the network after a step that was kept, or the present one (None). Training pauses. Answered by `Event::Kept`.
    Replay(Option<u64>),
    /// Continues from the step that is shown, and forgets later ones. Answered by `Event::Rewound`.
    Resume,
    /// Sets one value of the parameter `name`. Answered by `Event::Edited`.
    Edit {
        /// The parameter's name in PyTorch's state dict.
        name: String,
        /// The index of the value in the parameter, row-major in PyTorch's order, from 0.
        index: usize,
        /// The new value. Refused if it is not finite.
        value: f32,
    },
    /// Every layer's activation, and the gradient of the loss with respect to it. `label` is the class in the loss. None stands for the
    /// picture's own class, or for a drawn picture the predicted class. Answered by `Event::Inspected`.
    Inspect {
        /// The picture that the network reads.
        picture: Picture,
        /// The class in the loss. Refused if the network does not have it.
        label: Option<usize>,
    },
    /// Classifies a drawn digit. Buffer 0 as in `Picture::Drawn`. Answered by `Event::Classified`.
    Classify,
    /// The kernels of every convolution. Answered by `Event::Filters`.
    Filters,
    /// The parameters as safetensors. Answered by `Event::Saved`.
    Save,
    /// Buffer 0: a weight file for the network that stands. Answered by `Event::Loaded`.
    Load {
        /// The file's name, for messages.
        name: String,
    },
    /// A figure of pictures and kernels asks. Answered by `Event::Vision`.
    #[cfg(feature = "pictures")]
    Vision {
        /// The figure's number. Each figure has its own picture.
        channel: u32,
        /// The figure's question.
        ask: vision::Ask,
    },
    /// A question about a photo and the networks that read it. Answered by `Event::Photos`.
    #[cfg(feature = "photos")]
    Photos(photos::Ask),
    /// Measures one case, and ends the measurement before it. Answered by `Event::Measuring` after each run, then by `Event::Measured`.
    #[cfg(feature = "photos")]
    Measure(speed::Plan),
    /// A question about the twins that differ in "+ x" and are trained side by side. Answered by `Event::Depth`.
    Depth(depth::Ask),
    /// Destroys the GPU device on purpose, as a reset of the driver would, to see that the work goes on.
    Lose,
}

/// An event of the workbench: an answer to a request, or a report. A loss or probability that is not finite is null in JSON, and is read as NaN.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The workbench is ready. `build` is its `receptive::BUILD`.
    Hello {
        /// The hash of the sources of its build.
        build: String,
    },
    /// The machine: `adapter` is the GPU or software adapter that was found, and `why_no_gpu` is a sentence if there is none.
    Machine {
        /// The adapter, if one was found.
        adapter: Option<Adapter>,
        /// The reason why there is no GPU, as a sentence.
        why_no_gpu: Option<String>,
    },
    /// The number of training and test digits that have arrived, and the names of the missing IDX files.
    Data {
        /// The number of training digits.
        train: usize,
        /// The number of test digits.
        test: usize,
        /// The names of the IDX files that have not arrived.
        missing: Vec<String>,
    },
    /// What the network's run does. Answers `Request::Train`, and is told as it trains.
    Train(run::Answer<TrainOptions>),
    /// Results of consecutive training steps: the mean loss and the accuracy of each step's batch. `first` is the number of the first step,
    /// from 1. `accuracies` is empty if the batches' logits are not read back.
    Steps {
        /// The number of the first of these steps, from 1.
        first: u64,
        /// The mean cross-entropy of each step's batch, before the step; NaN if it is not finite.
        #[serde(deserialize_with = "numbers::many")]
        losses: Vec<f32>,
        /// The accuracy in each step's batch, from 0 to 1.
        accuracies: Vec<f32>,
        /// The number of digits in a second, over these steps.
        images_a_second: f32,
        /// The number of epochs since the run began, with fractions.
        epoch: f32,
    },
    /// The result of a test after `step` steps. `learned` is given if the run learns from few digits, or uses dropout, shifts or turns.
    Evaluated {
        /// The step after which it was tested.
        step: u64,
        /// The mean cross-entropy over the test digits; NaN if it is not finite.
        #[serde(deserialize_with = "numbers::one")]
        loss: f32,
        /// The accuracy, from 0 to 1.
        accuracy: f32,
        /// The duration of the test in seconds.
        seconds: f32,
        /// The confusion matrix, `confusion[true][answer]`: a row for each true class, a column for each answer.
        confusion: Vec<Vec<u32>>,
        /// The same on at most 5 000 training digits, which shows the gap.
        learned: Option<TrainingScore>,
    },
    /// The first of `count` digits after the test at `step`. Buffers: the ink of each digit, 784 bytes from 0 to 255, row-major 28 × 28.
    Judged {
        /// The step after which they were tested.
        step: u64,
        /// The cell, as in the request.
        cell: Option<[usize; 2]>,
        /// The number of all digits that were asked for, shown or not.
        count: usize,
        /// At most 60 of them, the largest loss first. Buffer i belongs to digit i.
        digits: Vec<Verdict>,
    },
    /// The steps that can be shown again, in rising order, and the one that is shown.
    Kept {
        /// The numbers of the steps that are kept.
        steps: Vec<u64>,
        /// The earlier step that is shown. None if the last step is shown.
        shown: Option<u64>,
    },
    /// The run is at `step` again, and later steps are forgotten.
    Rewound {
        /// The step from which the run continues.
        step: u64,
    },
    /// One value of a parameter was changed. Answers `Request::Edit`.
    Edited {
        /// The parameter's name.
        name: String,
        /// The index of the value in the parameter, in PyTorch's order.
        index: usize,
        /// The old value.
        before: f32,
        /// The new value.
        after: f32,
    },
    /// Answers `Request::Inspect`. All buffers are f32: the picture (784 values, row-major 28 × 28, ink from 0 to 1), then for each layer
    /// its activation and the gradient of the loss with respect to it.
    Inspected {
        /// The step of the network.
        step: u64,
        /// The picture, as in the request.
        picture: Picture,
        /// The class in the loss.
        label: usize,
        /// The picture's true class. None for a drawn picture.
        own_label: Option<usize>,
        /// The softmax of the logits, one number for each class; NaN if it is not finite.
        #[serde(deserialize_with = "numbers::many")]
        probabilities: Vec<f32>,
        /// The path, description and shape of each layer's activation. Its gradient has the same shape.
        layers: Vec<Array>,
    },
    /// The classification of a drawn digit. Answers `Request::Classify`.
    Classified {
        /// The step of the network.
        step: u64,
        /// The softmax of the logits, one number for each class; NaN if it is not finite.
        #[serde(deserialize_with = "numbers::many")]
        probabilities: Vec<f32>,
    },
    /// The kernels of the convolutions. Buffers: one for each array, f32. Answers `Request::Filters`.
    Filters {
        /// The step of the network.
        step: u64,
        /// The weight of each convolution, O, I, H, W, in the order of the network. Buffer i holds the f32 of array i.
        kernels: Vec<Array>,
    },
    /// The parameters in PyTorch's names and order. Buffer 0: a safetensors file in single precision. Answers `Request::Save`.
    Saved {
        /// A name for the file: the network's, with .safetensors.
        name: String,
        /// The step of the network.
        step: u64,
    },
    /// The network has the parameters of the file. Answers `Request::Load`.
    Loaded {
        /// The file's name.
        name: String,
        /// The number of trainable values.
        parameters: usize,
        /// What is to be known of the file: other names, entries that were left.
        told: Option<String>,
    },
    /// An answer or a report to a figure. Answers `Request::Vision`; the buffers are the answer's.
    #[cfg(feature = "pictures")]
    Vision {
        /// The figure's number, as in the request.
        channel: u32,
        /// The answer.
        answer: vision::Answer,
    },
    /// Answers `Request::Photos`; the buffers are the answer's.
    #[cfg(feature = "photos")]
    Photos(photos::Answer),
    /// `done` of `of` runs of a measurement have been made. The first one gives the first result.
    #[cfg(feature = "photos")]
    Measuring {
        /// The number of runs that have been made, from 1.
        done: usize,
        /// The number of all runs: the first one, warm-up, timed ones, and those of the simplest implementation.
        of: usize,
    },
    /// The measurement is complete. Answers `Request::Measure`.
    #[cfg(feature = "photos")]
    Measured(speed::Times),
    /// An answer or a report about the twins. Answers `Request::Depth`, and is sent as they train.
    Depth(depth::Answer),
    /// A request could not be done, and nothing has changed. `request` is its name.
    Failed {
        /// The name of the variant of `Request`.
        request: String,
        /// The reason, as a sentence.
        message: String,
    },
}
