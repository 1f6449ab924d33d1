//! Counting the zoo, with one network in each slice.
use crate::protocol::photos::{Accuracy, Answer, Entry, Later};
use engine::Result;
use nets::models::{self, MODELS, ModelSpec, cost};

/// The number of networks that have been counted, and the question.
pub(super) struct Count {
    done: usize,
    pub question: u32,
}

impl Count {
    pub(super) fn asked(question: u32) -> Count {
        Count { done: 0, question }
    }
    pub(super) fn is_over(&self) -> bool {
        self.done >= MODELS.len()
    }
    pub(super) fn next(&mut self) -> Result<Answer> {
        let entry = entry(&MODELS[self.done])?;
        self.done += 1;
        Ok(Answer::Counted { number: self.done, of: MODELS.len(), entry })
    }
}

fn accuracy(models::Accuracy { top1, top5, by }: models::Accuracy) -> Accuracy {
    Accuracy { top1, top5, by: by.into() }
}

fn entry(spec: &ModelSpec) -> Result<Entry> {
    let cost = cost(spec)?;
    Ok(Entry {
        name: spec.name.into(),
        title: spec.title.into(),
        paper: spec.paper.into(),
        year: spec.year,
        input: spec.input,
        classes: spec.classes,
        answers_per_pixel: spec.answers_per_pixel(),
        published_parameters: spec.params,
        published_macs: spec.macs,
        parameters: cost.parameters,
        only_for_training: cost.only_for_training,
        macs: cost.macs,
        accuracy: spec.accuracy.map(accuracy),
        preprocess: spec.preprocess,
        weights: spec.weights.iter().map(|file| file.to_string()).collect(),
        later: spec
            .later()
            .map(|later| Box::new(Later { file: later.file.into(), accuracy: accuracy(later.accuracy), preprocess: later.preprocess })),
        memory: cost.inference_bytes(),
        memory_to_explain: cost.attribution_bytes(),
    })
}
