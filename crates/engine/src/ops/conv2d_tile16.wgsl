// y[n, i, j, o] = start(o) + Σ_{u,v,c} x[n, i·sh + u·dh − ph, j·sw + v·dw − pw, c] · w[u, v, c, o]; each thread computes sixteen places by sixteen channels
// For software adapters. Their compiler copies every register at every turn of a loop. So the sums lie in memory, in an array whose indices are not
// known at compile time. Needs a head and tiles.wgsl before it
@compute @workgroup_size(16)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 16u;
    let channels = p.ci / p.groups / 4u;
    let outs = p.co / p.groups / 4u;
    let tiles = (outs + 3u) / 4u;
    let first = index / (tiles * p.groups) * 16u;
    let count = p.n * p.oh * p.ow;
    if (first >= count) { return; }
    let group = index / tiles % p.groups;
    let o = group * outs + index % tiles * 4u;
    // Channels past the group's end read its last four again, and are not stored.
    let last = group * outs + outs - 1u;
    let pa = places(first);
    let pb = places(first + 4u);
    let pc = places(first + 8u);
    let pd = places(first + 12u);
    let o1 = min(o + 1u, last);
    let o2 = min(o + 2u, last);
    let o3 = min(o + 3u, last);
    let z0 = started(o);
    let z1 = started(o1);
    let z2 = started(o2);
    let z3 = started(o3);
    var sums = array(z0, z0, z0, z0, z1, z1, z1, z1, z2, z2, z2, z2, z3, z3, z3, z3);
    for (var u = 0u; u < p.kh; u++) {
        for (var v = 0u; v < p.kw; v++) {
            let in_a = inside(pa, u, v);
            let in_b = inside(pb, u, v);
            let in_c = inside(pc, u, v);
            let in_d = inside(pd, u, v);
            let at_a = origin(pa, u, v) + group * channels;
            let at_b = origin(pb, u, v) + group * channels;
            let at_c = origin(pc, u, v) + group * channels;
            let at_d = origin(pd, u, v) + group * channels;
            let row = (u * p.kw + v) * channels * p.co;
            for (var k = 0u; k < channels; k++) {
                let at = row + k * p.co;
                let w0 = weights(at + o);
                let w1 = weights(at + o1);
                let w2 = weights(at + o2);
                let w3 = weights(at + o3);
                let xa = inputs(at_a + k, in_a);
                sums[0] += w0 * xa; sums[4] += w1 * xa; sums[8] += w2 * xa; sums[12] += w3 * xa;
                let xb = inputs(at_b + k, in_b);
                sums[1] += w0 * xb; sums[5] += w1 * xb; sums[9] += w2 * xb; sums[13] += w3 * xb;
                let xc = inputs(at_c + k, in_c);
                sums[2] += w0 * xc; sums[6] += w1 * xc; sums[10] += w2 * xc; sums[14] += w3 * xc;
                let xd = inputs(at_d + k, in_d);
                sums[3] += w0 * xd; sums[7] += w1 * xd; sums[11] += w2 * xd; sums[15] += w3 * xd;
            }
        }
    }
    for (var t = 0u; t < min(4u, last + 1u - o); t++) {
        for (var e = 0u; e < min(16u, count - first); e++) {
            let at = (first + e) * (p.co / 4u) + o + t;
            y[at] = finish(at, sums[t * 4u + e / 4u][e % 4u]);
        }
    }
}
