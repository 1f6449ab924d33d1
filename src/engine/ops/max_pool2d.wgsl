// y[n, i, j, c] = max over the window of x[n, i·s + u·d − p, j·s + v·d − p, c], one value a thread
struct Params { n: u32, h: u32, w: u32, c: u32, oh: u32, ow: u32, kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32 }
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
    var largest = -3.4e38;
    for (var u = 0u; u < p.kh; u++) {
        let row = i * p.sh + u * p.dh - p.ph;                    // wraps past zero, so one comparison suffices
        for (var v = 0u; v < p.kw; v++) {
            let column = j * p.sw + v * p.dw - p.pw;
            let inside = (row < p.h) & (column < p.w);
            let value = x[((n * p.h + min(row, p.h - 1u)) * p.w + min(column, p.w - 1u)) * p.c + c];
            largest = select(largest, max(largest, value), inside);
        }
    }
    y[at] = largest;
}
