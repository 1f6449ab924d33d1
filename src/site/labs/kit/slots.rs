//! Where the browser keeps runs of a lab: each tab that lives has a slot of its own, so that none disturbs another, and takes over the last run that a tab
//! which has ended has left.
use crate::site::{
    browser,
    controls::Pairs,
    lock::{self, Held},
    store,
};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Keys of what the browser remembers of kept runs begin so, and so do the locks of their slots.
const BEGINNING: &str = "kept ";
/// Milliseconds for which a run waits for a tab, if a later one was taken up instead.
const PATIENCE: f64 = 24.0 * 3600.0 * 1000.0;

/// Milliseconds that a page may take to end once it is left: its worker computes.
const ENDING: u32 = 5_000;

/// What is known of a kept run without its file. What a version before or after this one has not written has its default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// The step after which it was copied.
    pub step: u64,
    /// The settings of the run: the values of the lab's table.
    pub values: Pairs,
    /// The rates that it had: (step after which it came, learning rate).
    pub rates: Vec<(u64, f32)>,
    /// What the lab draws its charts from, as the lab writes it.
    pub charts: String,
    /// When it was copied, in milliseconds since 1970.
    pub at: f64,
}

/// A place for one run, which this page holds until the last copy of this is dropped.
#[derive(Clone)]
pub struct Slot {
    name: String,
    _held: Rc<Held>,
}

/// The first slot has the lab's name.
fn name(lab: &str, number: usize) -> String {
    if number == 1 { lab.into() } else { format!("{lab} {number}") }
}

fn key(name: &str) -> String {
    format!("{BEGINNING}{name}")
}

/// The number of a slot of this lab, by the key of what is remembered of it.
fn number(lab: &str, key: &str) -> Option<usize> {
    match key.strip_prefix(BEGINNING)?.strip_prefix(lab)? {
        "" => Some(1),
        rest => rest.strip_prefix(' ')?.parse().ok().filter(|number| *number > 1),
    }
}

/// In which order a tab tries to take slots: those with a run, the latest first, then empty ones. `left`: numbers, and when their runs were copied.
fn order(left: &[(usize, f64)]) -> impl Iterator<Item = usize> {
    let mut left = left.to_vec();
    left.sort_by(|a, b| b.1.total_cmp(&a.1));
    let full: Vec<usize> = left.into_iter().map(|(number, _)| number).collect();
    let empty = (1..).filter({
        let full = full.clone();
        move |number| !full.contains(number)
    });
    full.into_iter().chain(empty)
}

fn remembered(name: &str) -> Option<About> {
    browser::remembered(&key(name)).and_then(|text| serde_json::from_str(&text).ok())
}

async fn held(lab: &str, number: usize, milliseconds: u32) -> Option<Slot> {
    let name = name(lab, number);
    let held = lock::acquire(&key(&name), milliseconds).await?;
    Some(Slot { name, _held: Rc::new(held) })
}

impl Slot {
    /// One that no tab holds, with the latest run that waits for one, if any does. Others that have waited for a day are thrown away.
    pub async fn acquire(lab: &str) -> Slot {
        let numbers = browser::remembered_keys(BEGINNING).into_iter().filter_map(|key| number(lab, &key));
        let left: Vec<(usize, f64)> = numbers.map(|number| (number, remembered(&name(lab, number)).unwrap_or_default().at)).collect();
        let mut numbers = order(&left);
        // The page that a reload has left may still be ending, and holds the latest run until it has.
        let mut patience = if left.is_empty() { 0 } else { ENDING };
        let slot = loop {
            if let Some(number) = numbers.next()
                && let Some(slot) = held(lab, number, std::mem::take(&mut patience)).await
            {
                break slot;
            }
        };
        for (number, at) in &left {
            if browser::now() - at > PATIENCE
                && name(lab, *number) != slot.name
                && let Some(old) = held(lab, *number, 0).await
            {
                old.forget().await;
            }
        }
        slot
    }
    /// The run that it holds.
    pub async fn kept(&self) -> Option<(About, Vec<u8>)> {
        let about = remembered(&self.name)?;
        Some((about, store::get(&self.name).await?))
    }
    /// Holds this run in place of an earlier one.
    pub async fn keep(&self, about: &About, file: &[u8]) -> Result<(), String> {
        let text = serde_json::to_string(about).map_err(|error| error.to_string())?;
        // Should the page end between the two, a file without a word is better than the settings of another run.
        if remembered(&self.name).is_some_and(|before| before.values != about.values) {
            browser::forget(&key(&self.name));
        }
        store::put(&self.name, file).await?;
        browser::remember(&key(&self.name), &text);
        Ok(())
    }
    /// Throws its run away.
    pub async fn forget(&self) {
        store::forget(&self.name).await;
        browser::forget(&key(&self.name));
    }
}

/// Throws the runs of all labs and tabs away.
pub async fn clear() {
    store::clear().await;
    browser::remembered_keys(BEGINNING).iter().for_each(|key| browser::forget(key));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_takes_the_latest_run_that_nobody_holds_or_else_an_empty_slot() {
        let first = |left: &[(usize, f64)], held: &[usize]| order(left).find(|number| !held.contains(number));
        assert_eq!(first(&[], &[]), Some(1));
        assert_eq!(first(&[(1, 10.0), (2, 30.0), (4, 20.0)], &[]), Some(2));
        assert_eq!(first(&[(1, 10.0), (2, 30.0), (4, 20.0)], &[2]), Some(4));
        // Those that live keep their own, also one that has copied nothing yet.
        assert_eq!(first(&[(1, 10.0)], &[1, 2]), Some(3));
        assert_eq!(order(&[(2, 1.0)]).take(4).collect::<Vec<_>>(), [2, 1, 3, 4]);
    }

    #[test]
    fn a_slot_is_known_by_its_key() {
        let numbers =
            ["kept training", "kept training 2", "kept training 1", "kept training x", "kept trainings", "kept twins 3", "keep runs"];
        assert_eq!(numbers.map(|key| number("training", key)), [Some(1), Some(2), None, None, None, None, None]);
        assert!((1..12).all(|at| number("twins", &key(&name("twins", at))) == Some(at)));
    }

    #[test]
    fn what_is_remembered_of_a_run_may_lack_a_field_or_have_another() {
        let about = |text: &str| serde_json::from_str::<About>(text).expect("a run");
        let values: Pairs = vec![("seed".into(), "3".into())];
        assert_eq!(about(r#"{"step":40,"values":[["seed","3"]]}"#), About { step: 40, values: values.clone(), ..About::default() });
        assert_eq!(about(r#"{"values":[["seed","3"]],"at":5,"device":"gpu"}"#), About { values, at: 5.0, ..About::default() });
    }
}
