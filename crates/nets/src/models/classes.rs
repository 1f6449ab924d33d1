//! Networks with other classes than the paper's, such as those that somebody has trained on: how many there are is read from the weight file's last layer.
use super::{
    ModelSpec,
    fit::{Fit, shapes},
};
use crate::nn::{Scope, State};
use engine::{Result, tensor::Device};

impl ModelSpec {
    /// This network for so many classes. The accuracy and the files of the published one are not its own. Its published counts stay what they are.
    pub fn with_classes(&self, classes: usize) -> ModelSpec {
        if classes == self.classes { *self } else { ModelSpec { classes, accuracy: None, weights: &[], ..*self } }
    }
    /// This network with as many classes as a weight file has, where the number of classes is all by which the file's shapes differ; else this network.
    pub fn in_file(&self, state: &State) -> Result<ModelSpec> {
        let fit = Fit::of(&self.network(&Scope::new(Device::Meta, 0))?, state)?;
        Ok(self.fitting(&fit, state)?.unwrap_or(*self))
    }
    /// The same, where it is known how the file fits this network. None if it does not fit with any number of classes, or as it is.
    pub(super) fn fitting(&self, fit: &Fit, state: &State) -> Result<Option<ModelSpec>> {
        if !fit.missing.is_empty() || fit.misshapen.is_empty() {
            return Ok(None);
        }
        // The axis of an entry that the number of classes decides is the one that grows with it.
        let more = shapes(&self.with_classes(self.classes + 1).network(&Scope::new(Device::Meta, 0))?)?;
        let mut found = None;
        for (name, expected, dims) in &fit.misshapen {
            let Some(axis) = more.get(name).and_then(|more| (0..expected.len()).find(|axis| more[*axis] != expected[*axis])) else {
                return Ok(None);
            };
            match (found, dims.get(axis)) {
                (None, Some(classes)) => found = Some(*classes),
                (Some(classes), Some(other)) if classes == *other => {}
                _ => return Ok(None),
            }
        }
        let Some(classes) = found.filter(|classes| *classes > 0) else { return Ok(None) };
        let own = self.with_classes(classes);
        let holds = Fit::of(&own.network(&Scope::new(Device::Meta, 0))?, state)?.holds();
        Ok(holds.then_some(own))
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        models::{MODELS, fit::shapes, fitted, model, whose},
        nn::{Scope, State},
    };
    use engine::tensor::Device;

    /// The entries of this network with so many classes, without values, under a prefix.
    fn file(name: &str, classes: usize, prefix: &str) -> State {
        let network = model(name).unwrap().with_classes(classes).network(&Scope::new(Device::Meta, 0)).unwrap();
        shapes(&network).unwrap().into_iter().map(|(name, dims)| (format!("{prefix}{name}"), (dims, vec![]))).collect()
    }

    #[test]
    fn the_number_of_classes_is_read_from_the_last_layer() {
        for name in ["resnet18", "squeezenet1_1", "vgg11", "googlenet", "vit_tiny_patch16_224", "mobile_unet_portrait128", "lenet5"] {
            for (classes, prefix) in [(2, ""), (37, "model.module.")] {
                let state = file(name, classes, prefix);
                let found = whose("given", &state).unwrap_or_else(|error| panic!("{name}: {error}"));
                assert_eq!((found.name, found.classes), (name, classes));
                assert_eq!((found.accuracy, found.weights), (None, &[][..]), "what was published is of another number of classes");
                let network = found.network(&Scope::new(Device::Meta, 0)).unwrap();
                fitted(&found, &network, "given", state.clone()).unwrap();
                assert_eq!(model(name).unwrap().in_file(&state).unwrap().classes, classes);
            }
            let usual = model(name).unwrap();
            assert_eq!(usual.in_file(&file(name, usual.classes, "net.")).unwrap().accuracy, usual.accuracy);
        }
    }

    #[test]
    fn only_the_classes_may_differ() {
        let resnet = model("resnet18").unwrap();
        let with = |name: &str, dims: &[usize]| {
            let mut state = file("resnet18", 10, "");
            state.insert(name.into(), (dims.to_vec(), vec![]));
            resnet.in_file(&state).unwrap().classes
        };
        assert_eq!(with("fc.bias", &[10]), 10);
        for (name, dims) in [("fc.bias", &[11][..]), ("fc.weight", &[10, 513]), ("conv1.weight", &[64, 1, 7, 7]), ("fc.weight", &[])] {
            assert_eq!(with(name, dims), 1000, "{name} {dims:?}");
        }
        // A head that only training needs may still have the classes of before.
        let mut state = file("inception_v3", 1000, "");
        state.extend(file("inception_v3", 10, "").into_iter().filter(|(name, _)| name.starts_with("fc.")));
        assert_eq!(whose("given", &state).unwrap().classes, 10);
        let mut state = file("resnet18", 10, "");
        state.remove("fc.bias");
        assert_eq!(resnet.in_file(&state).unwrap().classes, 1000);
        assert_eq!(resnet.in_file(&file("resnet34", 10, "")).unwrap().classes, 1000);
    }

    #[test]
    fn every_network_of_the_zoo_can_have_other_classes() {
        for spec in MODELS.iter().filter(|spec| spec.params < 30_000_000) {
            let found = spec.in_file(&file(spec.name, 7, "")).unwrap();
            assert_eq!(found.classes, 7, "{}", spec.name);
        }
    }
}
