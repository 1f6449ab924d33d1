//! Figures of pictures and kernels with the workbench, natively: frames, spectra, learning, and refusals.
use crate::session::{Steps, When, always, play};
use receptive::{
    vision::{Border, Noise, Plane, kernels},
    workbench::protocol::{
        Event, Message, Request, TrainOptions, run,
        vision::{Answer, Ask, FilterOptions, Grain, Palette, Target, View},
    },
};

const PALETTE: Palette = Palette {
    negative: [0, 0, 200],
    neutral: [240; 3],
    positive: [200, 100, 0],
    ink: [20; 3],
    around: [[200, 0, 0], [0, 200, 0], [0, 0, 200], [9; 3]],
};

fn options(view: View) -> FilterOptions {
    FilterOptions {
        kernel: [3, 3],
        border: Border::Symmetric,
        convolve: false,
        passes: false,
        view,
        threshold: 0.1,
        gain: 1.0,
        palette: PALETTE,
    }
}

fn ask(channel: u32, ask: Ask, kernel: &[f32]) -> Message<Request> {
    let buffers = if kernel.is_empty() { vec![] } else { vec![bytemuck::cast_slice(kernel).to_vec()] };
    Message::with(Request::Vision { channel, ask }, buffers)
}

fn scene(channel: u32, grain: Grain) -> Message<Request> {
    ask(channel, Ask::Scene { size: 64, seed: 3, grain }, &[])
}

const HELLO: When = |e| matches!(e, Event::Hello { .. });
const ANSWERED: When = |e| matches!(e, Event::Vision { .. });

fn answers(events: &[Message<Event>]) -> Vec<(u32, Answer, Vec<Vec<u8>>)> {
    let mine = |m: &Message<Event>| match &m.body {
        Event::Vision { channel, answer } => Some((*channel, answer.clone(), m.buffers.clone())),
        _ => None,
    };
    events.iter().filter_map(mine).collect()
}

#[test]
fn seats_have_their_own_pictures_and_a_run_goes_on_beside_them() {
    let identity = kernels::identity(3).values;
    let sobel = kernels::sobel_x(3).values;
    let noisy = Grain { noise: Noise::Pepper, amount: 0.3, seed: 1 };
    let steps: Steps = vec![
        (HELLO, Message::new(Request::Train(run::Ask::Start(TrainOptions::default())))),
        (always, scene(1, Grain::default())),
        (always, scene(2, noisy)),
        (ANSWERED, ask(1, Ask::Filter(options(View::Grey)), &identity)),
        (always, ask(2, Ask::Filter(options(View::Grey)), &identity)),
        (always, ask(1, Ask::Filter(options(View::Signed)), &sobel)),
        (always, ask(1, Ask::Filter(FilterOptions { convolve: true, ..options(View::Signed) }), &sobel)),
        (always, ask(1, Ask::Filter(FilterOptions { passes: true, ..options(View::Signed) }), &sobel)),
        (always, ask(1, Ask::Spectra { kernel: [3, 3], palette: PALETTE }, &sobel)),
        (always, ask(2, Ask::Leave, &[])),
        (always, ask(2, Ask::Filter(options(View::Grey)), &identity)),
    ];
    let events = play(steps);
    assert!(events.iter().any(|m| matches!(m.body, Event::Train(run::Answer::Started { .. }))));
    let found = answers(&events);
    let pixels = |at: usize| &found[at].2[0];
    let grey_of = |rgba: &[u8]| rgba.chunks_exact(4).map(|p| p[0]).collect::<Vec<_>>();
    for (picture, filtered) in [(0, 2), (1, 3)] {
        assert_eq!(found[picture].1, Answer::Picture { height: 64, width: 64 });
        assert_eq!(&grey_of(pixels(filtered)), pixels(picture), "the identity gives the picture back");
    }
    assert_ne!(pixels(0), pixels(1), "noise lies over the second seat's picture only");
    let Answer::Filtered { range, full, singular, rank, multiplications, .. } = &found[4].1 else { panic!("{:?}", found[4].1) };
    assert_eq!((*rank, *multiplications, singular.len()), (1, [9, 6], 3));
    assert!((full - range[2].abs().max(range[0].abs())).abs() < 1e-6 && *full > 1.0, "{range:?}, full {full}");
    let Answer::Filtered { range: turned, .. } = &found[5].1 else { panic!("{:?}", found[5].1) };
    assert!((turned[0] + range[2]).abs() < 1e-5 && (turned[2] + range[0]).abs() < 1e-5, "a true convolution turns Sobel's sign");
    let worst = pixels(6).iter().zip(pixels(4)).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(worst <= Some(1), "passes differ from the whole by {worst:?} levels");
    assert_eq!(found[7].1, Answer::Spectra { height: 64, width: 64 });
    assert!(found[7].2.len() == 3 && found[7].2.iter().all(|b| b.len() == 4 * 64 * 64));
    assert!(matches!(&found[8].1, Answer::Failed { message } if message.contains("there is none yet")), "an empty seat has no picture");
}

#[test]
fn every_view_is_another_picture() {
    let sobel = kernels::sobel_x(3).values;
    let views = [View::Signed, View::Absolute, View::Grey, View::Magnitude, View::Direction, View::Crossings, View::Median, View::Hog];
    let mut steps: Steps = vec![(HELLO, scene(1, Grain::default()))];
    steps.extend(views.map(|view| (ANSWERED, ask(1, Ask::Filter(options(view)), &sobel))));
    let found = answers(&play(steps));
    assert_eq!(found.len(), 1 + views.len());
    for (i, (_, answer, buffers)) in found.iter().enumerate().skip(1) {
        assert!(matches!(answer, Answer::Filtered { height: 64, width: 64, .. }), "{:?}: {answer:?}", views[i - 1]);
        assert!(buffers[0].chunks_exact(4).all(|p| p[3] == 255));
        assert!(found[1..i].iter().all(|other| other.2[0] != buffers[0]), "{:?} looks like another view", views[i - 1]);
    }
}

#[test]
fn learning_reports_serves_others_and_stops() {
    let learning: When = |e| matches!(e, Event::Vision { answer: Answer::Components { running: true, rounds: 1.., .. }, .. });
    let steps: Steps = vec![
        (HELLO, scene(1, Grain::default())),
        (ANSWERED, ask(1, Ask::Components { side: 9, count: 12, seed: 1 }, &[])),
        (learning, ask(1, Ask::Filter(options(View::Signed)), &kernels::laplace(3).values)),
        // It is sent with the request before it, since the number of reports before convergence depends on the machine.
        (always, ask(1, Ask::Stop, &[])),
    ];
    let found = answers(&play(steps));
    let (_, last, buffers) = found.last().expect("an answer");
    assert!(matches!(last, Answer::Components { running: false, side: 9, count: 12, .. }), "{last:?}");
    assert_eq!(buffers[0].len(), 4 * 12 * 81);
    assert!(found.iter().any(|(_, answer, _)| matches!(answer, Answer::Filtered { .. })));
}

#[test]
fn a_hidden_kernel_is_learned_and_a_median_is_not() {
    let hidden = kernels::sharpen(3, 5.0).values;
    for (target, learns) in [(Target::Kernel, true), (Target::Median, false)] {
        let teach = Ask::Teach { target, kernel: [3, 3], size: 3, border: Border::Reflect, rate: 0.05, seed: 1 };
        let steps: Steps = vec![
            (HELLO, scene(1, Grain { noise: Noise::Gaussian, amount: 0.1, seed: 1 })),
            (ANSWERED, ask(1, teach, &hidden)),
            (|e| matches!(e, Event::Vision { answer: Answer::Taught { steps: 1500.., .. }, .. }), ask(1, Ask::Stop, &[])),
        ];
        let found = answers(&play(steps));
        let Answer::Taught { losses, variance, .. } = &found[found.len() - 2].1 else { panic!("no report") };
        let error = losses.last().expect("a loss") / variance;
        assert_eq!(error < 1e-3, learns, "{target:?}: {error}");
        let kernel: Vec<f32> = bytemuck::pod_collect_to_vec(&found.last().expect("an answer").2[0]);
        let off = kernel.iter().zip(&hidden).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert_eq!(off < 0.15, learns, "{target:?}: {kernel:?}");
    }
}

#[test]
fn a_kernel_is_learned_from_the_readers_own_target() {
    let size = 48;
    let grey = |seed: u64| receptive::vision::scene(size, seed);
    let pixels = |plane: &Plane| plane.to_grey().iter().map(|g| [*g, *g, *g, 255]).collect::<Vec<_>>().into_flattened();
    let picture = Plane::from_grey(size, size, &grey(3).to_grey()).expect("a picture");
    // Half of the picture's brightness: one weight of 1/2.
    let target = picture.clone().map(|v| v / 2.0);
    let teach = Ask::Teach { target: Target::Own, kernel: [3, 3], size: 3, border: Border::Reflect, rate: 0.05, seed: 1 };
    let with = |ask: Ask, buffers: Vec<Vec<u8>>| Message::with(Request::Vision { channel: 1, ask }, buffers);
    let hidden = bytemuck::cast_slice(&[0.0f32; 9]).to_vec();
    let steps: Steps = vec![
        (HELLO, with(Ask::Picture { height: size, width: size, grain: Grain::default() }, vec![pixels(&picture)])),
        (ANSWERED, with(teach.clone(), vec![hidden.clone(), pixels(&target)[4..].to_vec()])),
        (ANSWERED, with(teach, vec![hidden, pixels(&target)])),
        (|e| matches!(e, Event::Vision { answer: Answer::Taught { steps: 1500.., .. }, .. }), ask(1, Ask::Stop, &[])),
    ];
    let found = answers(&play(steps));
    assert!(found.iter().any(|(_, answer, _)| matches!(answer, Answer::Failed { .. })), "a target of another size is refused");
    let kernel: Vec<f32> = bytemuck::pod_collect_to_vec(&found.last().expect("an answer").2[0]);
    let off = kernel.iter().enumerate().map(|(at, w)| (w - if at == 4 { 0.5 } else { 0.0 }).abs()).fold(0.0, f32::max);
    assert!(off < 0.05, "{kernel:?}");
}

#[test]
fn what_cannot_be_is_answered_with_a_sentence() {
    let filter = |kernel: [usize; 2]| Ask::Filter(FilterOptions { kernel, ..options(View::Signed) });
    let grain = |amount| Grain { noise: Noise::Gaussian, amount, seed: 1 };
    let asked = vec![
        (ask(1, filter([3, 3]), &[0.0; 9]), "there is none yet"),
        (scene(1, Grain::default()), ""),
        (ask(1, filter([3, 3]), &[0.0; 8]), "expected 3 × 3 numbers, found 32 bytes"),
        (ask(1, filter([2, 4]), &[0.0; 8]), "expected a kernel of odd height and width, found 2 × 4"),
        (ask(1, filter([1, 1]), &[f32::NAN]), "expected finite numbers, found NaN"),
        (ask(1, filter([1, 1]), &[]), "expected a buffer, found none"),
        (ask(1, Ask::Picture { height: 2, width: 2, grain: Grain::default() }, &[0.0; 3]), "2 × 2 needs as many numbers"),
        (
            ask(1, Ask::Picture { height: 4096, width: 1, grain: Grain::default() }, &[]),
            "expected sides of 1 to 1024 pixels, found 4096 × 1",
        ),
        (scene(1, grain(f32::NAN)), "expected an amount from 0 to 1, found NaN"),
        (ask(1, Ask::Components { side: 9, count: 81, seed: 1 }, &[]), "expected 1 to 80 kernels, found 81"),
        (ask(1, Ask::Stop, &[]), "nothing is being learned"),
        (ask(1, filter([3, 3]), &[0.0; 9]), ""),
    ];
    let steps: Steps = asked.iter().enumerate().map(|(i, (m, _))| (if i == 0 { HELLO } else { ANSWERED }, m.clone())).collect();
    let found = answers(&play(steps));
    assert_eq!(found.len(), asked.len());
    for ((_, answer, _), (_, expected)) in found.iter().zip(&asked) {
        match answer {
            Answer::Failed { message } => assert!(!expected.is_empty() && message.contains(expected), "{message:?}, not {expected:?}"),
            other => assert!(expected.is_empty(), "{other:?} where {expected:?} was expected"),
        }
    }
}
