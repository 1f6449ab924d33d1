//! Weight files that say of themselves how photos are read and how their network pads: they are read so, in the photo lab and in the shell.
use crate::session::{Steps, When, play};
use pollster::block_on;
use receptive::{
    engine::tensor::Device,
    nets::{
        data::{Precision, about_safetensors, write_safetensors},
        models::{Reading, model},
        nn::{Scope, save},
    },
    vision::{Disturbance, Preprocess, Resampling},
    workbench::protocol::{
        DeviceChoice, Event, Message, Request,
        photos::{Answer, Ask},
        vision::Palette,
    },
};
use std::{env, fs, process::Command};

const PREPROCESS: &str =
    r#"{"resize_short": 219, "interpolation": "bicubic", "center_crop": 192, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}"#;

/// A file of this network that says these things of itself.
fn file(network: &str, about: &[(&str, &str)]) -> Vec<u8> {
    let network = model(network).unwrap().network(&Scope::new(Device::Cpu, 1)).unwrap();
    let about: Vec<(&str, String)> = about.iter().map(|(key, value)| (*key, value.to_string())).collect();
    write_safetensors(&block_on(save(&network)).unwrap(), Precision::Single, &about).unwrap()
}

fn load(file: Vec<u8>, model: Option<&str>, usual: bool) -> Message<Request> {
    let ask = Ask::Load { model: model.map(String::from), file: "mine.safetensors".into(), device: DeviceChoice::Cpu, usual };
    Message::with(Request::Photos(ask), vec![file])
}

fn prepare(model: &str) -> Message<Request> {
    Message::new(Request::Photos(Ask::Prepare { model: model.into(), disturbance: Disturbance::default(), palette: Palette::default() }))
}

fn answers(requests: Vec<Message<Request>>) -> Vec<Answer> {
    let hello: When = |event| matches!(event, Event::Hello { .. });
    let any: When = |event| matches!(event, Event::Photos(_));
    let pixels = (0..300 * 280).flat_map(|i| [(i % 300) as u8, (i / 300) as u8, (i % 7 * 30) as u8, 255]).collect();
    let photo = Message::with(Request::Photos(Ask::Frame { file: "drawn".into(), height: 280, width: 300 }), vec![pixels]);
    let steps: Steps = requests.into_iter().map(|request| (any, request)).collect();
    let answer = |event: Message<Event>| if let Event::Photos(answer) = event.body { Some(answer) } else { None };
    play([vec![(hello, photo)], steps].concat()).into_iter().filter_map(answer).skip(1).collect()
}

#[test]
fn photos_are_read_as_the_weight_file_says_unless_the_reader_wants_the_usual() {
    let network = "squeezenet1_1";
    let own = || file(network, &[("preprocess", PREPROCESS), ("padding", "torch_symmetric")]);
    let found = answers(vec![load(own(), None, false), prepare(network), load(own(), Some(network), true), prepare(network)]);
    let said = Preprocess::plus_minus_one(219, 192, Resampling::Bicubic);
    let usual = model(network).unwrap().preprocess.unwrap();
    for (at, (expected, reading)) in [(said, Reading::File), (usual, Reading::Overruled)].into_iter().enumerate() {
        let (Answer::Loaded(standing), Answer::Prepared { preprocess, cropped, .. }) = (&found[2 * at], &found[2 * at + 1]) else {
            panic!("{found:?}")
        };
        assert_eq!((standing.preprocess, standing.reading, standing.told.clone()), (expected, reading, None));
        assert!(standing.says_padding);
        assert_eq!((*preprocess, *cropped), (expected, [expected.crop; 2]));
    }
}

#[test]
fn a_file_tells_its_network_from_one_that_pads_otherwise() {
    let name = |about: &[(&str, &str)], model: Option<&str>| match &answers(vec![load(file("mobilenet_v2", about), model, false)])[0] {
        Answer::Loaded(standing) => (standing.name.clone(), standing.told.clone().unwrap_or_default()),
        other => panic!("{other:?}"),
    };
    assert_eq!(name(&[], None), ("mobilenet_v2".into(), String::new()));
    assert_eq!(name(&[("padding", "tf_same")], None), ("tf_mobilenet_v2".into(), String::new()));
    let (chosen, told) = name(&[("padding", "tf_same"), ("mean", "[1, 2]")], Some("mobilenet_v2"));
    assert_eq!(chosen, "mobilenet_v2", "the reader's choice");
    assert!(told.contains("pads as TensorFlow does, and mobilenet_v2 does not"), "{told}");
    assert!(told.contains("its metadata cannot be used: mean: expected three numbers"), "{told}");
}

#[test]
fn the_shell_reads_photos_as_the_file_says_too_and_keeps_what_it_says() {
    let folder = env::temp_dir().join(format!("receptive-said-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("mine.safetensors"), file("squeezenet1_1", &[("preprocess", PREPROCESS), ("licence", "mine")])).unwrap();
    let photo = fs::canonicalize("tests/golden/images/cmyk_8x8.jpg").unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_receptive")).current_dir(&folder).args(arguments).output().unwrap();
        let [told, said] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert!(output.status.success(), "{said}");
        (told, said)
    };
    let logits = |told: &str| serde_json::from_str::<serde_json::Value>(told).unwrap()["logits"].clone();
    let classify = |rest: &[&str]| run(&[&["classify", "--json", "--weights", "mine.safetensors", photo.to_str().unwrap()], rest].concat());
    let (as_said, said) = classify(&[]);
    assert!(said.contains("these are the weights of squeezenet1_1"), "{said}");
    assert!(
        said.contains("photos are read as its metadata says: the shorter side to 219 (bicubic), the middle 192 × 192, mean 0.5"),
        "{said}"
    );
    let (usual, said) = classify(&["--usual", "--model", "squeezenet1_1"]);
    assert!(said.is_empty(), "{said}");
    assert_ne!(logits(&as_said), logits(&usual));
    run(&["convert", "--model", "squeezenet1_1", "mine.safetensors", "again.safetensors"]);
    let about = about_safetensors("again", &fs::read(folder.join("again.safetensors")).unwrap()).unwrap();
    assert_eq!((about["preprocess"].as_str(), about["licence"].as_str(), about["model"].as_str()), (PREPROCESS, "mine", "squeezenet1_1"));
    fs::remove_dir_all(&folder).unwrap();
}
