//! Critical points: eigenpairs of the Hessian, the verdict on a point, what a degenerate point is, the nearest critical
//! point, all critical points in a view.

mod curvature;
mod curve;
mod degenerate;
mod eigen;
mod enclosure;
mod explanation;
mod found;
mod group;
mod nearest;
mod polynomial;
mod reduction;
mod search;
mod spectrum;
mod verdict;

pub use curvature::Curvature;
pub use curve::CriticalCurve;
pub use degenerate::{Decision, Evidence, Nature, decide, sampled};
pub use eigen::{Eigen, eigen};
pub use found::{Completeness, CriticalPoint, Found};
pub use nearest::nearest_critical;
pub use search::{Search, search};
pub use spectrum::Spectrum;
pub use verdict::{Degeneracy, Kind, SliceVerdict, Tolerance, Verdict, classify, classify_along};
