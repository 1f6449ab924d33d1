// y[n, i, j, o] = start(o) + Σ_{u,v,c} x[n, i·sh + u·dh − ph, j·sw + v·dw − pw, c] · w[u, v, c, o], sixteen places by sixteen channels a thread;
// a head, then tiles.wgsl go before
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let channels = p.ci / p.groups / 4u;
    let outs = p.co / p.groups / 4u;
    let tiles = (outs + 3u) / 4u;
    let first = index / (tiles * p.groups) * 16u;
    let count = p.n * p.oh * p.ow;
    if (first >= count) { return; }
    let group = index / tiles % p.groups;
    let o = group * outs + index % tiles * 4u;
    // Channels past the group's end read its last four again and are not stored.
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
    var a0 = z0; var b0 = z0; var c0 = z0; var d0 = z0;
    var a1 = z1; var b1 = z1; var c1 = z1; var d1 = z1;
    var a2 = z2; var b2 = z2; var c2 = z2; var d2 = z2;
    var a3 = z3; var b3 = z3; var c3 = z3; var d3 = z3;
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
                a0 += w0 * xa; a1 += w1 * xa; a2 += w2 * xa; a3 += w3 * xa;
                let xb = inputs(at_b + k, in_b);
                b0 += w0 * xb; b1 += w1 * xb; b2 += w2 * xb; b3 += w3 * xb;
                let xc = inputs(at_c + k, in_c);
                c0 += w0 * xc; c1 += w1 * xc; c2 += w2 * xc; c3 += w3 * xc;
                let xd = inputs(at_d + k, in_d);
                d0 += w0 * xd; d1 += w1 * xd; d2 += w2 * xd; d3 += w3 * xd;
            }
        }
    }
    keep(first, o + 0u, last, array(a0, b0, c0, d0));
    keep(first, o + 1u, last, array(a1, b1, c1, d1));
    keep(first, o + 2u, last, array(a2, b2, c2, d2));
    keep(first, o + 3u, last, array(a3, b3, c3, d3));
}

fn keep(first: u32, o: u32, last: u32, sums: array<mat4x4<f32>, 4>) {
    if (o > last) { return; }
    var places = sums;
    for (var e = 0u; e < min(16u, p.n * p.oh * p.ow - first); e++) {
        let at = (first + e) * (p.co / 4u) + o;
        y[at] = finish(at, places[e / 4u][e % 4u]);
    }
}
