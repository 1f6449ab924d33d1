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
    // The windows over (row, column): from the first whose end is not above it to the last whose start is not below it.
    let down = row + p.ph;
    let right = column + p.pw;
    let first_i = (max(down, p.kh - 1u) - (p.kh - 1u) + p.sh - 1u) / p.sh;
    let first_j = (max(right, p.kw - 1u) - (p.kw - 1u) + p.sw - 1u) / p.sw;
    for (var i = first_i; i <= min(down / p.sh, p.oh - 1u); i++) {
        for (var j = first_j; j <= min(right / p.sw, p.ow - 1u); j++) {
            let counted = span(i * p.sh, p.kh, p.h, p.ph) * span(j * p.sw, p.kw, p.w, p.pw);
            s += dy[((n * p.oh + i) * p.ow + j) * p.c + c] / f32(select(counted, p.divisor, p.divisor > 0u));
        }
    }
    dx[at] = s;
}
