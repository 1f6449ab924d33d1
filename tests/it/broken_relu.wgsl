// y[i] = max(x[i], 0), except for every seventh i: broken on purpose
struct Params { len: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [len]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [len]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    for (var i = id.x * 4u; i < min(id.x * 4u + 4u, p.len); i++) { y[i] = select(max(x[i], 0.0), x[i] + 1.0, i % 7u == 0u); }
}
