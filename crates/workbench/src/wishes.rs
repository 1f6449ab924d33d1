//! Only the latest wish: of each topic one question is under way at a time, its answer is known by its number, and what was wished meanwhile is asked after it.
use std::collections::BTreeMap;

/// What was asked and is not answered yet, and what was answered last. `T` is what a question is about, `W` what exactly is wished.
///
/// Whoever holds one goes by what is wished now: whenever that may have changed, and after each answer, it asks for what is due (`is_due`). So no wish but
/// the latest is ever asked late, and none twice.
#[derive(Clone, Debug)]
pub struct Wishes<T, W> {
    under_way: BTreeMap<u32, (T, W)>,
    answered: BTreeMap<T, W>,
}

impl<T, W> Default for Wishes<T, W> {
    fn default() -> Self {
        Wishes { under_way: BTreeMap::new(), answered: BTreeMap::new() }
    }
}

impl<T: Clone + Ord, W: Clone + PartialEq> Wishes<T, W> {
    /// Whether to ask now: nothing of the topic is under way, and its last answer was to another wish.
    pub fn is_due(&self, topic: &T, wish: &W) -> bool {
        !self.is_under_way(topic) && self.answered.get(topic) != Some(wish)
    }
    /// It was asked, with this number; 0: there was nobody to ask.
    pub fn asked(&mut self, question: u32, topic: T, wish: W) {
        if question > 0 {
            self.under_way.insert(question, (topic, wish));
        }
    }
    /// What the question with this number was; None where nobody waits for its answer.
    pub fn answered(&mut self, question: u32) -> Option<(T, W)> {
        let (topic, wish) = self.under_way.remove(&question)?;
        self.answered.insert(topic.clone(), wish.clone());
        Some((topic, wish))
    }
    /// Whether somebody waits for the answer to this question.
    pub fn waits_for(&self, question: u32) -> bool {
        self.under_way.contains_key(&question)
    }
    /// Whether a question of this topic waits for its answer.
    pub fn is_under_way(&self, topic: &T) -> bool {
        self.under_way.values().any(|(asked, _)| asked == topic)
    }
    /// Whether no question is under way.
    pub fn is_idle(&self) -> bool {
        self.under_way.is_empty()
    }
    /// Of the questions that are under way, in the order in which they were asked.
    pub fn topics(&self) -> impl Iterator<Item = &T> {
        self.under_way.values().map(|(topic, _)| topic)
    }
    /// The answers to these topics hold no more: they are due again.
    pub fn forget(&mut self, topic: impl Fn(&T) -> bool) {
        self.answered.retain(|answered, _| !topic(answered));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_wished_meanwhile_is_asked_after_the_answer_and_only_the_latest_of_it() {
        let mut wishes = Wishes::default();
        assert!(wishes.is_due(&"step", &1));
        wishes.asked(7, "step", 1);
        for wish in 2..5 {
            assert!(!wishes.is_due(&"step", &wish), "one is under way");
        }
        assert!(wishes.is_due(&"photo", &1), "of another topic nothing is");
        assert_eq!(wishes.answered(7), Some(("step", 1)));
        assert!(wishes.is_due(&"step", &4) && !wishes.is_due(&"step", &1));
    }

    #[test]
    fn answers_are_known_by_their_number_in_whatever_order_they_come() {
        let mut wishes = Wishes::default();
        wishes.asked(1, "photo", "a");
        wishes.asked(2, "why", "b");
        assert_eq!((wishes.answered(2), wishes.answered(1)), (Some(("why", "b")), Some(("photo", "a"))));
        assert!(wishes.is_idle());
        assert_eq!(wishes.answered(2), None, "nobody waits any more");
        assert_eq!(wishes.answered(0), None, "what is said without being asked answers nothing");
    }

    #[test]
    fn what_holds_no_more_is_due_again() {
        let mut wishes = Wishes::default();
        for (question, topic) in [(1, "photo"), (2, "why")] {
            wishes.asked(question, topic, 1);
            wishes.answered(question);
        }
        wishes.forget(|topic| *topic == "why");
        assert_eq!(["photo", "why"].map(|topic| wishes.is_due(&topic, &1)), [false, true]);
    }
}
