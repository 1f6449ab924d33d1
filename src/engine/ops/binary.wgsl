// y[i0, i1, …] = f(a[Σ ia · stride_a], b[Σ ia · stride_b]); a repeated axis has stride 0
override FUNCTION: u32 = 0u;
struct Params { dims: array<vec4<u32>, 2>, a: array<vec4<u32>, 2>, b: array<vec4<u32>, 2>, rank: u32, len: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;          // [what its strides reach]
@group(0) @binding(2) var<storage, read> b: array<f32>;          // [what its strides reach]
@group(0) @binding(3) var<storage, read_write> y: array<f32>;    // [dims]

fn f(a: f32, b: f32) -> f32 {
    switch FUNCTION {
        case 0u: { return a + b; }
        case 1u: { return a - b; }
        default: { return a * b; }
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if (i >= p.len) { return; }
    var rest = i;
    var from_a = 0u;
    var from_b = 0u;
    for (var axis = p.rank; axis > 0u; axis--) {
        let at = axis - 1u;
        let n = p.dims[at / 4u][at % 4u];
        from_a += rest % n * p.a[at / 4u][at % 4u];
        from_b += rest % n * p.b[at / 4u][at % 4u];
        rest /= n;
    }
    y[i] = f(a[from_a], b[from_b]);
}
