// The part that convolutions with few channels share: where the rows of a window begin. The columns and channels of a row lie side by side
// conv2d_thin.wgsl or conv2d_thin_one.wgsl follows it
struct Params {
    n: u32, h: u32, w: u32, ci: u32, oh: u32, ow: u32, co: u32, groups: u32,
    kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
    a: f32, b: f32,                                                  // of the function, if one follows
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;              // [n, h, w, ci]

// Four neighbouring places: the first row that their windows read, the first value in that row (negative numbers wrap round), and the first
// row of their image.
struct Places { down: vec4<u32>, along: vec4<u32>, image: vec4<u32> }

// Places past the end repeat the last one, and are not stored.
fn places(first: u32) -> Places {
    let at = min(vec4(first) + vec4(0u, 1u, 2u, 3u), vec4(p.n * p.oh * p.ow - 1u));
    let row = at / p.ow;
    let image = row / p.oh;
    return Places((row - image * p.oh) * p.sh - p.ph, ((at - row * p.ow) * p.sw - p.pw) * p.ci, image * p.h);
}
// Where four windows read their row u of the image. `inside` is 1 where there is such a row, and 0 in the padding.
struct Line { at: vec4<u32>, inside: vec4<f32> }
fn line(s: Places, u: u32) -> Line {
    let down = s.down + u * p.dh;
    return Line((s.image + min(down, vec4(p.h - 1u))) * p.w * p.ci, select(vec4(0.0), vec4(1.0), down < vec4(p.h)));
}
// Value e of that row under each of the four windows.
fn inputs(s: Places, l: Line, e: u32) -> vec4<f32> {
    let width = p.w * p.ci;
    let along = s.along + e;
    let at = l.at + min(along, vec4(width - 1u));
    return vec4(x[at.x], x[at.y], x[at.z], x[at.w]) * select(vec4(0.0), l.inside, along < vec4(width));
}
