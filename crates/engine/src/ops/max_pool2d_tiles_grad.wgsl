// As max_pool2d_grad.wgsl, for windows that lie side by side: each thread finds the largest value of one window
// It writes all of the window, and zeros where there is no window. Needs pool.wgsl before it
@group(0) @binding(1) var<storage, read> dy: array<f32>;         // [n, oh, ow, c]
@group(0) @binding(2) var<storage, read> x: array<f32>;          // [n, h, w, c]
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;   // [n, h, w, c]

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
    let at = id.x + id.y * groups.x * 64u;
    let high = (p.h + p.kh - 1u) / p.kh;
    let wide = (p.w + p.kw - 1u) / p.kw;
    if (at >= p.n * high * wide * p.c) { return; }
    let tile = split(at, high, wide);                             // image, row and column of the window, channel
    let corner = tile.yz * vec2(p.kh, p.kw);
    let rows = min(p.kh, p.h - corner.x);
    let columns = min(p.kw, p.w - corner.y);
    let first = ((tile.x * p.h + corner.x) * p.w + corner.y) * p.c + tile.w;
    var largest = -3.4e38;
    var won = 0xffffffffu;
    for (var u = 0u; u < rows; u++) {
        for (var v = 0u; v < columns; v++) {
            let place = first + (u * p.w + v) * p.c;
            let value = x[place];
            let better = (value > largest) | (value != value);
            largest = select(largest, value, better);
            won = select(won, place, better);
        }
    }
    let seen = (tile.y < p.oh) & (tile.z < p.ow);
    let share = select(0.0, dy[((tile.x * p.oh + min(tile.y, p.oh - 1u)) * p.ow + min(tile.z, p.ow - 1u)) * p.c + tile.w], seen);
    for (var u = 0u; u < rows; u++) {
        for (var v = 0u; v < columns; v++) {
            let place = first + (u * p.w + v) * p.c;
            dx[place] = select(0.0, share, place == won);
        }
    }
}
