// dx[n, y, x, c] = Σ over the windows above it of dy[n, i, j, c] / count, one value a thread
struct Params { n: u32, h: u32, w: u32, c: u32, oh: u32, ow: u32, kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, count_padding: u32, divisor: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;         // [n, oh, ow, c]
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;   // [n, h, w, c]

// How many rows (or columns) of the window at `start` lie in the input of `len` (padding counted or not).
fn span(start: u32, k: u32, len: u32, padding: u32) -> u32 {
    let end = min(start + k, len + 2u * padding);
    let whole = end - start;
    let inside = min(end, len + padding) - max(start, padding);
    return select(inside, whole, p.count_padding == 1u);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.x + id.y * groups.x * 64u;
    if (at >= p.n * p.h * p.w * p.c) { return; }
    let c = at % p.c;
    let column = at / p.c % p.w;
    let row = at / (p.c * p.w) % p.h;
    let n = at / (p.c * p.w * p.h);
    var s = 0.0;
    for (var u = 0u; u < p.kh; u++) {
        let down = row + p.ph - u;                               // i · s, or far above where it would be negative
        for (var v = 0u; v < p.kw; v++) {
            let right = column + p.pw - v;
            let i = down / p.sh;
            let j = right / p.sw;
            if ((down % p.sh == 0u) & (right % p.sw == 0u) & (i < p.oh) & (j < p.ow)) {
                let counted = span(i * p.sh, p.kh, p.h, p.ph) * span(j * p.sw, p.kw, p.w, p.pw);
                s += dy[((n * p.oh + i) * p.ow + j) * p.c + c] / f32(select(counted, p.divisor, p.divisor > 0u));
            }
        }
    }
    dx[at] = s;
}
