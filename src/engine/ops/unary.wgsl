// y[i] = f(x[i]), four neighbours a thread; FUNCTION chooses f and is fixed when the pipeline is built
override FUNCTION: u32 = 0u;
struct Params { len: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [len]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [len]

fn f(v: f32) -> f32 {
    switch FUNCTION {
        case 0u: { return max(v, 0.0); }                         // relu
        case 1u: { return tanh(clamp(v, -10.0, 10.0)); }         // tanh; some drivers overflow beyond
        case 2u: { return 0.5 + 0.5 * tanh(clamp(0.5 * v, -10.0, 10.0)); }
        case 3u: { return exp(v); }
        case 4u: { return -v; }
        case 5u: { return abs(v); }
        default: { return v * v; }                               // square
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let first = (id.x + id.y * groups.x * 64u) * 4u;
    for (var i = first; i < min(first + 4u, p.len); i++) { y[i] = f(x[i]); }
}
