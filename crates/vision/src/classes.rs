//! The names of classes: those of ImageNet and CIFAR-10, and a reader's own list.
use engine::{Error, Result};

/// Line i is the name of class i. Source: the words of ImageNet's synsets, as torchvision shortens them.
const IMAGENET: &str = include_str!("imagenet.txt");
const CIFAR10: [&str; 10] = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

/// The name of class `class` of a network with `classes` classes. A network for colour pictures with ten classes was trained on CIFAR-10.
pub fn class_name(classes: usize, class: usize) -> String {
    let name = match classes {
        1000 => IMAGENET.lines().nth(class),
        10 => CIFAR10.get(class).copied(),
        _ => None,
    };
    name.map_or_else(|| number(class), String::from)
}

fn number(class: usize) -> String {
    format!("class {class}")
}

/// What the classes of one network are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassNames {
    /// Those of the data on which the paper's network with so many classes was trained.
    Usual(usize),
    /// Their numbers: what they are is not known.
    Numbers,
    /// These, in the order of the classes.
    List(Vec<String>),
}

impl ClassNames {
    /// The name of this class. A class without one is called by its number.
    pub fn of(&self, class: usize) -> String {
        match self {
            ClassNames::Usual(classes) => class_name(*classes, class),
            ClassNames::Numbers => number(class),
            ClassNames::List(names) => names.get(class).cloned().unwrap_or_else(|| number(class)),
        }
    }
}

/// A list of names from a file: plain text, one name a line, the first for class 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassList {
    /// The file's name.
    pub file: String,
    /// The names, in the order of the classes.
    pub names: Vec<String>,
}

impl ClassList {
    /// Reads a list. Spaces around a name and empty lines at the end do not count. Refuses what is no text, an empty file, and an empty line between two
    /// names, after which all classes would have the wrong ones.
    pub fn read(file: &str, bytes: &[u8]) -> Result<ClassList> {
        let refuse = |found: &str| Error::data(file, format!("expected names of classes as plain text, one a line, found {found}"));
        let text = std::str::from_utf8(bytes).map_err(|_| refuse("bytes that are no text in UTF-8"))?;
        let names: Vec<String> = text.trim_start_matches('\u{feff}').trim_end().lines().map(|line| line.trim().into()).collect();
        if names.is_empty() {
            return Err(refuse("none"));
        }
        if let Some(at) = names.iter().position(String::is_empty) {
            return Err(refuse(&format!("line {} empty", at + 1)));
        }
        Ok(ClassList { file: file.into(), names })
    }
    /// The names of a network with so many classes. Refuses another number of names.
    pub fn names_for(&self, network: &str, classes: usize) -> Result<ClassNames> {
        match self.names.len() {
            found if found == classes => Ok(ClassNames::List(self.names.clone())),
            found => Err(Error::data(&self.file, format!("expected {classes} names, one for each class of {network}, found {found}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_classes_in_its_order() {
        let list = ClassList::read("animals.txt", "\u{feff}tench\r\n great white shark \nhen\n\n\n".as_bytes()).unwrap();
        assert_eq!(list.names, ["tench", "great white shark", "hen"]);
        let names = list.names_for("resnet18", 3).unwrap();
        assert_eq!([0, 1, 2, 3].map(|class| names.of(class)), ["tench", "great white shark", "hen", "class 3"]);
        let refused = list.names_for("resnet18", 10).unwrap_err().to_string();
        assert!(refused.contains("animals.txt: expected 10 names, one for each class of resnet18, found 3"), "{refused}");
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for (bytes, said) in
            [(&b"a\n\nb\n"[..], "found line 2 empty"), (b"", "found none"), (b" \n \n", "found none"), (b"\xff\xfe\0a", "UTF-8")]
        {
            let refused = ClassList::read("given", bytes).unwrap_err().to_string();
            assert!(refused.contains(said), "{refused}");
        }
    }

    #[test]
    fn classes_without_names_have_numbers() {
        assert_eq!(
            [ClassNames::Numbers, ClassNames::Usual(10), ClassNames::Usual(37)].map(|names| names.of(3)),
            ["class 3", "cat", "class 3"]
        );
    }
}
