// y[i] = 1 if the upper 24 bits of hash(seed ^ i) are at least `least`, else 0
struct Params { len: u32, seed: u32, least: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> unused: array<f32>;     // only says on which device
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [len]

// As in random_mask.rs.
fn hash(value: u32) -> u32 {
    let state = value * 747796405u + 2891336453u;
    let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
    return (word >> 22u) ^ word;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if (i < p.len) { y[i] = select(0.0, 1.0, (hash(p.seed ^ i) >> 8u) >= p.least); }
}
