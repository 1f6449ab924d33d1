// y[o, i, c] = Σₜ weight[i, t] · x[o, index[i, t], c]; each thread computes one value
struct Params { len: u32, n: u32, m: u32, inner: u32, taps: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;              // [outer, n, inner]
@group(0) @binding(2) var<storage, read> table: array<vec2<f32>>;    // [m, taps] index and weight
@group(0) @binding(3) var<storage, read_write> y: array<f32>;        // [outer, m, inner]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.x + id.y * groups.x * 64u;
    if (at >= p.len) { return; }
    let i = at / p.inner % p.m;
    let origin = at / (p.inner * p.m) * p.n * p.inner + at % p.inner;
    var s = 0.0;
    for (var t = 0u; t < p.taps; t++) {
        let tap = table[i * p.taps + t];
        if (tap.y != 0.0) { s += tap.y * x[origin + u32(tap.x) * p.inner]; }
    }
    y[at] = s;
}
