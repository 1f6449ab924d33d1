//! The lines between items: straight down where nothing stands, otherwise beside it.
use super::rows::Item;

/// Between a line and an item beside it, and between two lines.
const BESIDE: f32 = 10.0;

/// All lines, and how far they and the items reach to the left and right.
#[derive(Debug, PartialEq)]
pub struct Routes {
    pub edges: Vec<Vec<[f32; 2]>>,
    pub left: f32,
    pub right: f32,
}

/// A stretch of a line beside items: its place, and its first and last layer.
type Lane = (f32, usize, usize);

/// The lines of these edges. `tops` and `heights` are those of the layers.
pub fn route(items: &[Item], layers: &[usize], tops: &[f32], heights: &[f32], edges: Vec<(usize, usize)>) -> Routes {
    let mut rows: Vec<Vec<&Item>> = vec![vec![]; tops.len()];
    items.iter().zip(layers).for_each(|(item, layer)| rows[*layer].push(item));
    let mut lanes: Vec<Lane> = vec![];
    let mut found = vec![];
    for (from, to) in edges {
        let (first, last) = (layers[from], layers[to]);
        let [start, end] = [items[from].middle + items[from].outlet, items[to].middle + items[to].inlet];
        let bottom = |layer: usize| tops[layer] + heights[layer];
        let mut points = vec![[start, tops[first] + items[from].size[1]], [start, bottom(first)]];
        if last > first + 1 {
            let between: Vec<&Item> = rows[first + 1..last].concat();
            let lane = lane(&between, &lanes, [start, end], first + 1, last - 1);
            lanes.push((lane, first + 1, last - 1));
            points.extend([[lane, tops[first + 1]], [lane, bottom(last - 1)]]);
        }
        points.push([end, tops[last]]);
        points.dedup();
        found.push(points);
    }
    let reach = |of: fn(&Item) -> f32| items.iter().map(of);
    let lines = || lanes.iter().map(|(lane, ..)| *lane);
    let left = reach(Item::left).chain(lines().map(|x| x - BESIDE)).fold(f32::INFINITY, f32::min);
    let right = reach(Item::right).chain(lines().map(|x| x + BESIDE)).fold(f32::NEG_INFINITY, f32::max);
    Routes { edges: found, left, right }
}

/// A place across where a line passes these items and no other line: at one of its ends, or else beside everything.
fn lane(between: &[&Item], lanes: &[Lane], [start, end]: [f32; 2], first: usize, last: usize) -> f32 {
    let passes = |x: f32| between.iter().all(|item| x < item.left() - BESIDE / 2.0 || x > item.right() + BESIDE / 2.0);
    let is_apart = |x: f32| lanes.iter().all(|(other, from, to)| *from > last || *to < first || (other - x).abs() >= BESIDE * 0.9);
    if let Some(free) = [start, end].into_iter().find(|x| passes(*x) && is_apart(*x)) {
        return free;
    }
    let beside = |from: f32, by: f32| (1..).map(|n| from + by * n as f32).find(|x| is_apart(*x)).unwrap_or(from);
    let right = beside(between.iter().map(|item| item.right()).fold(f32::NEG_INFINITY, f32::max), BESIDE);
    let left = beside(between.iter().map(|item| item.left()).fold(f32::INFINITY, f32::min), -BESIDE);
    let detour = |x: f32| (x - start).abs() + (x - end).abs();
    if detour(left) < detour(right) - 1.0 { left } else { right }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortcut_goes_beside_what_it_skips_and_a_second_one_on_the_other_side() {
        let items = vec![Item::of([100.0, 20.0]); 3];
        let (tops, heights) = ([0.0, 40.0, 80.0], [20.0; 3]);
        let found = route(&items, &[0, 1, 2], &tops, &heights, vec![(0, 1), (1, 2), (0, 2), (0, 2), (0, 2)]);
        assert_eq!(found.edges[0], [[0.0, 20.0], [0.0, 40.0]]);
        assert_eq!(found.edges[2], [[0.0, 20.0], [60.0, 40.0], [60.0, 60.0], [0.0, 80.0]]);
        assert_eq!((found.edges[3][1], found.edges[4][1]), ([-60.0, 40.0], [70.0, 40.0]));
        assert_eq!((found.left, found.right), (-70.0, 80.0));
    }
}
