// dx[n, y, x, c] = Σ_{u,v,o} dy[n, (y + ph − u·dh)/sh, (x + pw − v·dw)/sw, o] · w[u, v, c, o] where the divisions leave no rest;
// four columns by eight input channels a thread
struct Params {
    n: u32, h: u32, w: u32, ci: u32, oh: u32, ow: u32, co: u32, groups: u32,
    kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;         // [n, oh, ow, co]
@group(0) @binding(2) var<storage, read> weight: array<f32>;     // [kh, kw, ci / groups, co]
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;   // [n, h, w, ci]

fn store(row: u32, column: u32, c: u32, channels: u32, left: vec4<f32>, right: vec4<f32>) {
    let at = (row * p.w + column) * p.ci + c;
    for (var e = 0u; e < 4u; e++) {
        if ((column < p.w) & (e < channels)) { dx[at + e] = left[e]; }
        if ((column < p.w) & (e + 4u < channels)) { dx[at + e + 4u] = right[e]; }
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let channels = p.ci / p.groups;
    let outs = p.co / p.groups;
    let tiles = (channels + 7u) / 8u;
    let across = (p.w + 3u) / 4u;
    let row = index / (tiles * p.groups * across);               // n · h + y
    if (row >= p.n * p.h) { return; }
    let group = index / tiles % p.groups;
    let first = index % tiles * 8u;                              // first input channel, counted within the group
    let column = index / (tiles * p.groups) % across * 4u;
    let n = row / p.h;
    let last = channels - 1u - first;
    let c = (min(vec4(0u, 1u, 2u, 3u), vec4(last)) + vec4(first)) * p.co;
    let d = (min(vec4(4u, 5u, 6u, 7u), vec4(last)) + vec4(first)) * p.co;
    var l0 = vec4(0.0); var l1 = vec4(0.0); var l2 = vec4(0.0); var l3 = vec4(0.0);
    var r0 = vec4(0.0); var r1 = vec4(0.0); var r2 = vec4(0.0); var r3 = vec4(0.0);
    for (var u = 0u; u < p.kh; u++) {
        let down = row % p.h + p.ph - u * p.dh;                  // i · sh, or far above where it would be negative
        if ((down % p.sh != 0u) | (down / p.sh >= p.oh)) { continue; }
        for (var v = 0u; v < p.kw; v++) {
            let along = vec4(column) + vec4(0u, 1u, 2u, 3u) + vec4(p.pw - v * p.dw);
            let j = along / p.sw;
            let fed = select(vec4(0.0), vec4(1.0), (along % p.sw == vec4(0u)) & (j < vec4(p.ow)));
            if (all(fed == vec4(0.0))) { continue; }
            let origin = (vec4((n * p.oh + down / p.sh) * p.ow) + min(j, vec4(p.ow - 1u))) * p.co + vec4(group * outs);
            let weights = (u * p.kw + v) * channels * p.co + group * outs;
            for (var k = 0u; k < outs; k++) {
                let f = origin + vec4(k);
                let value = vec4(dy[f.x], dy[f.y], dy[f.z], dy[f.w]) * fed;
                let at = weights + k;
                let wl = vec4(weight[at + c.x], weight[at + c.y], weight[at + c.z], weight[at + c.w]);
                let wr = vec4(weight[at + d.x], weight[at + d.y], weight[at + d.z], weight[at + d.w]);
                l0 += value.x * wl; l1 += value.y * wl; l2 += value.z * wl; l3 += value.w * wl;
                r0 += value.x * wr; r1 += value.y * wr; r2 += value.z * wr; r3 += value.w * wr;
            }
        }
    }
    let channel = group * channels + first;
    store(row, column, channel, channels - first, l0, r0);
    store(row, column + 1u, channel, channels - first, l1, r1);
    store(row, column + 2u, channel, channels - first, l2, r2);
    store(row, column + 3u, channel, channels - first, l3, r3);
}
