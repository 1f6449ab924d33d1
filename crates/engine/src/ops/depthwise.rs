//! The rung for depthwise convolutions, in which every channel has its own kernel. It runs along channels, which lie side by side, and is
//! not a matrix product.
use super::conv2d_geometry::Geometry;

/// The number of channels that one pass keeps in registers: two SIMD vectors of four.
const WIDE: usize = 8;
const NARROW: usize = 4;
/// The number of pixels that share the loads of the weights.
const TOGETHER: usize = 4;

impl Geometry {
    pub(super) fn is_depthwise(&self) -> bool {
        self.groups == self.ci && self.ci == self.co && self.ci > 1
    }
    /// Whether the shaders of this rung can be used: they read four channels at once.
    pub(super) fn is_depthwise_by_four(&self) -> bool {
        self.is_depthwise() && self.ci.is_multiple_of(4)
    }
    /// For each place along an axis, the taps that read the image, and where they read it.
    fn reads(&self, axis: usize) -> Vec<Pairs> {
        let (n, places) = ([self.h, self.w][axis], [self.oh, self.ow][axis]);
        let pairs =
            |place| (0..self.window.kernel[axis]).filter_map(|tap| Some((tap, self.window.read_at(axis, place, tap, n)?))).collect();
        (0..places).map(pairs).collect()
    }
}

/// Pairs of a tap and the place or value that belongs to it.
type Pairs = Vec<(usize, usize)>;

/// The same pairs, inverted: for each of `n` values, the taps that read it and the places of y that do so.
fn turned(reads: &[Pairs], n: usize) -> Vec<Pairs> {
    let mut fed = vec![vec![]; n];
    for (place, pairs) in reads.iter().enumerate() {
        pairs.iter().for_each(|(tap, at)| fed[*at].push((*tap, place)));
    }
    fed
}

fn chunk<const N: usize>(values: &[f32], at: usize) -> &[f32; N] {
    values[at..].first_chunk().expect("channels left")
}
fn chunk_mut<const N: usize>(values: &mut [f32], at: usize) -> &mut [f32; N] {
    values[at..].first_chunk_mut().expect("channels left")
}

/// Calls `run` for each group of channels, with its first channel and their number.
fn channels(c: usize, mut run: impl FnMut(usize, usize)) {
    let mut first = 0;
    for width in [WIDE, NARROW, 1] {
        while first + width <= c {
            run(first, width);
            first += width;
        }
    }
}

/// Places of y with the same taps. A place is (the first value of x that it reads, its place in y); a tap is (its number, its distance from
/// that first value). In the input gradient x and y are exchanged.
struct Alike {
    taps: Pairs,
    places: Pairs,
}

/// Groups places with the same taps: all places away from the edges, or with a stride of two every second one.
fn alike(places: &[Pairs]) -> Vec<Alike> {
    let mut found: Vec<Alike> = vec![];
    for (place, pairs) in places.iter().enumerate() {
        let from = pairs.iter().map(|pair| pair.1).min().unwrap_or(0);
        let taps: Pairs = pairs.iter().map(|(tap, at)| (*tap, at - from)).collect();
        match found.iter_mut().find(|alike| alike.taps == taps) {
            Some(alike) => alike.places.push((from, place)),
            None => found.push(Alike { taps, places: vec![(from, place)] }),
        }
    }
    found
}

/// Computes `M` pixels of y by `N` channels in registers: y[to] = b + Σ x[from + tap.0] · w[tap.1] over the taps. SAFETY: for every place
/// (from, to) and every tap, N values must lie in x at from + tap.0, in w at tap.1 and in y at to.
#[inline(always)]
unsafe fn sums<const N: usize, const M: usize>(
    x: *const f32,
    w: *const f32,
    start: &[f32; N],
    taps: &Pairs,
    places: &[(usize, usize); M],
    y: *mut f32,
) {
    let mut sums = [*start; M];
    let pixels = places.map(|place| x.wrapping_add(place.0));
    for (at, weight) in taps {
        // SAFETY: the caller's promise, here and below.
        let w = unsafe { &*w.wrapping_add(*weight).cast::<[f32; N]>() };
        for m in 0..M {
            let x = unsafe { &*pixels[m].wrapping_add(*at).cast::<[f32; N]>() };
            (0..N).for_each(|i| sums[m][i] += x[i] * w[i]);
        }
    }
    for m in 0..M {
        unsafe { y.wrapping_add(places[m].1).cast::<[f32; N]>().write(sums[m]) };
    }
}

/// A pass over every line of every image of y.
struct Gather<'a> {
    /// The number of channels, height and width of an image of x, and columns of the window.
    c: usize,
    height: usize,
    width: usize,
    kernel: usize,
    lines: Vec<Pairs>,
    places: Vec<Pairs>,
    bias: Option<&'a [f32]>,
}

impl Gather<'_> {
    /// Runs the pass. `finish` is called with the start of each line in y, and its values.
    fn run(&self, x: &[f32], w: &[f32], y: &mut [f32], mut finish: impl FnMut(usize, &mut [f32])) {
        let c = self.c;
        let columns: Vec<Alike> = alike(&self.places);
        let scaled = |pairs: &Pairs| pairs.iter().map(|(from, to)| (from * c, to * c)).collect::<Pairs>();
        let places: Vec<Pairs> = columns.iter().map(|alike| scaled(&alike.places)).collect();
        let images = x.chunks_exact(self.height * self.width * c);
        let lines = images.flat_map(|x| self.lines.iter().map(move |line| (x, line)));
        for (i, (y, (x, line))) in y.chunks_exact_mut(self.places.len() * c).zip(lines).enumerate() {
            for (Alike { taps, .. }, places) in columns.iter().zip(&places) {
                let of_row = |(u, row): &(usize, usize)| {
                    let (x, w) = (row * self.width, u * self.kernel);
                    taps.iter().map(move |(v, at)| ((x + at) * c, (w + v) * c))
                };
                self.line(x, w, &line.iter().flat_map(of_row).collect(), places, y);
            }
            finish(i * y.len(), y);
        }
    }
    /// Computes the places of one line that have these taps.
    fn line(&self, x: &[f32], w: &[f32], taps: &Pairs, places: &Pairs, y: &mut [f32]) {
        let most = |values: &mut dyn Iterator<Item = usize>| values.max().unwrap_or(0);
        let [from, to] = [most(&mut places.iter().map(|p| p.0)), most(&mut places.iter().map(|p| p.1))];
        let [at, weight] = [most(&mut taps.iter().map(|t| t.0)), most(&mut taps.iter().map(|t| t.1))];
        let fits = from + at + self.c <= x.len() && weight + self.c <= w.len() && to + self.c <= y.len();
        assert!(fits && self.bias.is_none_or(|bias| bias.len() == self.c), "a depthwise tap lies outside its image");
        let (fours, rest) = places.as_chunks::<TOGETHER>();
        // SAFETY: the largest of all offsets were checked above, and a pass takes only the channels that are left.
        fours.iter().for_each(|places| unsafe { self.pixels(x, w, taps, places, y) });
        rest.iter().for_each(|place| unsafe { self.pixels(x, w, taps, &[*place], y) });
    }
    /// Computes all channels of M pixels. SAFETY: as for [`sums`], with N = `c`.
    unsafe fn pixels<const M: usize>(&self, x: &[f32], w: &[f32], taps: &Pairs, places: &[(usize, usize); M], y: &mut [f32]) {
        let mut first = 0;
        // SAFETY: the caller's promise: first + N is at most c.
        unsafe {
            while first + WIDE <= self.c {
                self.pass::<WIDE, M>(x, w, taps, places, y, first);
                first += WIDE;
            }
            while first + NARROW <= self.c {
                self.pass::<NARROW, M>(x, w, taps, places, y, first);
                first += NARROW;
            }
            while first < self.c {
                self.pass::<1, M>(x, w, taps, places, y, first);
                first += 1;
            }
        }
    }
    #[inline(always)]
    unsafe fn pass<const N: usize, const M: usize>(
        &self,
        x: &[f32],
        w: &[f32],
        taps: &Pairs,
        places: &[(usize, usize); M],
        y: &mut [f32],
        first: usize,
    ) {
        let start = self.bias.map_or([0.0; N], |bias| *chunk::<N>(bias, first));
        let (x, w, y) = (x.as_ptr().wrapping_add(first), w.as_ptr().wrapping_add(first), y.as_mut_ptr().wrapping_add(first));
        // SAFETY: the caller's promise.
        unsafe { sums::<N, M>(x, w, &start, taps, places, y) }
    }
}

/// y = b + x * w.
pub(super) fn forward(g: &Geometry, x: &[f32], w: &[f32], bias: Option<&[f32]>, y: &mut [f32], finish: impl FnMut(usize, &mut [f32])) {
    Gather { c: g.co, height: g.h, width: g.w, kernel: g.window.kernel[1], lines: g.reads(0), places: g.reads(1), bias }
        .run(x, w, y, finish);
}

/// dx, gathered from what each value fed: the same sums with places and values exchanged.
pub(super) fn input_grad(g: &Geometry, dy: &[f32], w: &[f32], dx: &mut [f32]) {
    let (lines, places) = (turned(&g.reads(0), g.h), turned(&g.reads(1), g.w));
    Gather { c: g.co, height: g.oh, width: g.ow, kernel: g.window.kernel[1], lines, places, bias: None }.run(dy, w, dx, |_, _| ());
}

/// dw += x · dy.
pub(super) fn add_weight_grad(g: &Geometry, x: &[f32], dy: &[f32], dw: &mut [f32]) {
    let (rows, columns) = (g.reads(0), g.reads(1));
    let [_, kw] = g.window.kernel;
    // For each column of taps, the places where it reads, and which value it reads.
    let by_tap: Vec<Pairs> = (0..kw)
        .map(|tap| {
            let of = |(place, pairs): (usize, &Pairs)| pairs.iter().find(|(v, _)| *v == tap).map(|(_, at)| (place, *at));
            columns.iter().enumerate().filter_map(of).collect()
        })
        .collect();
    let images = x.chunks_exact(g.h * g.w * g.ci).zip(dy.chunks_exact(g.oh * g.ow * g.co));
    for (x, dy) in images {
        for (dy, row) in dy.chunks_exact(g.ow * g.co).zip(&rows) {
            for (u, row) in row {
                let x = &x[row * g.w * g.ci..][..g.w * g.ci];
                for (v, pairs) in by_tap.iter().enumerate() {
                    let dw = &mut dw[(u * kw + v) * g.co..][..g.co];
                    channels(g.co, |first, count| match count {
                        WIDE => correlate::<WIDE>(g.co, x, dy, pairs, dw, first),
                        NARROW => correlate::<NARROW>(g.co, x, dy, pairs, dw, first),
                        _ => correlate::<1>(g.co, x, dy, pairs, dw, first),
                    });
                }
            }
        }
    }
}

/// dw += Σ x[column] · dy[place] over the pairs (place, column) of one tap along one line.
fn correlate<const N: usize>(c: usize, x: &[f32], dy: &[f32], pairs: &Pairs, dw: &mut [f32], first: usize) {
    let dw = chunk_mut::<N>(dw, first);
    let mut sums = [0.0; N];
    for (place, column) in pairs {
        let (x, dy) = (chunk::<N>(x, column * c + first), chunk::<N>(dy, place * c + first));
        (0..N).for_each(|i| sums[i] += x[i] * dy[i]);
    }
    (0..N).for_each(|i| dw[i] += sums[i]);
}
