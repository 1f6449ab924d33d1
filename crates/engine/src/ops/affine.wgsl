// y[row, c] = x[row, c] · w[c] + b[c]; each thread computes four neighbours
struct Params { len: u32, c: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [rows, c]
@group(0) @binding(2) var<storage, read> w: array<f32>;          // [c]
@group(0) @binding(3) var<storage, read> b: array<f32>;          // [c]
@group(0) @binding(4) var<storage, read_write> y: array<f32>;    // [rows, c]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let first = (id.x + id.y * groups.x * 64u) * 4u;
    for (var i = first; i < min(first + 4u, p.len); i++) { y[i] = x[i] * w[i % p.c] + b[i % p.c]; }
}
