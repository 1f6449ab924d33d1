// y[i] = a·xa[i]; each thread computes four neighbours
struct Params { len: u32, a: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> xa: array<f32>;         // [len]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [len]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let first = (id.x + id.y * groups.x * 64u) * 4u;
    for (var i = first; i < min(first + 4u, p.len); i++) { y[i] = p.a * xa[i]; }
}
