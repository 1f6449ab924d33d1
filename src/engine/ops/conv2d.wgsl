// y[n, i, j, o] = start(o) + Σ_{u,v,c} x[n, i·sh + u·dh − ph, j·sw + v·dw − pw, c] · w[u, v, c, o], four columns by eight channels a thread
struct Params {
    n: u32, h: u32, w: u32, ci: u32, oh: u32, ow: u32, co: u32, groups: u32,
    kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
    a: f32, b: f32,                                              // of the function, if one follows
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [n, h, w, ci]
@group(0) @binding(2) var<storage, read> weight: array<f32>;     // [kh, kw, ci / groups, co]
                                                                 // y [n, oh, ow, co]

fn store(row: u32, column: u32, o: u32, outs: u32, left: vec4<f32>, right: vec4<f32>) {
    let at = (row * p.ow + column) * p.co + o;
    for (var e = 0u; e < 4u; e++) {
        if ((column < p.ow) & (e < outs)) { y[at + e] = finish(at + e, left[e]); }
        if ((column < p.ow) & (e + 4u < outs)) { y[at + e + 4u] = finish(at + e + 4u, right[e]); }
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let channels = p.ci / p.groups;
    let outs = p.co / p.groups;
    let tiles = (outs + 7u) / 8u;
    let across = (p.ow + 3u) / 4u;
    let row = index / (tiles * p.groups * across);               // n · oh + i
    if (row >= p.n * p.oh) { return; }
    let group = index / tiles % p.groups;
    let first = index % tiles * 8u;                              // first output channel, counted within the group
    let column = index / (tiles * p.groups) % across * 4u;
    let n = row / p.oh;
    let i = row % p.oh;
    let o = group * outs + first;
    // Channels past the group's end read its last one again and are not stored.
    let last = outs - 1u - first;
    let c = min(vec4(0u, 1u, 2u, 3u), vec4(last)) + vec4(o);
    let d = min(vec4(4u, 5u, 6u, 7u), vec4(last)) + vec4(o);
    let left = vec4(start(c.x), start(c.y), start(c.z), start(c.w));
    let right = vec4(start(d.x), start(d.y), start(d.z), start(d.w));
    var l0 = left; var l1 = left; var l2 = left; var l3 = left;
    var r0 = right; var r1 = right; var r2 = right; var r3 = right;
    for (var u = 0u; u < p.kh; u++) {
        let down = i * p.sh + u * p.dh - p.ph;                   // wraps past zero, so one comparison suffices
        if (down >= p.h) { continue; }
        for (var v = 0u; v < p.kw; v++) {
            let along = (vec4(column) + vec4(0u, 1u, 2u, 3u)) * p.sw + vec4(v * p.dw - p.pw);
            let inside = select(vec4(0.0), vec4(1.0), along < vec4(p.w));
            let origin = (vec4((n * p.h + down) * p.w) + min(along, vec4(p.w - 1u))) * p.ci + vec4(group * channels);
            let weights = (u * p.kw + v) * channels * p.co;
            for (var k = 0u; k < channels; k++) {
                let f = origin + vec4(k);
                let value = vec4(x[f.x], x[f.y], x[f.z], x[f.w]) * inside;
                let at = weights + k * p.co;
                let wl = vec4(weight[at + c.x], weight[at + c.y], weight[at + c.z], weight[at + c.w]);
                let wr = vec4(weight[at + d.x], weight[at + d.y], weight[at + d.z], weight[at + d.w]);
                l0 += value.x * wl; l1 += value.y * wl; l2 += value.z * wl; l3 += value.w * wl;
                r0 += value.x * wr; r1 += value.y * wr; r2 += value.z * wr; r3 += value.w * wr;
            }
        }
    }
    store(row, column, o, outs - first, l0, r0);
    store(row, column + 1u, o, outs - first, l1, r1);
    store(row, column + 2u, o, outs - first, l2, r2);
    store(row, column + 3u, o, outs - first, l3, r3);
}
