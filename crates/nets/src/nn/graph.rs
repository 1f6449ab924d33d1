//! A graph of layers: each reads the input or what an earlier one made. Sums and concatenations join them.
use super::{Cx, Module, Probed, Scope, Seq};
use engine::{
    Error, Result,
    autograd::{Param, Var},
};
use std::rc::Rc;

/// A layer for a network whose layers are no chain. Each layer and each concatenation is a step. Its output is that of the last step.
///
/// A probe sees each step's output under its dotted name, a layer's before anything is added to it.
pub struct Graph {
    scope: Scope,
    steps: Vec<Step>,
    /// The last step that reads each place, 0 if none does. The value is let go then, so that few are in memory at once.
    last: Vec<usize>,
}

/// A value in a [`Graph`]: its input, or what a step of it makes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place(usize);

struct Step {
    name: String,
    what: What,
}

enum What {
    /// y = layers(x) + sum.
    Layers { layers: Seq, x: Place, sum: Option<Place> },
    /// y = the channels of all parts, from the first to the last.
    Concat(Vec<Place>),
}

impl What {
    fn reads(&self) -> Vec<Place> {
        match self {
            What::Layers { x, sum, .. } => std::iter::once(*x).chain(*sum).collect(),
            What::Concat(parts) => parts.clone(),
        }
    }
}

impl Graph {
    /// The graph's input.
    pub const INPUT: Place = Place(0);

    /// A graph without steps: y = x.
    pub fn new(scope: &Scope) -> Graph {
        Graph { scope: scope.clone(), steps: vec![], last: vec![0] }
    }
    /// Appends y = layers(x) + sum, and returns the place of y. `build` is given the scope of that name.
    pub fn then(&mut self, name: &str, x: Place, sum: Option<Place>, build: impl FnOnce(&Scope) -> Result<Seq>) -> Result<Place> {
        let layers = build(&(&self.scope / name))?;
        Ok(self.step(name, What::Layers { layers, x, sum }))
    }
    /// Appends the concatenation of these places' channels, and returns its place. Heights and widths must agree.
    pub fn concat(&mut self, name: &str, parts: &[Place]) -> Place {
        self.step(name, What::Concat(parts.to_vec()))
    }
    fn step(&mut self, name: &str, what: What) -> Place {
        for place in what.reads() {
            if let Some(last) = self.last.get_mut(place.0) {
                *last = self.steps.len();
            }
        }
        self.last.push(0);
        self.steps.push(Step { name: name.into(), what });
        Place(self.steps.len())
    }
    fn layers(&self) -> impl Iterator<Item = &Seq> {
        self.steps.iter().filter_map(|step| if let What::Layers { layers, .. } = &step.what { Some(layers) } else { None })
    }
    /// Shows a step's output to a probe. `first` is the first line of the tape that the step recorded.
    fn show(&self, name: &str, description: String, value: &Var, first: usize, cx: &mut Cx) {
        if let Some(probe) = &mut cx.probe {
            let path = (&self.scope / name).path().into();
            probe.push(Probed { path, description, torch: None, value: value.clone(), lines: first..value.lines() });
        }
    }
}

impl Module for Graph {
    fn describe(&self) -> String {
        format!("a graph of {} layers", self.steps.len())
    }
    fn forward(&self, x: &Var, cx: &mut Cx) -> Result<Var> {
        let mut y = x.clone();
        let mut values = vec![Some(y.clone())];
        for (at, Step { name, what }) in self.steps.iter().enumerate() {
            let unmade = || Error::shape("graph", format!("{name} reads what no step before it makes"));
            let value = |place: &Place| values.get(place.0).and_then(Option::as_ref).ok_or_else(unmade);
            let first = x.lines();
            y = match what {
                What::Concat(parts) => {
                    let y = Var::concat(&parts.iter().map(value).collect::<Result<Vec<_>>>()?, 3)?;
                    self.show(name, format!("{} side by side", parts.len()), &y, first, cx);
                    y
                }
                What::Layers { layers, x, sum } => match (value(x)?, sum.as_ref().map(value).transpose()?) {
                    (x, Some(sum)) if cx.fuses(x) => layers.forward_onto(x, sum, None, cx)?,
                    (x, sum) => {
                        let y = layers.forward(x, cx)?;
                        self.show(name, layers.describe(), &y, first, cx);
                        sum.map_or(Ok(y.clone()), |sum| y.add(sum))?
                    }
                },
            };
            what.reads().iter().filter(|place| self.last[place.0] == at).for_each(|place| values[place.0] = None);
            values.push(Some(y.clone()));
        }
        Ok(y)
    }
    fn params(&self) -> Vec<Rc<Param>> {
        self.layers().flat_map(Seq::params).collect()
    }
    fn only_for_training(&self) -> Vec<Rc<Param>> {
        self.layers().flat_map(Seq::only_for_training).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::{Activation, Flatten, Probe};
    use engine::{
        ops::UnaryFn,
        tensor::{Device, Shape, Tensor},
    };

    fn image() -> Var {
        Var::constant(Tensor::new(&Device::Cpu, Shape::new([1, 1, 2, 2]), &[-1.0, 2.0, 3.0, -4.0]).unwrap())
    }
    fn values(v: &Var) -> Vec<f32> {
        pollster::block_on(v.value().values()).unwrap()
    }
    fn relu(scope: &Scope) -> Result<Seq> {
        Ok(Seq::new(scope).add("relu", Activation(UnaryFn::Relu)))
    }

    #[test]
    fn steps_read_what_any_step_before_them_made() {
        let mut graph = Graph::new(&(&Scope::new(Device::Cpu, 0) / "cell"));
        let positive = graph.then("left", Graph::INPUT, None, relu).unwrap();
        // ReLU(x) + x, and once more.
        let sum = graph.then("right", Graph::INPUT, Some(Graph::INPUT), relu).unwrap();
        graph.concat("joined", &[sum, positive, Graph::INPUT]);
        let expected = [-1.0, 4.0, 0.0, 2.0, -1.0, 2.0, 6.0, -4.0, 3.0, 0.0, 3.0, -4.0];
        for unfused in [false, true] {
            let y = graph.forward(&image(), &mut Cx { unfused, ..Cx::default() }).unwrap();
            assert_eq!(values(&y), expected, "unfused: {unfused}");
        }
        let mut probe = Probe::new();
        graph.forward(&image(), &mut Cx { probe: Some(&mut probe), ..Cx::default() }).unwrap();
        let paths: Vec<&str> = probe.iter().map(|seen| seen.path.as_str()).collect();
        assert_eq!(paths, ["cell.left.relu", "cell.left", "cell.right.relu", "cell.right", "cell.joined"]);
        assert_eq!(values(&probe[3].value), [0.0, 2.0, 3.0, 0.0], "a layer is seen before the sum");
    }

    #[test]
    fn what_no_step_makes_and_shapes_that_do_not_fit_are_refused() {
        let scope = Scope::new(Device::Cpu, 0);
        assert_eq!(values(&Graph::new(&scope).forward(&image(), &mut Cx::default()).unwrap()), values(&image()));
        let mut graph = Graph::new(&scope);
        graph.concat("joined", &[Place(3)]);
        let message = graph.forward(&image(), &mut Cx::default()).err().unwrap().to_string();
        assert!(message.contains("joined reads what no step before it makes"), "{message}");
        let mut graph = Graph::new(&scope);
        graph.then("flat", Graph::INPUT, Some(Graph::INPUT), |s| Ok(Seq::new(s).add("flatten", Flatten))).unwrap();
        assert!(graph.forward(&image(), &mut Cx::default()).is_err());
    }
}
