//! The lines of PyTorch for a network that neither torchvision nor timm has: a script for its family, with its settings filled in.

const LENET: &str = include_str!("recipes/lenet.py");
const ALEXNET: &str = include_str!("recipes/alexnet_2012.py");
const PLAIN: &str = include_str!("recipes/plain.py");
const CIFAR: &str = include_str!("recipes/resnet_cifar.py");
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
        has("tf_mobilenetv1_075_192", "alpha = 0.75");
        has("tf_mobilenet_v2_140", "width_mult=1.4");
        assert_eq!(recipe("resnet18"), None);
    }
}
