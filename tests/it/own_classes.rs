//! Weights with other classes than the published ones, as somebody's own training leaves them: how many there are is read from the file, and a list names them.
use crate::session::{Steps, When, play};
use pollster::block_on;
use receptive::{
    engine::tensor::Device,
    nets::{
        data::{Precision, read_weights, write_safetensors},
        models::model,
        nn::{Scope, save},
    },
    vision::Disturbance,
    workbench::protocol::{
        DeviceChoice, Event, Message, Request,
        inspect::{Look, Seen},
        photos::{Answer, Ask},
    },
};
use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Output},
};

const NETWORK: &str = "squeezenet1_1";
const NAMES: &str = "daisy\nrose\nsunflower\n";

/// A file of the network with so many classes.
fn file(classes: usize) -> Vec<u8> {
    let network = model(NETWORK).unwrap().with_classes(classes).network(&Scope::new(Device::Cpu, 1)).unwrap();
    write_safetensors(&block_on(save(&network)).unwrap(), Precision::Single, &[]).unwrap()
}

fn load(classes: usize) -> Message<Request> {
    let ask = Ask::Load { model: None, file: "flowers.pth".into(), device: DeviceChoice::Cpu, usual: false };
    Message::with(Request::Photos(ask), vec![file(classes)])
}

fn names(text: Option<&str>) -> Message<Request> {
    let ask = Request::Photos(Ask::Names { file: text.map(|_| "flowers.txt".into()) });
    Message::with(ask, text.iter().map(|text| text.as_bytes().to_vec()).collect())
}

fn classify() -> Message<Request> {
    Message::new(Request::Photos(Ask::Classify { model: NETWORK.into(), disturbance: Disturbance::default() }))
}

fn photo() -> Message<Request> {
    let pixels = (0..300 * 280).flat_map(|i| [(i % 300) as u8, (i / 300) as u8, (i % 7 * 30) as u8, 255]).collect();
    Message::with(Request::Photos(Ask::Frame { file: "drawn".into(), height: 280, width: 300 }), vec![pixels])
}

/// A photo as a file, for all loaded networks.
fn compare() -> Message<Request> {
    let bytes = fs::read("tests/golden/images/cmyk_8x8.jpg").unwrap();
    Message::with(Request::Photos(Ask::Compare { file: "four inks".into() }), vec![bytes])
}

fn graph() -> Message<Request> {
    Message::new(Request::Photos(Ask::Inspect { model: NETWORK.into(), disturbance: Disturbance::default(), look: Look::Graph }))
}

fn answers(requests: Vec<Message<Request>>) -> Vec<Answer> {
    let hello: When = |event| matches!(event, Event::Hello { .. });
    let any: When = |event| matches!(event, Event::Photos(_));
    let steps: Steps = requests.into_iter().enumerate().map(|(at, request)| (if at == 0 { hello } else { any }, request)).collect();
    let answer = |event: Message<Event>| if let Event::Photos(answer) = event.body { Some(answer) } else { None };
    play(steps).into_iter().filter_map(answer).collect()
}

fn called(answer: &Answer) -> Vec<String> {
    let Answer::Classified { top, .. } = answer else { panic!("{answer:?}") };
    let mut names: Vec<String> = top.iter().map(|guess| guess.name.clone()).collect();
    names.sort();
    names
}

/// How many outputs the graph ends with.
fn outputs(answer: &Answer) -> usize {
    let Answer::Inspected { seen: Seen::Graph(nodes), .. } = answer else { panic!("{answer:?}") };
    nodes.last().unwrap().dims[0]
}

fn loaded(answer: &Answer) -> (usize, String) {
    let Answer::Loaded(found) = answer else { panic!("{answer:?}") };
    (found.classes, found.told.clone().unwrap_or_default())
}

fn told(answer: &Answer) -> (usize, bool, String) {
    let Answer::Named { names, fits, told, .. } = answer else { panic!("{answer:?}") };
    (*names, *fits, told.clone())
}

#[test]
fn a_fine_tuned_network_has_the_classes_of_its_file_and_the_names_of_a_list() {
    let four = "ash\nelm\noak\nyew";
    let found = answers(vec![
        photo(),
        graph(),
        load(3),
        graph(),
        classify(),
        names(Some(four)),
        classify(),
        names(Some(NAMES)),
        classify(),
        load(4),
        classify(),
        names(None),
        names(Some("a\n\nb")),
        names(Some(four)),
        classify(),
        load(1000),
    ]);
    let mut found = found.iter().skip(1);
    let mut next = || found.next().unwrap();
    assert_eq!(outputs(next()), 1000, "the paper's");
    let (classes, said) = loaded(next());
    assert_eq!(classes, 3);
    assert!(said.contains("3 classes, where the usual network has 1000; they are called class 0 to class 2"), "{said}");
    assert_eq!(outputs(next()), 3, "the file's");
    assert_eq!(called(next()), ["class 0", "class 1", "class 2"]);
    let (names, fits, said) = told(next());
    assert_eq!((names, fits), (4, false));
    assert!(said.contains("found 4 names; SqueezeNet 1.1 has 3 classes"), "{said}");
    assert_eq!(called(next()), ["class 0", "class 1", "class 2"]);
    let (names, fits, said) = told(next());
    assert_eq!((names, fits), (3, true));
    assert!(said.contains("its 3 names are those of the classes of SqueezeNet 1.1"), "{said}");
    assert_eq!(called(next()), ["daisy", "rose", "sunflower"]);
    let (classes, said) = loaded(next());
    assert_eq!(classes, 4);
    assert!(said.contains("flowers.txt has 3 names, so they are called class 0 to class 3"), "{said}");
    assert_eq!(called(next())[3], "class 3");
    assert_eq!(told(next()).0, 0);
    let Answer::Failed { message, .. } = next() else { panic!("a list with a gap") };
    assert!(message.contains("line 2 empty"), "{message}");
    assert!(told(next()).1);
    assert_eq!(called(next()), ["ash", "elm", "oak", "yew"]);
    assert_eq!(loaded(next()), (1000, String::new()), "nothing is to be said of the usual ones");
}

#[test]
fn loaded_networks_are_compared_on_a_photo_that_stays_beside_the_present_one() {
    let other = model("squeezenet1_0").unwrap().network(&Scope::new(Device::Cpu, 1)).unwrap();
    let other = write_safetensors(&block_on(save(&other)).unwrap(), Precision::Single, &[]).unwrap();
    let ask = Ask::Load { model: None, file: "other.pth".into(), device: DeviceChoice::Cpu, usual: false };
    let other = Message::with(Request::Photos(ask), vec![other]);
    let found = answers(vec![compare(), photo(), load(3), other, classify(), compare(), classify()]);
    let Answer::Failed { message, .. } = &found[0] else { panic!("{:?}", found[0]) };
    assert!(message.contains("none that is loaded"), "{message}");
    let Answer::Compared { file, found: both } = &found[5] else { panic!("{:?}", found[5]) };
    assert_eq!((file.as_str(), both.len()), ("four inks", 2));
    assert_eq!((both[0].model.as_str(), both[1].model.as_str()), (NETWORK, "squeezenet1_0"));
    assert!(both[0].first.name.starts_with("class ") && both[0].first.class < 3 && !both[1].first.name.starts_with("class "));
    // The present photo is the one of before.
    let first = |answer: &Answer| if let Answer::Classified { top, .. } = answer { top.clone() } else { panic!("{answer:?}") };
    assert_eq!(first(&found[4]), first(&found[6]));
}

/// A folder with a file of three classes, their names, and a photo.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

impl Folder {
    fn new() -> Folder {
        let folder = Folder(env::temp_dir().join(format!("receptive-own-classes-{}", std::process::id())));
        fs::create_dir_all(&folder.0).unwrap();
        fs::write(folder.0.join("flowers.safetensors"), file(3)).unwrap();
        fs::write(folder.0.join("flowers.txt"), NAMES).unwrap();
        fs::write(folder.0.join("trees.txt"), "ash\nelm\noak\nyew\n").unwrap();
        folder
    }
    /// The shell, in the folder.
    fn run(&self, arguments: &[&str]) -> (Output, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_receptive")).current_dir(&self.0).args(arguments).output().unwrap();
        let [told, said] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        (output, told, said)
    }
}

#[test]
fn the_shell_reads_how_many_classes_a_file_has_and_names_them_by_a_list() {
    let folder = Folder::new();
    let photo = fs::canonicalize("tests/golden/images/cmyk_8x8.jpg").unwrap();
    let photo = photo.to_str().unwrap();
    let classify =
        |rest: &[&str]| folder.run(&[&["classify", "--model", NETWORK, "--weights", "flowers.safetensors"], rest, &[photo][..]].concat());
    let (output, told, said) = classify(&[]);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("its last layer has 3 classes, where the usual squeezenet1_1 has 1000"), "{said}");
    assert!(["class 0", "class 1", "class 2"].iter().all(|name| told.contains(name)) && told.lines().count() == 4, "{told}");
    let (_, told, said) = classify(&["--classes", "flowers.txt"]);
    assert!(NAMES.lines().all(|name| told.contains(name)), "{told} {said}");
    let (_, told, _) = classify(&["--classes", "flowers.txt", "--json"]);
    assert!(told.contains("\"name\":\"rose\""), "{told}");
    let (output, told, said) = classify(&["--classes", "trees.txt"]);
    assert_eq!((output.status.code(), told.as_str()), (Some(2), ""));
    assert!(said.contains("trees.txt: expected 3 names, one for each class of squeezenet1_1, found 4"), "{said}");
    // Other commands read the same file.
    let (_, table, said) = folder.run(&["inspect", NETWORK, "--weights", "flowers.safetensors"]);
    assert!(table.contains("conv 1×1, 3\n"), "{table} {said}");
    let (_, told, said) = folder.run(&["forward", NETWORK, "--weights", "flowers.safetensors"]);
    assert!(told.contains("3 logits"), "{told} {said}");
    let (output, ..) = folder.run(&["convert", "--model", NETWORK, "--half", "flowers.safetensors", "half.safetensors"]);
    assert!(output.status.success());
    let state = read_weights("half", &fs::read(folder.0.join("half.safetensors")).unwrap()).unwrap();
    assert_eq!(state["classifier.1.bias"].0, [3]);
}
