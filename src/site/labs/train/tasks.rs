//! The tasks of the training lab.
use crate::site::labs::task::Task;

pub const TASKS: &[Task] = &[
    Task {
        id: "epoch",
        lecture: "lenet",
        asked: "With the form of tanh and means, get at least 98 % of the test digits right within one epoch, with each of the seeds 1, 2 and 3. Begin each time with the same settings; the rate may be changed on the way.",
    },
    Task {
        id: "gap",
        lecture: "lenet",
        asked: "Learn from 500 digits for 280 steps as the lab begins, and press Test now. Then halve that gap with the same seed, and get more test digits right than before.",
    },
    Task {
        id: "diverge",
        lecture: "lenet",
        asked: "Find a learning rate below 1 with which the network loses what it had learned, or never learns.",
    },
];
