//! The graph as SVG: a shape for each kind of node, a frame for each unfolded block, and lines from what is read down to what reads it.
use super::{
    layout::{HEADER, Layout, Placed, Shown},
    words::{dims, kind},
};
use crate::{
    site::widgets::markup::escape,
    workbench::protocol::inspect::{Kind, Node},
};
use std::fmt::Write;

/// The most letters in a box: of a name, and of a shape.
const LETTERS: [usize; 2] = [22, 26];

/// What stands around the drawing, so that outlines are whole.
pub const MARGIN: f32 = 6.0;

/// The drawing. Item number n of the layout is the element `item-n`; with the keys it is a tree, whose items unfold or are chosen.
pub fn svg(nodes: &[Node], layout: &Layout) -> String {
    let [width, height] = layout.size.map(|side| side + 2.0 * MARGIN);
    let (frames, boxes): (Vec<_>, Vec<_>) = layout.items.iter().enumerate().partition(|(_, item)| matches!(item.what, Shown::Open(..)));
    let mut text = format!(
        "<svg role=\"none\" viewBox=\"{:.0} {:.0} {width:.0} {height:.0}\" data-width=\"{width:.0}\" data-height=\"{height:.0}\">",
        -MARGIN, -MARGIN
    );
    text += "<path class=\"edges\" d=\"";
    layout.edges.iter().for_each(|points| line(&mut text, points));
    text += "\"/>";
    frames.iter().for_each(|(at, item)| frame(&mut text, *at, item));
    boxes.iter().for_each(|(at, item)| boxed(&mut text, nodes, *at, item));
    text + "</svg>"
}

/// What an item is called, for those who hear it.
pub fn label(nodes: &[Node], what: &Shown) -> String {
    match what {
        Shown::Node(node) => {
            let Node { path, description, kind: of, dims: shape, .. } = &nodes[*node];
            let what = if description.is_empty() { kind(*of) } else { description };
            format!("{path}: {what}, {}", dims(shape))
        }
        Shown::Folded(path, span) | Shown::Open(path, span) => format!("{path}: a block of {} nodes", span.len()),
    }
}

/// The end of a name, which tells it from its neighbours.
fn short(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most { text.into() } else { ['…'].into_iter().chain(text.chars().skip(count + 1 - most)).collect() }
}

/// The name of a block or a node within so many frames.
fn called(path: &str, depth: usize) -> String {
    path.splitn(1 + depth, '.').last().unwrap_or(path).into()
}

/// A line through these points: straight down beside boxes, bent between layers.
fn line(text: &mut String, points: &[[f32; 2]]) {
    let Some(([x, y], rest)) = points.split_first() else { return };
    let _ = write!(text, "M{x:.1} {y:.1}");
    let mut before = [*x, *y];
    for [x, y] in rest {
        let middle = (before[1] + y) / 2.0;
        let _ = match before[0] == *x {
            true => write!(text, "V{y:.1}"),
            false => write!(text, "C{:.1} {middle:.1} {x:.1} {middle:.1} {x:.1} {y:.1}", before[0]),
        };
        before = [*x, *y];
    }
}

fn begin(text: &mut String, at: usize, item: &Placed, class: &str, label: &str, marks: &str) {
    let level = item.depth + 1;
    let label = escape(label);
    let _ = write!(
        text,
        "<g id=\"item-{at}\" data-item=\"{at}\" class=\"{class}\" role=\"treeitem\" aria-level=\"{level}\"{marks}><title>{label}</title>"
    );
}

fn frame(text: &mut String, at: usize, item: &Placed) {
    let Shown::Open(path, _) = &item.what else { return };
    let ([x, y], [width, height]) = (item.corner, item.size);
    begin(text, at, item, "unfolded", &label(&[], &item.what), " aria-expanded=\"true\"");
    let name = short(&called(path, item.depth), LETTERS[0]);
    let _ = write!(
        text,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"3\"/><rect class=\"head\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{HEADER}\"/><text x=\"{:.1}\" y=\"{:.1}\">− {}</text></g>",
        x + 8.0,
        y + 15.0,
        escape(&name)
    );
}

fn boxed(text: &mut String, nodes: &[Node], at: usize, item: &Placed) {
    let ([x, y], [width, height]) = (item.corner, item.size);
    let [across, down] = [x + width / 2.0, y + height / 2.0];
    let label = label(nodes, &item.what);
    let (name, below) = match &item.what {
        Shown::Node(node) => {
            let Node { path, kind: of, dims: shape, .. } = &nodes[*node];
            begin(text, at, item, &format!("node {}", class(*of)), &label, "");
            *text += &shape_of(*of, item);
            if let Some(sign) = sign(*of) {
                let _ = write!(text, "<text class=\"sign\" x=\"{across:.1}\" y=\"{:.1}\">{sign}</text></g>", down + 6.0);
                return;
            }
            let own = called(path, item.depth);
            // A number alone says nothing.
            let name = if own.starts_with(|c: char| c.is_ascii_digit()) { format!("{own} {}", kind(*of)) } else { own };
            (short(&name, LETTERS[0]), dims(shape))
        }
        Shown::Folded(path, span) | Shown::Open(path, span) => {
            begin(text, at, item, "block", &label, " aria-expanded=\"false\"");
            let _ = write!(
                text,
                "<rect class=\"behind\" x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>",
                x + 4.0,
                y + 4.0
            );
            let shape = nodes.get(span.end - 1).map_or(String::new(), |node| dims(&node.dims));
            (format!("+ {}", short(&called(path, item.depth), LETTERS[0] - 2)), format!("{} nodes · {shape}", span.len()))
        }
    };
    let _ = write!(
        text,
        "<text class=\"name\" x=\"{across:.1}\" y=\"{:.1}\">{}</text><text class=\"shape\" x=\"{across:.1}\" y=\"{:.1}\">{}</text></g>",
        down - 3.0,
        escape(&name),
        down + 12.0,
        escape(&short(&below, LETTERS[1]))
    );
}

/// The class of a kind in the style sheet.
fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Input => "input",
        Kind::Convolution => "convolution",
        Kind::Product => "product",
        Kind::Norm => "norm",
        Kind::Activation => "activation",
        Kind::Pool => "pool",
        Kind::Sum => "sum",
        Kind::Scale => "scale",
        Kind::Concatenation => "concatenation",
        Kind::Moves => "moves",
        Kind::Other => "other",
    }
}

/// What stands for a kind without words.
fn sign(kind: Kind) -> Option<char> {
    match kind {
        Kind::Sum => Some('+'),
        Kind::Scale => Some('×'),
        _ => None,
    }
}

fn shape_of(kind: Kind, item: &Placed) -> String {
    let ([x, y], [width, height]) = (item.corner, item.size);
    let [right, bottom] = [x + width, y + height];
    let rect = |rx: f32| format!("<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{rx:.1}\"/>");
    let polygon = |points: [[f32; 2]; 4]| {
        let points: Vec<String> = points.iter().map(|[x, y]| format!("{x:.1},{y:.1}")).collect();
        format!("<polygon points=\"{}\"/>", points.join(" "))
    };
    match kind {
        Kind::Sum | Kind::Scale => {
            format!("<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{:.1}\"/>", x + width / 2.0, y + height / 2.0, width / 2.0)
        }
        Kind::Norm => rect(10.0),
        Kind::Activation => rect(height / 2.0),
        // Pooling makes the maps smaller, a concatenation more.
        Kind::Pool => polygon([[x, y], [right, y], [right - 14.0, bottom], [x + 14.0, bottom]]),
        Kind::Concatenation => polygon([[x + 14.0, y], [right - 14.0, y], [right, bottom], [x, bottom]]),
        Kind::Moves => polygon([[x + 10.0, y], [right, y], [right - 10.0, bottom], [x, bottom]]),
        Kind::Product => {
            rect(0.0) + &format!("<path class=\"inner\" d=\"M{:.1} {y:.1}v{height:.1}M{:.1} {y:.1}v{height:.1}\"/>", x + 5.0, right - 5.0)
        }
        _ => rect(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            layout::layout,
            tree::{outline, tests::residual, tree},
        },
        *,
    };

    #[test]
    fn each_item_is_one_element_with_its_name_and_shape() {
        let nodes = residual();
        let parts = tree(&nodes);
        let found = layout(&nodes, &parts, &outline(&parts));
        let text = svg(&nodes, &found);
        assert_eq!(text.matches("role=\"treeitem\"").count(), found.items.len());
        assert_eq!(text.matches("aria-expanded=\"true\"").count(), 2);
        for part in [
            "stage.0.conv1: convolution, 8 × 4 × 4",
            "class=\"node sum\"",
            ">+</text>",
            "+ 1</text>",
            "2 nodes · 8 × 4 × 4",
            "− stage</text>",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("NaN") && !text.contains("inf"));
    }

    #[test]
    fn a_long_name_keeps_its_end_and_none_is_taken_for_markup() {
        assert_eq!((called("layer1.0.conv1", 2), called("fc", 3)), ("conv1".into(), "fc".into()));
        assert_eq!((short("layer1.0", 8), short("comb_iter_0_left", 6)), ("layer1.0".into(), "…_left".into()));
        let mut nodes = residual();
        nodes[1].path = "<b>".into();
        let parts = tree(&nodes);
        assert!(svg(&nodes, &layout(&nodes, &parts, &outline(&parts))).contains("&lt;b&gt;"));
    }
}
