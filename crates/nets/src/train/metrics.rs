//! What logits say: the class answered, and how often it is right.

/// Right answers and the confusion of classes over a set of digits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// The sum of the losses of all that were counted.
    pub loss: f64,
    /// How many images got the right answer.
    pub right: usize,
    /// How many were counted.
    pub count: usize,
    /// [true class][answered class]
    pub confusion: Vec<Vec<u32>>,
}

impl Score {
    /// Of nothing yet, with a confusion matrix of classes × classes.
    pub fn new(classes: usize) -> Score {
        Score { confusion: vec![vec![0; classes]; classes], ..Score::default() }
    }
    /// Adds a batch: its losses, its logits (N × classes) and its labels.
    pub fn add(&mut self, losses: &[f32], logits: &[f32], labels: &[f32]) {
        let classes = self.confusion.len();
        self.loss += losses.iter().map(|l| f64::from(*l)).sum::<f64>();
        for (row, label) in logits.chunks_exact(classes).zip(labels) {
            let answer = answer(row);
            self.right += usize::from(answer == *label as usize);
            self.count += 1;
            if let Some(cell) = self.confusion.get_mut(*label as usize).and_then(|row| row.get_mut(answer)) {
                *cell += 1;
            }
        }
    }
    /// Right answers of all, from 0 to 1; of nothing 0.
    pub fn accuracy(&self) -> f32 {
        self.right as f32 / self.count.max(1) as f32
    }
    /// The loss of one image on average; of nothing 0.
    pub fn mean_loss(&self) -> f32 {
        (self.loss / self.count.max(1) as f64) as f32
    }
}

/// The share of rows whose largest logit is the label's.
pub fn score(logits: &[f32], labels: &[f32]) -> f32 {
    let classes = logits.len() / labels.len().max(1);
    let right = logits.chunks_exact(classes.max(1)).zip(labels).filter(|(row, label)| answer(row) == **label as usize).count();
    right as f32 / labels.len().max(1) as f32
}

/// The class with the largest logit.
pub fn answer(row: &[f32]) -> usize {
    (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b])).unwrap_or(0)
}
