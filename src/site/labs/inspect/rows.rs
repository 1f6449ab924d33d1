//! Where the items of a layer stand: below what they read, in the order of what they read, beside each other.

/// Between the items of a layer.
const BETWEEN: f32 = 18.0;

/// An item of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Width and height.
    pub size: [f32; 2],
    /// Where lines come in and go out, from its middle.
    pub inlet: f32,
    /// Where lines go out.
    pub outlet: f32,
    /// Its middle across.
    pub middle: f32,
}

impl Item {
    /// An item of this size.
    pub fn of(size: [f32; 2]) -> Item {
        Item { size, inlet: 0.0, outlet: 0.0, middle: 0.0 }
    }
    /// A point where lines come into a block, or go out of it.
    pub fn point() -> Item {
        Item::of([0.0; 2])
    }
    /// Its left edge.
    pub fn left(&self) -> f32 {
        self.middle - self.size[0] / 2.0
    }
    /// Its right edge.
    pub fn right(&self) -> f32 {
        self.middle + self.size[0] / 2.0
    }
}

/// Sets the middle of each item. Returns the number of layers.
pub fn place(items: &mut [Item], layers: &[usize], edges: &[(usize, usize)]) -> usize {
    let count = 1 + layers.iter().copied().max().unwrap_or(0);
    let mut rows = vec![vec![]; count];
    layers.iter().enumerate().for_each(|(item, layer)| rows[*layer].push(item));
    let (mut above, mut below) = (vec![vec![]; items.len()], vec![vec![]; items.len()]);
    for (from, to) in edges {
        above[*to].push(*from);
        below[*from].push(*to);
    }
    for row in &mut rows {
        let wanted: Vec<f32> = row.iter().map(|item| under(items, &above[*item], *item)).collect();
        let mut order: Vec<usize> = (0..row.len()).collect();
        order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
        *row = order.iter().map(|at| row[*at]).collect();
        let wanted: Vec<f32> = order.into_iter().map(|at| wanted[at]).collect();
        spread(items, row, &wanted);
    }
    // Up and down again, so that what is read stands over the middle of what reads it.
    for row in rows.iter().rev() {
        let wanted: Vec<f32> = row.iter().map(|item| over(items, &below[*item], *item)).collect();
        spread(items, row, &wanted);
    }
    for row in &rows {
        let wanted: Vec<f32> = row.iter().map(|item| under(items, &above[*item], *item)).collect();
        spread(items, row, &wanted);
    }
    count
}

fn mean(values: impl Iterator<Item = f32>) -> Option<f32> {
    let (sum, count) = values.fold((0.0, 0), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f32)
}

/// Where an item would stand below what it reads.
fn under(items: &[Item], above: &[usize], item: usize) -> f32 {
    let own = &items[item];
    mean(above.iter().map(|read| items[*read].middle + items[*read].outlet)).map_or(own.middle, |line| line - own.inlet)
}

/// Where an item would stand over what reads it.
fn over(items: &[Item], below: &[usize], item: usize) -> f32 {
    let own = &items[item];
    mean(below.iter().map(|reader| items[*reader].middle + items[*reader].inlet)).map_or(own.middle, |line| line - own.outlet)
}

/// Places a row as near as it can be to what is wanted. Pushed to the right and pushed to the left, nothing overlaps; so nothing does in the mean of both.
fn spread(items: &mut [Item], row: &[usize], wanted: &[f32]) {
    let apart = |items: &[Item], at: usize| (items[row[at]].size[0] + items[row[at + 1]].size[0]) / 2.0 + BETWEEN;
    let (mut right, mut left) = (wanted.to_vec(), wanted.to_vec());
    for at in 1..row.len() {
        right[at] = right[at].max(right[at - 1] + apart(items, at - 1));
    }
    for at in (1..row.len()).rev() {
        left[at - 1] = left[at - 1].min(left[at] - apart(items, at - 1));
    }
    row.iter().zip(right.iter().zip(left)).for_each(|(item, (right, left))| items[*item].middle = (right + left) / 2.0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_of_one_stand_about_it_and_what_joins_them_stands_below_the_middle_one() {
        let mut items = vec![Item::of([100.0, 10.0]); 5];
        let edges = [(0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 4)];
        assert_eq!(place(&mut items, &[0, 1, 1, 1, 2], &edges), 3);
        let middles: Vec<f32> = items.iter().map(|item| item.middle - items[0].middle).collect();
        assert_eq!(middles, [0.0, -118.0, 0.0, 118.0, 0.0]);
    }
}
