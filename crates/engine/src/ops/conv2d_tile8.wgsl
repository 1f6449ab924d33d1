// y[n, i, j, o] = start(o) + Σ_{u,v,c} x[n, i·sh + u·dh − ph, j·sw + v·dw − pw, c] · w[u, v, c, o]; each thread computes eight places by eight channels
// Needs a head and tiles.wgsl before it
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let channels = p.ci / p.groups / 4u;
    let outs = p.co / p.groups / 4u;
    let tiles = (outs + 1u) / 2u;
    let first = index / (tiles * p.groups) * 8u;
    let count = p.n * p.oh * p.ow;
    if (first >= count) { return; }
    let group = index / tiles % p.groups;
    let o = group * outs + index % tiles * 2u;
    // Channels past the group's end read its last four again, and are not stored.
    let last = group * outs + outs - 1u;
    let pa = places(first);
    let pb = places(first + 4u);
    let o1 = min(o + 1u, last);
    let z0 = started(o);
    let z1 = started(o1);
    var a0 = z0; var b0 = z0;
    var a1 = z1; var b1 = z1;
    for (var u = 0u; u < p.kh; u++) {
        for (var v = 0u; v < p.kw; v++) {
            let in_a = inside(pa, u, v);
            let in_b = inside(pb, u, v);
            let at_a = origin(pa, u, v) + group * channels;
            let at_b = origin(pb, u, v) + group * channels;
            let row = (u * p.kw + v) * channels * p.co;
            for (var k = 0u; k < channels; k++) {
                let at = row + k * p.co;
                let w0 = weights(at + o);
                let w1 = weights(at + o1);
                let xa = inputs(at_a + k, in_a);
                a0 += w0 * xa; a1 += w1 * xa;
                let xb = inputs(at_b + k, in_b);
                b0 += w0 * xb; b1 += w1 * xb;
            }
        }
    }
    var sums = array(a0, b0, a1, b1);
    for (var t = 0u; t < min(2u, last + 1u - o); t++) {
        for (var e = 0u; e < min(8u, count - first); e++) {
            let at = (first + e) * (p.co / 4u) + o + t;
            y[at] = finish(at, sums[t * 2u + e / 4u][e % 4u]);
        }
    }
}
