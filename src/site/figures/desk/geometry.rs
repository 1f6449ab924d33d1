//! The geometry of the products: each product joins a cell of the input, a weight and a cell of the output.
use super::settings::{Operation, PaddingMode, Settings};

/// The role of a tensor. A gradient has the role of its tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Input,
    Kernel,
    Bias,
    Output,
}

/// What a window reads at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A cell of the input.
    Cell(usize),
    /// Outside the input, a copy of this cell.
    Copy(usize),
    /// Outside the input, a zero.
    Padding,
    /// A zero that a stride inserts between the values of a transposed convolution.
    Between,
}

impl Source {
    pub fn cell(self) -> Option<usize> {
        match self {
            Source::Cell(at) | Source::Copy(at) => Some(at),
            Source::Padding | Source::Between => None,
        }
    }
}

/// One product, by positions in row-major order of PyTorch's shapes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    pub input: Source,
    /// The weight. None for a pool, which has no weights.
    pub weight: Option<usize>,
    pub output: usize,
    /// The input channel and the output channel.
    pub channels: [usize; 2],
}

/// What is read along an axis: a value, a copy of a value, or nothing.
#[derive(Clone, Copy)]
enum Along {
    Inside(usize),
    Copied(usize),
    Padding,
    Between,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Geometry {
    op: Operation,
    mode: PaddingMode,
    flip: bool,
    input: [usize; 3],
    output: [usize; 3],
    kernel: [usize; 2],
    stride: [usize; 2],
    dilation: [usize; 2],
    before: [usize; 2],
    /// Rows and columns of the padded input.
    room: [usize; 2],
    groups: usize,
}

impl Geometry {
    pub fn new(settings: &Settings) -> Geometry {
        Geometry {
            op: settings.op,
            mode: settings.mode,
            flip: settings.flip,
            input: settings.input_shape(),
            output: settings.output_shape(),
            kernel: settings.kernel.0,
            stride: settings.stride.0,
            dilation: settings.dilation.0,
            before: settings.borders().map(|[before, _]| before),
            room: [0, 1].map(|axis| settings.room(axis)),
            groups: settings.groups,
        }
    }
    pub fn size(&self, role: Role) -> usize {
        match role {
            Role::Input => self.input.iter().product(),
            Role::Output => self.output.iter().product(),
            Role::Bias => self.output[0],
            Role::Kernel if self.op.has_weights() => self.input[0] * self.output[0] / self.groups * self.kernel[0] * self.kernel[1],
            Role::Kernel => 0,
        }
    }

    /// What tap `tap` reads at place `place` of an axis.
    fn along(&self, axis: usize, place: usize, tap: usize) -> Along {
        let length = self.input[axis + 1];
        if self.op.is_adaptive() {
            return Along::Inside(place * length / self.output[axis + 1] + tap);
        }
        let (stride, step, before) = (self.stride[axis], tap * self.dilation[axis], self.before[axis]);
        if self.op == Operation::Transposed {
            // Input cell y writes to place y·s + u·d − p.
            let Some(from) = (place + before).checked_sub(step) else { return Along::Padding };
            return match from / stride {
                y if y >= length => Along::Padding,
                _ if !from.is_multiple_of(stride) => Along::Between,
                y => Along::Inside(y),
            };
        }
        self.at(axis, (place * stride + step) as isize - before as isize)
    }
    /// What is at a position of the padded input, counted from the input's first value.
    fn at(&self, axis: usize, at: isize) -> Along {
        let length = self.input[axis + 1] as isize;
        if (0..length).contains(&at) {
            return Along::Inside(at as usize);
        }
        let copied = match self.mode {
            PaddingMode::Zeros => return Along::Padding,
            PaddingMode::Replicate => at.clamp(0, length - 1),
            PaddingMode::Circular => at.rem_euclid(length),
            PaddingMode::Reflect if at < 0 => -at,
            PaddingMode::Reflect => 2 * (length - 1) - at,
        };
        Along::Copied(copied as usize)
    }
    fn both(&self, channel: usize, row: Along, column: Along) -> Source {
        let index = |y: usize, x: usize| (channel * self.input[1] + y) * self.input[2] + x;
        match (row, column) {
            (Along::Inside(y), Along::Inside(x)) => Source::Cell(index(y, x)),
            (Along::Inside(y) | Along::Copied(y), Along::Inside(x) | Along::Copied(x)) => Source::Copy(index(y, x)),
            (Along::Padding, _) | (_, Along::Padding) => Source::Padding,
            _ => Source::Between,
        }
    }
    /// What is at a row and column of the padded input.
    pub fn padded(&self, channel: usize, row: usize, column: usize) -> Source {
        let [y, x] = [(0, row), (1, column)].map(|(axis, at)| self.at(axis, at as isize - self.before[axis] as isize));
        self.both(channel, y, x)
    }

    /// How many taps a window has at a place of an axis: a pool's that overhangs the padded input has fewer.
    fn taps(&self, axis: usize, place: usize) -> usize {
        if self.op.pools() {
            let left = self.room[axis] - place * self.stride[axis];
            return left.div_ceil(self.dilation[axis]).min(self.kernel[axis]);
        }
        if !self.op.is_adaptive() {
            return self.kernel[axis];
        }
        let (length, places) = (self.input[axis + 1], self.output[axis + 1]);
        ((place + 1) * length).div_ceil(places) - place * length / places
    }
    /// The numbers of rows and columns of the window at a place.
    pub fn window(&self, [row, column]: [usize; 2]) -> [usize; 2] {
        [self.taps(0, row), self.taps(1, column)]
    }
    /// Cells of the input under the window at a place.
    pub fn inside(&self, place: [usize; 2]) -> usize {
        let along = |axis: usize| {
            let tap = |tap: &usize| matches!(self.along(axis, place[axis], *tap), Along::Inside(_));
            (0..self.taps(axis, place[axis])).filter(tap).count()
        };
        along(0) * along(1)
    }
    /// The input channels that an output channel reads.
    pub fn reads(&self, out: usize) -> std::ops::Range<usize> {
        if !self.op.has_weights() {
            return out..out + 1;
        }
        let [per_in, per_out] = [self.input[0] / self.groups, self.output[0] / self.groups];
        let group = out / per_out;
        group * per_in..(group + 1) * per_in
    }
    /// The output channels that an input channel contributes to.
    pub fn feeds(&self, channel: usize) -> std::ops::Range<usize> {
        if !self.op.has_weights() {
            return channel..channel + 1;
        }
        let [per_in, per_out] = [self.input[0] / self.groups, self.output[0] / self.groups];
        let group = channel / per_in;
        group * per_out..(group + 1) * per_out
    }
    /// The row and column of the kernel at a tap, or the other way round.
    fn laid(&self, [u, v]: [usize; 2]) -> [usize; 2] {
        let [kh, kw] = self.kernel;
        if self.flip { [kh - 1 - u, kw - 1 - v] } else { [u, v] }
    }
    /// The weight between two channels at tap (u, v).
    fn weight(&self, [channel, out]: [usize; 2], tap: [usize; 2]) -> Option<usize> {
        let [kh, kw] = self.kernel;
        let [per_in, per_out] = [self.input[0] / self.groups, self.output[0] / self.groups];
        let pair = match self.op {
            Operation::Convolution => out * per_in + channel % per_in,
            Operation::Transposed => channel * per_out + out % per_out,
            _ => return None,
        };
        let [u, v] = self.laid(tap);
        Some((pair * kh + u) * kw + v)
    }
    /// The products between two channels at one place of the output, in the order of taps.
    fn at_place(&self, channels: [usize; 2], [row, column]: [usize; 2]) -> impl Iterator<Item = Link> {
        let [rows, columns] = self.window([row, column]);
        (0..rows * columns).map(move |tap| self.link(channels, [row, column], [tap / columns, tap % columns]))
    }
    /// The product of a tap at a place of the output.
    fn link(&self, channels: [usize; 2], [row, column]: [usize; 2], [u, v]: [usize; 2]) -> Link {
        let input = self.both(channels[0], self.along(0, row, u), self.along(1, column, v));
        let output = (channels[1] * self.output[1] + row) * self.output[2] + column;
        Link { input, weight: self.weight(channels, [u, v]), output, channels }
    }
    fn places(&self) -> impl Iterator<Item = [usize; 2]> {
        let columns = self.output[2];
        (0..self.output[1] * columns).map(move |place| [place / columns, place % columns])
    }

    /// All products in which a cell takes part. For an output these are the products of its sum.
    pub fn links(&self, role: Role, index: usize) -> Vec<Link> {
        if index >= self.size(role) {
            return vec![];
        }
        match role {
            Role::Output => {
                let [_, rows, columns] = self.output;
                let (out, place) = (index / (rows * columns), [index / columns % rows, index % columns]);
                self.reads(out).flat_map(|channel| self.at_place([channel, out], place)).collect()
            }
            Role::Input => {
                let [_, rows, columns] = self.input;
                let channel = index / (rows * columns);
                let meetings = [self.meetings(0, index / columns % rows), self.meetings(1, index % columns)];
                self.feeds(channel).flat_map(|out| self.joined([channel, out], &meetings)).collect()
            }
            Role::Kernel => {
                let pair = index / (self.kernel[0] * self.kernel[1]);
                let [per_in, per_out] = [self.input[0] / self.groups, self.output[0] / self.groups];
                let channels = if self.op == Operation::Transposed {
                    let channel = pair / per_out;
                    [channel, channel / per_in * per_out + pair % per_out]
                } else {
                    let out = pair / per_in;
                    [out / per_out * per_in + pair % per_in, out]
                };
                let tap = index % (self.kernel[0] * self.kernel[1]);
                let tap = self.laid([tap / self.kernel[1], tap % self.kernel[1]]);
                self.places().map(|place| self.link(channels, place, tap)).collect()
            }
            Role::Bias => vec![],
        }
    }
    /// The places of an axis that read this row or column of the input, each with its tap.
    fn meetings(&self, axis: usize, at: usize) -> Vec<[usize; 2]> {
        let reads = |place: usize, tap: usize| matches!(self.along(axis, place, tap), Along::Inside(own) | Along::Copied(own) if own == at);
        let taps = |place: usize| (0..self.taps(axis, place)).filter(move |tap| reads(place, *tap)).map(move |tap| [place, tap]);
        (0..self.output[axis + 1]).flat_map(taps).collect()
    }
    /// The products of two channels for these rows and columns, in the order of places, and of taps within a place.
    fn joined(&self, channels: [usize; 2], [rows, columns]: &[Vec<[usize; 2]>; 2]) -> Vec<Link> {
        let each = |rows: &[[usize; 2]], columns: &[[usize; 2]]| {
            let pairs = rows.iter().flat_map(|row| columns.iter().map(move |column| [*row, *column]));
            pairs.map(|[[row, u], [column, v]]| self.link(channels, [row, column], [u, v])).collect::<Vec<_>>()
        };
        let same_place = |a: &[usize; 2], b: &[usize; 2]| a[0] == b[0];
        rows.chunk_by(same_place).flat_map(|rows| columns.chunk_by(same_place).flat_map(move |columns| each(rows, columns))).collect()
    }
    /// For every cell of the input, whether any output reads it: both its row and its column must be read.
    pub fn read_cells(&self) -> Vec<bool> {
        let [rows, columns] = [0, 1].map(|axis| {
            let read = |at: usize| !self.meetings(axis, at).is_empty();
            (0..self.input[axis + 1]).map(read).collect::<Vec<_>>()
        });
        let sheet = rows.iter().flat_map(|row| columns.iter().map(move |column| *row && *column));
        sheet.collect::<Vec<_>>().repeat(self.input[0])
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::from_query;
    use super::*;

    fn geometry(query: &str) -> Geometry {
        Geometry::new(&from_query(query))
    }
    fn read(geometry: &Geometry, output: usize) -> Vec<Source> {
        geometry.links(Role::Output, output).iter().map(|link| link.input).collect()
    }
    use Source::*;

    #[test]
    fn padding_modes_repeat_what_they_say() {
        let row = |mode: &str| {
            let geometry = geometry(&format!("dims=1&channels=1&out=1&input=1x4&kernel=1x7&padding=0x3&mode={mode}"));
            read(&geometry, 0)
        };
        assert_eq!(row("reflect"), [Copy(3), Copy(2), Copy(1), Cell(0), Cell(1), Cell(2), Cell(3)]);
        assert_eq!(row("replicate"), [Copy(0), Copy(0), Copy(0), Cell(0), Cell(1), Cell(2), Cell(3)]);
        assert_eq!(row("circular"), [Copy(1), Copy(2), Copy(3), Cell(0), Cell(1), Cell(2), Cell(3)]);
        assert_eq!(row("zeros"), [Padding, Padding, Padding, Cell(0), Cell(1), Cell(2), Cell(3)]);
    }

    #[test]
    fn a_transposed_stride_reads_zeros_between() {
        let geometry = geometry("op=transposed&dims=1&channels=1&out=1&input=1x3&kernel=1x3&stride=1x2&bias=false");
        assert_eq!(geometry.size(Role::Output), 7);
        assert_eq!(read(&geometry, 2), [Cell(1), Between, Cell(0)]);
        assert_eq!(read(&geometry, 0), [Cell(0), Padding, Padding]);
    }

    #[test]
    fn a_stride_leaves_the_last_row_unread() {
        let read = geometry("channels=1&out=1&stride=2").read_cells();
        let unread: Vec<usize> = (0..36).filter(|at| !read[*at]).collect();
        assert_eq!(unread, (0..36).filter(|at| at / 6 == 5 || at % 6 == 5).collect::<Vec<_>>());
    }

    #[test]
    fn adaptive_windows_cover_everything_and_may_overlap() {
        let geometry = geometry("op=adaptive-average-pool&dims=1&channels=1&input=1x5&size=1x3");
        assert_eq!(read(&geometry, 0), [Cell(0), Cell(1)]);
        assert_eq!(read(&geometry, 1), [Cell(1), Cell(2), Cell(3)]);
        assert_eq!(read(&geometry, 2), [Cell(3), Cell(4)]);
    }

    #[test]
    fn an_adaptive_pool_may_enlarge() {
        let geometry = geometry("op=adaptive-max-pool&dims=1&channels=1&input=1x3&size=1x5");
        let windows: Vec<_> = (0..5).map(|at| read(&geometry, at)).collect();
        let one = |at: usize| vec![Cell(at)];
        assert_eq!(windows, [one(0), vec![Cell(0), Cell(1)], one(1), vec![Cell(1), Cell(2)], one(2)]);
    }

    #[test]
    fn a_window_that_overhangs_has_fewer_taps() {
        let geometry = geometry("op=max-pool&dims=1&channels=1&input=1x6&kernel=1x3&stride=1x3&dilation=1x2&ceil_mode=true");
        assert_eq!(geometry.size(Role::Output), 2);
        assert_eq!([0, 1].map(|at| read(&geometry, at)), [vec![Cell(0), Cell(2), Cell(4)], vec![Cell(3), Cell(5)]]);
    }

    #[test]
    fn groups_keep_to_themselves() {
        let geometry = geometry("channels=4&out=4&groups=2");
        assert_eq!(geometry.reads(3), 2..4);
        assert_eq!(geometry.feeds(1), 0..2);
    }
}
