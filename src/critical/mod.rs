//! Critical points: eigenpairs of the Hessian, the verdict on a point, the nearest critical point.

mod curvature;
mod eigen;
mod nearest;
mod spectrum;
mod verdict;

pub use curvature::Curvature;
pub use eigen::{Eigen, eigen};
pub use nearest::nearest_critical;
pub use spectrum::Spectrum;
pub use verdict::{Degeneracy, Kind, SliceVerdict, Tolerance, Verdict, classify, classify_along};
