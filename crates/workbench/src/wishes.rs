//! Latest-only requests. For each topic one question is under way at a time. Its answer is known by its number; what was wished meanwhile is asked after it.
use std::collections::BTreeMap;

/// The wishes of each topic: one that is being fetched for a question (a file), one that was asked and not answered yet, and the last one.
/// `T` is a topic, and `W` is what exactly is wished.
///
/// Whoever holds `Wishes` knows what is wished now. It asks for what is due (`is_due`) whenever that may have changed, and after each
/// answer. So only the latest wish is asked, and none is asked twice.
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
    /// Whether to ask now: nothing of the topic is under way, and the last wish was another one.
    pub fn is_due(&self, topic: &T, wish: &W) -> bool {
        !self.is_busy(topic) && self.latest(topic) != Some(wish)
    }
    /// Something is being fetched before it can be asked. It replaces everything else of the topic.
    pub fn seek(&mut self, topic: T, wish: W) {
        self.latest.insert(topic.clone(), wish.clone());
        self.sought.insert(topic, wish);
    }
    /// Whether this is being fetched. False once something else of the topic was wished.
    pub fn is_sought(&self, topic: &T, wish: &W) -> bool {
        self.sought.get(topic) == Some(wish)
    }
    /// What is being fetched is not wanted now. Its topic is due again.
    pub fn give_up(&mut self, topic: &T) {
        if self.sought.remove(topic).is_some() {
            self.latest.remove(topic);
        }
    }
    /// It was asked with this number. 0 means that there was nobody to ask.
    pub fn asked(&mut self, question: u32, topic: T, wish: W) {
        self.sought.remove(&topic);
        if question > 0 {
            self.latest.insert(topic.clone(), wish.clone());
            self.under_way.insert(question, (topic, wish));
        }
    }
    /// The topic and wish of the question with this number. None if nobody waits for its answer.
    pub fn answered(&mut self, question: u32) -> Option<(T, W)> {
        let (topic, wish) = self.under_way.remove(&question)?;
        self.latest.entry(topic.clone()).or_insert(wish.clone());
        Some((topic, wish))
    }
    /// A wish that needs no question: it is there already, or cannot be had.
    pub fn mark_done(&mut self, topic: T, wish: W) {
        self.sought.remove(&topic);
        self.latest.insert(topic, wish);
    }
    /// It could not be done. It is not tried again automatically until its topic is forgotten.
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
    /// The last wish of this topic, in whatever state.
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
    /// Whether a question of this topic waits for its answer, or for something that is being fetched.
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
    /// Forgets these topics: what was wished or refused is due again.
    pub fn forget(&mut self, topic: impl Fn(&T) -> bool) {
        self.latest.retain(|wished, _| !topic(wished));
        self.refused.retain(|(refused, _)| !topic(refused));
    }
    /// The worker is gone: no question is under way, and everything is due again except what is being fetched and what was refused.
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
        // Something that needs no question replaces what was asked before.
        wishes.mark_done("photo", "own");
        assert_eq!((wishes.answered(1), wishes.latest(&"photo")), (Some(("photo", "quick")), Some(&"own")));
        wishes.seek("photo", "late");
        wishes.mark_done("photo", "own");
        assert!(!wishes.is_busy(&"photo"), "nobody waits for it");
        // What is given up is due again, and what was asked stays.
        wishes.give_up(&"photo");
        assert_eq!(wishes.latest(&"photo"), Some(&"own"));
        wishes.seek("photo", "late");
        wishes.give_up(&"photo");
        assert!(!wishes.is_sought(&"photo", &"late") && wishes.is_due(&"photo", &"late"));
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
