// What the convolutions of few channels share: where a window's rows begin, whose columns and channels lie side by side;
// goes before conv2d_thin.wgsl and conv2d_thin_one.wgsl
struct Params {
    n: u32, h: u32, w: u32, ci: u32, oh: u32, ow: u32, co: u32, groups: u32,
    kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
    a: f32, b: f32,                                                  // of the function, if one follows
}
@group(0) @binding(0) var<uniform> p: Params;
// Four neighbouring places: the first row and value of a row that their windows read, less than 0 wrapped round, and their image's first row.
struct Places { down: vec4<u32>, along: vec4<u32>, image: vec4<u32> }

// Places past the end repeat the last one and are not stored.
fn places(first: u32) -> Places {
    let at = min(vec4(first) + vec4(0u, 1u, 2u, 3u), vec4(p.n * p.oh * p.ow - 1u));
    let row = at / p.ow;
    let image = row / p.oh;
    return Places((row - image * p.oh) * p.sh - p.ph, ((at - row * p.ow) * p.sw - p.pw) * p.ci, image * p.h);
}
