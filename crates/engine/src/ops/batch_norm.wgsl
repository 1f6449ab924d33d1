// y = (x − mean) / √(variance + ε) · w + b for the channel of each value; each thread computes four neighbours
struct Params { len: u32, c: u32, epsilon: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [rows, c]
@group(0) @binding(2) var<storage, read> w: array<f32>;          // [c]
@group(0) @binding(3) var<storage, read> b: array<f32>;          // [c]
@group(0) @binding(4) var<storage, read> stats: array<f32>;      // [2, c] mean, variance
@group(0) @binding(5) var<storage, read_write> y: array<f32>;    // [rows, c]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let first = (id.x + id.y * groups.x * 64u) * 4u;
    for (var i = first; i < min(first + 4u, p.len); i++) {
        let c = i % p.c;
        y[i] = (x[i] - stats[c]) * inverseSqrt(stats[p.c + c] + p.epsilon) * w[c] + b[c];
    }
}
