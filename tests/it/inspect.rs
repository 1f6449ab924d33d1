//! A network opened at the workbench: graph, times, layers and single numbers are answered as one network; and what does not exist is said.
use crate::session::{Steps, When, play};
use receptive::{
    nets::{insight, models::model},
    vision::Disturbance,
    workbench::protocol::{
        Event, Message, Request,
        inspect::{Cell, Kind, Look, Node, Seen},
        photos::{Answer, Ask},
    },
};

fn frame() -> Message<Request> {
    let pixels = (0..300 * 280).flat_map(|i| [(i % 300) as u8, (i / 300) as u8, (i % 7 * 30) as u8, 255]).collect();
    Message::with(Request::Photos(Ask::Frame { file: "drawn".into(), height: 280, width: 300 }), vec![pixels])
}

fn look(model: &str, look: Look) -> Message<Request> {
    Message::new(Request::Photos(Ask::Inspect { model: model.into(), disturbance: Disturbance::default(), look }))
}

fn layer(node: &str, class: Option<usize>) -> Look {
    Look::Layer { node: node.into(), class }
}

fn cell(node: &str, channel: usize, place: [usize; 2]) -> Look {
    Look::Cell { node: node.into(), channel, place }
}

/// The answers about photos, with their buffers as numbers.
fn asked(requests: Vec<Message<Request>>) -> Vec<(Answer, Vec<Vec<f32>>)> {
    let hello: When = |event| matches!(event, Event::Hello { .. });
    let any: When = |event| matches!(event, Event::Photos(_));
    let steps: Steps = requests.into_iter().enumerate().map(|(at, request)| (if at == 0 { hello } else { any }, request)).collect();
    let numbers = |buffer: &Vec<u8>| buffer.as_chunks::<4>().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
    let answer = |event: Message<Event>| match event.body {
        Event::Photos(answer) => Some((answer, event.buffers.iter().map(numbers).collect())),
        _ => None,
    };
    play(steps).into_iter().filter_map(answer).collect()
}

fn seen(answer: &Answer) -> &Seen {
    if let Answer::Inspected { seen, .. } = answer { seen } else { panic!("{answer:?}") }
}

fn graph(answer: &Answer) -> &[Node] {
    if let Seen::Graph(nodes) = seen(answer) { nodes } else { panic!("{answer:?}") }
}

fn one(answer: &Answer) -> &Cell {
    if let Seen::Cell(cell) = seen(answer) { cell } else { panic!("{answer:?}") }
}

#[test]
fn a_network_is_opened_from_its_graph_to_one_number() {
    // A network of fire modules, whose branches join, and one with squeeze-and-excitation and residual sums.
    for (model, convolution, joined, kind) in [
        ("squeezenet1_1", "features.3.expand3x3", "features.3.expand", Kind::Concatenation),
        ("mobilenet_v3_small", "features.1.block.0.0", "features.1.block.1.mul", Kind::Scale),
    ] {
        let found = asked(vec![
            look(model, Look::Graph),
            frame(),
            look(model, Look::Times),
            look(model, layer(convolution, None)),
            look(model, layer(convolution, Some(3))),
            look(model, cell(convolution, 5, [9, 11])),
            look(model, cell(joined, 5, [9, 11])),
        ]);
        let nodes = graph(&found[0].0);
        let at = |path: &str| nodes.iter().position(|node| node.path == path).expect("in the graph");
        let (node, join) = (&nodes[at(convolution)], &nodes[at(joined)]);
        assert_eq!((node.kind, join.kind, join.reads.len()), (Kind::Convolution, kind, 2));
        let Seen::Times { device, milliseconds } = seen(&found[2].0) else { panic!("{:?}", found[2].0) };
        assert_eq!((device.as_str(), milliseconds.len()), ("CPU", nodes.len()));
        assert!(milliseconds[at(convolution)] > 0.0 && milliseconds[0] == 0.0, "{milliseconds:?}");
        let Seen::Layer { output, weight: Some(weight), logit: None, drawn: true } = seen(&found[3].0) else { panic!("{:?}", found[3].0) };
        assert_eq!((&output.dims, &output.name), (&node.dims, &node.path));
        let [values, numbers] = &found[3].1[..] else { panic!("two buffers") };
        assert_eq!((values.len(), numbers.len()), (node.dims.iter().product(), weight.dims.iter().product()));
        let Seen::Layer { logit: Some((3, _)), .. } = seen(&found[4].0) else { panic!("{:?}", found[4].0) };
        assert!(found[4].1[0].len() == values.len() && found[4].1[0] != *values && found[4].1[0].iter().any(|g| *g != 0.0));
        // The number is the one in the layer, and its kernel the one in the weight.
        let number = one(&found[5].0);
        let (side, taps) = (node.dims[2], number.dims.iter().product::<usize>());
        assert_eq!(number.value, values[(5 * node.dims[1] + 9) * side + 11]);
        let [patch, kernel, sums] = &found[5].1[..] else { panic!("three buffers") };
        assert_eq!((patch.len(), &kernel[..], sums.len()), (taps, &numbers[5 * taps..6 * taps], number.dims[0]));
        assert!((number.sum - number.value).abs() < 1e-5 * (1.0 + number.value.abs()), "{number:?}");
        assert!(!number.then.is_empty() && number.seen == [224, 224]);
        let number = one(&found[6].0);
        assert!(number.dims.is_empty() && !number.read.is_empty() && found[6].1.iter().all(Vec::is_empty), "{number:?}");
    }
}

#[test]
fn what_does_not_exist_is_said() {
    let name = "squeezenet1_1";
    let found = asked(vec![
        look(name, Look::Times),
        look("squeezenet9", Look::Graph),
        frame(),
        look(name, layer("features.99", None)),
        look(name, layer("features.0", Some(1000))),
        look(name, cell("features.0", 64, [0, 0])),
        look(name, cell("features.0", 0, [0, 111])),
        look("lenet5", Look::Times),
        look("lenet5", Look::Graph),
    ]);
    let said = |at: usize| if let Answer::Failed { message, .. } = &found[at].0 { message.as_str() } else { panic!("{:?}", found[at].0) };
    for (at, words) in [
        (0, &["photo"][..]),
        (1, &["squeezenet9", "squeezenet1_1"]),
        (3, &["features.99", "expected one of"]),
        (4, &["below 1000", "found 1000"]),
        (5, &["below 64", "found channel 64"]),
        (6, &["below 111", "column 111"]),
        (7, &["digits"]),
    ] {
        assert!(words.iter().all(|word| said(at).contains(word)), "{at}: {}", said(at));
    }
    assert_eq!(graph(&found[8].0)[0].dims, [1, 28, 28]);
}

/// The networks whose layers were run by PyTorch: one of each kind of layer.
const IN_TORCH: [&str; 11] = [
    "alexnet",
    "vgg11_bn",
    "googlenet",
    "inception_v3",
    "resnet18",
    "densenet121",
    "shufflenet_v2_x0_5",
    "efficientnet_b0",
    "convnext_tiny",
    "vit_tiny_patch16_224",
    "unet",
];

#[test]
fn layers_as_pytorchs_modules_make_the_same_shapes_with_as_many_parameters() {
    type Ran = (String, Vec<usize>, Vec<usize>, usize);
    let ran: Vec<Ran> = serde_json::from_str(include_str!("../golden/torch_modules.json")).expect("a record");
    for name in IN_TORCH {
        let nodes = insight::graph(model(name).expect("in the zoo")).expect("a graph");
        for node in nodes.iter() {
            let Some(module) = &node.torch else { continue };
            let own = (module.clone(), nodes[node.reads[0]].dims.clone(), node.dims.clone(), node.parameters);
            assert!(ran.contains(&own), "{name}: {}: {own:?}", node.path);
        }
    }
}
