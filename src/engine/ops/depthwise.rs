//! The rung of a convolution in which every channel has a kernel of its own: along channels, which lie side by side, instead of as a product.
use super::conv2d::Geometry;

/// Channels that one pass keeps in registers.
const WIDE: usize = 16;
const NARROW: usize = 4;

impl Geometry {
    pub fn is_depthwise(&self) -> bool {
        self.groups == self.ci && self.ci == self.co && self.ci > 1
    }
    /// The shaders of this rung read four channels at once.
    pub fn is_depthwise_by_four(&self) -> bool {
        self.is_depthwise() && self.ci.is_multiple_of(4)
    }
    /// For each place along an axis the taps that read the image, and where.
    fn reads(&self, axis: usize) -> Vec<Pairs> {
        let (n, places) = ([self.h, self.w][axis], [self.oh, self.ow][axis]);
        let pairs =
            |place| (0..self.window.kernel[axis]).filter_map(|tap| Some((tap, self.window.read_at(axis, place, tap, n)?))).collect();
        (0..places).map(pairs).collect()
    }
}

/// A tap, and the place or value that goes with it.
type Pairs = Vec<(usize, usize)>;

/// The same pairs seen from the other side: for each of `n` values the taps by which it is read, and the places that do.
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

/// Calls `run` with each group of channels: its first one, and how many.
fn channels(c: usize, mut run: impl FnMut(usize, usize)) {
    let mut first = 0;
    for width in [WIDE, NARROW, 1] {
        while first + width <= c {
            run(first, width);
            first += width;
        }
    }
}

/// The sizes of one gathering: channels, columns of x, columns of the window.
#[derive(Clone, Copy)]
struct Sizes {
    c: usize,
    width: usize,
    kernel: usize,
}

/// One line of y: y[j] += Σ x[row, column] · w[u, v] over the pairs of the line, (u, row), and those of each place, (v, column).
fn gather<const N: usize>(s: Sizes, x: &[f32], w: &[f32], y: &mut [f32], line: &Pairs, places: &[Pairs], first: usize) {
    let mut j = 0;
    while j < places.len() {
        // Neighbours whose taps are the same share the loads of the weights.
        match &places[j..] {
            [one, two, ..] if one.len() == two.len() && one.first().map(|p| p.0) == two.first().map(|p| p.0) => {
                sums::<N, 2>(s, x, w, &mut y[j * s.c..], line, [one, two], first);
                j += 2;
            }
            [one, ..] => {
                sums::<N, 1>(s, x, w, &mut y[j * s.c..], line, [one], first);
                j += 1;
            }
            [] => return,
        }
    }
}

/// M places next to each other whose pairs have the same taps.
#[inline(always)]
fn sums<const N: usize, const M: usize>(s: Sizes, x: &[f32], w: &[f32], y: &mut [f32], line: &Pairs, places: [&Pairs; M], first: usize) {
    let mut sums: [[f32; N]; M] = std::array::from_fn(|m| *chunk::<N>(y, m * s.c + first));
    for (u, row) in line {
        for (t, (v, _)) in places[0].iter().enumerate() {
            let w = chunk::<N>(w, (u * s.kernel + v) * s.c + first);
            for m in 0..M {
                let x = chunk::<N>(x, (row * s.width + places[m][t].1) * s.c + first);
                (0..N).for_each(|i| sums[m][i] += x[i] * w[i]);
            }
        }
    }
    (0..M).for_each(|m| *chunk_mut::<N>(y, m * s.c + first) = sums[m]);
}

/// Every line of every image of y, started at the bias or 0; `finish` gets where a line begins in y, and its values.
struct Gather<'a> {
    sizes: Sizes,
    /// Of an image of x.
    height: usize,
    lines: Vec<Pairs>,
    places: Vec<Pairs>,
    bias: Option<&'a [f32]>,
}

impl Gather<'_> {
    fn run(&self, x: &[f32], w: &[f32], y: &mut [f32], mut finish: impl FnMut(usize, &mut [f32])) {
        let Gather { sizes: s, lines, places, .. } = self;
        let images = x.chunks_exact(self.height * s.width * s.c);
        let lines = images.flat_map(|x| lines.iter().map(move |line| (x, line)));
        for (i, (y, (x, line))) in y.chunks_exact_mut(places.len() * s.c).zip(lines).enumerate() {
            match self.bias {
                Some(bias) => y.chunks_exact_mut(s.c).for_each(|pixel| pixel.copy_from_slice(bias)),
                None => y.fill(0.0),
            }
            channels(s.c, |first, count| match count {
                WIDE => gather::<WIDE>(*s, x, w, y, line, places, first),
                NARROW => gather::<NARROW>(*s, x, w, y, line, places, first),
                _ => gather::<1>(*s, x, w, y, line, places, first),
            });
            finish(i * y.len(), y);
        }
    }
}

/// y = b + x * w.
pub fn forward(g: &Geometry, x: &[f32], w: &[f32], bias: Option<&[f32]>, y: &mut [f32], finish: impl FnMut(usize, &mut [f32])) {
    let sizes = Sizes { c: g.co, width: g.w, kernel: g.window.kernel[1] };
    Gather { sizes, height: g.h, lines: g.reads(0), places: g.reads(1), bias }.run(x, w, y, finish);
}

/// dx, what each value fed: the same sums with places and values exchanged.
pub fn input_grad(g: &Geometry, dy: &[f32], w: &[f32], dx: &mut [f32]) {
    let sizes = Sizes { c: g.co, width: g.ow, kernel: g.window.kernel[1] };
    let (lines, places) = (turned(&g.reads(0), g.h), turned(&g.reads(1), g.w));
    Gather { sizes, height: g.oh, lines, places, bias: None }.run(dy, w, dx, |_, _| ());
}

/// dw += x · dy.
pub fn add_weight_grad(g: &Geometry, x: &[f32], dy: &[f32], dw: &mut [f32]) {
    let (rows, columns) = (g.reads(0), g.reads(1));
    let [_, kw] = g.window.kernel;
    // For each column of taps the places that it reads at, and where.
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
