// dw[s, t, o] = Σ over the output rows of block s of x[n, i·sh + u·dh − ph, j·sw + v·dw − pw, c] · dy[n, i, j, o] for tap t = (u, v, c)
// Each thread computes eight taps by eight output channels
struct Params {
    n: u32, h: u32, w: u32, ci: u32, oh: u32, ow: u32, co: u32, groups: u32,
    kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
    blocks: u32, rows: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [n, h, w, ci]
@group(0) @binding(2) var<storage, read> dy: array<f32>;         // [n, oh, ow, co]
@group(0) @binding(3) var<storage, read_write> dw: array<f32>;   // [blocks, kh · kw · ci / groups, co]

// Four taps: where they read, relative to the window's first row and column (negative numbers wrap round), and their channel.
struct Taps { u: vec4<u32>, v: vec4<u32>, channel: vec4<u32> }

// Taps past the end repeat the last one, and are not stored.
fn taps_from(first: u32, group: u32) -> Taps {
    let channels = p.ci / p.groups;
    let t = min(vec4(first) + vec4(0u, 1u, 2u, 3u), vec4(p.kh * p.kw * channels - 1u));
    let place = t / channels;
    let u = place / p.kw;
    return Taps(u * p.dh - vec4(p.ph), (place - u * p.kw) * p.dw - vec4(p.pw), t - place * channels + vec4(group * channels));
}
fn outer(outs: vec4<f32>, taps: vec4<f32>) -> mat4x4<f32> {
    return mat4x4(outs * taps.x, outs * taps.y, outs * taps.z, outs * taps.w);
}
fn store(block: u32, taps: u32, tap: u32, o: u32, outs: u32, sums: mat4x4<f32>) {
    var columns = sums;
    for (var t = 0u; t < 4u; t++) {
        for (var e = 0u; e < 4u; e++) {
            if ((tap + t < taps) & (e < outs)) { dw[(block * taps + tap + t) * p.co + o + e] = columns[t][e]; }
        }
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let channels = p.ci / p.groups;
    let outs = p.co / p.groups;
    let tiles = (outs + 7u) / 8u;
    let taps = p.kh * p.kw * channels;
    let down_tiles = (taps + 7u) / 8u;
    let block = index / (tiles * p.groups * down_tiles);
    if (block >= p.blocks) { return; }
    let group = index / tiles % p.groups;
    let first = index % tiles * 8u;
    let tap = index / (tiles * p.groups) % down_tiles * 8u;
    let o = group * outs + first;
    let last = outs - 1u - first;
    let c = min(vec4(0u, 1u, 2u, 3u), vec4(last)) + vec4(o);
    let d = min(vec4(4u, 5u, 6u, 7u), vec4(last)) + vec4(o);
    let ta = taps_from(tap, group);
    let tb = taps_from(tap + 4u, group);
    // Sums: taps 0 to 3 (a) and 4 to 7 (b), by the left (l) and the right (r) four output channels.
    var la = mat4x4<f32>(); var ra = mat4x4<f32>(); var lb = mat4x4<f32>(); var rb = mat4x4<f32>();
    let end = min((block + 1u) * p.rows, p.n * p.oh);
    for (var row = block * p.rows; row < end; row++) {
        let image = row / p.oh;
        let down_a = vec4((row - image * p.oh) * p.sh) + ta.u;
        let down_b = vec4((row - image * p.oh) * p.sh) + tb.u;
        let row_a = select(vec4(0.0), vec4(1.0), down_a < vec4(p.h));
        let row_b = select(vec4(0.0), vec4(1.0), down_b < vec4(p.h));
        let line_a = (vec4(image * p.h) + min(down_a, vec4(p.h - 1u))) * p.w;
        let line_b = (vec4(image * p.h) + min(down_b, vec4(p.h - 1u))) * p.w;
        for (var j = 0u; j < p.ow; j++) {
            let along_a = vec4(j * p.sw) + ta.v;
            let along_b = vec4(j * p.sw) + tb.v;
            let f = (line_a + min(along_a, vec4(p.w - 1u))) * p.ci + ta.channel;
            let g = (line_b + min(along_b, vec4(p.w - 1u))) * p.ci + tb.channel;
            let xa = vec4(x[f.x], x[f.y], x[f.z], x[f.w]) * select(vec4(0.0), row_a, along_a < vec4(p.w));
            let xb = vec4(x[g.x], x[g.y], x[g.z], x[g.w]) * select(vec4(0.0), row_b, along_b < vec4(p.w));
            let at = (row * p.ow + j) * p.co;
            let gl = vec4(dy[at + c.x], dy[at + c.y], dy[at + c.z], dy[at + c.w]);
            let gr = vec4(dy[at + d.x], dy[at + d.y], dy[at + d.z], dy[at + d.w]);
            la += outer(gl, xa); ra += outer(gr, xa);
            lb += outer(gl, xb); rb += outer(gr, xb);
        }
    }
    let count = outs - first;
    store(block, taps, tap, o, count, la);
    store(block, taps, tap + 4u, o, count, lb);
    if (count > 4u) {
        store(block, taps, tap, o + 4u, count - 4u, ra);
        store(block, taps, tap + 4u, o + 4u, count - 4u, rb);
    }
}
