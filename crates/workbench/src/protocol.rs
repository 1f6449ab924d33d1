//! The vocabulary between whoever asks (page, shell, test) and the workbench: plain serde data, and byte buffers beside it.
//!
//! Every shape here is PyTorch's: images C, H, W; kernels O, I, H, W; dense layers out, in. Buffers hold little-endian f32 unless said otherwise.
pub mod depth;
mod numbers;
pub mod photos;
pub mod speed;
pub mod vision;

use serde::{Deserialize, Serialize};

/// A request or an event with its buffers, which are transferred, not copied through JSON. `B` is what a buffer is: bytes, or on the page also a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message<T, B = Vec<u8>> {
    /// The number of the question that it is, or that it answers; 0 for what is said without being asked.
    pub question: u32,
    pub body: T,
    pub buffers: Vec<B>,
}

impl<T, B> Message<T, B> {
    pub fn new(body: T) -> Self {
        Message::with(body, vec![])
    }
    pub fn with(body: T, buffers: Vec<B>) -> Self {
        Message { question: 0, body, buffers }
    }
    /// The same as this question, or as an answer to it.
    pub fn numbered(self, question: u32) -> Self {
        Message { question, ..self }
    }
    /// The same question and buffers about something else.
    pub fn map<U>(self, into: impl FnOnce(T) -> U) -> Message<U, B> {
        Message { question: self.question, body: into(self.body), buffers: self.buffers }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceChoice {
    #[default]
    Cpu,
    Gpu,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OptimiserChoice {
    /// SGD with momentum 0.9.
    #[default]
    Sgd,
    Adam,
}

/// What a training run starts from. The same options and the same device give the same losses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainOptions {
    /// A name in `MODELS`.
    pub model: String,
    pub device: DeviceChoice,
    pub optimiser: OptimiserChoice,
    pub rate: f32,
    /// L2 added to the gradient.
    pub weight_decay: f32,
    pub batch: usize,
    pub seed: u64,
    /// Digits learned from, drawn with the seed; 0 is all of them.
    pub digits: usize,
    /// The probability with which each output of a hidden dense layer is dropped in a step.
    pub dropout: f32,
    /// The most by which a digit is shifted before it is learned from, in pixels along either axis.
    pub shift: f32,
    /// The most by which it is turned, in degrees.
    pub turn: f32,
}

impl Default for TrainOptions {
    fn default() -> Self {
        TrainOptions {
            model: "lenet5_relu".into(),
            device: DeviceChoice::Cpu,
            optimiser: OptimiserChoice::Sgd,
            rate: 0.02,
            weight_decay: 0.0,
            batch: 64,
            seed: 1,
            digits: 0,
            dropout: 0.0,
            shift: 0.0,
            turn: 0.0,
        }
    }
}

/// Which picture to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Picture {
    /// Image number of the 10 000 test digits.
    Test(usize),
    /// Image number of the 60 000 training digits.
    Train(usize),
    /// Buffer 0: 784 f32, row-major 28 × 28, 0 is paper and 1 is ink.
    Drawn,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Answered by `Event::Machine`.
    Machine,
    /// Buffer 0: one of MNIST's four IDX files, plain or gzip. Which one it is is read from the file itself. Answered by `Event::Data`.
    Data {
        name: String,
    },
    /// Builds the network anew and stops at step 0. Answered by `Event::Started`.
    Start(TrainOptions),
    /// Buffer 0: a checkpoint, `Event::Checkpoint`. The run stands where it was made, on this device. Answered by `Event::Started`.
    Continue(DeviceChoice),
    Play,
    Pause,
    /// One step, then pause.
    Step,
    /// The learning rate from the next step on.
    Rate(f32),
    /// Loss, accuracy and confusion matrix on the test digits now; done by itself after each epoch and now and then in between. Answered by `Event::Evaluated`.
    Evaluate,
    /// Test digits as the last test found them, those with the largest loss first: the ones answered wrong, or those of one cell
    /// (class, answer) of the confusion matrix. Answered by `Event::Judged`.
    Judged {
        cell: Option<[usize; 2]>,
    },
    /// Shows the network as it was after a step that was kept; None: as it is now. Training pauses. Answered by `Event::Kept`.
    Replay(Option<u64>),
    /// Goes on from the step that is shown; later ones are forgotten. Answered by `Event::Rewound`.
    Resume,
    /// One number of the parameter `name`, counted in PyTorch's order. Answered by `Event::Edited`.
    Edit {
        name: String,
        index: usize,
        value: f32,
    },
    /// Every layer's activation and the gradient of the loss with respect to it. `label`: the class the loss asks for (None: the picture's own, or
    /// the network's verdict for a drawn one). Answered by `Event::Inspected`.
    Inspect {
        picture: Picture,
        label: Option<usize>,
    },
    /// Buffer 0 as in `Picture::Drawn`. Answered by `Event::Classified`.
    Classify,
    /// Kernels of every convolution. Answered by `Event::Filters`.
    Filters,
    /// The parameters as safetensors. Answered by `Event::Saved`.
    Save,
    /// Buffer 0: safetensors for the network that stands. Answered by `Event::Loaded`.
    Load {
        name: String,
    },
    /// A figure of pictures and kernels asks, from its seat. Answered by `Event::Vision`.
    Vision {
        seat: u32,
        ask: vision::Ask,
    },
    /// A photo, and networks that read it. Answered by `Event::Photos`.
    Photos(photos::Ask),
    /// Measures one case; takes the place of a measurement that is under way. Answered by `Event::Measuring` after each run, then by `Event::Measured`.
    Measure(speed::Plan),
    /// Twins that differ by "+ x", trained side by side. Answered by `Event::Depth`.
    Depth(depth::Ask),
    /// Destroys the GPU device on purpose, as a driver reset would, to see that the work goes on.
    Lose,
}

/// A GPU as it describes itself; fields may be empty in a browser.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Adapter {
    pub name: String,
    pub vendor: String,
    pub architecture: String,
    /// A processor that pretends: never called a GPU and never the default.
    pub software: bool,
}

/// A named array of a buffer: `dims` in PyTorch's order without the batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Array {
    pub name: String,
    /// What made it, as a reader of the architecture table should see it.
    pub description: String,
    pub dims: Vec<usize>,
}

/// A test digit as a test found it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    pub index: usize,
    pub label: usize,
    pub answer: usize,
    #[serde(deserialize_with = "numbers::one")]
    pub loss: f32,
}

/// Loss and accuracy on digits that were learned from, as they are: not dropped, shifted or turned.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learned {
    #[serde(deserialize_with = "numbers::one")]
    pub loss: f32,
    pub accuracy: f32,
    pub digits: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The workbench serves; `build` is its `receptive::BUILD`.
    Hello {
        build: String,
    },
    /// `adapter` is the GPU or software adapter found; `why_no_gpu` a sentence where there is none.
    Machine {
        adapter: Option<Adapter>,
        why_no_gpu: Option<String>,
    },
    /// How many training and test digits are there, and the names of the IDX files still missing.
    Data {
        train: usize,
        test: usize,
        missing: Vec<String>,
    },
    Started {
        /// 0, or that of the checkpoint.
        step: u64,
        options: TrainOptions,
        parameters: usize,
        macs: u64,
        steps_an_epoch: usize,
    },
    State {
        playing: bool,
        step: u64,
    },
    /// Consecutive training steps, the first being number `first` (from 1): mean loss and share of right answers of each step's batch.
    /// `accuracies` is empty where the batches' verdicts are not read back.
    Steps {
        first: u64,
        #[serde(deserialize_with = "numbers::many")]
        losses: Vec<f32>,
        accuracies: Vec<f32>,
        images_a_second: f32,
        epoch: f32,
    },
    /// On the test digits after `step` steps. `confusion[true][answer]`. `learned` where the run learns from few digits, drops, shifts or turns.
    Evaluated {
        step: u64,
        #[serde(deserialize_with = "numbers::one")]
        loss: f32,
        accuracy: f32,
        seconds: f32,
        confusion: Vec<Vec<u32>>,
        learned: Option<Learned>,
    },
    /// After the test at `step`: the first of `count` digits, and as a buffer the ink of each, 784 bytes from 0 to 255.
    Judged {
        step: u64,
        cell: Option<[usize; 2]>,
        count: usize,
        digits: Vec<Verdict>,
    },
    /// The steps that can be shown again, rising, and the one that is shown instead of the last.
    Kept {
        steps: Vec<u64>,
        shown: Option<u64>,
    },
    /// Buffer 0: the run as it stood after a step, with the optimiser's memory and the options (`Request::Continue`). Every few seconds of training.
    Checkpoint {
        step: u64,
    },
    /// The run stands at `step` again, and whatever came after it is forgotten.
    Rewound {
        step: u64,
    },
    Edited {
        name: String,
        index: usize,
        before: f32,
        after: f32,
    },
    /// Buffers: the picture (784 f32), then for each layer its activation and the loss's gradient with respect to it, in turn.
    Inspected {
        step: u64,
        picture: Picture,
        label: usize,
        own_label: Option<usize>,
        #[serde(deserialize_with = "numbers::many")]
        probabilities: Vec<f32>,
        layers: Vec<Array>,
    },
    Classified {
        step: u64,
        #[serde(deserialize_with = "numbers::many")]
        probabilities: Vec<f32>,
    },
    /// Buffers: one for each array.
    Filters {
        step: u64,
        kernels: Vec<Array>,
    },
    /// Buffer 0: safetensors.
    Saved {
        name: String,
        step: u64,
    },
    Loaded {
        name: String,
        parameters: usize,
    },
    Vision {
        seat: u32,
        answer: vision::Answer,
    },
    Photos(photos::Answer),
    /// `done` of `of` runs of a measurement have been made; the first one is the first result.
    Measuring {
        done: usize,
        of: usize,
    },
    Measured(speed::Times),
    Depth(depth::Answer),
    /// The GPU was lost; the run stands at `step` again, `lost_steps` before where it was, and goes on.
    Recovered {
        step: u64,
        lost_steps: u64,
        reason: String,
        device: DeviceChoice,
    },
    /// A request could not be done; everything else stands as it was. `request` is its name.
    Failed {
        request: String,
        message: String,
    },
}
