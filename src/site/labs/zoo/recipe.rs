//! The lines of PyTorch for a network that neither torchvision nor timm has: a script for its family, with its settings filled in.

const LENET: &str = include_str!("recipes/lenet.py");
const ALEXNET: &str = include_str!("recipes/alexnet_2012.py");
const ZFNET: &str = include_str!("recipes/zfnet.py");
const PLAIN: &str = include_str!("recipes/plain.py");
const CIFAR: &str = include_str!("recipes/resnet_cifar.py");
const PREACTIVATED: &str = include_str!("recipes/preresnet_cifar.py");
const RESNEXT: &str = include_str!("recipes/resnext29.py");
const DENSENET: &str = include_str!("recipes/densenet_bc.py");
const MOBILENET: &str = include_str!("recipes/mobilenet_v1.py");
const UNET: &str = include_str!("recipes/unet.py");
const MOBILE_UNET: &str = include_str!("recipes/mobile_unet.py");

/// The zeros for the new channels of a shortcut, in `recipes/resnet_cifar.py`.
const ZEROS: &str = "(0, 0, 0, 0, 0, self.more)";
const SHORTCUT: &str =
    "        every = x[:, :, :: self.stride, :: self.stride]\n        return relu(y + pad(every, (0, 0, 0, 0, 0, self.more)))\n";
const REMEMBERED: &str = "        self.stride, self.more = stride, outputs - inputs\n";
const PROJECTION: &str = "        self.downsample = nn.Identity()\n        if inputs != outputs:\n            around = nn.Conv2d(inputs, outputs, 1, stride, bias=False)\n            self.downsample = nn.Sequential(around, nn.BatchNorm2d(outputs))\n";

/// Replaces `old`, which the script contains, by `new`.
fn with(script: &str, old: &str, new: &str) -> String {
    debug_assert!(script.contains(old), "{old:?} is not in the script");
    script.replace(old, new)
}

/// The script of one of CIFAR's networks with 6n + 2 layers.
fn cifar(layers: &str) -> Option<String> {
    let n = layers.parse::<usize>().ok()?.checked_sub(2)? / 6;
    Some(with(CIFAR, "n = 3 ", &format!("n = {n} ")))
}

/// The script of a pre-activation network of n blocks in a stage, k times as wide as the narrowest.
fn preactivated(n: usize, k: usize) -> String {
    with(PREACTIVATED, "n, k = 3, 1 ", &format!("n, k = {n}, {k} "))
}

/// The two numbers at the end of a name, such as 28 and 10 in `28_10`.
fn pair(text: &str) -> Option<[usize; 2]> {
    let (a, b) = text.split_once('_')?;
    Some([a.parse().ok()?, b.parse().ok()?])
}

/// α as it is written in names: 075 is 0.75.
fn alpha(digits: &str) -> Option<f32> {
    Some(digits.parse::<f32>().ok()? / 100.0)
}

/// The script up to `model`, which can then be called.
pub fn recipe(name: &str) -> Option<String> {
    if let Some(rest) = name.strip_prefix("lenet5") {
        let relu = with(LENET, "nn.Tanh, nn.AvgPool2d", "nn.ReLU, nn.MaxPool2d");
        return Some(if rest.is_empty() { LENET.into() } else { relu });
    }
    if let Some(layers) = name.strip_prefix("cifar10_resnet") {
        return Some(with(&cifar(layers)?, ZEROS, "(0, 0, 0, 0, self.more // 2, self.more // 2)"));
    }
    if let Some(layers) = name.strip_prefix("plain_cifar") {
        return Some(
            with(&with(&cifar(layers)?, SHORTCUT, "        return relu(y)\n"), REMEMBERED, "").replace("import pad, relu", "import relu"),
        );
    }
    if let Some(layers) = name.strip_prefix("resnet_cifar") {
        let Some(layers) = layers.strip_suffix("_b") else { return cifar(layers) };
        let projected = with(&with(&cifar(layers)?, SHORTCUT, "        return relu(y + self.downsample(x))\n"), REMEMBERED, PROJECTION);
        return Some(projected.replace("import pad, relu", "import relu"));
    }
    if let Some(layers) = name.strip_prefix("preresnet_cifar") {
        return Some(preactivated(layers.parse::<usize>().ok()?.checked_sub(2)? / 6, 1));
    }
    if let Some(rest) = name.strip_prefix("wrn_") {
        let [layers, k] = pair(rest)?;
        return Some(preactivated(layers.checked_sub(4)? / 6, k));
    }
    if let Some(rest) = name.strip_prefix("resnext29_") {
        return Some(with(RESNEXT, "groups=8,", &format!("groups={},", rest.split_once('x')?.0)));
    }
    if let Some(rest) = name.strip_prefix("densenet_bc_") {
        let [layers, k] = pair(rest)?;
        return Some(with(DENSENET, "layers, k = 100, 12", &format!("layers, k = {layers}, {k}")));
    }
    if let Some(rest) = name.strip_prefix("tf_mobilenetv1_") {
        return Some(with(MOBILENET, "alpha = 1.0", &format!("alpha = {:?}", alpha(rest.split_once('_')?.0)?)));
    }
    if let Some(rest) = name.strip_prefix("tf_mobilenet_v2") {
        let width = if rest.is_empty() { 1.0 } else { alpha(rest.strip_prefix('_')?)? };
        return Some(format!(
            "import torch, torchvision\n\n# As large, but padded on every side alike; TensorFlow pads below and on the right.\n\
             model = torchvision.models.mobilenet_v2(width_mult={width:?}).eval()\n"
        ));
    }
    match name {
        "alexnet_2012" => Some(ALEXNET.into()),
        "zfnet" => Some(ZFNET.into()),
        "nasnetamobile" => Some("import torch, pretrainedmodels\n\nmodel = pretrainedmodels.nasnetamobile().eval()\n".into()),
        "plain18" => Some(PLAIN.into()),
        "unet" => Some(UNET.into()),
        "mobile_unet_portrait128" => Some(MOBILE_UNET.into()),
        "plain34" => Some(with(PLAIN, "[2, 2, 2, 2]", "[3, 4, 6, 3]")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_name_says_is_put_in() {
        let has = |name: &str, part: &str| {
            let text = recipe(name).unwrap_or_else(|| panic!("{name} has no recipe"));
            assert!(text.contains(part) && text.contains("model = "), "{name}: {text}");
        };
        has("lenet5", "nn.Tanh");
        has("lenet5_relu", "nn.MaxPool2d");
        has("resnet_cifar110", "n = 18 ");
        has("resnet_cifar20_b", "self.downsample(x)");
        has("cifar10_resnet56", "self.more // 2");
        has("plain_cifar32", "return relu(y)\n");
        has("plain34", "[3, 4, 6, 3]");
        has("alexnet_2012", "groups=2");
        has("zfnet", "nn.Conv2d(3, 96, 7, 2, 1)");
        has("preresnet_cifar110", "n, k = 18, 1 ");
        has("wrn_28_10", "n, k = 4, 10 ");
        has("resnext29_16x64d", "groups=16,");
        has("densenet_bc_250_24", "layers, k = 250, 24");
        has("nasnetamobile", "pretrainedmodels.nasnetamobile()");
        has("tf_mobilenetv1_075_192", "alpha = 0.75");
        has("tf_mobilenet_v2_140", "width_mult=1.4");
        assert_eq!(recipe("resnet18"), None);
    }
}
