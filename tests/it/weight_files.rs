//! Weight files as PyTorch writes them, and as nobody should.
use pollster::block_on;
use proptest::prelude::*;
use receptive::{
    engine::tensor::Device,
    nets::{
        data::{Precision, read_weights, write_safetensors},
        models::{load_weights, model},
        nn::{Scope, State, save},
    },
};
use safetensors::{Dtype, tensor::TensorView};

const FILES: [&str; 4] = ["state.pt", "state_legacy.pth", "checkpoint.pt", "checkpoint_legacy.pth"];

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("tests/golden/weights/{name}")).expect("a file of tests/golden/weights")
}

#[test]
fn new_and_old_files_and_checkpoints_hold_the_same_tensors() {
    let x = vec![-2.5, -1.5, -0.5, 0.5, 1.5, 2.5];
    let expected: State = [
        ("single", vec![2, 3], x.clone()),
        ("half", vec![2, 3], x.clone()),
        ("brain", vec![2, 3], x.clone()),
        ("double", vec![2, 3], x.clone()),
        ("turned", vec![3, 2], vec![-2.5, 0.5, -1.5, 1.5, -0.5, 2.5]),
        ("part", vec![2, 2], vec![2.0, 3.0, 4.0, 5.0]),
        ("every_other", vec![4], vec![1.0, 3.0, 5.0, 7.0]),
        ("parameter", vec![2, 3], x.iter().map(|v| 2.0 * v).collect()),
        ("number", vec![], vec![3.5]),
    ]
    .into_iter()
    .map(|(name, dims, values)| (name.to_string(), (dims, values)))
    .collect();
    for name in FILES {
        assert_eq!(read_weights(name, &file(name)).unwrap(), expected, "{name}");
    }
}

#[test]
fn safetensors_of_16_bits_are_read_and_written() {
    let (half, brain) = ([0x3c00u16, 0xc000].map(u16::to_le_bytes).concat(), [0x3f80u16, 0xc000].map(u16::to_le_bytes).concat());
    let views =
        [("half", TensorView::new(Dtype::F16, vec![2], &half).unwrap()), ("brain", TensorView::new(Dtype::BF16, vec![2], &brain).unwrap())];
    let state = read_weights("16 bits", &safetensors::serialize(views, None).unwrap()).unwrap();
    assert_eq!(state["half"], (vec![2], vec![1.0, -2.0]));
    assert_eq!(state["brain"], (vec![2], vec![1.0, -2.0]));
    assert_eq!(read_weights("again", &write_safetensors(&state, Precision::Half, &[]).unwrap()).unwrap(), state);
}

#[test]
fn a_file_that_does_not_fit_is_explained() {
    let network = |name: &str| model(name).unwrap().network(&Scope::new(Device::Cpu, 1)).unwrap();
    let mut state = block_on(save(&network("squeezenet1_1"))).unwrap();
    let refuse = |name: &str, state: &State| load_weights(model(name).unwrap(), &network(name), "given", state).unwrap_err().to_string();
    let message = refuse("squeezenet1_0", &state);
    assert!(message.contains("features.0.weight (expected [96, 3, 7, 7], found [64, 3, 3, 3])"), "{message}");
    assert!(message.ends_with("it is a file for squeezenet1_1"), "{message}");
    state.remove("classifier.1.bias");
    state.insert("head.bias".into(), (vec![10], vec![0.0; 10]));
    let message = refuse("resnet18", &state);
    assert!(message.contains("102 missing: bn1.bias, bn1.running_mean, bn1.running_var and 99 more"), "{message}");
    assert!(message.contains("52 unexpected"), "{message}");
    assert!(
        message.contains("nearest network is squeezenet1_1, where 51 entries fit; 1 missing: classifier.1.bias; 1 unexpected: head.bias"),
        "{message}"
    );
    let message = refuse("lenet5", &State::from([("x".into(), (vec![1], vec![0.0]))]));
    assert!(message.contains("no other network of the zoo is nearer"), "{message}");
    // The network is as it was.
    let untouched = network("resnet18");
    let before = block_on(save(&untouched)).unwrap();
    load_weights(model("resnet18").unwrap(), &untouched, "given", &state).unwrap_err();
    assert_eq!(block_on(save(&untouched)).unwrap(), before);
}

#[test]
fn what_is_no_weight_file_gets_a_message() {
    for (bytes, said) in [
        (&b""[..], "found 0 bytes"),
        (b"\x89PNG\r\n", "89, 50"),
        (b"\x80\x02c__builtin__\neval\nX\x03\x00\x00\x001+1\x85R.", "does not begin as torch.save's files do"),
        (b"PK\x03\x04 and nothing more", "a zip that cannot be opened"),
        (b"\x80\x02", "breaks off"),
        // A list in itself, a million brackets, a text of four gigabytes.
        (b"\x80\x02]q\x00h\x00a.", "does not begin"),
        (b"\x80\x02X\xff\xff\xff\xff.", "breaks off"),
    ] {
        let message = read_weights("given", bytes).unwrap_err().to_string();
        assert!(message.contains(said), "{message}");
    }
    let mut nested = b"\x80\x02".to_vec();
    nested.extend(vec![b')'; 1]);
    nested.extend(vec![0x85; 1_000_000]);
    nested.push(b'.');
    assert!(read_weights("nested", &nested).is_err());
}

/// A small file may not ask for a large memory: a tensor of shape 10⁹ × 10⁹ with strides of 0.
#[test]
fn a_tensor_larger_than_its_file_is_refused() {
    let mut bytes = file("state_legacy.pth");
    // The sizes of `single`, 2 and 3, are the tuple K\x02 K\x03 \x86; made 65 535 twice they take two bytes more each, so that lengths stay by themselves.
    let at = bytes.windows(5).position(|w| w == b"K\x02K\x03\x86").expect("the sizes of the first tensor");
    bytes.splice(at..at + 4, *b"M\xff\xffM\xff\xff");
    let message = read_weights("large", &bytes).unwrap_err().to_string();
    assert!(message.contains("more numbers than its"), "{message}");
    let mut bytes = file("state_legacy.pth");
    bytes.splice(at..at + 4, *b"K\x02K\x04");
    let message = read_weights("beyond", &bytes).unwrap_err().to_string();
    assert!(message.contains("reaches beyond its storage of 6 numbers"), "{message}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    /// Whatever becomes of a file on its way: an answer, and soon.
    #[test]
    fn damaged_files_never_panic(which in 0..FILES.len(), cut in 0.0..1.0f64, changes in prop::collection::vec((0.0..1.0f64, any::<u8>()), 0..6), whole in any::<bool>()) {
        let mut bytes = file(FILES[which]);
        for (at, value) in changes {
            let at = (at * bytes.len() as f64) as usize;
            bytes[at] = value;
        }
        if !whole {
            bytes.truncate((cut * bytes.len() as f64) as usize);
        }
        let _ = read_weights("damaged", &bytes);
    }
    #[test]
    fn random_pickles_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), operations in prop::collection::vec(prop::sample::select(b"(.012NKMUX)]}\x85\x86tld aesucRbQqh\n".to_vec()), 0..200)) {
        let _ = read_weights("random", &[&[0x80, 2], &bytes[..]].concat());
        let _ = read_weights("random", &[&[0x80, 2], &operations[..]].concat());
    }
    #[test]
    fn random_headers_never_panic(length in any::<u64>(), header in "\\{.{0,80}") {
        let _ = read_weights("random", &[&length.to_le_bytes()[..], header.as_bytes()].concat());
        let _ = read_weights("random", &[&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &[0; 16]].concat());
    }
}
