// y[n, i, j, o] = start(o) + Σ_{u,e} x[n, i·sh + u·dh − ph, e + (j·sw − pw)·ci] · w[u, e, o]; each thread computes eight places by sixteen channels
// e runs through the columns and the few channels of one row of the window, which lie side by side. Needs a head and thin.wgsl before it
@group(0) @binding(2) var<storage, read> weight: array<vec4<f32>>;   // [kh, kw · ci, co / 4]
                                                                     // y [n, oh, ow, co / 4]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let outs = p.co / 4u;
    let tiles = (outs + 3u) / 4u;
    let first = index / tiles * 8u;
    let count = p.n * p.oh * p.ow;
    if (first >= count) { return; }
    let o = index % tiles * 4u;
    let o1 = min(o + 1u, outs - 1u);
    let o2 = min(o + 2u, outs - 1u);
    let o3 = min(o + 3u, outs - 1u);
    let pa = places(first);
    let pb = places(first + 4u);
    let z0 = start(o); let z1 = start(o1); let z2 = start(o2); let z3 = start(o3);
    // Sums: places in the columns, four channels in the rows.
    var a0 = mat4x4(z0, z0, z0, z0); var a1 = mat4x4(z1, z1, z1, z1); var a2 = mat4x4(z2, z2, z2, z2); var a3 = mat4x4(z3, z3, z3, z3);
    var b0 = a0; var b1 = a1; var b2 = a2; var b3 = a3;
    let run = p.kw * p.ci;
    for (var u = 0u; u < p.kh; u++) {
        let line_a = line(pa, u);
        let line_b = line(pb, u);
        for (var e = 0u; e < run; e++) {
            let xa = inputs(pa, line_a, e);
            let xb = inputs(pb, line_b, e);
            let at = (u * run + e) * outs;
            let w0 = weight[at + o]; let w1 = weight[at + o1]; let w2 = weight[at + o2]; let w3 = weight[at + o3];
            a0 += mat4x4(w0 * xa.x, w0 * xa.y, w0 * xa.z, w0 * xa.w);
            a1 += mat4x4(w1 * xa.x, w1 * xa.y, w1 * xa.z, w1 * xa.w);
            a2 += mat4x4(w2 * xa.x, w2 * xa.y, w2 * xa.z, w2 * xa.w);
            a3 += mat4x4(w3 * xa.x, w3 * xa.y, w3 * xa.z, w3 * xa.w);
            b0 += mat4x4(w0 * xb.x, w0 * xb.y, w0 * xb.z, w0 * xb.w);
            b1 += mat4x4(w1 * xb.x, w1 * xb.y, w1 * xb.z, w1 * xb.w);
            b2 += mat4x4(w2 * xb.x, w2 * xb.y, w2 * xb.z, w2 * xb.w);
            b3 += mat4x4(w3 * xb.x, w3 * xb.y, w3 * xb.z, w3 * xb.w);
        }
    }
    var sums = array(a0, b0, a1, b1, a2, b2, a3, b3);
    for (var t = 0u; t < min(4u, outs - o); t++) {
        for (var e = 0u; e < min(8u, count - first); e++) {
            let at = (first + e) * outs + o + t;
            y[at] = finish(at, sums[t * 2u + e / 4u][e % 4u]);
        }
    }
}
