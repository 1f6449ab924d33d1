// y[n, i, j, o] = start(o) + Σ_{u,v,c} x[n, i·sh + u·dh − ph, j·sw + v·dw − pw, c] · w[u, v, c, o]; each thread computes one output
struct Params {
    n: u32, h: u32, w: u32, ci: u32, oh: u32, ow: u32, co: u32, groups: u32,
    kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [n, h, w, ci]
@group(0) @binding(2) var<storage, read> weight: array<f32>;     // [kh, kw, ci / groups, co]
                                                                 // y [n, oh, ow, co]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let index = id.x + id.y * groups.x * 64u;
    if (index >= p.n * p.oh * p.ow * p.co) { return; }
    let channels = p.ci / p.groups;
    let o = index % p.co;
    let j = index / p.co % p.ow;
    let i = index / (p.co * p.ow) % p.oh;
    let n = index / (p.co * p.ow * p.oh);
    var sum = start(o);
    for (var u = 0u; u < p.kh; u++) {
        let down = i * p.sh + u * p.dh - p.ph;                   // wraps past zero, so one comparison suffices
        if (down >= p.h) { continue; }
        for (var v = 0u; v < p.kw; v++) {
            let along = j * p.sw + v * p.dw - p.pw;
            if (along >= p.w) { continue; }
            let origin = ((n * p.h + down) * p.w + along) * p.ci + o / (p.co / p.groups) * channels;
            let tap = (u * p.kw + v) * channels * p.co + o;
            for (var c = 0u; c < channels; c++) { sum += x[origin + c] * weight[tap + c * p.co]; }
        }
    }
    y[index] = finish(index, sum);
}
