// y[i0, i1, …] = x[Σ ia · stride_a]
struct Params { dims: array<vec4<u32>, 2>, strides: array<vec4<u32>, 2>, rank: u32, len: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [whatever the strides reach]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [dims]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if (i >= p.len) { return; }
    var rest = i;
    var origin = 0u;
    for (var a = p.rank; a > 0u; a--) {
        let n = p.dims[(a - 1u) / 4u][(a - 1u) % 4u];
        origin += rest % n * p.strides[(a - 1u) / 4u][(a - 1u) % 4u];
        rest /= n;
    }
    y[i] = x[origin];
}
