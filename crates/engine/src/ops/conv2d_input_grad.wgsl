// dx[n, y, x, c] = Σ_{u,v,o} dy[n, (y + ph − u·dh)/sh, (x + pw − v·dw)/sw, o] · w[u, v, c, o] where the divisions leave no remainder
// Each thread computes eight columns by eight input channels. Needs input_grad_one.wgsl or input_grad_four.wgsl before it
struct Params {
    n: u32, h: u32, w: u32, ci: u32, oh: u32, ow: u32, co: u32, groups: u32,
    kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;   // [n, h, w, ci]

// Four neighbouring columns of dy. The first may be negative (wrapped round). `fed` is 1 where a column exists, and 0 elsewhere.
struct Fed { j: vec4<u32>, fed: vec4<f32> }
fn fed_from(first: u32) -> Fed {
    let j = vec4(first) + vec4(0u, 1u, 2u, 3u);
    return Fed(min(j, vec4(p.ow - 1u)), select(vec4(0.0), vec4(1.0), j < vec4(p.ow)));
}
fn store(row: u32, column: u32, c: u32, channels: u32, sums: mat4x4<f32>) {
    var columns = sums;
    for (var t = 0u; t < 4u; t++) {
        for (var e = 0u; e < 4u; e++) {
            let x = column + t * p.sw;
            if ((x < p.w) & (e < channels)) { dx[(row * p.w + x) * p.ci + c + e] = columns[t][e]; }
        }
    }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let channels = p.ci / p.groups;
    let outs = p.co / p.groups / WIDTH;                          // output channels, counted in units of WIDTH
    let all = p.co / WIDTH;
    let tiles = (channels + 7u) / 8u;
    // A tap meets every sw-th column. A thread takes eight of those columns, so that a tap meets all of them or none.
    let across = (p.w + 8u * p.sw - 1u) / (8u * p.sw) * p.sw;
    let row = index / (tiles * p.groups * across);               // n · h + y
    if (row >= p.n * p.h) { return; }
    let group = index / tiles % p.groups;
    let first = index % tiles * 8u;                              // first input channel, counted within the group
    let tile = index / (tiles * p.groups) % across;
    let column = tile / p.sw * 8u * p.sw + tile % p.sw;
    let n = row / p.h;
    let last = channels - 1u - first;
    let c = (min(vec4(0u, 1u, 2u, 3u), vec4(last)) + vec4(first)) * all;
    let d = (min(vec4(4u, 5u, 6u, 7u), vec4(last)) + vec4(first)) * all;
    // Sums: columns 0 to 3 (a) and 4 to 7 (b), by the left (l) and the right (r) four channels.
    var la = mat4x4<f32>(); var ra = mat4x4<f32>(); var lb = mat4x4<f32>(); var rb = mat4x4<f32>();
    for (var u = 0u; u < p.kh; u++) {
        let down = row % p.h + p.ph - u * p.dh;                  // i · sh; a very large number if it would be negative
        if ((down % p.sh != 0u) | (down / p.sh >= p.oh)) { continue; }
        for (var v = 0u; v < p.kw; v++) {
            // A multiple of sw is added, so that nothing is negative before the division.
            let lift = p.kw * p.dw;
            let along = column + p.pw + lift * p.sw - v * p.dw;
            if (along % p.sw != 0u) { continue; }
            let a = fed_from(along / p.sw - lift);
            let b = fed_from(along / p.sw - lift + 4u);
            let line = (n * p.oh + down / p.sh) * p.ow;
            let at_a = (vec4(line) + a.j) * all + vec4(group * outs);
            let at_b = (vec4(line) + b.j) * all + vec4(group * outs);
            let weights = (u * p.kw + v) * channels * all + group * outs;
            for (var k = 0u; k < outs; k++) {
                let ua = upstream(at_a + vec4(k), a.fed);
                let ub = upstream(at_b + vec4(k), b.fed);
                let kl = kernel(c + vec4(weights + k));
                let kr = kernel(d + vec4(weights + k));
                la += products(kl, ua); ra += products(kr, ua);
                lb += products(kl, ub); rb += products(kr, ub);
            }
        }
    }
    let channel = group * channels + first;
    let count = channels - first;
    store(row, column, channel, count, la);
    store(row, column + 4u * p.sw, channel, count, lb);
    if (count > 4u) {
        store(row, column, channel + 4u, count - 4u, ra);
        store(row, column + 4u * p.sw, channel + 4u, count - 4u, rb);
    }
}
