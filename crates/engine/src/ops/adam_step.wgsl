// y[i] = keep · w[i] − rate · m[i] / (√(v[i] / correction) + ε)
struct Params { len: u32, keep: f32, rate: f32, correction: f32, epsilon: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> w: array<f32>;          // [len]
@group(0) @binding(2) var<storage, read> m: array<f32>;          // [len]
@group(0) @binding(3) var<storage, read> v: array<f32>;          // [len]
@group(0) @binding(4) var<storage, read_write> y: array<f32>;    // [len]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if (i < p.len) { y[i] = p.keep * w[i] - p.rate * m[i] / (sqrt(v[i] / p.correction) + p.epsilon); }
}
