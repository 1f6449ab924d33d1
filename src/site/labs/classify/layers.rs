//! The layers of the network whose unit is shown: all of them, and those in the strip.
use super::store::Store;
use crate::workbench::protocol::{Array, photos::Answer};
use leptos::prelude::*;

/// The largest number of layers that are drawn, if the outline of the network leaves a choice.
const MOST: usize = 40;

/// All layers of the network whose unit is asked for: those of the loaded network, or those in the last answer.
pub fn layers(store: Store) -> Vec<Array> {
    let asked = store.asked_for_units().unwrap_or_default();
    let answered = store.unit.with(|unit| match unit.as_ref().map(|unit| &unit.answer) {
        Some(Answer::Unit { model, layers, .. }) if *model == asked => Some(layers.clone()),
        _ => None,
    });
    let name = if asked.is_empty() { store.focus() } else { Some(asked) };
    let stands = || name.and_then(|name| store.standing.with(|standing| standing.get(&name).map(|found| found.layers.clone())));
    answered.or_else(stands).unwrap_or_default()
}

/// A layer in a list of choices: its path and its description.
pub fn choice(layer: Array) -> (String, String) {
    let dims: Vec<String> = layer.dims.iter().map(usize::to_string).collect();
    let text = format!("{} · {} · {}", layer.name, dims.join(" × "), layer.description.chars().take(40).collect::<String>());
    (layer.name, text)
}

/// The outline of the network, as deep as it can be shown. Blocks are preferred to stages. If a block and its last layer have the same
/// values, the layer is shown.
pub fn outline(layers: &[Array]) -> Vec<Array> {
    let depth = |layer: &Array| layer.name.split('.').count();
    let within = |most: usize| layers.iter().filter(move |layer| depth(layer) <= most);
    let deepest = layers.iter().map(depth).max().unwrap_or(1);
    let depth = (1..=deepest).rev().find(|most| within(*most).count() <= MOST).unwrap_or(1);
    let mut shown: Vec<Array> = vec![];
    for layer in within(depth) {
        if shown.last().is_none_or(|before| !before.name.starts_with(&format!("{}.", layer.name))) {
            shown.push(layer.clone());
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(layers: &[&str]) -> Vec<String> {
        let array = |name: &&str| Array { name: name.to_string(), description: String::new(), dims: vec![1, 8, 8] };
        outline(&layers.iter().map(array).collect::<Vec<_>>()).into_iter().map(|layer| layer.name).collect()
    }

    #[test]
    fn an_outline_goes_as_deep_as_it_can_be_shown() {
        assert_eq!(names(&["conv1", "layer1.0", "layer1.1", "layer1", "fc"]), ["conv1", "layer1.0", "layer1.1", "fc"]);
        let deep: Vec<String> = (0..MOST).map(|i| format!("blocks.{i}.conv")).chain((0..9).map(|i| format!("blocks.{i}"))).collect();
        let found = names(&deep.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((found.len(), &found[0][..]), (9, "blocks.0"));
        assert!(names(&[]).is_empty());
    }
}
