//! Metrics of a classifier: the predicted class, the accuracy, and the confusion matrix.

/// Loss, accuracy and confusion matrix over a set of images.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    /// The sum of the losses of all counted images.
    pub loss: f64,
    /// The number of images that were classified correctly.
    pub right: usize,
    /// The number of counted images.
    pub count: usize,
    /// The confusion matrix: [true class][predicted class]
    pub confusion: Vec<Vec<u32>>,
}

impl Score {
    /// A score of no images yet, with a confusion matrix of classes × classes.
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
    /// The accuracy, from 0 to 1; 0 if nothing was counted.
    pub fn accuracy(&self) -> f32 {
        self.right as f32 / self.count.max(1) as f32
    }
    /// The mean loss of one image; 0 if nothing was counted.
    pub fn mean_loss(&self) -> f32 {
        (self.loss / self.count.max(1) as f64) as f32
    }
}

/// The share of rows whose largest logit is at the label.
pub fn score(logits: &[f32], labels: &[f32]) -> f32 {
    let classes = logits.len() / labels.len().max(1);
    let right = logits.chunks_exact(classes.max(1)).zip(labels).filter(|(row, label)| answer(row) == **label as usize).count();
    right as f32 / labels.len().max(1) as f32
}

/// The predicted class: the one with the largest logit.
pub fn answer(row: &[f32]) -> usize {
    (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b])).unwrap_or(0)
}
