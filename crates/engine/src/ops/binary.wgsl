// y[i0, i1, …] = f(a[Σ ia · stride_a], b[Σ ia · stride_b]); a repeated axis has stride 0
override FUNCTION: u32 = 0u;
override EVEN: u32 = 0u;                                          // 1 if nothing is repeated: each thread takes four neighbours
override WIDE: u32 = 1u;                                          // otherwise, how many neighbours along the last axis each thread takes
struct Params { dims: array<vec4<u32>, 2>, a: array<vec4<u32>, 2>, b: array<vec4<u32>, 2>, rank: u32, len: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;          // [what its strides reach]
@group(0) @binding(2) var<storage, read> b: array<f32>;          // [what its strides reach]
@group(0) @binding(3) var<storage, read_write> y: array<f32>;    // [dims]

fn f(a: f32, b: f32) -> f32 {
    switch FUNCTION {
        case 0u: { return a + b; }
        case 1u: { return a - b; }
        case 2u: { return a * b; }
        case 3u: { return a / b; }
        case 4u: { return max(a, b); }
        case 5u: { return min(a, b); }
        case 6u: { return select(0.0, a, b > 0.0); }             // keep
        case 7u: { return select(a, 0.0, b > 0.0); }             // drop
        case 8u: { return select(0.0, 1.0, a == b); }            // equal
        default: { return select(select(0.0, 1.0, a > b), 0.5, a == b); }                           // share
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if (EVEN == 1u) {
        for (var k = i * 4u; k < min(i * 4u + 4u, p.len); k++) { y[k] = f(a[k], b[k]); }
        return;
    }
    if (i * WIDE >= p.len) { return; }
    var rest = i * WIDE;
    var from_a = 0u;
    var from_b = 0u;
    for (var axis = p.rank; axis > 0u; axis--) {
        let at = axis - 1u;
        let n = p.dims[at / 4u][at % 4u];
        from_a += rest % n * p.a[at / 4u][at % 4u];
        from_b += rest % n * p.b[at / 4u][at % 4u];
        rest /= n;
    }
    let last = p.rank - 1u;
    for (var k = 0u; k < WIDE; k++) {
        y[i * WIDE + k] = f(a[from_a + k * p.a[last / 4u][last % 4u]], b[from_b + k * p.b[last / 4u][last % 4u]]);
    }
}
