// dx[n, y, x, c] = Σ_{u,v} dy[n, (y + ph − u·dh)/sh, (x + pw − v·dw)/sw, c] · w[u, v, c] where the divisions leave no remainder
// Each thread computes four columns by four channels
struct Params {
    n: u32, h: u32, w: u32, ci: u32, oh: u32, ow: u32, co: u32, groups: u32,
    kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> dy: array<vec4<f32>>;       // [n, oh, ow, c / 4]
@group(0) @binding(2) var<storage, read> weight: array<vec4<f32>>;   // [kh, kw, c / 4]
@group(0) @binding(3) var<storage, read_write> dx: array<vec4<f32>>; // [n, h, w, c / 4]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    let fours = p.co / 4u;
    // A tap meets every sw-th column. A thread takes four of those columns, so that a tap meets all of them or none.
    let across = (p.w + 4u * p.sw - 1u) / (4u * p.sw) * p.sw;
    let row = index / (fours * across);                          // n · h + y
    if (row >= p.n * p.h) { return; }
    let four = index % fours;
    let tile = index / fours % across;
    let column = tile / p.sw * 4u * p.sw + tile % p.sw;
    var s0 = vec4(0.0); var s1 = vec4(0.0); var s2 = vec4(0.0); var s3 = vec4(0.0);
    for (var u = 0u; u < p.kh; u++) {
        let down = row % p.h + p.ph - u * p.dh;                  // i · sh; a very large number if it would be negative
        if ((down % p.sh != 0u) | (down / p.sh >= p.oh)) { continue; }
        let line = (row / p.h * p.oh + down / p.sh) * p.ow;
        for (var v = 0u; v < p.kw; v++) {
            // A multiple of sw is added, so that nothing is negative before the division. What is negative after it wraps round.
            let lift = p.kw * p.dw;
            let along = column + p.pw + lift * p.sw - v * p.dw;
            if (along % p.sw != 0u) { continue; }
            let w = weight[(u * p.kw + v) * fours + four];
            let j = vec4(along / p.sw - lift) + vec4(0u, 1u, 2u, 3u);
            let fed = select(vec4(0.0), vec4(1.0), j < vec4(p.ow));
            let f = (vec4(line) + min(j, vec4(p.ow - 1u))) * fours + vec4(four);
            s0 += dy[f.x] * (w * fed.x);
            s1 += dy[f.y] * (w * fed.y);
            s2 += dy[f.z] * (w * fed.z);
            s3 += dy[f.w] * (w * fed.w);
        }
    }
    let at = (row * p.w + column) * fours + four;
    let step = p.sw * fours;
    if (column < p.w) { dx[at] = s0; }
    if (column + p.sw < p.w) { dx[at + step] = s1; }
    if (column + 2u * p.sw < p.w) { dx[at + 2u * step] = s2; }
    if (column + 3u * p.sw < p.w) { dx[at + 3u * step] = s3; }
}
