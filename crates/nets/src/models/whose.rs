//! Whose weights a file holds, of all networks of the zoo; and what of it goes into one of them.
use super::{
    MODELS, ModelSpec,
    fit::{Fit, entries, shapes},
};
use crate::{
    data::About,
    nn::{Module, Scope, Seq, State, load},
};
use engine::{Error, Result, tensor::Device};

/// The most tensors of a file that are compared with networks: several checkpoints of the zoo's largest.
const MOST: usize = 10_000;
/// Of a zoo of at most so many networks all are named.
const NAMED: usize = 8;

fn not_too_many(file: &str, state: &State) -> Result<()> {
    if state.len() <= MOST {
        return Ok(());
    }
    Err(Error::data(file, format!("expected at most {MOST} tensors, found {}: no network of the zoo has nearly as many", state.len())))
}

/// The network of the zoo with whose names and shapes the file agrees best, if it has more than half of them: how its entry is named, and how it fits.
/// Some networks differ only in how they pad and read photos, not in their weights: of those it is the one that does so as the file says, then the one that the
/// file is named after or whose published file it is, else the first of the zoo.
pub(super) fn nearest(zoo: &'static [ModelSpec], file: &str, state: &State, about: &About) -> Result<Option<(&'static ModelSpec, Fit)>> {
    let mut best: Option<(&'static ModelSpec, Fit)> = None;
    let named = |spec: &ModelSpec| {
        let published = spec.weights.iter().map(|name| name.trim_end_matches(".pth"));
        published.chain([spec.name]).filter(|name| file.contains(name)).map(str::len).max().unwrap_or(0)
    };
    // How many of the things that the file says are so.
    let agrees = |spec: &ModelSpec| {
        let middle = spec.preprocess.map(|own| own.crop);
        2 * usize::from(about.padding == Some(spec.padding())) + usize::from(about.crop.is_some() && about.crop == middle)
    };
    let entries = entries(state);
    let mut known: Vec<&[usize]> = entries.iter().map(|(_, dims)| *dims).collect();
    known.sort();
    known.dedup();
    for spec in zoo {
        let network = spec.network(&Scope::new(Device::Meta, 0))?;
        let own = shapes(&network)?;
        // Most networks are ruled out by their shapes, before any name is compared.
        if 2 * own.values().filter(|dims| known.binary_search(&dims.as_slice()).is_ok()).count() <= own.len() {
            continue;
        }
        let fit = Fit::of(&network, state)?;
        let is_nearer = |(of, found): &(&ModelSpec, Fit)| (fit.wrong(), agrees(of), named(of)) < (found.wrong(), agrees(spec), named(spec));
        if 2 * fit.fitting > own.len() && best.as_ref().is_none_or(is_nearer) {
            best = Some((spec, fit));
        }
    }
    Ok(best)
}

/// The network of the zoo that fits these weights, with as many classes as they have.
pub fn whose(file: &str, state: &State) -> Result<ModelSpec> {
    whose_of(file, state, &About::default())
}

/// The same for a file that says something of itself.
pub(super) fn whose_of(file: &str, state: &State, about: &About) -> Result<ModelSpec> {
    not_too_many(file, state)?;
    let advice = match nearest(MODELS, file, state, about)? {
        Some((spec, fit)) if fit.holds() => return Ok(*spec),
        Some((spec, fit)) => match spec.fitting(&fit, state)? {
            Some(own) => return Ok(own),
            None => format!("the nearest is {}, where {fit}", spec.name),
        },
        None => "none is near".into(),
    };
    Err(Error::data(file, format!("these {} entries are the weights of no network of the zoo: {advice}", state.len())))
}

/// Other networks of the zoo with the same names and shapes. They differ in padding or input, so no weight file can tell them apart.
pub fn twins(spec: &ModelSpec) -> Result<Vec<&'static ModelSpec>> {
    let shapes_of = |other: &ModelSpec| shapes(&other.with_classes(spec.classes).network(&Scope::new(Device::Meta, 0))?);
    let own = shapes_of(spec)?;
    let mut found = vec![];
    // Most networks differ in their number of parameters, and need not be built.
    for other in MODELS.iter().filter(|other| other.params == spec.params && other.name != spec.name) {
        if shapes_of(other)? == own {
            found.push(other);
        }
    }
    Ok(found)
}

/// What of a file is a network's, under the network's names and in its shapes, and what is to be known of the rest ([`Fit::told`]). Refuses a file that lacks
/// something, and says why, and whose it may be. What only training needs is 0 where the file lacks it.
pub fn fitted(spec: &ModelSpec, network: &Seq, file: &str, state: State) -> Result<(State, Option<String>)> {
    fitted_of(MODELS, spec, network, file, state)
}

/// The same, where other networks are looked for in a part of the zoo only.
fn fitted_of(zoo: &'static [ModelSpec], spec: &ModelSpec, network: &Seq, file: &str, mut state: State) -> Result<(State, Option<String>)> {
    not_too_many(file, &state)?;
    let fit = Fit::of(network, &state)?;
    if !fit.holds() {
        let advice = match nearest(zoo, file, &state, &About::default())? {
            Some((near, fit)) if fit.holds() && near.name != spec.name => format!("it is a file for {}", near.name),
            Some((near, fit)) if near.name != spec.name => format!("the nearest network is {}, where {fit}", near.name),
            _ if zoo.len() > NAMED => "no other network of the zoo is nearer".into(),
            _ => format!("none of {} is nearer", zoo.iter().map(|spec| spec.name).collect::<Vec<_>>().join(", ")),
        };
        return Err(Error::data(file, format!("these are not the weights of {}: {fit}; {advice}", spec.name)));
    }
    let mut own = State::new();
    for (name, in_file) in &fit.names {
        own.extend(state.remove(in_file).map(|entry| (name.clone(), entry)));
    }
    for param in network.only_for_training().iter().filter(|param| fit.unneeded.contains(&param.name)) {
        let dims = param.layout.outside(param.value().shape())?;
        let size = dims.iter().product();
        own.insert(param.name.clone(), (dims, vec![0.0; size]));
    }
    Ok((own, fit.told()))
}

/// All that a network needs of a file into the network, or none of it and why; says what is to be known of the rest.
pub fn load_weights(spec: &ModelSpec, network: &Seq, file: &str, state: State) -> Result<Option<String>> {
    load_weights_of(MODELS, spec, network, file, state)
}

/// The same, where other networks are looked for in a part of the zoo only.
pub fn load_weights_of(zoo: &'static [ModelSpec], spec: &ModelSpec, network: &Seq, file: &str, state: State) -> Result<Option<String>> {
    let (own, told) = fitted_of(zoo, spec, network, file, state)?;
    load(network, &own)?;
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::model;
    use proptest::prelude::*;
    use std::time::Instant;

    fn network(name: &str) -> Seq {
        model(name).unwrap().network(&Scope::new(Device::Meta, 0)).unwrap()
    }

    /// The network's own entries, without values, under other names.
    fn named(network: &str, name: impl Fn(&str) -> String) -> State {
        shapes(&self::network(network)).unwrap().into_iter().map(|(own, dims)| (name(&own), (dims, vec![]))).collect()
    }

    fn foreign(names: &[&str]) -> State {
        names.iter().map(|name| (name.to_string(), (vec![3, 7], vec![]))).collect()
    }

    fn read(name: &str, state: State) -> Result<(State, Option<String>)> {
        fitted(model(name).unwrap(), &network(name), "given", state)
    }

    fn holds(name: &str, state: State) -> String {
        let (own, told) = read(name, state).unwrap_or_else(|error| panic!("{error}"));
        assert!(own.keys().eq(shapes(&network(name)).unwrap().keys()));
        told.unwrap_or_default()
    }

    fn refused(name: &str, state: State) -> String {
        read(name, state).unwrap_err().to_string()
    }

    #[test]
    fn wrappers_put_words_before_and_within_names() {
        for name in ["lenet5", "resnet18", "squeezenet1_1", "densenet121", "efficientnet_b0"] {
            assert_eq!(holds(name, named(name, str::to_string)), "");
            for prefix in ["backbone.", "model.module.", "_orig_mod.", "state_dict.net.0.", "layer1.0."] {
                assert_eq!(
                    holds(name, named(name, |own| format!("{prefix}{own}"))),
                    format!("names begin with {prefix:?} there"),
                    "{name}"
                );
                let mut file = named(name, |own| format!("{prefix}{own}"));
                file.extend(foreign(&["loss.weight", "metric.confusion", "head.fc.bias", "a"]));
                assert!(holds(name, file).contains("4 left, since no layer has them: a, head.fc.bias, loss.weight and 1 more"), "{name}");
            }
            // Within: as DataParallel and torch.compile wrap a part of a network.
            let first = |own: &str| own.split_once('.').map(|(first, rest)| format!("{first}.module.{rest}")).unwrap();
            holds(name, named(name, first));
            let last = |own: &str| own.rsplit_once('.').map(|(layer, last)| format!("net.{layer}._orig_mod.{last}")).unwrap();
            holds(name, named(name, last));
            let features = |own: &str| own.replacen("features.", "features.module.", 1).replacen("layer2.", "layer2.module.", 1);
            holds(name, named(name, features));
        }
    }

    #[test]
    fn a_body_and_its_head_may_lie_under_prefixes_of_their_own() {
        let apart = |own: &str| if own.starts_with("fc") { format!("head.{own}") } else { format!("body.{own}") };
        assert!(holds("resnet18", named("resnet18", apart)).contains("\"body.\""));
    }

    #[test]
    fn of_two_copies_one_is_taken_and_that_is_told() {
        let both = |one: &str, other: &str| {
            let mut file = named("lenet5", |own| format!("{one}{own}"));
            file.extend(named("lenet5", |own| format!("{other}{own}")));
            file
        };
        for (one, other) in [("model.", "ema."), ("student.", "teacher."), ("", "model_ema."), ("net.", "ema.net."), ("a.", "b.")] {
            let told = holds("lenet5", both(one, other));
            let one = if one.is_empty() { "no prefix".into() } else { format!("{one:?}") };
            assert!(told.starts_with(&format!("the copy under {one} was taken, not the one under {other:?}")), "{told}");
            assert!(told.contains("10 left"), "{told}");
        }
        // A copy that lacks something is none: the other one is taken, and nothing is mixed.
        let mut file = both("model.", "ema.");
        file.remove("model.fc3.bias");
        assert!(holds("lenet5", file).starts_with("names begin with \"ema.\" there"));
        let mut file = both("model.", "ema.");
        file.remove("model.fc3.bias");
        file.remove("ema.conv1.bias");
        assert!(refused("lenet5", file).contains("9 entries fit; 1 missing: fc3.bias"));
    }

    #[test]
    fn a_classifier_of_other_classes_is_named_with_both_shapes() {
        let mut file = named("resnet18", |own| format!("model.{own}"));
        file.insert("model.fc.weight".into(), (vec![10, 512], vec![]));
        file.insert("model.fc.bias".into(), (vec![10], vec![]));
        let message = refused("resnet18", file);
        assert!(message.contains("fc.weight (expected [1000, 512], found [10, 512])"), "{message}");
        assert!(message.contains("the file's fc has 10 outputs, and this network's has 1000"), "{message}");
    }

    #[test]
    fn the_files_of_one_family_are_told_apart() {
        for name in ["nasnetamobile", "nasnetalarge", "regnet_x_400mf", "regnet_y_400mf", "shufflenet_v2_x0_5", "shufflenet_v2_x1_0"] {
            assert_eq!(whose("given", &named(name, |own| format!("module.{own}"))).unwrap().name, name);
            assert!(twins(model(name).unwrap()).unwrap().is_empty(), "{name}");
        }
    }

    #[test]
    fn a_file_of_a_larger_network_is_refused() {
        let message = refused("resnet18", named("resnet34", |own| format!("module.{own}")));
        assert!(message.contains("beyond its last layers") && message.ends_with("it is a file for resnet34"), "{message}");
        assert_eq!(whose("given", &named("resnet34", |own| format!("module.{own}"))).unwrap().name, "resnet34");
        let mut file = named("resnet18", str::to_string);
        file.insert("conv1.bias".into(), (vec![64], vec![]));
        assert!(refused("resnet18", file).contains("1 beyond its last layers: conv1.bias"));
    }

    #[test]
    fn what_only_training_reads_may_be_missing() {
        let mut file = named("googlenet", str::to_string);
        file.retain(|name, _| !name.starts_with("aux"));
        let (own, told) = read("googlenet", file.clone()).unwrap();
        assert!(told.unwrap().contains("not there in this shape, which only training needs, and set to 0: aux1.conv.bn.bias"));
        assert!(
            own.iter()
                .filter(|(name, _)| name.starts_with("aux"))
                .all(|(_, (dims, values))| values.len() == dims.iter().product::<usize>())
        );
        assert_eq!(whose("given", &file).unwrap().name, "googlenet");
        let mut other = named("inception_v3", str::to_string);
        other.retain(|name, _| !name.starts_with("AuxLogits"));
        assert!(
            holds("inception_v3", other.clone())
                .contains("not there in this shape, which only training needs, and set to 0: AuxLogits.conv0.bn.bias")
        );
        assert_eq!(whose("given", &other).unwrap().name, "inception_v3");
        // Everything else is needed.
        file.remove("inception3a.branch1.bn.running_var");
        assert!(refused("googlenet", file).contains("1 missing: inception3a.branch1.bn.running_var"));
    }

    #[test]
    fn so_many_names_take_no_time() {
        let began = Instant::now();
        // As many as are compared, all of which look like entries of many networks, in shapes that rule out none of these.
        let mut file = State::new();
        for (at, spec) in MODELS.iter().enumerate().step_by(3) {
            file.extend(named(spec.name, |own| format!("{at}.{own}")));
        }
        let known: Vec<_> = file.iter().map(|(name, entry)| (name.clone(), entry.clone())).collect();
        for (at, (name, entry)) in known.iter().cycle().enumerate().take(MOST - file.len().min(MOST)) {
            file.insert(format!("x{at}.{name}"), entry.clone());
        }
        while file.len() > MOST {
            file.pop_last();
        }
        let _ = whose("given", &file);
        let deep: State = (0..1000).map(|at| (format!("{at}{}", ".conv1.weight".repeat(10_000)), (vec![6, 1, 5, 5], vec![]))).collect();
        let _ = refused("lenet5", deep);
        let many: State = (0..100_000).map(|at| (format!("{at}.conv1.weight"), (vec![6, 1, 5, 5], vec![]))).collect();
        let message = refused("lenet5", many);
        assert!(message.contains("expected at most 10000 tensors, found 100000"), "{message}");
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        /// Words before, a word within at one place, and other tensors: everything is found, and from where it was put.
        #[test]
        fn a_renamed_network_is_found(
            which in prop::sample::select(vec!["lenet5", "resnet18", "vgg11", "mobilenet_v2"]),
            before in prop::collection::vec("[a-z_]{1,8}", 0..4),
            within in prop::option::of("(w|_)[a-z]{3,8}"),
            depth in 0..3usize,
            others in prop::collection::btree_set("z[a-z]{0,6}(\\.[a-z0-9]{1,6}){0,3}", 0..8),
        ) {
            let prefix: String = before.iter().map(|word| format!("{word}.")).collect();
            let rename = |own: &str| {
                let mut words: Vec<&str> = own.split('.').collect();
                if let Some(word) = &within && depth < words.len() && depth > 0 {
                    words.insert(depth, word);
                }
                format!("{prefix}{}", words.join("."))
            };
            let mut file = named(which, rename);
            for (at, (_, values)) in file.values_mut().enumerate() {
                *values = vec![at as f32];
            }
            let expected: State = named(which, str::to_string).into_keys().map(|own| { let entry = file[&rename(&own)].clone(); (own, entry) }).collect();
            file.extend(others.iter().map(|name| (name.clone(), (vec![2], vec![]))));
            let (own, _) = read(which, file).unwrap();
            prop_assert_eq!(own, expected);
        }
        /// Whatever a file holds, nothing of another shape than the network's is taken.
        #[test]
        fn what_has_another_shape_is_never_taken(
            changes in prop::collection::vec((0..10usize, prop::collection::vec(1..9usize, 0..4)), 0..4),
            lacking in prop::collection::vec(0..10usize, 0..2),
            copies in prop::collection::vec(prop::sample::select(vec!["", "ema.", "model.", "module.model.", "conv1."]), 1..4),
        ) {
            let own = named("lenet5", str::to_string);
            let names: Vec<&String> = own.keys().collect();
            let mut file = State::new();
            for (at, copy) in copies.iter().enumerate() {
                let mut part = named("lenet5", |own| format!("{copy}{own}"));
                for (which, dims) in &changes {
                    if which % copies.len() == at {
                        part.insert(format!("{copy}{}", names[*which]), (dims.clone(), vec![]));
                    }
                }
                for which in &lacking {
                    if which % copies.len() == at {
                        part.remove(&format!("{copy}{}", names[*which]));
                    }
                }
                file.extend(part);
            }
            if let Ok((found, _)) = read("lenet5", file) {
                prop_assert!(found.iter().all(|(name, (dims, _))| *dims == own[name].0) && found.len() == own.len());
            }
        }
    }
}
