// dw[s, u, v, c] = Σ over the output rows of block s of x[n, i·sh + u·dh − ph, j·sw + v·dw − pw, c] · dy[n, i, j, c]
// Each thread computes four taps of a row by four channels
struct Params {
    n: u32, h: u32, w: u32, ci: u32, oh: u32, ow: u32, co: u32, groups: u32,
    kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
    blocks: u32, rows: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;        // [n, h, w, c / 4]
@group(0) @binding(2) var<storage, read> dy: array<vec4<f32>>;       // [n, oh, ow, c / 4]
@group(0) @binding(3) var<storage, read_write> dw: array<vec4<f32>>; // [blocks, kh, kw, c / 4]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let fours = p.co / 4u;
    let across = (p.kw + 3u) / 4u;
    let block = index / (fours * across * p.kh);
    if (block >= p.blocks) { return; }
    let four = index % fours;
    let v = index / fours % across * 4u;
    let u = index / (fours * across) % p.kh;
    var s0 = vec4(0.0); var s1 = vec4(0.0); var s2 = vec4(0.0); var s3 = vec4(0.0);
    let end = min((block + 1u) * p.rows, p.n * p.oh);
    for (var row = block * p.rows; row < end; row++) {
        let down = row % p.oh * p.sh + u * p.dh - p.ph;          // wraps past zero, so one comparison suffices
        if (down >= p.h) { continue; }
        let line = (row / p.oh * p.h + down) * p.w;
        for (var j = 0u; j < p.ow; j++) {
            let g = dy[(row * p.ow + j) * fours + four];
            let along = vec4(j * p.sw - p.pw) + (vec4(v) + vec4(0u, 1u, 2u, 3u)) * p.dw;
            let inside = select(vec4(0.0), vec4(1.0), along < vec4(p.w));
            let f = (vec4(line) + min(along, vec4(p.w - 1u))) * fours + vec4(four);
            s0 += x[f.x] * (g * inside.x);
            s1 += x[f.y] * (g * inside.y);
            s2 += x[f.z] * (g * inside.z);
            s3 += x[f.w] * (g * inside.w);
        }
    }
    let at = ((block * p.kh + u) * p.kw + v) * fours + four;
    dw[at] = s0;
    if (v + 1u < p.kw) { dw[at + fours] = s1; }
    if (v + 2u < p.kw) { dw[at + 2u * fours] = s2; }
    if (v + 3u < p.kw) { dw[at + 3u * fours] = s3; }
}
