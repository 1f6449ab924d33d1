// y[o, ·] = x0[o, ·], x1[o, ·], …; the length of a part is the product of its axis and all later axes, and 0 if the part does not exist
struct Params { len: u32, whole: u32, n0: u32, n1: u32, n2: u32, n3: u32, n4: u32, n5: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x0: array<f32>;         // [outer, n0]
@group(0) @binding(2) var<storage, read> x1: array<f32>;         // [outer, n1]
@group(0) @binding(3) var<storage, read> x2: array<f32>;         // [outer, n2]
@group(0) @binding(4) var<storage, read> x3: array<f32>;         // [outer, n3]
@group(0) @binding(5) var<storage, read> x4: array<f32>;         // [outer, n4]
@group(0) @binding(6) var<storage, read> x5: array<f32>;         // [outer, n5]
@group(0) @binding(7) var<storage, read_write> y: array<f32>;    // [outer, whole]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = id.x + id.y * groups.x * 64u;
    if (i >= p.len) { return; }
    let outer = i / p.whole;
    var at = i % p.whole;
    if (at < p.n0) { y[i] = x0[outer * p.n0 + at]; return; }
    at -= p.n0;
    if (at < p.n1) { y[i] = x1[outer * p.n1 + at]; return; }
    at -= p.n1;
    if (at < p.n2) { y[i] = x2[outer * p.n2 + at]; return; }
    at -= p.n2;
    if (at < p.n3) { y[i] = x3[outer * p.n3 + at]; return; }
    at -= p.n3;
    if (at < p.n4) { y[i] = x4[outer * p.n4 + at]; return; }
    at -= p.n4;
    y[i] = x5[outer * p.n5 + at];
}
