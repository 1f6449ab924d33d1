//! y[…, i, …] = Σₜ weight[i, t] · x[…, index[i, t], …]: a sparse matrix along one axis. A table describes it; it interpolates, repeats, rolls or reflects.
use super::{values, values_mut};
use crate::{
    autograd::{Backward, Op, Var, run},
    error::{Error, Result},
    gpu::{Caps, Dispatch, Params},
    tensor::{Device, Shape, Tensor},
};
use ndarray::{ArrayViewD, ArrayViewMutD};
use std::rc::Rc;

/// For each place of y, the places of x that it reads, with their weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The length of the axis in x.
    inputs: usize,
    rows: Vec<Vec<(usize, f32)>>,
}

impl Table {
    /// The largest number of places along an axis. Their numbers are stored as f32, which counts exactly up to here.
    const MOST: usize = 1 << 24;

    /// The number of places along an axis of x, or 0 if x has no such axis. Refuses more places than a table can list.
    pub(super) fn places(op: &'static str, x: &Shape, axis: usize) -> Result<usize> {
        match x.dims().get(axis).copied().unwrap_or(0) {
            n if n > Table::MOST => Err(Error::shape(op, format!("axis {axis} of {x} has more than {} places", Table::MOST))),
            n => Ok(n),
        }
    }
    /// A table for an axis of x with length `inputs`. Each row belongs to a place of y, and lists the places of x that it reads, with their
    /// weights. Places outside x are refused when the table is used.
    pub fn new(inputs: usize, rows: Vec<Vec<(usize, f32)>>) -> Table {
        Table { inputs, rows }
    }
    /// A table in which each place of y is one place of x.
    pub fn picking(inputs: usize, sources: impl IntoIterator<Item = usize>) -> Table {
        Table { inputs, rows: sources.into_iter().map(|at| vec![(at, 1.0)]).collect() }
    }
    fn transposed(&self) -> Table {
        let mut rows = vec![vec![]; self.inputs];
        for (i, row) in self.rows.iter().enumerate() {
            row.iter().for_each(|(at, weight)| rows[*at].push((i, *weight)));
        }
        Table { inputs: self.rows.len(), rows }
    }
    /// The largest number of taps in a row.
    fn taps(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0).max(1)
    }
    /// The table as a tensor: places × taps × (index, weight). Shorter rows are filled with weights of zero, which are not read.
    fn tensor(&self, device: &Device) -> Result<Tensor> {
        let taps = self.taps();
        let mut values = vec![0.0; self.rows.len() * taps * 2];
        for (row, out) in self.rows.iter().zip(values.chunks_exact_mut(taps * 2)) {
            out.as_chunks_mut::<2>().0.iter_mut().zip(row).for_each(|(pair, (at, weight))| *pair = [*at as f32, *weight]);
        }
        Tensor::new(device, Shape::new([self.rows.len(), taps, 2]), &values)
    }
}

/// x outer × n × inner, and the table's tensor; y outer × m × inner.
#[derive(Clone, Debug, PartialEq)]
pub struct Resample {
    /// The axis of x that is resampled.
    pub axis: usize,
    /// The sparse matrix. The second input is its tensor, places × taps × 2, from which a GPU reads it.
    pub table: Rc<Table>,
}

impl Resample {
    /// The sizes outer, n and inner.
    fn sizes(&self, x: &[usize]) -> [usize; 3] {
        [x[..self.axis].iter().product(), x[self.axis], x[self.axis + 1..].iter().product()]
    }
}

impl Op for Resample {
    fn name(&self) -> &'static str {
        "resample"
    }
    fn shape(&self, x: &[&Shape]) -> Result<Shape> {
        let Table { inputs, rows } = &*self.table;
        if self.axis >= x[0].rank() || x[0][self.axis] != *inputs {
            return Err(Error::shape("resample", format!("expected {inputs} values along axis {}, found {}", self.axis, x[0])));
        }
        if let Some((at, _)) = rows.iter().flatten().find(|(at, _)| at >= inputs) {
            return Err(Error::shape("resample", format!("place {at} of the {inputs} along axis {} of {}", self.axis, x[0])));
        }
        if rows.is_empty() || rows.len().max(*inputs) > Table::MOST || x[1].dims() != [rows.len(), self.table.taps(), 2] {
            return Err(Error::shape("resample", format!("{} places from {inputs} by a table of {}", rows.len(), x[1])));
        }
        let mut dims = x[0].dims().to_vec();
        dims[self.axis] = rows.len();
        Ok(Shape::new(dims))
    }
    fn cpu(&self, x: &[ArrayViewD<f32>], mut y: ArrayViewMutD<f32>) {
        let [_, n, inner] = self.sizes(x[0].shape());
        let m = self.table.rows.len();
        let y = values_mut(&mut y);
        for (x, y) in values(&x[0]).chunks_exact(n * inner).zip(y.chunks_exact_mut(m * inner)) {
            if inner == 1 {
                let sum = |row: &Vec<(usize, f32)>| row.iter().map(|(at, weight)| weight * x[*at]).sum();
                y.iter_mut().zip(&self.table.rows).for_each(|(y, row)| *y = sum(row));
                continue;
            }
            for (row, y) in self.table.rows.iter().zip(y.chunks_exact_mut(inner)) {
                y.fill(0.0);
                for (at, weight) in row {
                    y.iter_mut().zip(&x[at * inner..]).for_each(|(y, x)| *y += weight * x);
                }
            }
        }
    }
    fn reads(&self, _: usize, axis: usize, _: &[&Shape], _: &Shape, [first, end]: [isize; 2]) -> [isize; 2] {
        if axis != self.axis {
            return [first, end];
        }
        let rows = &self.table.rows;
        let [first, end] = [first, end].map(|place| place.clamp(0, rows.len() as isize) as usize);
        let read = || rows[first..end].iter().flatten().map(|(at, _)| *at as isize);
        [read().min().unwrap_or(0), read().max().map_or(0, |at| at + 1)]
    }
    fn gpu(&self, x: &[&Shape], y: &Shape, _: &Caps) -> Result<Dispatch> {
        let [_, n, inner] = self.sizes(x[0].dims());
        let sizes = [y.size(), n, self.table.rows.len(), inner, self.table.taps()];
        Ok(Dispatch::flat("resample", wgsl!("resample.wgsl"), y.size(), sizes.into_iter().fold(Params::default(), Params::u)))
    }
    /// The gradient applies the transposed matrix.
    fn grad(&self, b: &Backward) -> Result<Vec<Option<Tensor>>> {
        let table = self.table.transposed();
        let taps = table.tensor(&b.dy.device())?;
        Ok(vec![Some(run(&Resample { axis: self.axis, table: Rc::new(table) }, &[b.dy, &taps])?), None])
    }
}

impl Var {
    pub(super) fn resample(&self, axis: usize, table: Table) -> Result<Var> {
        let taps = Var::constant(table.tensor(&self.value().device())?);
        Var::apply(Resample { axis, table: Rc::new(table) }, &[self, &taps])
    }
    /// The places `index` along an axis, in that order. A place may occur more than once. Reference: torch.index_select.
    pub fn index_select(&self, axis: usize, index: &[usize]) -> Result<Var> {
        let n = self.shape().dims().get(axis).copied().unwrap_or(0);
        self.resample(axis, Table::picking(n, index.iter().copied()))
    }
    /// Every value moved by `shift` places along an axis. What leaves at one end enters at the other. Reference: torch.roll.
    pub fn roll(&self, axis: usize, shift: isize) -> Result<Var> {
        let n = Table::places("roll", self.shape(), axis)?;
        self.resample(axis, Table::picking(n, (0..n as isize).map(|i| (i - shift).rem_euclid(n as isize) as usize)))
    }
}
