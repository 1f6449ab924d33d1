// y[n, i, j, c] = max over the window of x[n, i·s + u·d − p, j·s + v·d − p, c]; each thread computes one value. Needs pool.wgsl before it
@group(0) @binding(1) var<storage, read> x: array<f32>;          // [n, h, w, c]
@group(0) @binding(2) var<storage, read_write> y: array<f32>;    // [n, oh, ow, c]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.x + id.y * groups.x * 64u;
    if (at >= p.n * p.oh * p.ow * p.c) { return; }
    let place = split(at, p.oh, p.ow);
    let high = taps(down(), place.y);
    let wide = taps(across(), place.z);
    var largest = -3.4e38;
    for (var u = 0u; u < high; u++) {
        let row = origin(down(), place.y) + u * p.dh - p.ph;     // wraps past zero, so one comparison suffices
        for (var v = 0u; v < wide; v++) {
            let column = origin(across(), place.z) + v * p.dw - p.pw;
            let inside = (row < p.h) & (column < p.w);
            let value = x[((place.x * p.h + min(row, p.h - 1u)) * p.w + min(column, p.w - 1u)) * p.c + place.w];
            largest = select(largest, value, inside & ((value > largest) | (value != value)));
        }
    }
    y[at] = largest;
}
