// y[n, i, j, o] = start(o) + Σ_{u,v,c} x[n, i·sh + u·dh − ph, j·sw + v·dw − pw, c] · w[u, v, c, o]; each thread computes eight columns by eight channels
struct Params {
    n: u32, h: u32, w: u32, ci: u32, oh: u32, ow: u32, co: u32, groups: u32,
    kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
    a: f32, b: f32,                                              // of the function, if one follows
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [n, h, w, ci]
@group(0) @binding(2) var<storage, read> weight: array<f32>;     // [kh, kw, ci / groups, co]
                                                                 // y [n, oh, ow, co]

// Where four columns read their row of the image under tap column v. `inside` is 1 where they read the image, and 0 in the padding.
struct Reads { at: vec4<u32>, inside: vec4<f32> }
fn reads(line: u32, column: u32, v: u32) -> Reads {
    let along = (vec4(column) + vec4(0u, 1u, 2u, 3u)) * p.sw + vec4(v * p.dw - p.pw);
    return Reads((vec4(line) + min(along, vec4(p.w - 1u))) * p.ci, select(vec4(0.0), vec4(1.0), along < vec4(p.w)));
}
// The outer product of four channels, in the rows, and four columns.
fn outer(channels: vec4<f32>, columns: vec4<f32>) -> mat4x4<f32> {
    return mat4x4(channels * columns.x, channels * columns.y, channels * columns.z, channels * columns.w);
}
fn store(row: u32, column: u32, o: u32, outs: u32, sums: mat4x4<f32>) {
    var columns = sums;
    for (var t = 0u; t < 4u; t++) {
        let at = (row * p.ow + column + t) * p.co + o;
        for (var e = 0u; e < 4u; e++) {
            if ((column + t < p.ow) & (e < outs)) { y[at + e] = finish(at + e, columns[t][e]); }
        }
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let channels = p.ci / p.groups;
    let outs = p.co / p.groups;
    let tiles = (outs + 7u) / 8u;
    let across = (p.ow + 7u) / 8u;
    let row = index / (tiles * p.groups * across);               // n · oh + i
    if (row >= p.n * p.oh) { return; }
    let group = index / tiles % p.groups;
    let first = index % tiles * 8u;                              // first output channel, counted within the group
    let column = index / (tiles * p.groups) % across * 8u;
    let n = row / p.oh;
    let i = row % p.oh;
    let o = group * outs + first;
    // Channels past the group's end read its last channel again, and are not stored.
    let last = outs - 1u - first;
    let c = min(vec4(0u, 1u, 2u, 3u), vec4(last)) + vec4(o);
    let d = min(vec4(4u, 5u, 6u, 7u), vec4(last)) + vec4(o);
    let left = vec4(start(c.x), start(c.y), start(c.z), start(c.w));
    let right = vec4(start(d.x), start(d.y), start(d.z), start(d.w));
    // Sums: columns 0 to 3 (a) and 4 to 7 (b), by the left (l) and the right (r) four channels.
    var la = mat4x4(left, left, left, left); var ra = mat4x4(right, right, right, right);
    var lb = la; var rb = ra;
    for (var u = 0u; u < p.kh; u++) {
        let down = i * p.sh + u * p.dh - p.ph;                   // wraps past zero, so one comparison suffices
        if (down >= p.h) { continue; }
        for (var v = 0u; v < p.kw; v++) {
            let a = reads((n * p.h + down) * p.w, column, v);
            let b = reads((n * p.h + down) * p.w, column + 4u, v);
            let weights = (u * p.kw + v) * channels * p.co;
            for (var k = 0u; k < channels; k++) {
                let f = a.at + vec4(group * channels + k);
                let g = b.at + vec4(group * channels + k);
                let xa = vec4(x[f.x], x[f.y], x[f.z], x[f.w]) * a.inside;
                let xb = vec4(x[g.x], x[g.y], x[g.z], x[g.w]) * b.inside;
                let at = weights + k * p.co;
                let wl = vec4(weight[at + c.x], weight[at + c.y], weight[at + c.z], weight[at + c.w]);
                let wr = vec4(weight[at + d.x], weight[at + d.y], weight[at + d.z], weight[at + d.w]);
                la += outer(wl, xa); ra += outer(wr, xa);
                lb += outer(wl, xb); rb += outer(wr, xb);
            }
        }
    }
    let count = outs - first;
    store(row, column, o, count, la);
    store(row, column + 4u, o, count, lb);
    if (count > 4u) {
        store(row, column, o + 4u, count - 4u, ra);
        store(row, column + 4u, o + 4u, count - 4u, rb);
    }
}
