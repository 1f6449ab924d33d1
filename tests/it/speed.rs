//! Measurements, natively: every run is reported, the times belong to the requested case, and impossible requests are refused in words.
use crate::session::{Steps, play};
use receptive::workbench::protocol::{
    DeviceChoice, Event, Message, Request,
    speed::{Plan, Times},
};

fn plan(case: &str, device: DeviceChoice, runs: usize) -> Message<Request> {
    Message::new(Request::Measure(Plan { case: case.into(), device, runs }))
}

fn measured(events: &[Message<Event>]) -> Vec<Times> {
    events.iter().filter_map(|m| if let Event::Measured(times) = &m.body { Some(times.clone()) } else { None }).collect()
}

#[test]
fn a_convolution_and_a_step_are_measured_on_both_devices() {
    for device in [DeviceChoice::Cpu, DeviceChoice::Gpu] {
        let steps: Steps = vec![
            (|e| matches!(e, Event::Hello { .. }), plan("dw3x3_96_112", device, 2)),
            (|e| matches!(e, Event::Measured(_)), plan("lenet5_b64", device, 2)),
        ];
        let events = play(steps);
        let [convolution, step] = &measured(&events)[..] else { panic!("expected two measurements on {device:?}, found {events:?}") };
        for times in [convolution, step] {
            assert_eq!((times.device, times.runs.len()), (device, 2));
            assert!(times.first > 0.0 && times.runs.iter().all(|t| *t > 0.0) && times.gflops().is_finite(), "{times:?}");
        }
        assert_eq!((convolution.case.as_str(), convolution.macs), ("dw3x3_96_112", 112 * 112 * 96 * 9));
        let chosen = if device == DeviceChoice::Cpu { "along channels" } else { "depthwise conv2d, 3×3" };
        assert_eq!(convolution.rung, chosen);
        assert!(convolution.naive.as_ref().is_some_and(|(_, time)| *time > 0.0), "{convolution:?}");
        // Two convolutions and three dense layers, three times, minus the input gradient of the first layer.
        let first = 28 * 28 * 25 * 6;
        let layers = first + 10 * 10 * 25 * 6 * 16 + 400 * 120 + 120 * 84 + 84 * 10;
        assert_eq!((step.case.as_str(), step.macs, &step.naive), ("lenet5_b64", 64 * (3 * layers - first), &None));
        // The first run, two warm-up runs, two timed runs, and for the convolution three simple runs, the first of them untimed.
        let told: Vec<(usize, usize)> =
            events.iter().filter_map(|m| if let Event::Measuring { done, of } = m.body { Some((done, of)) } else { None }).collect();
        assert_eq!(told, (1..=8).map(|done| (done, 8)).chain((1..=5).map(|done| (done, 5))).collect::<Vec<_>>());
    }
}

#[test]
fn what_cannot_be_measured_is_refused_and_another_case_takes_its_place() {
    let failed = |e: &Event| matches!(e, Event::Failed { .. });
    let events = play(vec![
        (|e| matches!(e, Event::Hello { .. }), plan("vgg16", DeviceChoice::Cpu, 2)),
        (failed, plan("dw3x3_96_112", DeviceChoice::Cpu, 0)),
        (failed, plan("resnet18", DeviceChoice::Cpu, 100)),
        // After the first of a hundred runs.
        (|e| matches!(e, Event::Measuring { done: 1, .. }), plan("dw3x3_96_112", DeviceChoice::Cpu, 1)),
    ]);
    let said: Vec<&str> =
        events.iter().filter_map(|m| if let Event::Failed { message, .. } = &m.body { Some(message.as_str()) } else { None }).collect();
    assert!(said[0].starts_with("case: expected one of conv3x3_64_56, ") && said[0].ends_with("found \"vgg16\""), "{said:?}");
    assert_eq!(said[1], "runs: expected 1 to 100, found 0");
    assert_eq!(measured(&events).iter().map(|t| t.case.as_str()).collect::<Vec<_>>(), ["dw3x3_96_112"]);
}
