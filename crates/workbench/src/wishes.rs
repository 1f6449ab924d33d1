//! Only the latest wish: of each topic one question is under way at a time, its answer is known by its number, and what was wished meanwhile is asked after it.
use std::collections::BTreeMap;

/// What is wished: what is still being brought for a question (a file), what was asked and is not answered yet, and what was wished last. `T` is what a
/// question is about, `W` what exactly is wished, with whatever belongs to it.
///
/// Whoever holds one goes by what is wished now: whenever that may have changed, and after each answer, it asks for what is due (`is_due`). So no wish but
/// the latest is ever asked late, and none twice.
#[derive(Clone, Debug)]
pub struct Wishes<T, W> {
    latest: BTreeMap<T, W>,
    sought: BTreeMap<T, W>,
    under_way: BTreeMap<u32, (T, W)>,
    refused: Vec<(T, W)>,
}

impl<T, W> Default for Wishes<T, W> {
    fn default() -> Self {
        Wishes { latest: BTreeMap::new(), sought: BTreeMap::new(), under_way: BTreeMap::new(), refused: vec![] }
    }
}

impl<T: Clone + Ord, W: Clone + PartialEq> Wishes<T, W> {
    /// Whether to ask now: nothing of the topic is on its way, and the last wish was another.
    pub fn is_due(&self, topic: &T, wish: &W) -> bool {
        !self.is_busy(topic) && self.latest(topic) != Some(wish)
    }
    /// What is brought before it can be asked, in the place of whatever else of the topic was.
    pub fn seek(&mut self, topic: T, wish: W) {
        self.latest.insert(topic.clone(), wish.clone());
        self.sought.insert(topic, wish);
    }
    /// Whether this is what is being brought; false once something else of the topic was wished.
    pub fn is_sought(&self, topic: &T, wish: &W) -> bool {
        self.sought.get(topic) == Some(wish)
    }
    /// It was asked, with this number; 0: there was nobody to ask.
    pub fn asked(&mut self, question: u32, topic: T, wish: W) {
        self.sought.remove(&topic);
        if question > 0 {
            self.latest.insert(topic.clone(), wish.clone());
            self.under_way.insert(question, (topic, wish));
        }
    }
    /// What the question with this number was; None where nobody waits for its answer.
    pub fn answered(&mut self, question: u32) -> Option<(T, W)> {
        let (topic, wish) = self.under_way.remove(&question)?;
        self.latest.entry(topic.clone()).or_insert(wish.clone());
        Some((topic, wish))
    }
    /// What needs no question: it is there, or cannot be had.
    pub fn settle(&mut self, topic: T, wish: W) {
        self.sought.remove(&topic);
        self.latest.insert(topic, wish);
    }
    /// It could not be done, and is not tried again by itself until its topic is forgotten.
    pub fn refuse(&mut self, topic: T, wish: W) {
        self.sought.remove(&topic);
        if !self.is_refused(&topic, &wish) {
            self.refused.push((topic, wish));
        }
    }
    /// Whether it could not be done.
    pub fn is_refused(&self, topic: &T, wish: &W) -> bool {
        self.refused.iter().any(|(of, refused)| of == topic && refused == wish)
    }
    /// What was wished last of this topic, wherever it stands.
    pub fn latest(&self, topic: &T) -> Option<&W> {
        self.latest.get(topic)
    }
    /// Whether somebody waits for the answer to this question.
    pub fn waits_for(&self, question: u32) -> bool {
        self.under_way.contains_key(&question)
    }
    /// Whether a question of this topic waits for its answer.
    pub fn is_under_way(&self, topic: &T) -> bool {
        self.under_way.values().any(|(asked, _)| asked == topic)
    }
    /// Whether a question of this topic waits for its answer, or for what is being brought.
    pub fn is_busy(&self, topic: &T) -> bool {
        self.sought.contains_key(topic) || self.is_under_way(topic)
    }
    /// Whether no question is under way.
    pub fn is_idle(&self) -> bool {
        self.under_way.is_empty()
    }
    /// The questions that are under way, in the order in which they were asked.
    pub fn under_way(&self) -> impl Iterator<Item = &(T, W)> {
        self.under_way.values()
    }
    /// What was wished, or refused, of these topics holds no more: it is due again.
    pub fn forget(&mut self, topic: impl Fn(&T) -> bool) {
        self.latest.retain(|wished, _| !topic(wished));
        self.refused.retain(|(refused, _)| !topic(refused));
    }
    /// Whom it was asked of is gone: no question is under way, and all is due again but what is being brought and what was refused.
    pub fn restart(&mut self) {
        self.under_way.clear();
        self.latest = self.sought.clone();
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

    #[test]
    fn of_what_is_being_brought_only_the_latest_is_asked() {
        let mut wishes = Wishes::default();
        wishes.seek("photo", "slow");
        assert!(wishes.is_busy(&"photo") && wishes.is_idle() && !wishes.is_due(&"photo", &"other"));
        wishes.seek("photo", "quick");
        assert_eq!(["slow", "quick"].map(|wish| wishes.is_sought(&"photo", &wish)), [false, true]);
        wishes.asked(1, "photo", "quick");
        assert!(!wishes.is_sought(&"photo", &"quick") && wishes.is_under_way(&"photo"));
        // What is there without a question takes the place of what was asked before.
        wishes.settle("photo", "own");
        assert_eq!((wishes.answered(1), wishes.latest(&"photo")), (Some(("photo", "quick")), Some(&"own")));
        wishes.seek("photo", "late");
        wishes.settle("photo", "own");
        assert!(!wishes.is_busy(&"photo"), "nobody waits for it");
    }

    #[test]
    fn what_was_refused_is_told_apart_until_its_topic_is_forgotten() {
        let mut wishes = Wishes::default();
        wishes.seek("network", "on the GPU");
        wishes.refuse("network", "on the GPU");
        assert!(!wishes.is_busy(&"network"));
        wishes.asked(1, "network", "on the CPU");
        wishes.answered(1);
        wishes.restart();
        assert_eq!(["on the GPU", "on the CPU"].map(|wish| wishes.is_refused(&"network", &wish)), [true, false]);
        wishes.forget(|topic| *topic == "network");
        assert!(!wishes.is_refused(&"network", &"on the GPU"));
    }

    #[test]
    fn with_the_end_of_whom_was_asked_all_is_due_again_but_what_is_being_brought() {
        let mut wishes = Wishes::default();
        (1..3).for_each(|question| wishes.asked(question, question, "a"));
        wishes.answered(1);
        wishes.seek(3, "a");
        wishes.restart();
        assert_eq!((wishes.is_idle(), wishes.answered(2)), (true, None));
        assert_eq!([1, 2, 3].map(|topic| wishes.is_due(&topic, &"a")), [true, true, false]);
        assert!(wishes.is_sought(&3, &"a"));
    }
}
