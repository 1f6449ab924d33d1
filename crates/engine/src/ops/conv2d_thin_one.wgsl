// As conv2d_thin.wgsl, for any number of output channels; each thread computes eight channels. Needs a head and thin.wgsl before it
@group(0) @binding(2) var<storage, read> weight: array<f32>;         // [kh, kw · ci, co]
                                                                     // y [n, oh, ow, co]

// The outer product of four channels, in the rows, and four places.
fn outer(channels: vec4<f32>, places: vec4<f32>) -> mat4x4<f32> {
    return mat4x4(channels * places.x, channels * places.y, channels * places.z, channels * places.w);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let tiles = (p.co + 7u) / 8u;
    let first = index / tiles * 8u;
    let count = p.n * p.oh * p.ow;
    if (first >= count) { return; }
    let o = index % tiles * 8u;
    // Channels past the end read the last one again, and are not stored.
    let c = min(vec4(o) + vec4(0u, 1u, 2u, 3u), vec4(p.co - 1u));
    let d = min(vec4(o) + vec4(4u, 5u, 6u, 7u), vec4(p.co - 1u));
    let pa = places(first);
    let pb = places(first + 4u);
    let left = vec4(start(c.x), start(c.y), start(c.z), start(c.w));
    let right = vec4(start(d.x), start(d.y), start(d.z), start(d.w));
    // Sums: places 0 to 3 (a) and 4 to 7 (b), by the left (l) and the right (r) four channels.
    var la = mat4x4(left, left, left, left); var ra = mat4x4(right, right, right, right);
    var lb = la; var rb = ra;
    let run = p.kw * p.ci;
    for (var u = 0u; u < p.kh; u++) {
        let line_a = line(pa, u);
        let line_b = line(pb, u);
        for (var e = 0u; e < run; e++) {
            let xa = inputs(pa, line_a, e);
            let xb = inputs(pb, line_b, e);
            let at = (u * run + e) * p.co;
            let wl = vec4(weight[at + c.x], weight[at + c.y], weight[at + c.z], weight[at + c.w]);
            let wr = vec4(weight[at + d.x], weight[at + d.y], weight[at + d.z], weight[at + d.w]);
            la += outer(wl, xa); ra += outer(wr, xa);
            lb += outer(wl, xb); rb += outer(wr, xb);
        }
    }
    var sums = array(la, lb, ra, rb);
    for (var t = 0u; t < min(8u, p.co - o); t++) {
        for (var e = 0u; e < min(8u, count - first); e++) {
            let at = (first + e) * p.co + o + t;
            y[at] = finish(at, sums[t / 4u * 2u + e / 4u][e % 4u][t % 4u]);
        }
    }
}
