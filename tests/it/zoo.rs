//! Every network of the zoo: the counts of a dry run, saving and loading with running statistics, and dropout in training.
use crate::devices::{both, noise};
use pollster::block_on;
use receptive::{
    engine::{
        autograd::{Tape, Var},
        tensor::{Device, Layout, Shape, Tensor},
    },
    nets::{
        data::{Precision, read_safetensors, write_safetensors},
        models::{LATER, MODELS, ModelSpec, Options, cost, macs, model, whose},
        nn::{Cx, Dropout, Module, Norm, Probe, Scope, Seq, StochasticDepth, Subsample, load, parameter_count, save},
    },
};
use safetensors::{Dtype, tensor::TensorView};

fn build(spec: &ModelSpec, device: &Device, seed: u64) -> Seq {
    spec.network(&Scope::new(device.clone(), seed)).unwrap()
}

fn images(spec: &ModelSpec, device: &Device, n: usize, seed: u32) -> Var {
    let [c, h, w] = spec.input;
    let values = if matches!(device, Device::Meta) { vec![] } else { noise(n * c * h * w, seed) };
    Var::constant(Tensor::from_outside(device, Layout::Image, &[n, c, h, w], &values).unwrap())
}

fn values(v: &Var) -> Vec<f32> {
    block_on(v.value().values()).unwrap()
}

/// The shape of the answer for n images.
fn answer(spec: &ModelSpec, n: usize, options: &Options) -> Shape {
    let [_, height, width] = options.input;
    if spec.answers_per_pixel() { Shape::new([n, height, width, options.classes]) } else { Shape::new([n, options.classes]) }
}

#[test]
fn a_dry_run_counts_the_references_parameters_and_classes() {
    for spec in MODELS {
        let network = build(spec, &Device::Meta, 0);
        assert_eq!(parameter_count(&network), spec.params, "{}", spec.name);
        assert_eq!(macs(spec).unwrap(), spec.macs, "{}", spec.name);
        let logits = network.forward(&images(spec, &Device::Meta, 2, 0), &mut Cx::default()).unwrap();
        assert_eq!(logits.shape(), &answer(spec, 2, &spec.options()), "{}", spec.name);
        let mut names: Vec<String> = network.params().iter().map(|p| p.name.clone()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), network.params().len(), "{}: a name is used twice", spec.name);
    }
}

/// torchvision publishes GoogLeNet's parameters without its two auxiliary heads.
#[test]
fn auxiliary_heads_are_counted_beside_the_network() {
    let count = |name: &str| cost(model(name).unwrap()).map(|cost| cost.parameters - cost.only_for_training).unwrap();
    assert_eq!((count("googlenet"), count("lenet5")), (6_624_904, 61_706));
}

/// Networks without a record have the papers' own counts of parameters, in tenths of a million.
#[test]
fn networks_of_the_papers_have_their_published_parameters() {
    for (name, published) in [
        ("densenet_bc_100_12", 8),
        ("densenet_bc_250_24", 153),
        ("densenet_bc_190_40", 256),
        ("resnext29_8x64d", 344),
        ("resnext29_16x64d", 681),
        ("wrn_16_8", 110),
        ("wrn_28_10", 365),
        ("wrn_40_4", 89),
        ("preresnet_cifar110", 17),
    ] {
        let found = (parameter_count(&build(model(name).unwrap(), &Device::Meta, 0)) + 50_000) / 100_000;
        // 68.155 million was rounded down.
        assert!(found.abs_diff(published) <= usize::from(name == "resnext29_16x64d"), "{name}: {found} of {published}");
    }
    // WRN-40-8.
    let spec = model("wrn_40_4").unwrap();
    let wide = (spec.build)(&Scope::new(Device::Meta, 0), &Options { width: 2.0, ..spec.options() }).unwrap();
    assert_eq!(parameter_count(&wide) / 100_000, 357);
}

#[test]
fn networks_take_other_classes_inputs_and_widths() {
    for spec in MODELS {
        let [channels, height, width] = spec.input;
        let options = Options { classes: 7, input: [channels + 1, height + 32, width + 64], ..spec.options() };
        let network = (spec.build)(&Scope::new(Device::Meta, 0), &options).unwrap();
        let [channels, height, width] = options.input;
        let image = Tensor::from_outside(&Device::Meta, Layout::Image, &[1, channels, height, width], &[]).unwrap();
        let logits = network.forward(&Var::constant(image), &mut Cx::default()).unwrap();
        assert_eq!(logits.shape(), &answer(spec, 1, &options), "{}", spec.name);
    }
    for (name, width, wider) in [
        ("mobilenet_v2", 1.4, "tf_mobilenet_v2_140"),
        ("mobilenet_v2", 0.35, "tf_mobilenet_v2_035"),
        ("mobilenetv1_100", 0.25, "tf_mobilenetv1_025_224"),
    ] {
        let spec = model(name).unwrap();
        let network = (spec.build)(&Scope::new(Device::Meta, 0), &Options { width, ..spec.options() }).unwrap();
        assert_eq!(parameter_count(&network), model(wider).unwrap().params, "{name} × {width}");
    }
    let spec = model("nasnetamobile").unwrap();
    for (width, last) in [(0.5, 24 * 24), (2.0, 24 * 88)] {
        let network = (spec.build)(&Scope::new(Device::Meta, 0), &Options { width, ..spec.options() }).unwrap();
        network.forward(&images(spec, &Device::Meta, 1, 0), &mut Cx::default()).unwrap();
        let classifier = network.params().into_iter().find(|param| param.name == "last_linear.weight").unwrap();
        assert_eq!(classifier.layout.outside(classifier.value().shape()).unwrap(), [1000, last]);
    }
}

#[test]
fn what_a_network_cannot_take_is_refused_in_words() {
    let refusal = |name: &str, built: [usize; 3], given: [usize; 3]| {
        let spec = model(name).unwrap();
        let network = (spec.build)(&Scope::new(Device::Meta, 0), &Options { input: built, ..spec.options() });
        let [c, h, w] = given;
        let image = Tensor::from_outside(&Device::Meta, Layout::Image, &[1, c, h, w], &[]).unwrap();
        let answer = network.and_then(|network| network.forward(&Var::constant(image), &mut Cx::default()));
        answer.err().expect("a refusal").to_string()
    };
    let said = refusal("vit_tiny_patch16_224", [3, 224, 224], [3, 256, 224]);
    assert!(said.contains("expected 196 patches, found 16×14"), "{said}");
    let said = refusal("vit_tiny_patch16_224", [3, 15, 224], [3, 15, 224]);
    assert!(said.contains("at least one patch, 16 pixels, found 15×224"), "{said}");
    let said = refusal("unet", [3, 64, 72], [3, 64, 72]);
    assert!(said.contains("multiples of 16, found 64×72"), "{said}");
    let said = refusal("mobile_unet_portrait128", [3, 144, 128], [3, 144, 128]);
    assert!(said.contains("multiples of 32, found 144×128"), "{said}");
}

#[test]
fn names_and_published_files_are_nobodys_twice() {
    let mut names: Vec<&str> = MODELS
        .iter()
        .map(|spec| spec.name)
        .chain(MODELS.iter().flat_map(|spec| spec.weights.iter().copied()))
        .chain(LATER.iter().map(|later| later.file))
        .collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
    for spec in MODELS {
        assert!(spec.paper.contains(&format!("({})", spec.year)), "{}: its paper is of another year than {}", spec.name, spec.year);
        let Some(preprocess) = spec.preprocess else { continue };
        assert_eq!([preprocess.crop; 2], spec.input[1..], "{}", spec.name);
        assert!(preprocess.resize >= preprocess.crop, "{}", spec.name);
    }
    for later in LATER {
        assert_eq!([later.preprocess.crop; 2], model(later.network).unwrap().input[1..], "{}", later.file);
    }
}

#[test]
fn auxiliary_heads_speak_only_to_a_probe() {
    for (name, logits, head, before) in [
        ("googlenet", &["aux1.fc2", "aux2.fc2", "fc"][..], "aux1", "inception4a"),
        ("inception_v3", &["AuxLogits.fc", "fc"], "AuxLogits", "Mixed_6e"),
    ] {
        let spec = model(name).unwrap();
        let network = build(spec, &Device::Meta, 0);
        let mut probe = Probe::new();
        network.forward(&images(spec, &Device::Meta, 2, 0), &mut Cx { probe: Some(&mut probe), ..Cx::default() }).unwrap();
        let shape = |path: &str| probe.iter().find(|probed| probed.path == path).expect("an activation of this name").value.shape().clone();
        for path in logits {
            assert_eq!(shape(path), Shape::new([2, 1000]), "{name}: {path}");
        }
        assert_eq!(shape(before), shape(head), "{name}: what comes in goes on");
        let tape = Tape::default();
        network.forward(&tape.input(images(spec, &Device::Meta, 1, 0).value().clone()), &mut Cx::default()).unwrap();
        assert_eq!(tape.macs(), spec.macs);
    }
}

#[test]
fn weights_travel_with_their_running_statistics() {
    let spec = model("resnet_cifar20").unwrap();
    for (name, device) in both() {
        let network = build(spec, &device, 1);
        let fresh = values(&network.forward(&images(spec, &device, 2, 5), &mut Cx::default()).unwrap());
        network.forward(&images(spec, &device, 2, 4), &mut Cx { norm: Norm::Batch, ..Cx::default() }).unwrap();
        let logits = values(&network.forward(&images(spec, &device, 2, 5), &mut Cx::default()).unwrap());
        assert_ne!(fresh, logits, "{name}: a pass in training mode moves the running statistics");
        let bytes = write_safetensors(&block_on(save(&network)).unwrap(), Precision::Single, &[("model", spec.name.into())]).unwrap();
        let again = build(spec, &device, 2);
        load(&again, &read_safetensors("saved", &bytes).unwrap()).unwrap();
        assert_eq!(values(&again.forward(&images(spec, &device, 2, 5), &mut Cx::default()).unwrap()), logits, "{name}");
    }
}

#[test]
fn a_published_file_loads_into_its_own_network_only() {
    let spec = model("cifar10_resnet20").unwrap();
    let state = block_on(save(&build(spec, &Device::Cpu, 1))).unwrap();
    let views =
        state.iter().map(|(name, (dims, values))| (name, TensorView::new(Dtype::F32, dims.clone(), bytemuck::cast_slice(values)).unwrap()));
    // PyTorch's count of batches is an integer, which is skipped.
    let (count, name) = (7i64.to_le_bytes(), "bn1.num_batches_tracked".to_string());
    let counter = (&name, TensorView::new(Dtype::I64, vec![], &count).unwrap());
    let read = read_safetensors("published", &safetensors::serialize(views.chain([counter]), None).unwrap()).unwrap();
    let again = build(spec, &Device::Cpu, 2);
    load(&again, &read).unwrap();
    assert_eq!(block_on(save(&again)).unwrap(), state);
    // The zoo's other ResNet-20 has its zeros elsewhere: the same file would load there, but the network would classify wrongly.
    let other = build(model("resnet_cifar20").unwrap(), &Device::Cpu, 2);
    assert!(load(&other, &read).unwrap_err().to_string().contains("linear.bias"));
}

#[test]
fn a_published_file_is_recognised_among_networks_that_differ_in_their_padding_only() {
    for spec in MODELS.iter().filter(|spec| spec.name.contains("efficientnet_lite") || spec.name.ends_with("efficientnet_b0")) {
        let params = build(spec, &Device::Meta, 0).params();
        let state = params.iter().map(|p| (p.name.clone(), (p.layout.outside(p.value().shape()).unwrap(), vec![]))).collect();
        for file in spec.weights {
            assert_eq!(whose(file, &state).unwrap().name, spec.name, "{file}");
        }
    }
}

#[test]
fn a_subsampling_shortcut_keeps_every_other_pixel_and_adds_zeros() {
    for (name, device) in both() {
        // One image of 3 × 3 pixels and two channels; pixel p holds p and −p.
        let pixels: Vec<f32> = (1..10).flat_map(|p| [p as f32, -(p as f32)]).collect();
        let x = Var::constant(Tensor::new(&device, Shape::new([1, 3, 3, 2]), &pixels).unwrap());
        for (before, places) in [(0, [0, 1]), (1, [1, 2])] {
            let y = Subsample { stride: 2, before, outputs: 4 }.forward(&x, &mut Cx::default()).unwrap();
            assert_eq!(y.shape(), &Shape::new([1, 2, 2, 4]));
            let expected: Vec<f32> = [1.0, 3.0, 7.0, 9.0]
                .into_iter()
                .flat_map(|p| {
                    let mut channels = [0.0; 4];
                    (channels[places[0]], channels[places[1]]) = (p, -p);
                    channels
                })
                .collect();
            assert_eq!(values(&y), expected, "{name}: {before} before");
        }
        assert!(Subsample { stride: 2, before: 3, outputs: 4 }.forward(&x, &mut Cx::default()).is_err());
    }
}

#[test]
fn dropout_drops_by_its_seed_and_only_while_a_network_learns() {
    for (name, device) in both() {
        let (n, rest) = (64, 5 * 5 * 3);
        let x = Var::constant(Tensor::full(&device, Shape::new([n, 5, 5, 3]), 2.0).unwrap());
        let run = |module: &dyn Module, dropout| values(&module.forward(&x, &mut Cx { dropout, ..Cx::default() }).unwrap());
        for module in [&Dropout(0.5) as &dyn Module, &StochasticDepth(0.5)] {
            assert_eq!(run(module, None), vec![2.0; n * rest], "{name}: {}", module.describe());
            let once = run(module, Some(3));
            assert!(once.iter().all(|v| *v == 0.0 || *v == 4.0), "{name}: what stays is divided by 1 − p");
            let dropped = once.iter().filter(|v| **v == 0.0).count() as f32 / once.len() as f32;
            assert!((0.25..0.75).contains(&dropped), "{name}: {} dropped {dropped}", module.describe());
            assert_eq!(once, run(module, Some(3)), "{name}");
            assert_ne!(once, run(module, Some(4)), "{name}");
        }
        let images = run(&StochasticDepth(0.5), Some(3));
        assert!(images.chunks(rest).all(|image| image.iter().all(|v| *v == image[0])), "{name}: a whole image at a time");
        assert!(run(&Dropout(0.5), Some(3)).chunks(rest).any(|image| image.iter().any(|v| *v != image[0])), "{name}");
    }
}

/// The allowed error relative to the largest logit: the rounding of a few dozen layers. Folding changes the order of sums.
const FUSED: f32 = 1e-4;

#[test]
fn fused_inference_equals_one_layer_at_a_time() {
    for (name, device) in both() {
        // On a software adapter: one network of each family, with small pictures.
        let small = [
            "lenet5",
            "lenet5_relu",
            "resnet18",
            "cifar10_resnet20",
            "mobilenet_v2",
            "efficientnet_b0",
            "shufflenet_v2_x0_5",
            "vit_tiny_patch16_224",
        ];
        // The largest ones only take longer to draw. One with a hundred million weights is enough, unless all are asked for.
        let all = std::env::var_os("FUSED_ALL").is_some();
        let quick = |spec: &ModelSpec| all || spec.params < 70_000_000 || ["vgg11_bn", "dm_nfnet_f0"].contains(&spec.name);
        for spec in MODELS.iter().filter(|spec| if device.is_gpu() { small.contains(&spec.name) } else { quick(spec) }) {
            // Inception v3 pads so little that nothing would be left of 64 pixels.
            let side = if spec.name == "inception_v3" { 75 } else { 64 };
            let [c, h, w] = spec.input.map(|n| if device.is_gpu() && n > 32 { 24 } else { n.min(side) });
            let picture = |seed| {
                let values = noise(2 * c * h * w, seed);
                Var::constant(Tensor::from_outside(&device, Layout::Image, &[2, c, h, w], &values).unwrap())
            };
            let options = Options { input: [c, h, w], ..spec.options() };
            let network = (spec.build)(&Scope::new(device.clone(), 1), &options).unwrap();
            // A block whose factor begins near 0 would not show what happens in it.
            for param in network.params().iter().filter(|p| p.name.ends_with("layer_scale") || p.name.ends_with("skipinit_gain")) {
                let half = Tensor::full(&device, param.value().shape().clone(), 0.5).unwrap();
                param.set(half).unwrap();
            }
            let fused = || values(&network.forward(&picture(5), &mut Cx::default()).unwrap());
            let fresh = fused();
            // This changes the running statistics, so the folded weights must follow.
            network.forward(&picture(4), &mut Cx { norm: Norm::Batch, ..Cx::default() }).unwrap();
            let plain = values(&network.forward(&picture(5), &mut Cx { unfused: true, ..Cx::default() }).unwrap());
            let largest = plain.iter().fold(0.0f32, |m, v| m.max(v.abs()));
            for (f, p) in fused().iter().zip(&plain) {
                assert!((f - p).abs() <= FUSED * largest, "{name}, {}: {f} fused, {p} by layers", spec.name);
            }
            let norms = network.params().iter().any(|param| param.name.ends_with("running_mean"));
            assert_eq!(fresh != fused(), norms, "{name}, {}: only running statistics move", spec.name);
            // Folding rounds differently. If all bits were equal, nothing would have been folded.
            assert!(!norms || fused() != plain, "{name}, {}: nothing was fused", spec.name);
        }
    }
}
