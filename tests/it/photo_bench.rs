//! Photos at the workbench: what the lab asks is answered, in order, on both devices; and what is wrong is said and changes nothing.
use crate::session::{Steps, When, play};
use pollster::block_on;
use receptive::{
    engine::tensor::Device,
    nets::{
        data::{Precision, write_safetensors},
        models::{MODELS, model},
        nn::{self, Scope},
    },
    vision::Disturbance,
    workbench::protocol::{
        DeviceChoice, Event, Message, Request,
        photos::{Answer, Ask, Method},
        vision::Palette,
    },
};

const NAME: &str = "squeezenet1_1";

/// Weights that nobody has trained, as a file.
fn weights() -> Vec<u8> {
    let network = model(NAME).expect("in the zoo").network(&Scope::new(Device::Cpu, 3)).expect("a network");
    write_safetensors(&block_on(nn::save(&network)).expect("a state"), Precision::Half, &[]).expect("a file")
}

fn answers(events: &[Message<Event>]) -> Vec<&Answer> {
    events.iter().filter_map(|m| if let Event::Photos(answer) = &m.body { Some(answer) } else { None }).collect()
}

fn any(event: &Event) -> bool {
    matches!(event, Event::Photos(_))
}

fn steps(asks: Vec<(Ask, Vec<Vec<u8>>)>) -> Steps {
    let hello: When = |event| matches!(event, Event::Hello { .. });
    let when = |at: usize| if at == 0 { hello } else { any as When };
    asks.into_iter().enumerate().map(|(at, (ask, buffers))| (when(at), Message::with(Request::Photos(ask), buffers))).collect()
}

fn classify(turn: f32) -> (Ask, Vec<Vec<u8>>) {
    (Ask::Classify { model: NAME.into(), disturbance: Disturbance { turn, ..Disturbance::default() } }, vec![])
}

fn explain(method: Method, layer: &str, class: Option<usize>, fresh: usize) -> (Ask, Vec<Vec<u8>>) {
    let (model, layer, disturbance, palette) = (NAME.into(), layer.into(), Disturbance::default(), Palette::default());
    (Ask::Explain { model, disturbance, method, layer, class, fresh, palette }, vec![])
}

fn frame() -> (Ask, Vec<Vec<u8>>) {
    let pixels = (0..300 * 280).flat_map(|i| [(i % 300) as u8, (i / 300) as u8, (i % 7 * 30) as u8, 255]).collect();
    (Ask::Frame { file: "drawn".into(), height: 280, width: 300 }, vec![pixels])
}

#[test]
fn a_photo_is_read_prepared_and_explained_on_both_devices() {
    for device in [DeviceChoice::Cpu, DeviceChoice::Gpu] {
        let palette = Palette::default();
        let events = play(steps(vec![
            frame(),
            (Ask::Load { model: None, file: "mine.safetensors".into(), device, usual: false }, vec![weights()]),
            classify(0.0),
            (Ask::Prepare { model: NAME.into(), disturbance: Disturbance::default(), palette }, vec![]),
            explain(Method::Cam, "", None, 0),
            explain(Method::Saliency, "", Some(5), 2),
            classify(0.0),
            classify(40.0),
        ]));
        let [
            Answer::Photo { small, .. },
            Answer::Loaded(standing),
            first,
            Answer::Prepared { resized, cropped, ranges, .. },
            cam,
            saliency,
            again,
            turned,
        ] = answers(&events)[..]
        else {
            panic!("{device:?}: {:?}", answers(&events))
        };
        assert_eq!((*small, standing.name.as_str(), standing.device), ([280, 300], NAME, device));
        assert_eq!((*resized, *cropped, ranges.len()), ([256, 274], [224, 224], 3));
        let top = |answer: &Answer| if let Answer::Classified { top, .. } = answer { top.clone() } else { panic!("{answer:?}") };
        assert_eq!(top(first).len(), 5);
        assert!(top(first).is_sorted_by(|a, b| a.probability >= b.probability));
        assert_eq!(top(first), top(again), "fresh layers were restored");
        assert_ne!(top(first), top(turned), "a turned photo is another one");
        let Answer::Explained { layer, guess, map, seen, .. } = cam else { panic!("{cam:?}") };
        assert_eq!((layer, *seen, guess.class), (&standing.layers.last().expect("layers").name, [224, 224], top(first)[0].class));
        assert!(map[0] > 1 && map[0] < 224, "{map:?}");
        let Answer::Explained { guess, map, fresh, .. } = saliency else { panic!("{saliency:?}") };
        assert_eq!((guess.class, *map, *fresh), (5, [224, 224], 2));
        let pictures = events.iter().filter(|m| matches!(m.body, Event::Photos(Answer::Explained { .. })));
        assert!(pictures.flat_map(|m| &m.buffers).all(|buffer| buffer.len() == 4 * 224 * 224));
    }
}

#[test]
fn what_is_wrong_is_said_and_changes_nothing() {
    let load = |model: Option<&str>, file: &str, bytes: Vec<u8>| {
        (Ask::Load { model: model.map(String::from), file: file.into(), device: DeviceChoice::Cpu, usual: false }, vec![bytes])
    };
    let lenet = std::fs::read("assets/weights/lenet5.safetensors").expect("LeNet's weights");
    let events = play(steps(vec![
        classify(0.0),
        frame(),
        load(Some(NAME), "good.safetensors", weights()),
        (Ask::Photo { file: "note.png".into() }, vec![b"no photo".to_vec()]),
        load(Some(NAME), "lenet.safetensors", lenet.clone()),
        load(None, "digits.safetensors", lenet),
        classify(1e9),
        explain(Method::Cam, "", Some(1000), 0),
        classify(0.0),
    ]));
    let found: Vec<&str> = answers(&events)
        .into_iter()
        .filter_map(|a| if let Answer::Failed { message, .. } = a { Some(message.as_str()) } else { None })
        .collect();
    let expected = ["load its weights first", "expected a photo", "missing", "reads digits", "-360 to 360", "below 1000"];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (message, words) in found.iter().zip(expected) {
        assert!(message.contains(words), "{message} should say {words}");
    }
    // The network that a wrong file was meant for stands no more or as before, and the photo is still there.
    assert!(matches!(answers(&events).last(), Some(Answer::Classified { .. })), "{:?}", answers(&events).last());
}

#[test]
fn the_zoo_is_counted_one_after_another() {
    let events = play(steps(vec![(Ask::Zoo, vec![])]));
    let entries: Vec<_> =
        answers(&events).into_iter().filter_map(|a| if let Answer::Counted { entry, .. } = a { Some(entry) } else { None }).collect();
    assert_eq!(entries.len(), MODELS.len());
    for (entry, spec) in entries.iter().zip(MODELS) {
        assert_eq!((entry.name.as_str(), entry.parameters, entry.macs), (spec.name, spec.params, spec.macs));
        assert!(entry.memory_to_explain > entry.memory && entry.memory > 8 * entry.parameters as u64, "{}", entry.name);
    }
}
