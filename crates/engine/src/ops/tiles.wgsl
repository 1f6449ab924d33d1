// The part that tiled convolutions share: four pixels, in the columns, by four channels as a matrix. A shader of tiles follows it
struct Params {
    n: u32, h: u32, w: u32, ci: u32, oh: u32, ow: u32, co: u32, groups: u32,
    kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
    a: f32, b: f32,                                                  // of the function, if one follows
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;        // [n, h, w, ci / 4]
@group(0) @binding(2) var<storage, read> weight: array<vec4<f32>>;   // [kh, kw, ci / groups, co / 4]
                                                                     // y [n, oh, ow, co / 4]

// Four neighbouring places: the first row and column that their windows read (negative numbers wrap round), and the first row of their image.
struct Places { down: vec4<u32>, along: vec4<u32>, image: vec4<u32> }

// Places past the end repeat the last one, and are not stored.
fn places(first: u32) -> Places {
    let at = min(vec4(first) + vec4(0u, 1u, 2u, 3u), vec4(p.n * p.oh * p.ow - 1u));
    let row = at / p.ow;
    let image = row / p.oh;
    return Places((row - image * p.oh) * p.sh - p.ph, (at - row * p.ow) * p.sw - p.pw, image * p.h);
}
// 1 for the places whose tap (u, v) reads the image, and 0 for those in the padding.
fn inside(s: Places, u: u32, v: u32) -> vec4<f32> {
    return select(vec4(0.0), vec4(1.0), (s.down + u * p.dh < vec4(p.h)) & (s.along + v * p.dw < vec4(p.w)));
}
// The positions of the first four channels of the image under tap (u, v) of each place.
fn origin(s: Places, u: u32, v: u32) -> vec4<u32> {
    return ((s.image + min(s.down + u * p.dh, vec4(p.h - 1u))) * p.w + min(s.along + v * p.dw, vec4(p.w - 1u))) * (p.ci / 4u);
}
fn inputs(at: vec4<u32>, inside: vec4<f32>) -> mat4x4<f32> {
    return mat4x4(x[at.x] * inside.x, x[at.y] * inside.y, x[at.z] * inside.z, x[at.w] * inside.w);
}
// The weights of four output channels, in the rows, and four neighbouring input channels.
fn weights(at: u32) -> mat4x4<f32> {
    let next = p.co / 4u;
    return mat4x4(weight[at], weight[at + next], weight[at + 2u * next], weight[at + 3u * next]);
}
fn started(o: u32) -> mat4x4<f32> {
    let s = start(o);
    return mat4x4(s, s, s, s);
}
