//! The reader's position: which cell, and how far its sum has grown. A sum grows product by product, then over the channels, then by the bias.
use super::{
    geometry::Geometry,
    settings::{Settings, Step, Tab, Wrt},
    terms::{Part, Spot},
};

/// The moments of one cell's sum.
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    /// For each channel that is summed over, the number of products up to its end.
    pub channels: Vec<usize>,
    pub bias: bool,
}

impl Moments {
    pub fn of(settings: &Settings, geometry: &Geometry, target: Spot) -> Moments {
        let links = match target.part {
            Part::BiasGrad => return Moments { channels: vec![settings.output().iter().product()], bias: false },
            part => geometry.links(part.role(), target.index),
        };
        let channel = |at: usize| match target.part {
            Part::InputGrad => links[at].channels[1],
            _ => links[at].channels[0],
        };
        let ends = (1..=links.len()).filter(|&end| end == links.len() || channel(end) != channel(end - 1));
        Moments { channels: ends.collect(), bias: target.part == Part::Output && settings.bias }
    }
    pub fn products(&self) -> usize {
        self.channels.last().copied().unwrap_or(0)
    }
    /// Whether summing over the channels is a moment of its own, which it is for several channels.
    pub fn sums_channels(&self) -> bool {
        self.channels.len() > 1
    }
    pub fn total(&self) -> usize {
        self.products() + usize::from(self.sums_channels()) + usize::from(self.bias)
    }
    /// Whether a step of this length may end at this moment.
    fn rests(&self, moment: usize, by: Step) -> bool {
        match by {
            Step::Product => true,
            Step::Channel => moment >= self.products() || self.channels.contains(&moment),
            Step::Cell => moment == self.total(),
        }
    }
    /// The next moment at which a step of this length ends.
    fn after(&self, moment: usize, by: Step) -> Option<usize> {
        (moment + 1..=self.total()).find(|moment| self.rests(*moment, by))
    }
    fn before(&self, moment: usize, by: Step) -> Option<usize> {
        (1..moment).rev().find(|moment| self.rests(*moment, by))
    }
}

impl Settings {
    /// The tensor whose cells are stepped through.
    pub fn target_part(&self) -> Part {
        match (self.tab, self.wrt) {
            (Tab::Backward, Wrt::Input) => Part::InputGrad,
            (Tab::Backward, Wrt::Kernel) => Part::KernelGrad,
            (Tab::Backward, Wrt::Bias) => Part::BiasGrad,
            _ => Part::Output,
        }
    }
    pub fn target(&self) -> Spot {
        Spot { part: self.target_part(), index: self.cell }
    }
    pub fn cells(&self) -> usize {
        self.target_part().shape(self).iter().product()
    }
    fn moments(&self, index: usize) -> Moments {
        Moments::of(self, &Geometry::new(self), Spot { index, ..self.target() })
    }
    /// Makes one step. Returns false at the end, where nothing changes.
    pub fn step(&mut self) -> bool {
        let moments = self.moments(self.cell);
        if let Some(next) = moments.after(moments.total() - self.left, self.by) {
            self.left = moments.total() - next;
            return true;
        }
        if self.cell + 1 >= self.cells() {
            return false;
        }
        self.cell += 1;
        let moments = self.moments(self.cell);
        self.left = moments.total() - moments.after(0, self.by).unwrap_or(0);
        true
    }
    /// Makes one step back. Returns false at the beginning.
    pub fn back(&mut self) -> bool {
        let moments = self.moments(self.cell);
        if let Some(before) = moments.before(moments.total() - self.left, self.by) {
            self.left = moments.total() - before;
            return true;
        }
        if self.cell == 0 {
            return false;
        }
        self.cell -= 1;
        self.left = 0;
        true
    }
    /// Goes to the beginning: the first product of the first cell.
    pub fn rewind(&mut self) {
        self.cell = 0;
        let moments = self.moments(0);
        self.left = moments.total() - moments.after(0, self.by).unwrap_or(0);
    }
    pub fn at_the_end(&self) -> bool {
        self.left == 0 && self.cell + 1 >= self.cells()
    }
    pub fn at_the_beginning(&self) -> bool {
        let moments = self.moments(0);
        self.cell == 0 && moments.before(moments.total() - self.left, self.by).is_none()
    }
}

/// Corrects the position to a tab, a cell and a moment that exist.
pub fn fit(settings: &mut Settings) {
    if !settings.op.has_weights() {
        settings.wrt = Wrt::Input;
        if settings.tab == Tab::Matrix {
            settings.tab = Tab::Sum;
        }
    }
    if settings.wrt == Wrt::Bias && !settings.bias {
        settings.wrt = Wrt::Input;
    }
    if settings.op == super::settings::Operation::Transposed && settings.tab == Tab::Matrix {
        settings.tab = Tab::Sum;
    }
    settings.cell = settings.cell.min(settings.cells().saturating_sub(1));
    if settings.left > 0 {
        settings.left = settings.left.min(settings.moments(settings.cell).total().saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::from_query;
    use super::*;

    fn walk(query: &str) -> (Settings, usize) {
        let mut settings: Settings = from_query(query);
        settings.rewind();
        let mut steps = 1;
        while settings.step() {
            steps += 1;
        }
        (settings, steps)
    }

    #[test]
    fn steps_go_through_products_channels_and_cells() {
        // 2 outputs × 16 places; 18 products of two channels, their sum and the bias.
        assert_eq!(walk("by=product").1, 32 * 20);
        // Two channels, their sum and the bias.
        assert_eq!(walk("by=channel").1, 32 * 4);
        assert_eq!(walk("by=cell").1, 32);
        let (end, _) = walk("");
        assert!(end.at_the_end() && end.cell == 31 && end.left == 0);
    }

    #[test]
    fn back_returns_to_the_beginning() {
        for query in
            ["input=4&by=product", "input=4&by=channel", "input=4&by=cell", "input=4&tab=backward", "input=4&tab=backward&wrt=kernel"]
        {
            let (mut settings, forward) = walk(query);
            let mut back = 1;
            while settings.back() {
                back += 1;
            }
            assert_eq!(forward, back, "{query}");
            assert!(settings.at_the_beginning(), "{query}: {settings:?}");
        }
    }

    #[test]
    fn an_unread_cell_has_no_moments_and_is_passed() {
        let (settings, steps) = walk("channels=1&out=1&bias=false&stride=2&tab=backward&by=cell");
        assert_eq!((settings.cell, steps), (35, 36));
    }

    #[test]
    fn what_is_not_there_is_not_looked_at() {
        let settings: Settings = from_query("cell=900&left=900&op=max-pool&tab=matrix&wrt=kernel");
        assert_eq!((settings.tab, settings.wrt, settings.cell, settings.left), (Tab::Sum, Wrt::Input, 31, 8));
    }
}
