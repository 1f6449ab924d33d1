// y[n, i, j, c] = Σ over the window of x[n, i·s + u − p, j·s + v − p, c] / count, one value a thread
struct Params { n: u32, h: u32, w: u32, c: u32, oh: u32, ow: u32, kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, count_padding: u32, divisor: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [n, h, w, c]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [n, oh, ow, c]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.x + id.y * groups.x * 64u;
    if (at >= p.n * p.oh * p.ow * p.c) { return; }
    let c = at % p.c;
    let j = at / p.c % p.ow;
    let i = at / (p.c * p.ow) % p.oh;
    let n = at / (p.c * p.ow * p.oh);
    var s = 0.0;
    var inside = 0u;
    for (var u = 0u; u < p.kh; u++) {
        let row = i * p.sh + u - p.ph;                           // wraps past zero, so one comparison suffices
        for (var v = 0u; v < p.kw; v++) {
            let column = j * p.sw + v - p.pw;
            if ((row < p.h) & (column < p.w)) {
                s += x[((n * p.h + row) * p.w + column) * p.c + c];
                inside++;
            }
        }
    }
    // Padding may count, what overhangs the padded input never does.
    let high = min(i * p.sh + p.kh, p.h + 2u * p.ph) - i * p.sh;
    let wide = min(j * p.sw + p.kw, p.w + 2u * p.pw) - j * p.sw;
    let counted = select(inside, high * wide, p.count_padding == 1u);
    y[at] = s / f32(select(counted, p.divisor, p.divisor > 0u));
}
