// dx[n, y, x, c] = Σ dy over the windows in which x[n, y, x, c] is the largest; each thread looks at all windows that contain its input value
// Needs pool.wgsl before it
@group(0) @binding(1) var<storage, read> dy: array<f32>;         // [n, oh, ow, c]
@group(0) @binding(2) var<storage, read> x: array<f32>;          // [n, h, w, c]
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;   // [n, h, w, c]

// The largest value of window (i, j): its row-major pixel in image n. Among equal values it is the first.
fn winner(n: u32, i: u32, j: u32, c: u32) -> u32 {
    let high = taps(down(), i);
    let wide = taps(across(), j);
    var largest = -3.4e38;
    var won = 0xffffffffu;
    for (var u = 0u; u < high; u++) {
        let row = origin(down(), i) + u * p.dh - p.ph;
        for (var v = 0u; v < wide; v++) {
            let column = origin(across(), j) + v * p.dw - p.pw;
            let value = x[((n * p.h + min(row, p.h - 1u)) * p.w + min(column, p.w - 1u)) * p.c + c];
            let better = (row < p.h) & (column < p.w) & ((value > largest) | (value != value));
            largest = select(largest, value, better);
            won = select(won, row * p.w + column, better);
        }
    }
    return won;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.x + id.y * groups.x * 64u;
    if (at >= p.n * p.h * p.w * p.c) { return; }
    let value = split(at, p.h, p.w);
    var s = 0.0;
    for (var i = first_over(down(), value.y); i <= last_over(down(), value.y); i++) {
        for (var j = first_over(across(), value.z); j <= last_over(across(), value.z); j++) {
            let share = dy[((value.x * p.oh + i) * p.ow + j) * p.c + value.w];
            s += select(0.0, share, winner(value.x, i, j, value.w) == value.y * p.w + value.z);
        }
    }
    dx[at] = s;
}
