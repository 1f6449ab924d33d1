//! Files as people bring them: checkpoints of their trainers, and the names that their unpackers write.
use pollster::block_on;
use receptive::{
    engine::tensor::Device,
    nets::{
        data::{read_safetensors, read_weights},
        models::{load_weights, model},
        nn::{Scope, Seq, State, save},
    },
};
use std::{
    fs,
    io::{Cursor, Write},
    path::{Path, PathBuf},
    process::{Command, Output},
};
use zip::{ZipWriter, write::SimpleFileOptions};

fn given(name: &str) -> Vec<u8> {
    fs::read(format!("tests/files/{name}")).expect("a file of tests/files")
}

fn lenet5(seed: u64) -> Seq {
    model("lenet5").unwrap().network(&Scope::new(Device::Cpu, seed)).unwrap()
}

/// What of this file LeNet-5 takes, and what it is told.
fn taken(file: &str, state: State) -> (State, Option<String>) {
    let network = lenet5(9);
    let told = load_weights(model("lenet5").unwrap(), &network, file, state).unwrap_or_else(|error| panic!("{error}"));
    (block_on(save(&network)).unwrap(), told)
}

#[test]
fn files_of_trainers_hold_the_books_weights() {
    let book = read_safetensors("lenet5", &fs::read("assets/weights/lenet5.safetensors").expect("the committed weights")).unwrap();
    for (name, said) in
        [("lenet5-state.pth", None), ("lenet5-backbone-prefix.ckpt", Some("names begin with \"backbone.\" there".to_string()))]
    {
        let (own, told) = taken(name, read_weights(name, &given(name)).unwrap());
        assert_eq!(told, said, "{name}");
        for (entry, (dims, values)) in &own {
            assert_eq!(dims, &book[entry].0, "{name}: {entry}");
            // They have 16 bits there.
            assert!(values.iter().zip(&book[entry].1).all(|(a, b)| (a - b).abs() <= 1e-3 * b.abs().max(0.1)), "{name}: {entry}");
        }
    }
}

/// A value of a pickle.
enum Value {
    Dict(Vec<(Value, Value)>),
    Text(String),
    Int(u8),
    /// A tensor: its storage, what its numbers are, and its shape.
    Tensor(String, &'static str, Vec<usize>),
}

fn text(text: &str) -> Vec<u8> {
    [b"X", &(text.len() as u32).to_le_bytes()[..], text.as_bytes()].concat()
}

impl Value {
    /// As Python's pickle writes it, protocol 2.
    fn pickled(&self) -> Vec<u8> {
        let sizes = |sizes: &[usize]| {
            [b"(", &sizes.iter().flat_map(|n| [&b"J"[..], &(*n as u32).to_le_bytes()].concat()).collect::<Vec<_>>()[..], b"t"].concat()
        };
        match self {
            Value::Dict(entries) => {
                let entries: Vec<u8> = entries.iter().flat_map(|(key, value)| [key.pickled(), value.pickled()].concat()).collect();
                [b"}(", &entries[..], b"u"].concat()
            }
            Value::Text(content) => text(content),
            Value::Int(n) => vec![b'K', *n],
            Value::Tensor(storage, kind, dims) => {
                let strides: Vec<usize> = (0..dims.len()).map(|axis| dims[axis + 1..].iter().product()).collect();
                let kept = [&text("storage")[..], format!("ctorch\n{kind}\n").as_bytes(), &text(storage), &text("cpu"), b"K\x01"].concat();
                let rebuilt = [b"((", &kept[..], b"tQK\0", &sizes(dims), &sizes(&strides), b"\x89ccollections\nOrderedDict\n)Rt"].concat();
                [b"ctorch._utils\n_rebuild_tensor_v2\n", &rebuilt[..], b"R"].concat()
            }
        }
    }
}

/// A checkpoint as torch.save writes it, which a function makes of values; it names its storages.
struct Checkpoint(Vec<(String, Vec<u8>)>);

impl Checkpoint {
    fn tensor(&mut self, dims: &[usize], values: &[f32]) -> Value {
        self.0.push((self.0.len().to_string(), values.iter().flat_map(|v| v.to_le_bytes()).collect()));
        Value::Tensor((self.0.len() - 1).to_string(), "FloatStorage", dims.to_vec())
    }
    fn counter(&mut self, dims: &[usize]) -> Value {
        self.0.push((self.0.len().to_string(), vec![0; 8 * dims.iter().product::<usize>()]));
        Value::Tensor((self.0.len() - 1).to_string(), "LongStorage", dims.to_vec())
    }
    /// The network's parameters, each plus this number, under a prefix.
    fn state(&mut self, prefix: &str, plus: f32) -> Vec<(Value, Value)> {
        let own = block_on(save(&lenet5(1))).unwrap();
        let entry = |(name, (dims, values)): (String, (Vec<usize>, Vec<f32>))| {
            let values: Vec<f32> = values.iter().map(|v| v + plus).collect();
            (Value::Text(format!("{prefix}{name}")), self.tensor(&dims, &values))
        };
        own.into_iter().map(entry).collect()
    }
    fn file(self, content: Vec<(&str, Value)>) -> Vec<u8> {
        let content = Value::Dict(content.into_iter().map(|(key, value)| (Value::Text(key.into()), value)).collect());
        let mut zip = ZipWriter::new(Cursor::new(vec![]));
        let mut add = |name: &str, bytes: &[u8]| {
            zip.start_file(format!("archive/{name}"), SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        };
        add("data.pkl", &[b"\x80\x02", &content.pickled()[..], b"."].concat());
        self.0.iter().for_each(|(name, bytes)| add(&format!("data/{name}"), bytes));
        zip.finish().unwrap().into_inner()
    }
}

#[test]
fn a_checkpoint_is_searched_for_the_network_whatever_it_keeps_beside() {
    let own = block_on(save(&lenet5(1))).unwrap();
    // A trainer's: weights under any key, what the optimiser remembers, a metric, a table of whole numbers.
    let mut checkpoint = Checkpoint(vec![]);
    let mut state = checkpoint.state("module.", 0.0);
    state.push((Value::Text("loss.weight".into()), checkpoint.tensor(&[10], &[1.0; 10])));
    state.push((Value::Text("anchors.index".into()), checkpoint.counter(&[3, 3])));
    let moments = checkpoint.state("", 5.0);
    let first = Value::Dict(vec![(Value::Text("exp_avg".into()), checkpoint.tensor(&[6, 1, 5, 5], &[9.0; 150]))]);
    let optimizer = Value::Dict(vec![
        (Value::Text("state".into()), Value::Dict(vec![(Value::Int(0), first)])),
        (Value::Text("moments".into()), Value::Dict(moments)),
    ]);
    let metric = Value::Dict(vec![(Value::Text("best".into()), checkpoint.tensor(&[], &[0.5]))]);
    let file =
        checkpoint.file(vec![("epoch", Value::Int(3)), ("generator", Value::Dict(state)), ("optimizer", optimizer), ("callbacks", metric)]);
    let (taken_up, told) = taken("trainer.ckpt", read_weights("trainer.ckpt", &file).unwrap());
    assert!(taken_up == own);
    assert_eq!(
        told.unwrap(),
        "names begin with \"generator.module.\" there; 2 left, since no layer has them: callbacks.best, generator.loss.weight"
    );
    // Two copies, one of them an average: what was trained is taken.
    let mut checkpoint = Checkpoint(vec![]);
    let (averaged, trained) = (checkpoint.state("", 1.0), checkpoint.state("", 0.0));
    let file = checkpoint.file(vec![("ema", Value::Dict(averaged)), ("model", Value::Dict(trained))]);
    let (taken_up, told) = taken("copies.pt", read_weights("copies.pt", &file).unwrap());
    assert!(taken_up == own);
    assert!(told.unwrap().starts_with("the copy under \"model.\" was taken, not the one under \"ema.\""));
}

#[test]
fn what_is_no_state_dict_is_said() {
    let refused = |file: &[u8]| read_weights("given", file).unwrap_err().to_string();
    let message = refused(&Checkpoint(vec![]).file(vec![("epoch", Value::Int(3))]));
    assert!(message.contains("save model.state_dict()"), "{message}");
    // Matrices of whole numbers, as a quantised network's.
    let mut checkpoint = Checkpoint(vec![]);
    let (weight, bias) = (checkpoint.counter(&[4, 4]), checkpoint.tensor(&[4], &[0.0; 4]));
    let message = refused(&checkpoint.file(vec![("fc.weight", weight), ("fc.bias", bias)]));
    assert!(message.contains("fc.weight: expected floats, found whole numbers"), "{message}");
    // TorchScript has the same zip, and a program in it.
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    for name in ["net/data.pkl", "net/code/__torch__.py", "net/constants.pkl"] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(b"\x80\x02}.").unwrap();
    }
    let message = refused(&zip.finish().unwrap().into_inner());
    assert!(message.contains("found a TorchScript archive") && message.ends_with("torch.save its state_dict()"), "{message}");
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    zip.start_file("arr_0.npy", SimpleFileOptions::default()).unwrap();
    let message = refused(&zip.finish().unwrap().into_inner());
    assert!(message.contains("found NumPy arrays (.npz)"), "{message}");
}

/// A folder of this test's own, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("receptive-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder for the test");
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn receptive(arguments: &[&str], path: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_receptive")).args(arguments).arg(path).output().expect("the program runs")
}

#[test]
fn the_shell_finds_digits_under_the_names_that_unpackers_write() {
    let idx = |name: &str, digits: u32| match name.contains("labels") {
        true => [&[0, 0, 8, 1], &digits.to_be_bytes()[..], &vec![1; digits as usize]].concat(),
        false => [&[0, 0, 8, 3], &digits.to_be_bytes()[..], &[0, 0, 0, 28, 0, 0, 0, 28], &vec![9; 784 * digits as usize]].concat(),
    };
    let folder = Folder::new("digits");
    let train = |folder: &Path| receptive(&["train", "--epochs", "1", "--batch", "16", "--data"], folder);
    let names = ["train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels.idx1-ubyte"];
    for name in names {
        fs::write(folder.0.join(name), idx(name, 32)).unwrap();
    }
    let done = train(&folder.0);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    fs::remove_file(folder.0.join(names[3])).unwrap();
    let said = String::from_utf8_lossy(&train(&folder.0).stderr).into_owned();
    assert!(said.contains("t10k-labels-idx1-ubyte: expected this file"), "{said}");
}

#[test]
fn the_shell_says_what_was_left_of_a_file() {
    let folder = Folder::new("convert");
    let arguments = ["convert", "--model", "lenet5", "tests/files/lenet5-backbone-prefix.ckpt"];
    let to = folder.0.join("lenet5.safetensors");
    let done = receptive(&arguments, &to);
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && said.contains("names begin with \"backbone.\" there"), "{said}");
    assert_eq!(read_weights("converted", &fs::read(&to).unwrap()).unwrap().len(), 10);
}
