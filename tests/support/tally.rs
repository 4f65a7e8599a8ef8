//! Counting what ran, what was left out and what failed, and how far off the worst number was.

/// The count for one oracle file.
#[derive(Default)]
pub struct Tally {
    /// Cases compared.
    pub run: usize,
    /// Cases left out, with the reason.
    pub skipped: Vec<(usize, String)>,
    /// Lines to print besides: a table of results.
    pub notes: Vec<String>,
    /// What is wrong, one line a case.
    pub failures: Vec<String>,
    /// The largest error over its tolerance, and where; above 1 is a failure.
    pub worst: (f64, String),
}

/// One case under comparison: collects its errors.
pub struct Case<'a> {
    name: String,
    tally: &'a mut Tally,
    faults: Vec<String>,
}

impl Tally {
    /// Runs one case. `check` compares numbers through the [`Case`] and fails with a message where the case cannot be
    /// run at all. A panic is a failure of the case, not of the whole.
    pub fn case(&mut self, name: &str, check: impl FnOnce(&mut Case) -> Result<(), String>) {
        self.run += 1;
        let mut case = Case { name: name.to_string(), tally: self, faults: Vec::new() };
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(&mut case)));
        let mut faults = std::mem::take(&mut case.faults);
        match outcome {
            Ok(Ok(())) => {}
            Ok(Err(message)) => faults.push(message),
            Err(_) => faults.push("panicked".into()),
        }
        if let Some(first) = faults.first() {
            let more =
                if faults.len() > 1 { format!(" (and {} more)", faults.len() - 1) } else { String::new() };
            self.failures.push(format!("{name}: {first}{more}"));
        }
    }

    /// Leaves out `cases` cases for a reason.
    pub fn skip(&mut self, cases: usize, reason: impl Into<String>) {
        if cases > 0 {
            self.skipped.push((cases, reason.into()));
        }
    }

    /// Fails for something that is no case: an unknown shape, a field that is missing.
    pub fn fail(&mut self, message: impl Into<String>) {
        self.failures.push(message.into());
    }

    /// How many cases were left out.
    pub fn skipped(&self) -> usize {
        self.skipped.iter().map(|(cases, _)| cases).sum()
    }
}

impl Case<'_> {
    /// Compares a number with its reference. A signed zero equals zero; what is not finite never passes.
    pub fn near(&mut self, what: &str, value: f64, reference: f64, tolerance: f64) {
        let error = (value - reference).abs();
        let ratio = if error == 0.0 { 0.0 } else { error / tolerance };
        if ratio > self.tally.worst.0 {
            self.tally.worst = (ratio, format!("{} {what}", self.name));
        }
        if ratio.is_nan() || ratio > 1.0 {
            self.faults.push(format!("{what} is {value:e}, not {reference:e} (tolerance {tolerance:.1e})"));
        }
    }

    /// Notes a fault unless `holds`.
    pub fn expect(&mut self, holds: bool, message: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(message());
        }
    }
}
