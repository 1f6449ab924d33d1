// y[n, i, j, c] = start(c) + Σ_{u,v} x[n, i + u − ph, j + v − pw, c] · w[u, v, c] for a 3×3 window with stride 1
// Each thread computes two rows by four columns by four channels, and reads four rows by six columns once. Needs a head before it
struct Params {
    n: u32, h: u32, w: u32, ci: u32, oh: u32, ow: u32, co: u32, groups: u32,
    kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
    a: f32, b: f32,                                                  // of the function, if one follows
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;        // [n, h, w, c / 4]
@group(0) @binding(2) var<storage, read> weight: array<vec4<f32>>;   // [kh, kw, c / 4]
                                                                     // y [n, oh, ow, c / 4]

// Six neighbouring pixels of a row, four channels of each. Pixels in the padding are 0.
struct Row { a: vec4<f32>, b: vec4<f32>, c: vec4<f32>, d: vec4<f32>, e: vec4<f32>, f: vec4<f32> }

fn pixel(line: u32, column: u32, fours: u32, inside: f32) -> vec4<f32> {
    return x[line + min(column, p.w - 1u) * fours] * select(0.0, inside, column < p.w);
}
// A negative row or column wraps to a large number, so one comparison suffices.
fn row(image: u32, down: u32, first: u32, fours: u32, four: u32) -> Row {
    let line = (image * p.h + min(down, p.h - 1u)) * p.w * fours + four;
    let inside = select(0.0, 1.0, down < p.h);
    return Row(pixel(line, first, fours, inside), pixel(line, first + 1u, fours, inside), pixel(line, first + 2u, fours, inside),
        pixel(line, first + 3u, fours, inside), pixel(line, first + 4u, fours, inside), pixel(line, first + 5u, fours, inside));
}
// The contribution of one row of the window to four columns of y.
fn taps(x: Row, u: vec4<f32>, v: vec4<f32>, w: vec4<f32>) -> mat4x4<f32> {
    return mat4x4(x.a * u + x.b * v + x.c * w, x.b * u + x.c * v + x.d * w, x.c * u + x.d * v + x.e * w, x.d * u + x.e * v + x.f * w);
}
fn store(line: u32, i: u32, column: u32, fours: u32, four: u32, sums: mat4x4<f32>) {
    if (i >= p.oh) { return; }
    let at = ((line + i) * p.ow + column) * fours + four;
    y[at] = finish(at, sums[0]);
    if (column + 1u < p.ow) { y[at + fours] = finish(at + fours, sums[1]); }
    if (column + 2u < p.ow) { y[at + 2u * fours] = finish(at + 2u * fours, sums[2]); }
    if (column + 3u < p.ow) { y[at + 3u * fours] = finish(at + 3u * fours, sums[3]); }
}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let fours = p.co / 4u;
    let across = (p.ow + 3u) / 4u;
    let high = (p.oh + 1u) / 2u;
    let tall = index / (fours * across);
    if (tall >= p.n * high) { return; }
    let four = index % fours;
    let column = index / fours % across * 4u;
    let image = tall / high;
    let i = (tall - image * high) * 2u;
    let first = column - p.pw;
    let top = i - p.ph;
    let z = start(four);
    let begin = mat4x4(z, z, z, z);
    let u0 = weight[four]; let v0 = weight[fours + four]; let w0 = weight[2u * fours + four];
    let u1 = weight[3u * fours + four]; let v1 = weight[4u * fours + four]; let w1 = weight[5u * fours + four];
    let u2 = weight[6u * fours + four]; let v2 = weight[7u * fours + four]; let w2 = weight[8u * fours + four];
    let ra = row(image, top, first, fours, four);
    let rb = row(image, top + 1u, first, fours, four);
    let rc = row(image, top + 2u, first, fours, four);
    let rd = row(image, top + 3u, first, fours, four);
    store(image * p.oh, i, column, fours, four, begin + taps(ra, u0, v0, w0) + taps(rb, u1, v1, w1) + taps(rc, u2, v2, w2));
    store(image * p.oh, i + 1u, column, fours, four, begin + taps(rb, u0, v0, w0) + taps(rc, u1, v1, w1) + taps(rd, u2, v2, w2));
}
