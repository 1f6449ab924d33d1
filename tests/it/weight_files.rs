//! Weight files as PyTorch writes them, and as nobody should.
use pollster::block_on;
use proptest::prelude::*;
use receptive::{
    engine::tensor::{Device, host_memory},
    nets::{
        data::{Precision, read_weights, write_safetensors},
        models::{load_weights, model},
        nn::{Scope, State, load_onto, save},
    },
};
use safetensors::{Dtype, tensor::TensorView};

/// What an old file begins with: a pickle of the number that says so.
const LEGACY: [u8; 15] = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, b'.'];
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
        // What a checkpoint keeps was wrapped for data-parallel training.
        let prefix = if name.starts_with("checkpoint") { "module." } else { "" };
        let expected: State = expected.iter().map(|(entry, value)| (format!("{prefix}{entry}"), value.clone())).collect();
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

/// A safetensors file of two numbers (or, where there is no room to name them, of none) whose header has so many bytes, filled up with spaces.
fn with_header(length: usize) -> Vec<u8> {
    let described = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    let (header, data) = if length < described.len() { ("{}", &[][..]) } else { (described, &[0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0][..]) };
    [&(length as u64).to_le_bytes()[..], format!("{header:<length$}").as_bytes(), data].concat()
}

#[test]
fn every_length_of_a_header_is_read() {
    for length in 8..=4096 {
        match read_weights("given", &with_header(length)) {
            Ok(state) => assert_eq!(state["w"], (vec![2], vec![1.0, -2.0]), "a header of {length} bytes"),
            Err(error) => assert!(length < 60 && error.to_string().ends_with("expected weights, found none"), "{length}: {error}"),
        }
    }
    let given = std::fs::read("tests/files/header-length-0x80.safetensors").unwrap();
    assert_eq!(given[0], 0x80, "as a pickle begins");
    assert_eq!(read_weights("given", &given).unwrap().keys().collect::<Vec<_>>(), ["conv1.bias"]);
}

#[test]
fn a_file_that_does_not_fit_is_explained() {
    let network = |name: &str| model(name).unwrap().network(&Scope::new(Device::Cpu, 1)).unwrap();
    let mut state = block_on(save(&network("squeezenet1_1"))).unwrap();
    let refuse =
        |name: &str, state: &State| load_weights(model(name).unwrap(), &network(name), "given", state.clone()).unwrap_err().to_string();
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
    load_weights(model("resnet18").unwrap(), &untouched, "given", state).unwrap_err();
    assert_eq!(block_on(save(&untouched)).unwrap(), before);
}

#[test]
fn a_network_takes_its_weights_onto_a_device_and_holds_them_once() {
    let network = |device| model("squeezenet1_1").unwrap().network(&Scope::new(device, 1)).unwrap();
    let state = block_on(save(&network(Device::Cpu))).unwrap();
    // In a thread of its own, whose memory is that of nothing else.
    let taken = std::thread::spawn(move || {
        let empty = network(Device::Meta);
        load_onto(&empty, &Device::Cpu, state.clone()).unwrap();
        let values: usize = state.values().map(|(_, values)| values.len()).sum();
        assert_eq!(host_memory().bytes, 4 * values as u64);
        assert!(block_on(save(&empty)).unwrap() == state, "other values than the file's");
        let mut lacking = state;
        lacking.remove("classifier.1.bias");
        load_onto(&network(Device::Meta), &Device::Cpu, lacking).unwrap_err().to_string()
    });
    let refused = taken.join().unwrap();
    assert!(refused.contains("classifier.1.bias") && refused.contains("missing"), "{refused}");
}

#[test]
fn what_is_no_weight_file_gets_a_message() {
    for (bytes, said) in [
        (&b""[..], "found an empty file"),
        (b"\x89PNG\r\n\x1a\n", "found a PNG"),
        (b"<!DOCTYPE html>", "found a web page (HTML), which a server sends where it has no such file"),
        (b"{\"weight_map\": {}}", "found a list of which weights lie in which of several files"),
        (b"{\"epochs\": 3}", "found text that begins"),
        (b"\x80\x02c__builtin__\neval\nX\x03\x00\x00\x001+1\x85R.", "does not begin as torch.save's files do"),
        (b"PK\x03\x04 and nothing more", "found a zip that breaks off"),
        (&[&b"PK\x03\x04"[..], &[0; 22], &[1, 0, 0, 0], b"x and nothing more"].concat(), "a zip that cannot be opened"),
        (b"\x80\x02", "does not begin"),
        (&LEGACY, "breaks off"),
        // A list in itself, a text of four gigabytes.
        (&[&LEGACY[..], b"\x80\x02]q\x00h\x00a."].concat(), "breaks off"),
        (&[&LEGACY[..], b"\x80\x02X\xff\xff\xff\xff."].concat(), "breaks off"),
    ] {
        let message = read_weights("given", bytes).unwrap_err().to_string();
        assert!(message.contains(said), "{message}");
    }
    let pointer = std::fs::read("tests/files/lfs-pointer.safetensors").unwrap();
    let message = read_weights("lfs-pointer.safetensors", &pointer).unwrap_err().to_string();
    assert!(
        message
            .ends_with("found a Git LFS pointer, which only stands for a file of 46830571 bytes: `git lfs pull` fetches the file itself"),
        "{message}"
    );
    // A million brackets.
    let mut nested = [&LEGACY[..], b"\x80\x02"].concat();
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
    fn what_is_written_is_read_again(about in 0..3000usize, names in prop::collection::btree_set("[a-z]{1,30}(\\.[a-z]{1,30}){0,3}", 1..8)) {
        let tensor = |(at, name): (usize, String)| (name, (vec![at + 1], vec![0.5; at + 1]));
        let state: State = names.into_iter().enumerate().map(tensor).collect();
        let written = write_safetensors(&state, Precision::Single, &[("about", "x".repeat(about))]).unwrap();
        prop_assert_eq!(read_weights("written", &written).unwrap(), state);
    }
    #[test]
    fn random_pickles_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), operations in prop::collection::vec(prop::sample::select(b"(.012NKMUX)]}\x85\x86tld aesucRbQqh\n".to_vec()), 0..200)) {
        for pickle in [bytes, operations] {
            let _ = read_weights("random", &[&LEGACY[..], b"\x80\x02.\x80\x02.\x80\x02", &pickle].concat());
            let _ = read_weights("random", &[&LEGACY[..], b"\x80\x02K\x01.\x80\x02K\x01.\x80\x02", &pickle].concat());
        }
    }
    #[test]
    fn random_headers_never_panic(length in any::<u64>(), header in "\\{.{0,80}") {
        let _ = read_weights("random", &[&length.to_le_bytes()[..], header.as_bytes()].concat());
        let _ = read_weights("random", &[&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &[0; 16]].concat());
    }
}
