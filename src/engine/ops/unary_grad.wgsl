// dx[i] = dy[i] · f′(x[i]), four neighbours a thread; FUNCTION as in unary.wgsl
override FUNCTION: u32 = 0u;
struct Params { len: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;         // [len]
@group(0) @binding(2) var<storage, read> x: array<f32>;          // [len]
@group(0) @binding(3) var<storage, read> y: array<f32>;          // [len] f(x)
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;   // [len]

fn slope(x: f32, y: f32) -> f32 {
    switch FUNCTION {
        case 0u: { return select(0.0, 1.0, x > 0.0); }           // relu
        case 1u: { return 1.0 - y * y; }                         // tanh
        case 2u: { return y * (1.0 - y); }                       // sigmoid
        case 3u: { return y; }                                   // exp
        case 4u: { return -1.0; }                                // neg
        case 5u: { return sign(x); }                             // abs
        default: { return 2.0 * x; }                             // square
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let first = (id.x + id.y * groups.x * 64u) * 4u;
    for (var i = first; i < min(first + 4u, p.len); i++) { dx[i] = dy[i] * slope(x[i], y[i]); }
}
