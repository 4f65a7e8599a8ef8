//! A rectangle of the plane, and values on a grid over it.

/// A rectangle of the plane: what a map shows. `x[0] < x[1]` and `y[0] < y[1]`, all finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// The range of w₁.
    pub x: [f64; 2],
    /// The range of w₂.
    pub y: [f64; 2],
}

impl View {
    /// The middle.
    pub fn centre(&self) -> [f64; 2] {
        [(self.x[0] + self.x[1]) / 2.0, (self.y[0] + self.y[1]) / 2.0]
    }

    /// The larger of width and height: the length that "small against the view" refers to.
    pub fn size(&self) -> f64 {
        (self.x[1] - self.x[0]).max(self.y[1] - self.y[0])
    }

    /// Whether a point lies in it, edges included.
    pub fn contains(&self, at: [f64; 2]) -> bool {
        self.x[0] <= at[0] && at[0] <= self.x[1] && self.y[0] <= at[1] && at[1] <= self.y[1]
    }

    /// The nearest point of the rectangle.
    pub fn clamp(&self, at: [f64; 2]) -> [f64; 2] {
        [at[0].clamp(self.x[0], self.x[1]), at[1].clamp(self.y[0], self.y[1])]
    }

    /// The same centre, sides multiplied by `factor`.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> View {
        let [cx, cy] = self.centre();
        let (hx, hy) = ((self.x[1] - self.x[0]) / 2.0 * factor, (self.y[1] - self.y[0]) / 2.0 * factor);
        View { x: [cx - hx, cx + hx], y: [cy - hy, cy + hy] }
    }
}

/// Values at the nodes of a regular grid over a view: `columns` × `rows` nodes, the first and last on the edges,
/// row by row from y = `view.y[0]` upwards. A value that is not finite marks a place where the loss is not defined.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// The rectangle.
    pub view: View,
    /// Nodes in a row, at least 2.
    pub columns: usize,
    /// Nodes in a column, at least 2.
    pub rows: usize,
    /// `columns * rows` values.
    pub values: Vec<f64>,
}

impl Grid {
    /// A grid filled point by point.
    pub fn sample(view: View, columns: usize, rows: usize, mut f: impl FnMut([f64; 2]) -> f64) -> Grid {
        let (columns, rows) = (columns.max(2), rows.max(2));
        let mut values = Vec::with_capacity(columns * rows);
        for j in 0..rows {
            for i in 0..columns {
                values.push(f(node(view, columns, rows, i, j)));
            }
        }
        Grid { view, columns, rows, values }
    }

    /// The point of node (i, j).
    pub fn point(&self, i: usize, j: usize) -> [f64; 2] {
        node(self.view, self.columns, self.rows, i, j)
    }

    /// The value at node (i, j), NaN outside.
    pub fn value(&self, i: usize, j: usize) -> f64 {
        if i < self.columns {
            self.values.get(j * self.columns + i).copied().unwrap_or(f64::NAN)
        } else {
            f64::NAN
        }
    }

    /// Least and greatest finite value; `None` where there is none.
    pub fn range(&self) -> Option<[f64; 2]> {
        let mut finite = self.values.iter().copied().filter(|v| v.is_finite());
        let first = finite.next()?;
        Some(finite.fold([first, first], |[lo, hi], v| [lo.min(v), hi.max(v)]))
    }
}

fn node(view: View, columns: usize, rows: usize, i: usize, j: usize) -> [f64; 2] {
    let along = |[lo, hi]: [f64; 2], k: usize, n: usize| {
        let t = k as f64 / (n - 1) as f64;
        lo * (1.0 - t) + hi * t
    };
    [along(view.x, i, columns), along(view.y, j, rows)]
}
