// y[n, i, j, c] = start(c) + Σ_{u,v} x[n, i·sh + u·dh − ph, j + v − pw, c] · w[u, v, c]; each thread computes eight neighbouring columns by four channels
// The window moves along the row, and each tap but the first reads only one new column. Needs a head before it
struct Params {
    n: u32, h: u32, w: u32, ci: u32, oh: u32, ow: u32, co: u32, groups: u32,
    kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
    a: f32, b: f32,                                                  // of the function, if one follows
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;        // [n, h, w, c / 4]
@group(0) @binding(2) var<storage, read> weight: array<vec4<f32>>;   // [kh, kw, c / 4]
                                                                     // y [n, oh, ow, c / 4]

// Four channels of a column, 0 in the padding. A negative column wraps to a large number, so one comparison suffices.
fn pixel(line: u32, column: u32, four: u32) -> vec4<f32> {
    return x[(line + min(column, p.w - 1u)) * (p.co / 4u) + four] * select(0.0, 1.0, column < p.w);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let fours = p.co / 4u;
    let across = (p.ow + 7u) / 8u;
    let row = index / (fours * across);                              // n · oh + i
    if (row >= p.n * p.oh) { return; }
    let four = index % fours;
    let column = index / fours % across * 8u;
    let first = column - p.pw;
    let image = row / p.oh;
    let top = (row - image * p.oh) * p.sh - p.ph;
    let z = start(four);
    var s0 = z; var s1 = z; var s2 = z; var s3 = z; var s4 = z; var s5 = z; var s6 = z; var s7 = z;
    for (var u = 0u; u < p.kh; u++) {
        let down = top + u * p.dh;
        if (down >= p.h) { continue; }
        let line = (image * p.h + down) * p.w;
        var x0 = vec4(0.0);
        var x1 = pixel(line, first, four);
        var x2 = pixel(line, first + 1u, four);
        var x3 = pixel(line, first + 2u, four);
        var x4 = pixel(line, first + 3u, four);
        var x5 = pixel(line, first + 4u, four);
        var x6 = pixel(line, first + 5u, four);
        var x7 = pixel(line, first + 6u, four);
        for (var v = 0u; v < p.kw; v++) {
            x0 = x1; x1 = x2; x2 = x3; x3 = x4; x4 = x5; x5 = x6; x6 = x7;
            x7 = pixel(line, first + 7u + v, four);
            let w = weight[(u * p.kw + v) * fours + four];
            s0 += x0 * w; s1 += x1 * w; s2 += x2 * w; s3 += x3 * w;
            s4 += x4 * w; s5 += x5 * w; s6 += x6 * w; s7 += x7 * w;
        }
    }
    var sums = array(s0, s1, s2, s3, s4, s5, s6, s7);
    for (var e = 0u; e < min(8u, p.ow - column); e++) {
        let at = (row * p.ow + column + e) * fours + four;
        y[at] = finish(at, sums[e]);
    }
}
