//! A network's layers as a file of Python: each layer as PyTorch's module, in the order in which they run.
use super::{Kind, Node};

fn shape(dims: &[usize]) -> String {
    dims.iter().map(usize::to_string).collect::<Vec<_>>().join(" × ")
}

/// The nodes as a dictionary of `torch.nn` modules by name. Each comment has the shape of the output for one picture, the parameters, and
/// the names of what the layer reads. What is no module in PyTorch, such as a sum, is a line of comment.
pub fn as_torch(network: &str, nodes: &[Node]) -> String {
    let input = nodes.first().map_or(String::new(), |node| shape(&node.dims));
    let mut text = format!(
        "\"\"\"{network}, layer by layer: the modules of PyTorch in the order in which they run.\n\n\
         The input is {input}. A comment has the output for one picture, the parameters, and what is read.\n\
         What is no module in PyTorch is a line of comment.\n\"\"\"\nfrom torch import nn\n\nlayers = {{\n"
    );
    for node in nodes.iter().skip(1) {
        let read: Vec<&str> = node.reads.iter().filter_map(|at| nodes.get(*at)).map(|node| node.path.as_str()).collect();
        let parameters = match node.parameters {
            0 => String::new(),
            1 => ", 1 parameter".into(),
            many => format!(", {many} parameters"),
        };
        let about = format!("{}{parameters}; reads {}", shape(&node.dims), read.join(", "));
        text += &match &node.torch {
            // PyTorch's layer norm and dense layer take the last axis, which the channels of an image are not.
            Some(module) if node.dims.len() == 3 && ["nn.LayerNorm", "nn.Linear"].iter().any(|name| module.starts_with(name)) => {
                format!(
                    "    \"{}\": {module},  # {about}, with permute(0, 2, 3, 1) before it and permute(0, 3, 1, 2) after it\n",
                    node.path
                )
            }
            Some(module) => format!("    \"{}\": {module},  # {about}\n", node.path),
            None if node.description.is_empty() || node.kind == Kind::Input => format!("    # {}: {about}\n", node.path),
            None => format!("    # {}: {}, {about}\n", node.path, node.description),
        };
    }
    text + "}\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{insight::graph, models::model};

    #[test]
    fn modules_have_their_names_and_operations_are_comments() {
        let text = as_torch("resnet18", &graph(model("resnet18").unwrap()).unwrap());
        for line in [
            "    \"conv1\": nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False),  # 64 × 112 × 112, 9408 parameters; reads input",
            "    \"bn1\": nn.BatchNorm2d(64),  # 64 × 112 × 112, 128 parameters; reads conv1",
            "    # layer1.0.add: add, 64 × 56 × 56; reads layer1.0.bn2, maxpool",
            "    \"fc\": nn.Linear(512, 1000),  # 1000, 513000 parameters; reads flatten",
        ] {
            assert!(text.lines().any(|own| own == line), "{line}\n{text}");
        }
    }
}
