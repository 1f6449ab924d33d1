// y[m, n] = start(n) + Σ_k a[m·a_m + k·a_k] · b[k·b_k + n·b_n] for each of `batch` matrices, four rows by eight columns a thread
struct Params { m: u32, n: u32, k: u32, a_m: u32, a_k: u32, b_k: u32, b_n: u32, batch: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;          // [batch, m, k], or transposed
@group(0) @binding(2) var<storage, read> b: array<f32>;          // [batch, k, n], or transposed
                                                                 // y [batch, m, n]

fn store(matrix: u32, row: u32, column: u32, left: vec4<f32>, right: vec4<f32>) {
    let at = (matrix * p.m + row) * p.n + column;
    for (var e = 0u; e < 4u; e++) {
        if ((row < p.m) & (column + e < p.n)) { y[at + e] = finish(at + e, left[e]); }
        if ((row < p.m) & (column + e + 4u < p.n)) { y[at + e + 4u] = finish(at + e + 4u, right[e]); }
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let across = (p.n + 7u) / 8u;
    let down = (p.m + 3u) / 4u;
    let matrix = index / (across * down);
    if (matrix >= p.batch) { return; }
    let row = index / across % down * 4u;
    let column = index % across * 8u;
    // Rows and columns past the end read the last one again and are not stored.
    let last = p.n - 1u;
    let c = min(vec4(column) + vec4(0u, 1u, 2u, 3u), vec4(last));
    let d = min(vec4(column) + vec4(4u, 5u, 6u, 7u), vec4(last));
    let left = vec4(start(c.x), start(c.y), start(c.z), start(c.w));
    let right = vec4(start(d.x), start(d.y), start(d.z), start(d.w));
    var l0 = left; var l1 = left; var l2 = left; var l3 = left;
    var r0 = right; var r1 = right; var r2 = right; var r3 = right;
    let origin = min(vec4(row) + vec4(0u, 1u, 2u, 3u), vec4(p.m - 1u)) * p.a_m + vec4(matrix * p.m * p.k);
    let right_factor = matrix * p.k * p.n;
    for (var k = 0u; k < p.k; k++) {
        let f = origin + vec4(k * p.a_k);
        let x = vec4(a[f.x], a[f.y], a[f.z], a[f.w]);
        let at = vec4(right_factor + k * p.b_k) + c * p.b_n;
        let ar = vec4(right_factor + k * p.b_k) + d * p.b_n;
        let wl = vec4(b[at.x], b[at.y], b[at.z], b[at.w]);
        let wr = vec4(b[ar.x], b[ar.y], b[ar.z], b[ar.w]);
        l0 += x.x * wl; l1 += x.y * wl; l2 += x.z * wl; l3 += x.w * wl;
        r0 += x.x * wr; r1 += x.y * wr; r2 += x.z * wr; r3 += x.w * wr;
    }
    store(matrix, row, column, l0, r0);
    store(matrix, row + 1u, column, l1, r1);
    store(matrix, row + 2u, column, l2, r2);
    store(matrix, row + 3u, column, l3, r3);
}
