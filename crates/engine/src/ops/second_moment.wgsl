// y[i] = keep · v[i] + gain · g[i]²
struct Params { len: u32, keep: f32, gain: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> v: array<f32>;          // [len]
@group(0) @binding(2) var<storage, read> g: array<f32>;          // [len]
@group(0) @binding(3) var<storage, read_write> y: array<f32>;    // [len]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if (i < p.len) { y[i] = p.keep * v[i] + p.gain * g[i] * g[i]; }
}
