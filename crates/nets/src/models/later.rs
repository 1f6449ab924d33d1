//! Weights that torchvision trained again by a newer recipe, IMAGENET1K_V2. They are more accurate, and need another preprocessing of photos.
use super::{Accuracy, ModelSpec};
use vision::{Preprocess, Resampling};

/// A weight file of the newer recipe.
pub struct Later {
    /// The network's name.
    pub network: &'static str,
    /// The file's published name.
    pub file: &'static str,
    /// The accuracy with these weights, as torchvision measured it.
    pub accuracy: Accuracy,
    /// The preprocessing of photos for these weights.
    pub preprocess: Preprocess,
}

const USUAL: Preprocess = Preprocess::imagenet(232, 224, Resampling::Bilinear);

/// Source: torchvision's `ResNet50_Weights.IMAGENET1K_V2` and its kin.
#[rustfmt::skip]
pub const LATER: &[Later] = &[
    later("resnet50", "resnet50-11ad3fa6.pth", [80.858, 95.434], USUAL),
    later("resnet101", "resnet101-cd907fc2.pth", [81.886, 95.780], USUAL),
    later("resnet152", "resnet152-f82ba261.pth", [82.284, 96.002], USUAL),
    later("wide_resnet50_2", "wide_resnet50_2-9ba9bcbe.pth", [81.602, 95.758], USUAL),
    later("wide_resnet101_2", "wide_resnet101_2-d733dc28.pth", [82.510, 96.020], USUAL),
    later("resnext50_32x4d", "resnext50_32x4d-1a0047aa.pth", [81.198, 95.340], USUAL),
    later("resnext101_32x8d", "resnext101_32x8d-110c445d.pth", [82.834, 96.228], USUAL),
    later("mobilenet_v2", "mobilenet_v2-7ebf99e0.pth", [72.154, 90.822], USUAL),
    later("mobilenet_v3_large", "mobilenet_v3_large-5c1a4163.pth", [75.274, 92.566], USUAL),
    later("regnet_x_400mf", "regnet_x_400mf-62229a5f.pth", [74.864, 92.322], USUAL),
    later("regnet_x_800mf", "regnet_x_800mf-94a99ebd.pth", [77.522, 93.826], USUAL),
    later("regnet_x_1_6gf", "regnet_x_1_6gf-a12f2b72.pth", [79.668, 94.922], USUAL),
    later("regnet_x_3_2gf", "regnet_x_3_2gf-7071aa85.pth", [81.196, 95.430], USUAL),
    later("regnet_y_400mf", "regnet_y_400mf-e6988f5f.pth", [75.804, 92.742], USUAL),
    later("regnet_y_800mf", "regnet_y_800mf-58fc7688.pth", [78.828, 94.502], USUAL),
    later("regnet_y_1_6gf", "regnet_y_1_6gf-0d7bc02a.pth", [80.876, 95.444], USUAL),
    later("regnet_y_3_2gf", "regnet_y_3_2gf-9180c971.pth", [81.982, 95.972], USUAL),
    later("efficientnet_b1", "efficientnet_b1-c27df63c.pth", [79.838, 94.934], Preprocess::imagenet(255, 240, Resampling::Bilinear)),
];

const fn later(network: &'static str, file: &'static str, [top1, top5]: [f32; 2], preprocess: Preprocess) -> Later {
    Later { network, file, accuracy: Accuracy { top1, top5: Some(top5), by: "torchvision, IMAGENET1K_V2" }, preprocess }
}

impl ModelSpec {
    /// Its weights of the newer recipe, if there are any.
    pub fn later(&self) -> Option<&'static Later> {
        LATER.iter().find(|later| later.network == self.name)
    }
    /// The preprocessing of photos for the weights in this file. The values in a file do not tell it, but the file's name does as long as
    /// it is the published name.
    pub fn preprocess_for(&self, file: &str) -> Option<Preprocess> {
        let stem = |later: &Later| later.file.trim_end_matches(".pth");
        self.later().filter(|later| file.contains(stem(later))).map(|later| later.preprocess).or(self.preprocess)
    }
}

#[cfg(test)]
mod tests {
    use crate::models::model;

    #[test]
    fn a_file_of_the_later_recipe_is_known_by_its_name() {
        let spec = model("resnet50").unwrap();
        let resize = |file: &str| spec.preprocess_for(file).unwrap().resize;
        assert_eq!(["resnet50-0676ba61.pth", "photos/resnet50-11ad3fa6 (1).pth", "resnet50.safetensors"].map(resize), [256, 232, 256]);
        assert_eq!(model("lenet5").unwrap().preprocess_for("lenet5.safetensors"), None);
    }
}
