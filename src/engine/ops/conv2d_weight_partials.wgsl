// dw[s, t, o] = Σ over the output rows of block s of x[n, i·sh + u·dh − ph, j·sw + v·dw − pw, c] · dy[n, i, j, o] for tap t = (u, v, c);
// four taps by eight output channels a thread
struct Params {
    n: u32, h: u32, w: u32, ci: u32, oh: u32, ow: u32, co: u32, groups: u32,
    kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
    blocks: u32, rows: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [n, h, w, ci]
@group(0) @binding(2) var<storage, read> dy: array<f32>;         // [n, oh, ow, co]
@group(0) @binding(3) var<storage, read_write> dw: array<f32>;   // [blocks, kh · kw · ci / groups, co]

fn store(block: u32, taps: u32, tap: u32, o: u32, outs: u32, left: vec4<f32>, right: vec4<f32>) {
    let at = (block * taps + tap) * p.co + o;
    for (var e = 0u; e < 4u; e++) {
        if ((tap < taps) & (e < outs)) { dw[at + e] = left[e]; }
        if ((tap < taps) & (e + 4u < outs)) { dw[at + e + 4u] = right[e]; }
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let channels = p.ci / p.groups;
    let outs = p.co / p.groups;
    let tiles = (outs + 7u) / 8u;
    let taps = p.kh * p.kw * channels;
    let down_tiles = (taps + 3u) / 4u;
    let block = index / (tiles * p.groups * down_tiles);
    if (block >= p.blocks) { return; }
    let group = index / tiles % p.groups;
    let first = index % tiles * 8u;
    let tap = index / (tiles * p.groups) % down_tiles * 4u;
    let o = group * outs + first;
    let last = outs - 1u - first;
    let c = min(vec4(0u, 1u, 2u, 3u), vec4(last)) + vec4(o);
    let d = min(vec4(4u, 5u, 6u, 7u), vec4(last)) + vec4(o);
    // Taps past the end repeat the last one and are not stored.
    let t = min(vec4(tap) + vec4(0u, 1u, 2u, 3u), vec4(taps - 1u));
    let channel = t % channels + vec4(group * channels);
    let v = t / channels % p.kw * p.dw - vec4(p.pw);             // wraps past zero, as the row below
    let u = t / (channels * p.kw) * p.dh - vec4(p.ph);
    var l0 = vec4(0.0); var l1 = vec4(0.0); var l2 = vec4(0.0); var l3 = vec4(0.0);
    var r0 = vec4(0.0); var r1 = vec4(0.0); var r2 = vec4(0.0); var r3 = vec4(0.0);
    let end = min((block + 1u) * p.rows, p.n * p.oh);
    for (var row = block * p.rows; row < end; row++) {
        let down = vec4(row % p.oh * p.sh) + u;
        let inside_row = select(vec4(0.0), vec4(1.0), down < vec4(p.h));
        let line = (vec4(row / p.oh * p.h) + min(down, vec4(p.h - 1u))) * p.w;
        for (var j = 0u; j < p.ow; j++) {
            let along = vec4(j * p.sw) + v;
            let inside = select(vec4(0.0), inside_row, along < vec4(p.w));
            let f = (line + min(along, vec4(p.w - 1u))) * p.ci + channel;
            let value = vec4(x[f.x], x[f.y], x[f.z], x[f.w]) * inside;
            let at = (row * p.ow + j) * p.co;
            let gl = vec4(dy[at + c.x], dy[at + c.y], dy[at + c.z], dy[at + c.w]);
            let gr = vec4(dy[at + d.x], dy[at + d.y], dy[at + d.z], dy[at + d.w]);
            l0 += value.x * gl; l1 += value.y * gl; l2 += value.z * gl; l3 += value.w * gl;
            r0 += value.x * gr; r1 += value.y * gr; r2 += value.z * gr; r3 += value.w * gr;
        }
    }
    store(block, taps, tap, o, outs - first, l0, r0);
    store(block, taps, tap + 1u, o, outs - first, l1, r1);
    store(block, taps, tap + 2u, o, outs - first, l2, r2);
    store(block, taps, tap + 3u, o, outs - first, l3, r3);
}
