//! The numbers that a node reads for one of its own, where it does not multiply by a weight.
use super::{
    Kind,
    follow::{Follow, Line, repeated},
    formula,
    node_values::number,
    recorded::{Made, kind_of},
};
use engine::{
    Result,
    autograd::run,
    tensor::{Device, Tensor},
};

/// The most numbers in `Cell::read`.
const MOST_READ: usize = 64;

impl Follow<'_> {
    /// The numbers that a node reads for the one at `at` of its output: the paths of their nodes, and the values.
    pub(super) async fn read(&self, made: &Made, at: usize, places: [[isize; 2]; 2]) -> Result<Vec<(String, f32)>> {
        let mut found = vec![];
        for (line, at) in self.sources(made, at, places)? {
            let path = self.run.of[line].map_or("", |node| &self.run.nodes[node].path);
            found.push((path.to_string(), number(self.run.var(line)?.value(), at).await?));
        }
        Ok(if found.iter().all(|(_, value)| value.is_finite()) { found } else { vec![] })
    }
    /// The lines and the positions of these numbers.
    fn sources(&self, made: &Made, at: usize, places: [[isize; 2]; 2]) -> Result<Vec<(usize, usize)>> {
        let lines: Vec<Line> = made.lines.iter().map(|line| self.line(*line)).collect();
        let kinds: Vec<Kind> = self.run.tape.read(|all| made.lines.iter().map(|line| kind_of(&all[*line])).collect());
        if kinds.iter().all(|kind| matches!(kind, Kind::Moves | Kind::Concatenation)) {
            return self.moved(made, &lines, at);
        }
        let keeps = |line: &Line| line.renames || line.formula.is_some() || line.name == "affine";
        match (&lines[..], self.outer(made)) {
            ([line], _) if formula::binary(line.name, 0.0, true).is_some() => {
                let each = line.inputs.iter().zip(&line.x).filter_map(|(input, x)| Some((input.as_ref().copied()?, x)));
                Ok(each.map(|(input, x)| (input, repeated(x.shape(), line.y.shape(), at))).collect())
            }
            (all, Some(outer)) if all.iter().all(keeps) => Ok(vec![(outer, at)]),
            (_, Some(outer)) if made.kind == Kind::Pool => self.pooled(made, outer, at, places),
            _ => Ok(vec![]),
        }
    }
    /// All places under a pool's window, in the number's own channel.
    fn pooled(&self, made: &Made, outer: usize, at: usize, places: [[isize; 2]; 2]) -> Result<Vec<(usize, usize)>> {
        let (from, to) = (self.run.var(outer)?, self.run.var(made.last())?);
        let (&[_, height, width, channels], Some(reached)) = (from.shape().dims(), self.run.tape.reach(&to, places, &from)) else {
            return Ok(vec![]);
        };
        let [rows, columns] = [(0, height), (1, width)].map(|(axis, length)| {
            let [first, end] = reached[axis].map(|at| at.clamp(0, length as isize) as usize);
            first..end
        });
        if to.shape().dims().last() != Some(&channels) || rows.len() * columns.len() > MOST_READ {
            return Ok(vec![]);
        }
        let pixel = |row| columns.clone().map(move |column| (outer, (row * width + column) * channels + at % channels));
        Ok(rows.flat_map(pixel).collect())
    }
    /// Where a number comes from that is only moved: the node runs again on numbers that are their own positions.
    fn moved(&self, made: &Made, lines: &[Line], at: usize) -> Result<Vec<(usize, usize)>> {
        let mut known: Vec<(usize, Tensor)> = vec![];
        let mut outside: Vec<(usize, usize)> = vec![];
        let mut next = 1;
        for (line, number) in lines.iter().zip(&made.lines) {
            let mut inputs = vec![];
            for (input, x) in line.inputs.iter().zip(&line.x) {
                let found = input.and_then(|input| known.iter().find(|(line, _)| *line == input));
                inputs.push(match (found, input) {
                    (Some((_, tensor)), _) => tensor.clone(),
                    (None, None) => Tensor::full(&Device::Cpu, x.shape().clone(), 0.0)?,
                    (None, Some(input)) => {
                        let size = x.shape().size();
                        // Beyond this f32 skips whole numbers.
                        if next + size > 1 << 24 {
                            return Ok(vec![]);
                        }
                        let positions: Vec<f32> = (next..next + size).map(|at| at as f32).collect();
                        let tensor = Tensor::new(&Device::Cpu, x.shape().clone(), &positions)?;
                        outside.push((*input, next));
                        next += size;
                        known.push((*input, tensor.clone()));
                        tensor
                    }
                });
            }
            let y = self.run.tape.read(|lines| match &lines[*number].op {
                Some(op) => run(&**op, &inputs.iter().collect::<Vec<_>>()).map(Some),
                None => Ok(None),
            })?;
            known.extend(y.map(|y| (*number, y)));
        }
        let position = match known.last() {
            Some((line, y)) if *line == made.last() => y.on_cpu()?[at] as usize,
            _ => 0,
        };
        // 0 is padding, or a weight.
        Ok(outside
            .iter()
            .rfind(|(_, first)| position >= *first && position > 0)
            .map(|(line, first)| (*line, position - first))
            .into_iter()
            .collect())
    }
}
