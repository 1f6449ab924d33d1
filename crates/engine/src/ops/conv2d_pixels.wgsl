// y[m, o] = start(o) + Σ_c x[m, c] · w[c, o], a 1×1 convolution; each thread computes sixteen pixels by sixteen channels
// For software adapters. It has a single loop, since the turns of a loop cost them as much as the sums. Needs a head and tiles.wgsl before it
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
    let at_a = pixels(first, count) + group * channels;
    let at_b = pixels(first + 4u, count) + group * channels;
    let at_c = pixels(first + 8u, count) + group * channels;
    let at_d = pixels(first + 12u, count) + group * channels;
    for (var k = 0u; k < channels; k++) {
        let at = k * p.co;
        let w0 = weights(at + o);
        let w1 = weights(at + o1);
        let w2 = weights(at + o2);
        let w3 = weights(at + o3);
        let xa = inputs(at_a + k, vec4(1.0));
        a0 += w0 * xa; a1 += w1 * xa; a2 += w2 * xa; a3 += w3 * xa;
        let xb = inputs(at_b + k, vec4(1.0));
        b0 += w0 * xb; b1 += w1 * xb; b2 += w2 * xb; b3 += w3 * xb;
        let xc = inputs(at_c + k, vec4(1.0));
        c0 += w0 * xc; c1 += w1 * xc; c2 += w2 * xc; c3 += w3 * xc;
        let xd = inputs(at_d + k, vec4(1.0));
        d0 += w0 * xd; d1 += w1 * xd; d2 += w2 * xd; d3 += w3 * xd;
    }
    var sums = array(a0, b0, c0, d0, a1, b1, c1, d1, a2, b2, c2, d2, a3, b3, c3, d3);
    for (var t = 0u; t < min(4u, last + 1u - o); t++) {
        for (var e = 0u; e < min(16u, count - first); e++) {
            let at = (first + e) * (p.co / 4u) + o + t;
            y[at] = finish(at, sums[t * 4u + e / 4u][e % 4u]);
        }
    }
}

// The first channels of four neighbouring pixels. Pixels past the end repeat the last one, and are not stored.
fn pixels(first: u32, count: u32) -> vec4<u32> { return min(vec4(first) + vec4(0u, 1u, 2u, 3u), vec4(count - 1u)) * (p.ci / 4u); }
