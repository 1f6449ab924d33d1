// y[n, i, j, c] = start(c) + Σ_{u,v} x[n, i·sh + u·dh − ph, j·sw + v·dw − pw, c] · w[u, v, c]; each thread computes four columns by four channels
// Needs a head before it
struct Params {
    n: u32, h: u32, w: u32, ci: u32, oh: u32, ow: u32, co: u32, groups: u32,
    kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
    a: f32, b: f32,                                              // of the function, if one follows
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;        // [n, h, w, c / 4]
@group(0) @binding(2) var<storage, read> weight: array<vec4<f32>>;   // [kh, kw, c / 4]
                                                                     // y [n, oh, ow, c / 4]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let fours = p.co / 4u;
    let across = (p.ow + 3u) / 4u;
    let row = index / (fours * across);                          // n · oh + i
    if (row >= p.n * p.oh) { return; }
    let four = index % fours;
    let column = index / fours % across * 4u;
    let image = row / p.oh;
    let top = (row - image * p.oh) * p.sh - p.ph;
    let z = start(four);
    var s0 = z; var s1 = z; var s2 = z; var s3 = z;
    for (var u = 0u; u < p.kh; u++) {
        let down = top + u * p.dh;                               // wraps past zero, so one comparison suffices
        if (down >= p.h) { continue; }
        let line = (image * p.h + down) * p.w;
        for (var v = 0u; v < p.kw; v++) {
            let w = weight[(u * p.kw + v) * fours + four];
            let along = (vec4(column) + vec4(0u, 1u, 2u, 3u)) * p.sw + vec4(v * p.dw - p.pw);
            let inside = select(vec4(0.0), vec4(1.0), along < vec4(p.w));
            let f = (vec4(line) + min(along, vec4(p.w - 1u))) * fours + vec4(four);
            s0 += x[f.x] * (w * inside.x);
            s1 += x[f.y] * (w * inside.y);
            s2 += x[f.z] * (w * inside.z);
            s3 += x[f.w] * (w * inside.w);
        }
    }
    var sums = array(s0, s1, s2, s3);
    for (var e = 0u; e < min(4u, p.ow - column); e++) {
        let at = (row * p.ow + column + e) * fours + four;
        y[at] = finish(at, sums[e]);
    }
}
