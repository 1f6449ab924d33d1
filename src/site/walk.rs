//! A walk along a table of controls, natively: each of them changes what the settings come to, and nothing that it can be set to is refused.
use super::{
    controls::{Controls, Kind, power, turn},
    url::Keys,
};

/// What a control can be set to at its ends; of an open one, the values that the caller names.
fn extremes<S: Controls>(key: &str, kind: &Kind<S>, settings: &S, open: &[(&str, &str)]) -> Vec<String> {
    match kind {
        Kind::Choice(choices) => choices().into_iter().map(|(value, _)| value).collect(),
        Kind::Numbers { offered, ends, .. } => offered.iter().chain(ends).map(u64::to_string).collect(),
        Kind::Whole { ends } => ends.iter().map(u64::to_string).collect(),
        Kind::Slider { ends, .. } => ends(settings).iter().map(f64::to_string).collect(),
        Kind::Power { ends } => ends.iter().filter_map(|end| power(&end.to_string())).map(|value| value.to_string()).collect(),
        Kind::Switch { .. } => ["false", "true", "0", "1"].map(String::from).into(),
        Kind::Open => open.iter().filter(|(own, _)| *own == key).map(|(_, value)| value.to_string()).collect(),
    }
}

/// What is wrong: a sentence for each control that changes nothing from any of these starts (queries), and for each of its extremes that is refused.
/// `open` has values for the controls that the table leaves open; `comes_to` says what follows from the settings, or why nothing does.
pub fn faults<S: Controls>(starts: &[&str], open: &[(&str, &str)], comes_to: impl Fn(&S) -> Result<String, String>) -> Vec<String> {
    let starts: Vec<S> = starts.iter().map(|start| Keys::default().from_query(start)).collect();
    let before: Vec<_> = starts.iter().map(&comes_to).collect();
    let mut faults: Vec<String> = before.iter().filter_map(|came| came.clone().err()).collect();
    for line in S::TABLE {
        let mut acts = false;
        for (start, before) in starts.iter().zip(&before) {
            for value in extremes(line.key, &line.kind, start, open) {
                let mut set = start.clone();
                turn(&mut set, line.key, value.clone());
                match comes_to(&set.fitted()) {
                    Err(why) => faults.push(format!("{}={value} is refused: {why}", line.key)),
                    came => acts |= came != *before,
                }
            }
        }
        if !acts {
            faults.push(format!("{} changes nothing", line.key));
        }
    }
    faults
}

/// Facts as one text; none where there are none.
pub fn facts(facts: Vec<(String, f64)>) -> Result<String, String> {
    if facts.is_empty() { Err("no facts".into()) } else { Ok(format!("{facts:?}")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::controls::Control;
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Example {
        lives: usize,
        dead: usize,
        words: String,
    }
    impl Controls for Example {
        const TABLE: &'static [Control<Self>] =
            &[Control::slider("lives", "", |_| [0.0, 9.0]), Control::slider("dead", "", |_| [0.0, 9.0]), Control::open("words", "")];
    }

    #[test]
    fn a_dead_control_and_a_refusal_are_found() {
        let comes_to = |s: &Example| if s.lives > 8 { Err("too many".into()) } else { Ok(format!("{} {}", s.lives, s.words)) };
        let found = faults(&["", "lives=1"], &[("words", "a")], comes_to);
        assert_eq!(found, ["lives=9 is refused: too many", "lives=9 is refused: too many", "dead changes nothing"]);
        assert_eq!(
            faults(&[""], &[], |s: &Example| Ok(format!("{s:?}"))),
            ["words changes nothing"],
            "of an open control a value is to be named"
        );
    }
}
