// y[i] = β2·v[i] + (1 − β2)·g[i]²
struct Params { len: u32, beta2: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> v: array<f32>;          // [len]
@group(0) @binding(2) var<storage, read> g: array<f32>;          // [len]
@group(0) @binding(3) var<storage, read_write> y: array<f32>;    // [len]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if (i < p.len) { y[i] = p.beta2 * v[i] + (1.0 - p.beta2) * g[i] * g[i]; }
}
