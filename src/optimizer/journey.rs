//! How runs in the plane end, without their record: what a picture of 65,536 runs needs of each.

use super::negative_curvature::{is_convex, is_small};
use super::run::LARGE;
use super::{Dialect, Method, Optimizer, Oracle, Outcome, Rate, State};
use crate::derivative::{Jet, gradient, jet};
use crate::loss::{Gradients, Loss};

/// How long, how far, and what counts as moving.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JourneyLimits {
    /// The most steps.
    pub steps: usize,
    /// Beyond this, in either coordinate, a run has diverged.
    pub far: f64,
    /// A step longer than this is a move.
    pub pace: f64,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Journey {
    /// It took its steps, rests for good, or has no step from there (H is singular).
    Ended {
        /// Where.
        at: [f64; 2],
        /// The step after which it moved no more.
        settled: usize,
        /// The square of the length of its last step.
        last: f64,
    },
    /// It left every bound, or L or g is not finite where it came.
    Diverged,
    /// It left the domain of the loss: a step, or L where it led, is not a number.
    Left,
    /// L or g is not finite at the start.
    NotDefined,
}

/// A method that forgets is watched for coming back to where it was this many steps ago, or fewer.
const ROUND: usize = 4;

impl Journey {
    /// The run of a method from a point at a constant rate: the same steps as [`Run`](super::Run) takes, to the last digit.
    /// `optimizer` has taken none yet, and is left as the run leaves it.
    ///
    /// ```
    /// use saddlescope::loss::Loss;
    /// use saddlescope::optimizer::{Dialect, Journey, JourneyLimits, Method, Optimizer};
    /// let loss = Loss::parse("(x^2+y^2)/2").unwrap();
    /// let mut descent = Optimizer::new(Method::GradientDescent, Dialect::Notes, &[], 2).unwrap();
    /// let limits = JourneyLimits { steps: 3, far: 1e3, pace: 0.2 };
    /// let end = Journey::from([1.0, 0.0], &loss, &mut descent, 0.5.into(), &limits);
    /// assert_eq!(end, Journey::Ended { at: [0.125, 0.0], settled: 2, last: 0.125 * 0.125 });
    /// ```
    pub fn from(
        start: [f64; 2],
        loss: &Loss,
        optimizer: &mut Optimizer,
        rate: Rate,
        limits: &JourneyLimits,
    ) -> Journey {
        let curved = optimizer.method.second_order();
        let mut asked = Asked::at(loss, start, curved);
        let mut journey = Journey::begin(start, asked.look());
        let forgets = optimizer.method.forgets();
        // Of L-BFGS a step that leads nowhere, if it is not the first, is taken again and again: there is no new pair.
        let rests = forgets || optimizer.method == Method::Lbfgs;
        let (mut t, mut mark) = (0, (0, start));
        while t < limits.steps && journey.goes() {
            let at = asked.at;
            if optimizer.step(&mut asked, &at, rate) == Outcome::Singular {
                break;
            }
            if large(&asked.jet.gradient) && optimizer.state().overflows(0, 1) {
                return Journey::Diverged;
            }
            let &[dx, dy] = optimizer.state().delta() else { break };
            let next = [at[0] + dx, at[1] + dy];
            asked = Asked::at(loss, next, curved);
            t += 1;
            journey.arrive(next, asked.look(), t, limits);
            if rests && next == at && t > 1 {
                break;
            }
            if forgets && next == mark.1 {
                // Back where it was: of the steps left, whole rounds change nothing but when it moved last.
                let skipped = skipped(t - mark.0, limits.steps - t);
                journey.go_round(mark.0, skipped);
                t += skipped;
            } else if t.is_multiple_of(ROUND) {
                mark = (t, next);
            }
        }
        journey
    }

    fn begin(at: [f64; 2], seen: [f64; 3]) -> Journey {
        if finite(seen) { Journey::Ended { at, settled: 0, last: 0.0 } } else { Journey::NotDefined }
    }

    fn goes(&self) -> bool {
        matches!(self, Journey::Ended { .. })
    }

    /// The steps since step `from` are repeated by so many further ones.
    fn go_round(&mut self, from: usize, steps: usize) {
        if let Journey::Ended { settled, .. } = self
            && *settled > from
        {
            *settled += steps;
        }
    }

    /// Step t led to `to`, where L and g are what was `seen`.
    #[inline(never)]
    fn arrive(&mut self, to: [f64; 2], seen: [f64; 3], t: usize, limits: &JourneyLimits) {
        let Journey::Ended { at, settled, last } = self else { return };
        let inside = to[0].abs() <= limits.far && to[1].abs() <= limits.far;
        if !(inside && finite(seen)) {
            let nowhere = to[0].is_nan() || to[1].is_nan() || (seen[0].is_nan() && inside);
            *self = if nowhere { Journey::Left } else { Journey::Diverged };
            return;
        }
        let [x, y] = [to[0] - at[0], to[1] - at[1]];
        *last = x * x + y * y;
        if *last > limits.pace * limits.pace {
            *settled = t;
        }
        *at = to;
    }
}

/// Runs of one method on a loss that has a formula, up to eight at once.
///
/// A method that treats each [coordinate by itself](Method::separable) cannot tell how many runs its coordinates belong to:
/// made for 16 variables, it takes the steps of all eight at once, each at its own rate. So does gradient descent in place of
/// [`Method::NegativeCurvature`], but for the few steps on which the two part.
#[derive(Clone, Debug)]
pub struct Journeys<'a> {
    loss: &'a Loss,
    optimizer: Optimizer,
    /// Where another method stands in for it, the method itself, for one run.
    own: Option<Optimizer>,
    fresh: State,
    limits: JourneyLimits,
    room: Gradients,
}

impl<'a> Journeys<'a> {
    /// For how many variables a method has to be made.
    pub fn dimension(method: Method) -> usize {
        if method.separable() { 2 * Gradients::LEN } else { 2 }
    }

    /// Runs of a method that has not taken a step yet.
    pub fn new(loss: &'a Loss, mut optimizer: Optimizer, limits: JourneyLimits) -> Journeys<'a> {
        let (mut own, descent) = (None, Method::GradientDescent);
        if optimizer.method == Method::NegativeCurvature
            && let Ok(eight) = Optimizer::new(descent, Dialect::Notes, &[], Journeys::dimension(descent))
        {
            own = Some(std::mem::replace(&mut optimizer, eight));
        }
        let fresh = optimizer.state().clone();
        Journeys { loss, optimizer, own, fresh, limits, room: Gradients::default() }
    }

    /// How the first of eight runs end, as many as there is place for in `ends`: as [`Journey::from`] says, to the last digit.
    /// The starts are given as all first coordinates, then all second ones; each run has its own constant rate.
    pub fn from(
        &mut self,
        starts: &[[f64; Gradients::LEN]; 2],
        rates: &[f64; Gradients::LEN],
        ends: &mut [Journey],
    ) {
        let Journeys { loss, optimizer, own, fresh, limits, room } = self;
        optimizer.restore(fresh);
        if optimizer.dimension() == 2 {
            for (end, ((x, y), rate)) in ends.iter_mut().zip(starts[0].iter().zip(&starts[1]).zip(rates)) {
                optimizer.restore(fresh);
                *end = Journey::from([*x, *y], loss, optimizer, (*rate).into(), limits);
            }
            return;
        }
        // Both coordinates of a run have its rate.
        optimizer.rates.iter_mut().zip(rates.iter().cycle()).for_each(|(own, rate)| *own = *rate);
        let forgets = optimizer.method.forgets();
        let mut asked = Abreast {
            loss,
            at: *starts,
            seen: [[f64::NAN; _]; 3],
            bent: [[f64::NAN; _]; 3],
            curved: false,
            room,
        };
        let (mut t, mut mark) = (0, (0, *starts));
        loop {
            asked.look();
            if !asked.follow(ends, t, limits) {
                return;
            }
            if forgets && t > 0 && asked.all_at(&mark.1, ends) {
                let skipped = skipped(t - mark.0, limits.steps - t);
                ends.iter_mut().for_each(|end| end.go_round(mark.0, skipped));
                t += skipped;
            } else if t.is_multiple_of(ROUND) {
                mark = (t, asked.at);
            }
            if t >= limits.steps {
                return;
            }
            let mut at = asked.at;
            optimizer.step_on(&mut asked, at.as_flattened(), f64::NAN.into());
            if large(asked.seen[1..].as_flattened()) {
                asked.overflow(ends, optimizer.state());
            }
            let delta = optimizer.state().delta();
            at.as_flattened_mut().iter_mut().zip(delta).for_each(|(w, d)| *w += d);
            if let Some(own) = own {
                asked.part(own, rates, ends, &mut at);
            }
            asked.at = at;
            t += 1;
        }
    }
}

/// How many of the steps left are whole rounds of so many.
fn skipped(round: usize, left: usize) -> usize {
    left / round * round
}

fn large(g: &[f64]) -> bool {
    g.iter().any(|g| g.abs() > LARGE)
}

fn finite(seen: [f64; 3]) -> bool {
    // 0 times anything else is NaN.
    seen.iter().fold(0.0, |sum, s| sum + 0.0 * s) == 0.0
}

/// The loss as a method sees it in a run: what is known at θ is not computed twice.
struct Asked<'a> {
    loss: &'a Loss,
    at: [f64; 2],
    jet: Jet,
    /// Whether H is known.
    curved: bool,
}

impl<'a> Asked<'a> {
    /// L and g are the same digits with H and without.
    fn at(loss: &'a Loss, at: [f64; 2], curved: bool) -> Asked<'a> {
        let jet = if curved {
            jet(loss, at)
        } else {
            let (value, gradient) = gradient(loss, at);
            Jet { value, gradient, hessian: [[f64::NAN; 2]; 2] }
        };
        Asked { loss, at, jet, curved }
    }

    fn look(&self) -> [f64; 3] {
        let Jet { value, gradient: [x, y], .. } = self.jet;
        [value, x, y]
    }
}

impl Oracle for Asked<'_> {
    fn dimension(&self) -> usize {
        2
    }

    fn value(&mut self, at: &[f64]) -> f64 {
        Oracle::value(&mut self.loss, at)
    }

    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64 {
        if at == self.at {
            out.copy_from_slice(&self.jet.gradient);
            return f64::NAN;
        }
        Oracle::gradient(&mut self.loss, at, out)
    }

    fn hessian(&mut self, at: &[f64], out: &mut [f64]) {
        if self.curved && at == self.at {
            out.copy_from_slice(self.jet.hessian.as_flattened());
        } else {
            Oracle::hessian(&mut self.loss, at, out);
        }
    }
}

/// The same for runs side by side.
struct Abreast<'a> {
    loss: &'a Loss,
    at: [[f64; Gradients::LEN]; 2],
    seen: [[f64; Gradients::LEN]; 3],
    /// H, where `curved`.
    bent: [[f64; Gradients::LEN]; 3],
    /// Whether H is looked at too.
    curved: bool,
    room: &'a mut Gradients,
}

impl Abreast<'_> {
    fn look(&mut self) {
        if self.curved {
            [self.seen, self.bent] = self.room.with_hessians(self.loss, &self.at);
        } else {
            self.seen = self.room.at(self.loss, &self.at);
        }
    }

    /// Whether the runs that go on are where they were.
    #[inline(never)]
    fn all_at(&self, there: &[[f64; Gradients::LEN]; 2], ends: &[Journey]) -> bool {
        let [xs, ys] = [0, 1].map(|k| self.at[k].iter().zip(&there[k]));
        ends.iter().zip(xs.zip(ys)).all(|(end, ((x, u), (y, v)))| !end.goes() || (x == u && y == v))
    }

    /// The steps on which the method may part from gradient descent, which lead to `next`: its own in their place.
    #[inline(never)]
    fn part(
        &mut self,
        own: &mut Optimizer,
        rates: &[f64; Gradients::LEN],
        ends: &[Journey],
        next: &mut [[f64; Gradients::LEN]; 2],
    ) {
        let [below, ..] = own.values;
        for ((i, rate), _) in rates.iter().enumerate().zip(ends).filter(|(_, end)| end.goes()) {
            let gradient = [self.seen[1][i], self.seen[2][i]];
            if !is_small(&gradient, below) {
                continue;
            }
            if !self.curved {
                self.curved = true;
                self.look();
            }
            let [a, b, d] = self.bent.map(|row| row[i]);
            if is_convex([a, b, d]) {
                continue;
            }
            let at = self.at.map(|row| row[i]);
            let jet = Jet { value: self.seen[0][i], gradient, hessian: [[a, b], [b, d]] };
            own.step(&mut Asked { loss: self.loss, at, jet, curved: true }, &at, (*rate).into());
            for ((next, at), delta) in next.iter_mut().zip(at).zip(own.state().delta()) {
                next[i] = at + delta;
            }
        }
    }

    /// What step t did to the runs, 0 being their start; whether any goes on.
    #[inline(never)]
    fn follow(&self, ends: &mut [Journey], t: usize, limits: &JourneyLimits) -> bool {
        let ([xs, ys], [values, gxs, gys]) = (&self.at, &self.seen);
        let seen = values.iter().zip(gxs).zip(gys);
        let mut goes = false;
        for ((end, (x, y)), ((value, gx), gy)) in ends.iter_mut().zip(xs.iter().zip(ys)).zip(seen) {
            let (at, seen) = ([*x, *y], [*value, *gx, *gy]);
            if t == 0 {
                *end = Journey::begin(at, seen);
            }
            end.arrive(at, seen, t, limits);
            goes |= end.goes();
        }
        goes
    }

    /// Ends the runs whose slope is large and whose memory is infinite.
    #[inline(never)]
    fn overflow(&self, ends: &mut [Journey], state: &State) {
        for ((i, end), (x, y)) in ends.iter_mut().enumerate().zip(self.seen[1].iter().zip(&self.seen[2])) {
            if end.goes() && large(&[*x, *y]) && state.overflows(i, Gradients::LEN) {
                *end = Journey::Diverged;
            }
        }
    }
}

impl Oracle for Abreast<'_> {
    fn dimension(&self) -> usize {
        2 * Gradients::LEN
    }

    /// No method that treats each coordinate by itself asks for L.
    fn value(&mut self, _: &[f64]) -> f64 {
        f64::NAN
    }

    fn gradient(&mut self, at: &[f64], out: &mut [f64]) -> f64 {
        let mut seen = self.seen;
        // By bits: what a run that has gone left behind may be NaN.
        let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits();
        if !at.iter().zip(self.at.as_flattened()).all(same) {
            let mut asked = self.at;
            asked.as_flattened_mut().copy_from_slice(at);
            seen = self.room.at(self.loss, &asked);
        }
        out.copy_from_slice(seen[1..].as_flattened());
        f64::NAN
    }

    /// Nor does one ask for H.
    fn hessian(&mut self, _: &[f64], _: &mut [f64]) {}
}
