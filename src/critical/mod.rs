//! Critical points: eigenpairs of the Hessian, the verdict on a point, the nearest critical point.

mod curvature;
mod nearest;
mod verdict;

pub use curvature::{Curvature, Eigen, eigen};
pub use nearest::nearest_critical;
pub use verdict::{Degeneracy, Kind, Tolerance, Verdict, classify};
