// The part that all pools share: which rows and columns each place reads. The shaders of the pools follow it
override ADAPTIVE: u32 = 0u;                                      // 1 if the window adapts: its place follows from the lengths of input and output
struct Params {
    n: u32, h: u32, w: u32, c: u32, oh: u32, ow: u32, kh: u32, kw: u32, sh: u32, sw: u32, ph: u32, pw: u32, dh: u32, dw: u32,
    count_padding: u32, divisor: u32,
}
@group(0) @binding(0) var<uniform> p: Params;

// One axis: the numbers of values, places and taps, and the window's stride, padding and dilation.
struct Axis { values: u32, places: u32, k: u32, s: u32, p: u32, d: u32 }

fn down() -> Axis { return Axis(p.h, p.oh, p.kh, p.sh, p.ph, p.dh); }
fn across() -> Axis { return Axis(p.w, p.ow, p.kw, p.sw, p.pw, p.dw); }

// The start of a place's window, counted from the first padding.
fn origin(a: Axis, place: u32) -> u32 { return select(place * a.s, place * a.values / a.places, ADAPTIVE == 1u); }

fn taps(a: Axis, place: u32) -> u32 {
    return select(a.k, ((place + 1u) * a.values + a.places - 1u) / a.places - origin(a, place), ADAPTIVE == 1u);
}

// The first and the last place whose window may contain a value. With dilation, some of these windows step over it.
fn first_over(a: Axis, value: u32) -> u32 {
    let reach = (a.k - 1u) * a.d;
    return select((max(value + a.p, reach) - reach + a.s - 1u) / a.s, value * a.places / a.values, ADAPTIVE == 1u);
}
fn last_over(a: Axis, value: u32) -> u32 {
    let last = select((value + a.p) / a.s, ((value + 1u) * a.places + a.values - 1u) / a.values - 1u, ADAPTIVE == 1u);
    return min(last, a.places - 1u);
}

// Image, row, column and channel of value `at`, in an array with this number of rows and columns.
fn split(at: u32, rows: u32, columns: u32) -> vec4<u32> {
    return vec4(at / (p.c * columns * rows), at / (p.c * columns) % rows, at / p.c % columns, at % p.c);
}
