//! Fully connected networks over one flat parameter vector, and what their loss looks like around a point.
//!
//! A [`Network`] is a shape: layer sizes, activations, what is minimised. θ is a plain slice, layer by layer: the weights
//! W row by row (one row for each unit), then the biases. [`Passes`] does the arithmetic without allocating: loss,
//! gradient by back-propagation, Hessian-vector products (forward over reverse), the full Hessian. A [`Problem`] ties a
//! network to [`Data`] and answers the optimisers as an [`Oracle`](crate::optimizer::Oracle).
//!
//! The loss is the mean over examples of: the squared error summed over outputs, or the cross-entropy of a sigmoid or of a
//! softmax.
//!
//! ```
//! use saddlescope::network::{Activation, Data, Network, Objective, Problem};
//! use saddlescope::optimizer::Oracle;
//!
//! // y = w₁w₂x on the one datum (1, 1): the loss is (1 − w₁w₂)².
//! let network = Network::new(&[1, 1, 1], Activation::Linear, Objective::SquaredError, false).unwrap();
//! let data = Data::new(1, 1, vec![1.0], vec![1.0]).unwrap();
//! let mut problem = Problem::new(network, data.into());
//! let mut h = [0.0; 4];
//! problem.hessian(&[0.0, 0.0], &mut h);
//! assert_eq!(h, [0.0, -2.0, -2.0, 0.0]);
//! ```

mod activation;
mod architecture;
mod curvature;
mod data;
mod datasets;
mod direction;
mod ending;
mod kernels;
mod linear;
mod look;
mod passes;
mod problem;
mod spectrum;
mod start;
mod training;

pub use crate::number::Random;
pub use activation::Activation;
pub use architecture::{Layer, Network, Objective};
pub use data::Data;
pub use data::class;
pub use datasets::{Dataset, Labels, Sample, standardise};
pub use ending::{Bring, Ended, Ending, NEWTON_UP_TO};
pub use linear::known_autoencoder;
pub use look::{Eigenvalues, LARGEST, Look, Signs, signs, size};
pub use passes::Passes;
pub use problem::Problem;
pub use spectrum::{Krylov, Lanczos, lanczos, trace_estimate};
pub use start::Start;
pub use training::{Epoch, Training};
