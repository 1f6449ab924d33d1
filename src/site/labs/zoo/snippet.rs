//! The lines of PyTorch that build the same network.
use super::recipe::recipe;
use crate::workbench::protocol::photos::Entry;

/// The library of a network's reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Library {
    Torchvision,
    Timm,
    /// Only its paper: neither library has it.
    Neither,
}

/// The library, from the network's name. timm's own versions of MobileNet and EfficientNet have names of their own, and torchvision has none of those.
pub fn library(entry: &Entry) -> Library {
    let name = entry.name.as_str();
    let begins = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
    if begins(&[
        "lenet",
        "alexnet_2012",
        "zfnet",
        "resnet_cifar",
        "cifar10",
        "plain",
        "preresnet",
        "wrn",
        "resnext29",
        "densenet_bc",
        "tf_mobilenet",
        "nasnetamobile",
        "unet",
        "mobile_unet",
    ]) {
        Library::Neither
    } else if begins(&[
        "tf_efficientnet",
        "efficientnet_lite",
        "mobilenetv1",
        "seresnet",
        "legacy_",
        "resnetv2",
        "nasnetalarge",
        "nfnet",
        "dm_nfnet",
        "nf_resnet",
        "vit_tiny",
    ]) {
        Library::Timm
    } else {
        Library::Torchvision
    }
}

pub fn snippet(entry: &Entry) -> String {
    let [channels, height, width] = entry.input;
    let name = &entry.name;
    let published = !entry.weights.is_empty();
    let make = match library(entry) {
        Library::Torchvision => {
            let weights = if published { "weights=\"IMAGENET1K_V1\"" } else { "weights=None" };
            // By default torchvision leaves out GoogLeNet's auxiliary heads.
            let heads = if name == "googlenet" { ", aux_logits=True" } else { "" };
            format!("import torch, torchvision\n\nmodel = torchvision.models.{name}({weights}{heads}).eval()\n")
        }
        Library::Timm => {
            let flag = if published { "True" } else { "False" };
            // timm has several weights for these, and uses others by default. Ours were trained on ImageNet alone.
            let tag = if published && name.starts_with("tf_efficientnet_b") { ".in1k" } else { "" };
            format!("import torch, timm\n\nmodel = timm.create_model(\"{name}{tag}\", pretrained={flag}).eval()\n")
        }
        Library::Neither => recipe(name).unwrap_or_default(),
    };
    make + &format!(
        "logits = model(torch.randn(1, {channels}, {height}, {width}))\nprint(sum(p.numel() for p in model.parameters()))  # {}\n",
        entry.parameters
    )
}

#[cfg(test)]
mod tests {
    use super::super::controls::entry;
    use super::*;

    #[test]
    fn every_library_has_its_line() {
        let resnet = Entry { weights: vec!["resnet18-f37072fd.pth".into()], ..entry("resnet18", 11_689_512, None) };
        let text = snippet(&resnet);
        assert!(text.contains("torchvision.models.resnet18(weights=\"IMAGENET1K_V1\")") && text.contains("# 11689512"), "{text}");
        assert!(snippet(&entry("efficientnet_lite0", 1, None)).contains("timm.create_model(\"efficientnet_lite0\", pretrained=False)"));
        let b0 = Entry { weights: vec!["tf_efficientnet_b0-0af12548.pth".into()], ..entry("tf_efficientnet_b0", 1, None) };
        assert!(snippet(&b0).contains("timm.create_model(\"tf_efficientnet_b0.in1k\", pretrained=True)"));
        assert_eq!(library(&entry("cifar10_resnet20", 1, None)), Library::Neither);
        assert_eq!(["resnetv2_50", "legacy_xception"].map(|name| library(&entry(name, 1, None))), [Library::Timm; 2]);
        for spec in crate::nets::models::MODELS {
            assert!(snippet(&entry(spec.name, spec.params, None)).contains("model = "), "{} has no lines", spec.name);
        }
    }
}
