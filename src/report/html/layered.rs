//! A picture of who depends on whom, from left to right: which column and row each node stands in, and the way of each
//! line between them. Knows nothing of what the nodes mean.

use std::collections::{BTreeMap, HashMap};

/// Blank columns and rows, in pixels.
const COLUMN_GAP: f64 = 64.0;
const ROW_GAP: f64 = 14.0;
const PART_GAP: f64 = 30.0;
/// Height that a line takes where it passes a column.
const LANE: f64 = 10.0;
/// How often the order of the columns and the places in them are improved.
const SWEEPS: usize = 12;

/// Where everything stands; in pixels from the upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    /// The upper left corner of each node.
    pub(super) corners: Vec<(f64, f64)>,
    /// The points of each line, in the order of the given ones: pairs where a curve begins and ends.
    pub(super) lines: Vec<Vec<(f64, f64)>>,
    /// The whole picture.
    pub(super) size: (f64, f64),
}

/// Lays out `number` nodes of equal `size`; each line leads from the first of its nodes to the second.
///
/// Nodes that no line connects are in parts of their own, one below the other. A line of a cycle that leads back is
/// drawn as it is.
pub(super) fn layout(number: usize, lines: &[(usize, usize)], size: (f64, f64)) -> Layout {
    let lines: Vec<(usize, usize)> = lines.iter().copied().filter(|(a, b)| *a < number && *b < number).collect();
    let columns = columns(number, &lines);
    let parts = parts(number, &lines);
    let mut grid = Grid::new(number, &lines, &columns, &parts, size.1);
    (0..SWEEPS).for_each(|_| grid.improve_order());
    grid.place();
    grid.layout(size, &lines)
}

/// The column of each node: one behind the last of those that lead to it.
fn columns(number: usize, lines: &[(usize, usize)]) -> Vec<usize> {
    let mut columns = vec![0; number];
    // No way without a cycle is longer than the number of nodes.
    for _ in 0..number {
        let mut changed = false;
        for (from, to) in lines {
            let (Some(&before), Some(&at)) = (columns.get(*from), columns.get(*to)) else { continue };
            if from != to && before + 1 > at && before + 1 < number {
                columns.iter_mut().skip(*to).take(1).for_each(|it| *it = before + 1);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    let mut used: Vec<usize> = columns.clone();
    used.sort_unstable();
    used.dedup();
    columns.iter().map(|it| used.binary_search(it).unwrap_or_default()).collect()
}

/// The part of each node: the smallest node that lines connect it with.
fn parts(number: usize, lines: &[(usize, usize)]) -> Vec<usize> {
    // Each node leads to a smaller one of its part, the smallest to itself.
    let mut parts: Vec<usize> = (0..number).collect();
    for (a, b) in lines {
        let (one, other) = (smallest(&mut parts, *a), smallest(&mut parts, *b));
        parts.iter_mut().skip(one.max(other)).take(1).for_each(|it| *it = one.min(other));
    }
    (0..number).map(|it| smallest(&mut parts, it)).collect()
}

/// Where `node` leads to in the end; shortens the way there.
fn smallest(parts: &mut [usize], mut node: usize) -> usize {
    while let Some(&next) = parts.get(node).filter(|it| **it != node) {
        let after = parts.get(next).copied().unwrap_or(next);
        parts.iter_mut().skip(node).take(1).for_each(|it| *it = after);
        node = after;
    }
    node
}

/// A node, or the place where a line passes a column.
struct Cell {
    column: usize,
    part: usize,
    height: f64,
    /// Neighbours in the columns left and right of it.
    left: Vec<usize>,
    right: Vec<usize>,
    /// Its middle.
    y: f64,
}

struct Grid {
    cells: Vec<Cell>,
    /// The cells of each column of each part, from top to bottom.
    stacks: BTreeMap<(usize, usize), Vec<usize>>,
    /// The cells that each line passes, its ends included; only its ends where it leads back.
    ways: Vec<Vec<usize>>,
}

impl Grid {
    fn new(number: usize, lines: &[(usize, usize)], columns: &[usize], parts: &[usize], height: f64) -> Self {
        let cell = |column, part, height| Cell { column, part, height, left: Vec::new(), right: Vec::new(), y: 0.0 };
        let node = |(column, part): (&usize, &usize)| cell(*column, *part, height);
        let mut grid = Self {
            cells: columns.iter().zip(parts).take(number).map(node).collect(),
            stacks: BTreeMap::new(),
            ways: Vec::new(),
        };
        for (from, to) in lines {
            let column = |it: &usize| columns.get(*it).copied().unwrap_or_default();
            let part = parts.get(*from).copied().unwrap_or_default();
            let mut way = vec![*from];
            for between in column(from) + 1..column(to) {
                way.push(grid.cells.len());
                grid.cells.push(cell(between, part, LANE));
            }
            way.push(*to);
            if column(from) < column(to) {
                way.iter().zip(way.iter().skip(1)).for_each(|(&a, &b)| grid.connect(a, b));
            }
            grid.ways.push(way);
        }
        for (at, cell) in grid.cells.iter().enumerate() {
            grid.stacks.entry((cell.part, cell.column)).or_default().push(at);
        }
        grid
    }

    fn connect(&mut self, left: usize, right: usize) {
        self.cells.iter_mut().skip(left).take(1).for_each(|it| it.right.push(right));
        self.cells.iter_mut().skip(right).take(1).for_each(|it| it.left.push(left));
    }

    /// Sorts each column by the middle of the neighbours before it, then of those behind it.
    fn improve_order(&mut self) {
        let mut rows = self.rows();
        for is_forward in [true, false] {
            let mut keys: Vec<(usize, usize)> = self.stacks.keys().copied().collect();
            if !is_forward {
                keys.reverse();
            }
            for key in keys {
                let Some(stack) = self.stacks.get_mut(&key) else { continue };
                let wanted = |at: &usize| {
                    let cell = self.cells.get(*at)?;
                    let neighbours = if is_forward { &cell.left } else { &cell.right };
                    mean(neighbours.iter().filter_map(|it| rows.get(it).copied()))
                };
                let wishes: BTreeMap<usize, f64> =
                    stack.iter().map(|it| (*it, wanted(it).or(rows.get(it).copied()).unwrap_or_default())).collect();
                stack.sort_by(|a, b| wishes.get(a).partial_cmp(&wishes.get(b)).unwrap_or(std::cmp::Ordering::Equal));
                rows.extend(stack.iter().enumerate().map(|(row, at)| (*at, place_in(row, stack.len()))));
            }
        }
    }

    /// How far down each cell stands in its column, from 0 to 1.
    fn rows(&self) -> HashMap<usize, f64> {
        let stacks = self.stacks.values();
        stacks.flat_map(|it| it.iter().enumerate().map(|(row, at)| (*at, place_in(row, it.len())))).collect()
    }

    /// Places the cells of each column as near to their neighbours as their order allows.
    fn place(&mut self) {
        for stack in self.stacks.values() {
            let mut y = 0.0;
            for at in stack {
                for cell in self.cells.iter_mut().skip(*at).take(1) {
                    cell.y = y + cell.height / 2.0;
                    y += cell.height + ROW_GAP;
                }
            }
        }
        for round in 0..SWEEPS {
            let mut stacks: Vec<&Vec<usize>> = self.stacks.values().collect();
            if round % 2 == 1 {
                stacks.reverse();
            }
            for stack in stacks {
                let wanted: Vec<f64> = stack.iter().map(|it| self.wish(*it)).collect();
                let heights: Vec<f64> = stack.iter().filter_map(|it| self.cells.get(*it)).map(|it| it.height).collect();
                for (at, y) in stack.iter().zip(apart(&wanted, &heights)) {
                    self.cells.iter_mut().skip(*at).take(1).for_each(|it| it.y = y);
                }
            }
        }
    }

    /// The middle of all neighbours of a cell, else its own.
    fn wish(&self, at: usize) -> f64 {
        let Some(cell) = self.cells.get(at) else { return 0.0 };
        let neighbours = cell.left.iter().chain(&cell.right).filter_map(|it| self.cells.get(*it));
        mean(neighbours.map(|it| it.y)).unwrap_or(cell.y)
    }

    /// The parts one below the other, and the lines between their cells.
    fn layout(mut self, (width, height): (f64, f64), lines: &[(usize, usize)]) -> Layout {
        let mut tops: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
        for cell in &self.cells {
            let (top, bottom) = (cell.y - cell.height / 2.0, cell.y + cell.height / 2.0);
            let range = tops.entry(cell.part).or_insert((top, bottom));
            *range = (range.0.min(top), range.1.max(bottom));
        }
        let mut offsets = BTreeMap::new();
        let mut below = 0.0;
        for (part, (top, bottom)) in tops {
            offsets.insert(part, below - top);
            below += bottom - top + PART_GAP;
        }
        for cell in &mut self.cells {
            cell.y += offsets.get(&cell.part).copied().unwrap_or_default();
        }
        let x = |column: usize| column as f64 * (width + COLUMN_GAP);
        let number = self.cells.len() - self.ways.iter().map(|it| it.len().saturating_sub(2)).sum::<usize>();
        let corners = self.cells.iter().take(number).map(|it| (x(it.column), it.y - height / 2.0)).collect();
        let last = self.cells.iter().map(|it| it.column).max().unwrap_or_default();
        let line = |way: &Vec<usize>| {
            let cells = way.iter().filter_map(|it| self.cells.get(*it));
            let mut points: Vec<(f64, f64)> =
                cells.flat_map(|it| [(x(it.column), it.y), (x(it.column) + width, it.y)]).collect();
            // A line begins at the right side of its first node and ends at the left side of its last one.
            points.pop();
            points.drain(..points.len().min(1));
            points
        };
        Layout {
            corners,
            lines: self.ways.iter().take(lines.len()).map(line).collect(),
            size: (x(last) + width, (below - PART_GAP).max(0.0)),
        }
    }
}

/// How far down the cell number `row` of a column with `length` cells stands, from 0 to 1.
fn place_in(row: usize, length: usize) -> f64 {
    (row as f64 + 0.5) / length as f64
}

/// Places nearest to the `wanted` ones, in the same order and without overlaps: the least sum of squared distances.
fn apart(wanted: &[f64], heights: &[f64]) -> Vec<f64> {
    let mut shifts = Vec::with_capacity(wanted.len());
    let mut shift = 0.0;
    for (at, height) in heights.iter().enumerate() {
        if let Some(before) = at.checked_sub(1).and_then(|it| heights.get(it)) {
            shift += (before + height) / 2.0 + ROW_GAP;
        }
        shifts.push(shift);
    }
    // Blocks of cells that touch each other, each with its mean and its length.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (wish, shift) in wanted.iter().zip(&shifts) {
        let mut block = (wish - shift, 1);
        while let Some(&(before, length)) = blocks.last().filter(|it| it.0 > block.0) {
            let all = length + block.1;
            block = ((before * length as f64 + block.0 * block.1 as f64) / all as f64, all);
            blocks.pop();
        }
        blocks.push(block);
    }
    let places = blocks.iter().flat_map(|(mean, length)| std::iter::repeat_n(*mean, *length));
    places.zip(shifts).map(|(place, shift)| place + shift).collect()
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, number) = values.fold((0.0, 0usize), |(sum, number), it| (sum + it, number + 1));
    (number > 0).then(|| sum / number as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SIZE: (f64, f64) = (200.0, 40.0);

    fn overlaps(layout: &Layout) -> bool {
        let boxes = &layout.corners;
        (0..boxes.len()).any(|a| {
            (0..a).any(|b| {
                (boxes[a].0 - boxes[b].0).abs() < SIZE.0 - 0.01 && (boxes[a].1 - boxes[b].1).abs() < SIZE.1 - 0.01
            })
        })
    }

    #[test]
    fn a_chain_is_one_row() {
        let layout = layout(3, &[(0, 1), (1, 2)], SIZE);
        assert_eq!(layout.corners, [(0.0, 0.0), (264.0, 0.0), (528.0, 0.0)]);
        assert_eq!(layout.lines[0], [(200.0, 20.0), (264.0, 20.0)]);
        assert_eq!(layout.size, (728.0, 40.0));
    }

    #[test]
    fn a_node_alone_and_none_at_all_are_fine() {
        assert_eq!(layout(1, &[], SIZE).size, SIZE);
        assert!(layout(0, &[], SIZE).corners.is_empty());
    }

    #[test]
    fn a_long_line_passes_between_the_nodes() {
        let layout = layout(4, &[(0, 1), (1, 2), (0, 2), (2, 3)], SIZE);
        let passes = layout.lines[2][1].1;
        assert!((passes - layout.corners[1].1 - 20.0).abs() >= 20.0, "{layout:?}");
    }

    #[test]
    fn parts_that_nothing_connects_stand_below_each_other() {
        let layout = layout(4, &[(0, 1), (2, 3)], SIZE);
        assert_eq!(layout.corners[2], (0.0, 70.0));
    }

    proptest! {
        #[test]
        fn nodes_never_overlap(number in 1usize..40, lines in prop::collection::vec((0usize..40, 0usize..40), 0..80)) {
            let layout = layout(number, &lines, SIZE);
            prop_assert_eq!(layout.corners.len(), number);
            prop_assert!(!overlaps(&layout), "{:?}", layout);
            for (x, y) in &layout.corners {
                prop_assert!(*x >= 0.0 && *y >= -0.01 && x + SIZE.0 <= layout.size.0 + 0.01);
                prop_assert!(y + SIZE.1 <= layout.size.1 + 0.01, "{:?}", layout);
            }
        }
    }
}
