// dx[n, y, x, c] = Σ dy over the windows that x[n, y, x, c] won; each input value looks at the windows above it
struct Params { n: u32, h: u32, w: u32, c: u32, oh: u32, ow: u32, kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> dy: array<f32>;         // [n, oh, ow, c]
@group(0) @binding(2) var<storage, read> x: array<f32>;          // [n, h, w, c]
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;   // [n, h, w, c]

// The winner of window (i, j): its row-major pixel in image n, the first of equals.
fn winner(n: u32, i: u32, j: u32, c: u32) -> u32 {
    var largest = -3.4e38;
    var won = 0u;
    for (var u = 0u; u < p.kh; u++) {
        let row = i * p.sh + u * p.dh - p.ph;
        for (var v = 0u; v < p.kw; v++) {
            let column = j * p.sw + v * p.dw - p.pw;
            let value = x[((n * p.h + min(row, p.h - 1u)) * p.w + min(column, p.w - 1u)) * p.c + c];
            let better = (row < p.h) & (column < p.w) & (value > largest);
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
    let c = at % p.c;
    let column = at / p.c % p.w;
    let row = at / (p.c * p.w) % p.h;
    let n = at / (p.c * p.w * p.h);
    var s = 0.0;
    // The windows that may reach (row, column): from the first whose end is not above it to the last whose start is not below it.
    // With dilation some step over it; then its pixel is no tap of theirs and wins nothing.
    let down = row + p.ph;
    let right = column + p.pw;
    let reach_down = (p.kh - 1u) * p.dh;
    let reach_right = (p.kw - 1u) * p.dw;
    let first_i = (max(down, reach_down) - reach_down + p.sh - 1u) / p.sh;
    let first_j = (max(right, reach_right) - reach_right + p.sw - 1u) / p.sw;
    for (var i = first_i; i <= min(down / p.sh, p.oh - 1u); i++) {
        for (var j = first_j; j <= min(right / p.sw, p.ow - 1u); j++) {
            let value = dy[((n * p.oh + i) * p.ow + j) * p.c + c];
            s += select(0.0, value, winner(n, i, j, c) == row * p.w + column);
        }
    }
    dx[at] = s;
}
