//! The names of classes.

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
    name.map_or_else(|| format!("class {class}"), String::from)
}
