//! The lowest floor: bytes and shaders on any adapter, including a software one.
use pollster::block_on;
use receptive::{
    engine::gpu::{Buffer, Dispatch, Gpu, Params, Which},
    error::{Error, Result},
};
use std::rc::Rc;

const DOUBLE: &str = "
    struct Params { count: u32 }
    @group(0) @binding(0) var<uniform> p: Params;
    @group(0) @binding(1) var<storage, read> x: array<f32>; // [count]
    @group(0) @binding(2) var<storage, read_write> y: array<f32>; // [count]
    override FACTOR: f32 = 2.0;
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
        let i = id.x + id.y * groups.x * 64u;
        if i >= p.count { return; }
        y[i] = FACTOR * x[i];
    }";
const FILL: &str = "
    struct Params { count: u32, value: u32 }
    @group(0) @binding(0) var<uniform> p: Params;
    @group(0) @binding(1) var<storage, read_write> y: array<u32>; // [count]
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
        let i = id.x + id.y * groups.x * 64u;
        if i >= p.count { return; }
        y[i] = i + p.value;
    }";

fn gpu() -> Rc<Gpu> {
    block_on(Gpu::request(Which::Any)).expect("the tests need an adapter: install a software Vulkan such as lavapipe")
}

fn double(gpu: &Gpu, x: &Buffer, count: usize) -> Result<Buffer> {
    gpu.run(&Dispatch::flat("double", DOUBLE, count, Params::new().u(count)), &[x], 4 * count as u64)
}

fn upload(gpu: &Gpu, values: &[f32]) -> Buffer {
    gpu.upload(bytemuck::cast_slice(values)).unwrap()
}

fn read(gpu: &Gpu, buffer: &Buffer, count: usize) -> Vec<f32> {
    let bytes = block_on(gpu.read(&[(buffer, 4 * count as u64)])).unwrap().remove(0);
    bytes.chunks_exact(4).map(|word| f32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect()
}

#[test]
fn a_shader_runs_over_a_million_values_and_dispatches_chain() {
    let gpu = gpu();
    assert!(!gpu.info().name.is_empty());
    let x: Vec<f32> = (0..1_000_003).map(|i| i as f32).collect();
    let once = double(&gpu, &upload(&gpu, &x), x.len()).unwrap();
    let twice = double(&gpu, &once, x.len()).unwrap();
    assert_eq!(read(&gpu, &twice, x.len()), x.iter().map(|v| 4.0 * v).collect::<Vec<_>>());
    assert_eq!(read(&gpu, &once, 3), [0.0, 2.0, 4.0], "a read takes as many bytes as it asks for");
}

#[test]
fn a_line_longer_than_a_dimension_is_folded() {
    let gpu = gpu();
    let count = 65_535 * 64 + 1234;
    let fill = Dispatch::flat("fill", FILL, count, Params::new().u(count).u(7));
    assert_eq!(fill.groups[1], 2);
    let y = gpu.run(&fill, &[], 4 * count as u64).unwrap();
    let bytes = block_on(gpu.read(&[(&y, 4 * count as u64)])).unwrap().remove(0);
    assert_eq!(bytes.len(), 4 * count);
    for (i, word) in bytes.chunks_exact(4).enumerate() {
        assert_eq!(u32::from_le_bytes([word[0], word[1], word[2], word[3]]), i as u32 + 7);
    }
}

#[test]
fn constants_make_another_pipeline() {
    let gpu = gpu();
    let x = upload(&gpu, &[1.0, 2.0, 3.0]);
    let plain = Dispatch::flat("double", DOUBLE, 3, Params::new().u(3));
    let y = gpu.run(&plain, &[&x], 12).unwrap();
    let z = gpu.run(&plain.constant("FACTOR", -3.0), &[&x], 12).unwrap();
    let bytes = block_on(gpu.read(&[(&y, 12), (&z, 8)])).unwrap();
    assert_eq!(bytemuck::pod_collect_to_vec::<u8, f32>(&bytes[0]), [2.0, 4.0, 6.0]);
    assert_eq!(bytemuck::pod_collect_to_vec::<u8, f32>(&bytes[1]), [-3.0, -6.0]);
}

#[test]
fn an_upload_does_not_reach_back_into_recorded_work() {
    let gpu = gpu();
    let mut results = vec![];
    for turn in 0..10 {
        // The upload is dropped while the dispatch that reads it is only recorded. The next upload then gets the same memory.
        let x = upload(&gpu, &[turn as f32; 100]);
        results.push(double(&gpu, &x, 100).unwrap());
    }
    for (turn, y) in results.iter().enumerate() {
        assert_eq!(read(&gpu, y, 100), [2.0 * turn as f32; 100]);
    }
}

#[test]
fn bytes_of_any_length_travel() {
    let gpu = gpu();
    for length in [0, 1, 3, 4, 5, 255, 256, 257, 1021] {
        let bytes: Vec<u8> = (0..length).map(|i| i as u8).collect();
        let buffer = gpu.upload(&bytes).unwrap();
        assert_eq!(block_on(gpu.read(&[(&buffer, length as u64)])).unwrap(), [bytes]);
    }
    assert_eq!(block_on(gpu.read(&[])).unwrap(), Vec::<Vec<u8>>::new());
}

#[test]
fn memory_is_constant_over_300_turns_of_a_chain() {
    let gpu = gpu();
    let mut memory = vec![];
    for turn in 0..300 {
        let mut x = upload(&gpu, &vec![turn as f32; 5000]);
        for _ in 0..7 {
            x = double(&gpu, &x, 5000).unwrap();
        }
        match turn % 3 {
            0 => assert_eq!(read(&gpu, &x, 5000), vec![128.0 * turn as f32; 5000]),
            1 => block_on(gpu.flush_and_wait()).unwrap(),
            _ => gpu.flush(),
        }
        drop(x);
        memory.push(gpu.memory());
    }
    assert!(memory[1..].iter().all(|m| *m == memory[1]), "{:?} became {:?}", memory[1], memory[299]);
    assert_eq!(memory[299].in_use_bytes, 0);
    gpu.trim();
    assert!(gpu.memory().bytes < memory[299].bytes);
    assert_eq!(read(&gpu, &upload(&gpu, &[5.0]), 1), [5.0]);
}

#[test]
fn a_long_recording_is_submitted_in_pieces() {
    let gpu = gpu();
    gpu.set_budget(20_000);
    let mut x = upload(&gpu, &[1.0; 100]);
    for turn in 0..2000 {
        let factor = if turn % 2 == 0 { 2.0 } else { 0.5 };
        let dispatch = Dispatch::flat("double", DOUBLE, 100, Params::new().u(100)).constant("FACTOR", factor);
        x = gpu.run(&dispatch, &[&x], 400).unwrap();
    }
    assert_eq!(read(&gpu, &x, 100), [1.0; 100]);
}

#[test]
fn a_shader_that_does_not_compile_is_an_error_with_its_label() {
    let gpu = gpu();
    let broken = Dispatch::flat("broken shader", "@compute @workgroup_size(64) fn main() { nonsense }", 1, Params::new());
    // The second time gives the same error again, and does not spoil the other work of the read.
    for _ in 0..2 {
        let y = gpu.run(&broken, &[], 4).unwrap();
        match block_on(gpu.read(&[(&y, 4)])) {
            Err(Error::Device(message)) => assert!(message.contains("broken shader"), "{message}"),
            other => panic!("expected an error with a label, found {other:?}"),
        }
    }
    assert!(matches!(block_on(gpu.warm(&[(broken, 0)])), Err(Error::Device(_))));
    let good = Dispatch::flat("fill", FILL, 1, Params::new().u(1).u(0));
    block_on(gpu.warm(&[(good, 0)])).unwrap();
    assert_eq!(read(&gpu, &double(&gpu, &upload(&gpu, &[4.0]), 1).unwrap(), 1), [8.0]);
}

#[test]
fn what_is_over_a_limit_is_refused_with_the_numbers() {
    let gpu = gpu();
    let caps = gpu.caps().clone();
    let says = |result: Result<Buffer>, parts: [&str; 3]| match result {
        Err(Error::Device(message) | Error::TooLarge(message)) => {
            parts.iter().for_each(|part| assert!(message.contains(part), "{message} lacks {part}"))
        }
        other => panic!("expected a refusal, found {other:?}"),
    };
    let small = Dispatch::flat("fill", FILL, 1, Params::new().u(1).u(0));
    let bytes = caps.max_storage_binding + 4;
    assert!(matches!(gpu.run(&small, &[], bytes), Err(Error::TooLarge(_))), "a larger GPU can do it");
    says(gpu.run(&small, &[], bytes), ["fill", &bytes.to_string(), &(caps.max_storage_binding & !3).to_string()]);
    let groups = caps.max_groups + 1;
    let wide = Dispatch::new("fill", FILL, Params::new(), [groups, 1, 1]);
    says(gpu.run(&wide, &[], 4), ["fill", &groups.to_string(), &caps.max_groups.to_string()]);
    let x = upload(&gpu, &[1.0]);
    let inputs = vec![&x; caps.max_inputs as usize + 1];
    says(gpu.run(&small, &inputs, 4), ["fill", "inputs", &caps.max_inputs.to_string()]);
    let talkative = Dispatch::flat("fill", FILL, 1, Params::new().array(&[0; 65], 65));
    says(gpu.run(&talkative, &[], 4), ["fill", "272", "256"]);
    assert!(matches!(block_on(gpu.read(&[(&x, 1 << 20)])), Err(Error::Device(_))));
}

#[test]
fn a_lost_device_is_told_and_another_can_be_asked_for() {
    let lost = gpu();
    let x = upload(&lost, &[1.0]);
    double(&lost, &x, 1).unwrap();
    assert_eq!(lost.lost(), None);
    lost.lose();
    assert!(lost.lost().is_some());
    assert!(matches!(double(&lost, &x, 1), Err(Error::Lost(_))));
    assert!(matches!(lost.upload(&[1, 2, 3, 4]), Err(Error::Lost(_))));
    assert!(matches!(block_on(lost.read(&[(&x, 4)])), Err(Error::Lost(_))));
    assert!(matches!(block_on(lost.flush_and_wait()), Err(Error::Lost(_))));
    lost.flush();
    let next = gpu();
    assert!(matches!(double(&next, &x, 1), Err(Error::Device(_))), "a buffer of the lost device is refused");
    drop((lost, x));
    assert_eq!(read(&next, &double(&next, &upload(&next, &[4.0]), 1).unwrap(), 1), [8.0]);
}

#[test]
fn parameters_lie_as_a_uniform_block_wants_them() {
    let params = Params::new().u(1).i(-1).f(1.0).array(&[4, 5], 6).u(9);
    let words: Vec<u32> = bytemuck::pod_collect_to_vec(params.bytes());
    assert_eq!(words, [1, u32::MAX, 0x3f80_0000, 0, 4, 5, 0, 0, 0, 0, 0, 0, 9]);
    assert_eq!(Dispatch::flat("fill", FILL, 0, Params::new()).groups, [0, 1, 1]);
    let long = Dispatch::flat("fill", FILL, 65_536 * 64, Params::new());
    assert_eq!(long.groups, [32_768, 2, 1]);
}
