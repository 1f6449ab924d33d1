// y[m, n] = start(n) + Σ_k a[m·a_m + k·a_k] · b[k·b_k + n·b_n] for each of `batch` matrices; each thread computes eight rows by eight columns
struct Params { m: u32, n: u32, k: u32, a_m: u32, a_k: u32, b_k: u32, b_n: u32, batch: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;          // [batch, m, k], or transposed
@group(0) @binding(2) var<storage, read> b: array<f32>;          // [batch, k, n], or transposed
                                                                 // y [batch, m, n]

// The outer product of four columns of y and four of its rows; the rows are the columns of the matrix.
fn outer(columns: vec4<f32>, rows: vec4<f32>) -> mat4x4<f32> {
    return mat4x4(columns * rows.x, columns * rows.y, columns * rows.z, columns * rows.w);
}
fn store(matrix: u32, row: u32, column: u32, sums: mat4x4<f32>) {
    var rows = sums;
    for (var t = 0u; t < 4u; t++) {
        let at = (matrix * p.m + row + t) * p.n + column;
        for (var e = 0u; e < 4u; e++) {
            if ((row + t < p.m) & (column + e < p.n)) { y[at + e] = finish(at + e, rows[t][e]); }
        }
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let across = (p.n + 7u) / 8u;
    let down = (p.m + 7u) / 8u;
    let matrix = index / (across * down);
    if (matrix >= p.batch) { return; }
    let row = index / across % down * 8u;
    let column = index % across * 8u;
    // Rows and columns past the end read the last one again, and are not stored.
    let last = p.n - 1u;
    let c = min(vec4(column) + vec4(0u, 1u, 2u, 3u), vec4(last));
    let d = min(vec4(column) + vec4(4u, 5u, 6u, 7u), vec4(last));
    let left = vec4(start(c.x), start(c.y), start(c.z), start(c.w));
    let right = vec4(start(d.x), start(d.y), start(d.z), start(d.w));
    // Sums: rows 0 to 3 (a) and 4 to 7 (b), by the left (l) and the right (r) four columns.
    var la = mat4x4(left, left, left, left); var ra = mat4x4(right, right, right, right);
    var lb = la; var rb = ra;
    let rows_a = min(vec4(row) + vec4(0u, 1u, 2u, 3u), vec4(p.m - 1u)) * p.a_m + vec4(matrix * p.m * p.k);
    let rows_b = min(vec4(row) + vec4(4u, 5u, 6u, 7u), vec4(p.m - 1u)) * p.a_m + vec4(matrix * p.m * p.k);
    let right_factor = matrix * p.k * p.n;
    for (var k = 0u; k < p.k; k++) {
        let f = rows_a + vec4(k * p.a_k);
        let g = rows_b + vec4(k * p.a_k);
        let xa = vec4(a[f.x], a[f.y], a[f.z], a[f.w]);
        let xb = vec4(a[g.x], a[g.y], a[g.z], a[g.w]);
        let at = vec4(right_factor + k * p.b_k) + c * p.b_n;
        let ar = vec4(right_factor + k * p.b_k) + d * p.b_n;
        let wl = vec4(b[at.x], b[at.y], b[at.z], b[at.w]);
        let wr = vec4(b[ar.x], b[ar.y], b[ar.z], b[ar.w]);
        la += outer(wl, xa); ra += outer(wr, xa);
        lb += outer(wl, xb); rb += outer(wr, xb);
    }
    store(matrix, row, column, la);
    store(matrix, row + 4u, column, lb);
    store(matrix, row, column + 4u, ra);
    store(matrix, row + 4u, column + 4u, rb);
}
