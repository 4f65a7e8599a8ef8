//! `critical_points.json`: the verdict at every known point, and the search against all of them.

use super::cases::ways;
use super::json::{array, field, list, numbers, text};
use super::tally::{Case, Tally};
use saddlescope::critical::{
    Completeness, CriticalPoint, Degeneracy, Found, Kind, Nature, Tolerance, classify, search,
};
use saddlescope::loss::{Loss, View};
use serde_json::Value;

/// Every known point, isolated or on a curve, gets its known kind; and the search finds each once and invents none.
pub fn critical_points(data: &Value, tally: &mut Tally) -> Result<(), String> {
    tally.notes.push(format!(
        "{:<18}{:<11}{:>6}{:>7}{:>8}{:>11}{:>8}  {}",
        "loss", "way", "known", "found", "recall", "precision", "curves", "complete"
    ));
    for entry in list(data, "cases")? {
        let name = text(entry, "loss")?;
        for point in list(entry, "isolated")? {
            tally.case(&format!("{name} {}", field(point, "p")?), |case| {
                let kind = text(point, "type")?;
                verdict(case, entry, point, kind, flat(point))
            });
        }
        for curve in curves(entry) {
            for point in list(curve, "samples")? {
                tally.case(&format!("{name} on its curve {}", field(point, "p")?), |case| {
                    verdict(case, entry, point, "degenerate", false)
                });
            }
        }
        let mut rows = Vec::new();
        tally.case(&format!("{name} all points"), |case| {
            for (way, loss) in ways(entry)? {
                rows.push(all_points(case, way, &loss, entry)?);
            }
            Ok(())
        });
        tally.notes.extend(rows);
    }
    Ok(())
}

fn curves(entry: &Value) -> impl Iterator<Item = &Value> {
    entry.get("curves").and_then(Value::as_array).into_iter().flatten()
}

fn flat(point: &Value) -> bool {
    point.get("float64_flat").and_then(Value::as_bool).unwrap_or(false)
}

/// Searches the window of an entry; gives its row of the table.
fn all_points(case: &mut Case, way: &str, loss: &Loss, entry: &Value) -> Result<String, String> {
    let known = list(entry, "isolated")?;
    let places: Vec<[f64; 2]> = known.iter().map(|p| array(p, "p")).collect::<Result<_, _>>()?;
    // In the whole plane: where the loss is usually looked at, and all known points with room around them.
    let view = window(entry)?.unwrap_or_else(|| around(loss.domain(), &places));
    let found = search(loss, view);
    let near = |p: [f64; 2], q: [f64; 2]| {
        let size = p[0].abs().max(p[1].abs()).max(1.0);
        (p[0] - q[0]).hypot(p[1] - q[1]) <= 1e-9 * size
    };
    let mut hits = 0;
    for (point, place) in known.iter().zip(&places) {
        let there: Vec<&CriticalPoint> = found.points.iter().filter(|p| near(*place, p.at)).collect();
        case.expect(!there.is_empty(), || format!("{way}: {place:?} is not found"));
        case.expect(there.len() < 2, || format!("{way}: {place:?} is found {} times", there.len()));
        let Some(own) = there.first() else { continue };
        hits += 1;
        for (k, x) in place.iter().enumerate() {
            case.near(&format!("{way} position"), own.at[k], *x, 1e-9 * x.abs().max(1.0));
        }
        case.expect(is(own, text(point, "type")?, flat(point)), || {
            format!("{way}: {place:?} is called {:?}", own.verdict.kind)
        });
        if let Some(nature) = point.get("nature").and_then(Value::as_str) {
            case.expect(agrees(own, nature), || {
                format!("{way}: {place:?}, {nature}, is called {:?}", own.decision)
            });
        }
    }
    let invented: Vec<[f64; 2]> = found
        .points
        .iter()
        .map(|p| p.at)
        .filter(|at| !places.iter().any(|place| near(*place, *at)))
        .collect();
    case.expect(invented.is_empty(), || format!("{way}: {invented:?} are invented"));
    curves_agree(case, way, loss, entry, view, &found)?;
    let share = |hits: usize, of: usize| if of == 0 { 1.0 } else { hits as f64 / of as f64 };
    let complete = match found.completeness {
        Completeness::Proved => "proved".into(),
        Completeness::Apart(share) => format!("proved, except within {share:.1e} of what is named"),
        Completeness::Resolution(share) => format!("at a resolution of {share:.1e}"),
        Completeness::Partial => "in part".into(),
    };
    Ok(format!(
        "{:<18}{way:<11}{:>6}{:>7}{:>8.3}{:>11.3}{:>8}  {complete}",
        text(entry, "loss")?,
        known.len(),
        found.points.len(),
        share(hits, known.len()),
        share(hits, found.points.len()),
        found.curves.len()
    ))
}

/// Curves are found where there are some, pass by every known sample, and consist of critical points.
fn curves_agree(
    case: &mut Case,
    way: &str,
    loss: &Loss,
    entry: &Value,
    view: View,
    found: &Found,
) -> Result<(), String> {
    let expected = curves(entry).count() > 0;
    case.expect(found.curves.is_empty() != expected, || {
        format!("{way}: {} curves found", found.curves.len())
    });
    let points = || found.curves.iter().flat_map(|c| &c.points).filter(|p| p[0].is_finite());
    for curve in curves(entry) {
        for sample in list(curve, "samples")? {
            let p = array(sample, "p")?;
            let gap = points().map(|q| (p[0] - q[0]).hypot(p[1] - q[1])).fold(f64::INFINITY, f64::min);
            let on_it = !view.contains(p) || gap < 0.02 * view.size();
            case.expect(on_it, || format!("{way}: the curve misses {p:?} by {gap}"));
        }
    }
    for p in points() {
        let kind = classify(loss, *p, view, Tolerance::default()).kind;
        case.expect(matches!(kind, Kind::Degenerate(_)), || format!("{way}: {p:?} on a curve is {kind:?}"));
    }
    for kink in entry.get("nonsmooth").and_then(Value::as_array).into_iter().flatten() {
        let p: [f64; 2] = array(kink, "p")?;
        let named = found.kinks.iter().any(|q| (p[0] - q[0]).hypot(p[1] - q[1]) < 1e-6 * view.size());
        case.expect(named, || format!("{way}: the kink at {p:?} is not named"));
    }
    Ok(())
}

/// Whether a found point is of the stated type.
fn is(point: &CriticalPoint, kind: &str, flat: bool) -> bool {
    match point.verdict.kind {
        Kind::Minimum => kind == "min",
        Kind::Maximum => kind == "max",
        Kind::Saddle => kind == "saddle",
        Kind::Degenerate(_) => kind == "degenerate" || flat,
        Kind::NotCritical | Kind::NotDifferentiable | Kind::NotDefined => false,
    }
}

/// Whether the decision on a degenerate point agrees with what is said of it in words.
fn agrees(point: &CriticalPoint, nature: &str) -> bool {
    let Some(own) = point.decision.map(|d| d.nature) else { return true };
    let extremum = extremum(nature);
    match own {
        Nature::Minimum => extremum == Some("minimum"),
        Nature::Maximum => extremum == Some("maximum"),
        Nature::Shoulder | Nature::Saddle => extremum.is_none(),
        Nature::CurveOfMinima | Nature::CurveOfMaxima | Nature::Curve | Nature::Constant => false,
        Nature::Undecided => false,
    }
}

/// Which extremum the words call a point: a minimum, a maximum or neither, where "neither a minimum nor a maximum", "no
/// extremum" and "saddle: a minimum along x only" are neither.
fn extremum(nature: &str) -> Option<&'static str> {
    let nature = nature.to_lowercase();
    if ["saddle", "shoulder", "inflection", "neither"].iter().any(|word| nature.contains(word)) {
        return None;
    }
    let words: Vec<&str> = nature.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let said = |stem: &str| {
        words.iter().enumerate().any(|(i, word)| {
            let before = &words[i.saturating_sub(4)..i];
            word.starts_with(stem) && !before.iter().any(|w| ["no", "not", "nor", "never"].contains(w))
        })
    };
    ["minimum", "maximum"].into_iter().find(|kind| said(&kind[..3]))
}

fn around(domain: View, points: &[[f64; 2]]) -> View {
    let side = |k: usize, [lo, hi]: [f64; 2]| {
        let (lo, hi) = points.iter().fold((lo, hi), |(lo, hi), p| (lo.min(1.1 * p[k]), hi.max(1.1 * p[k])));
        [lo, hi]
    };
    View { x: side(0, domain.x), y: side(1, domain.y) }
}

/// The stated window; `None` for the whole plane.
fn window(entry: &Value) -> Result<Option<View>, String> {
    let Some(sides) = entry.get("window").and_then(Value::as_array) else { return Ok(None) };
    let sides: Vec<Vec<f64>> = sides.iter().map(numbers).collect::<Result<_, _>>()?;
    match &sides[..] {
        [x, y] => match (&x[..], &y[..]) {
            (&[x0, x1], &[y0, y1]) => Ok(Some(View { x: [x0, x1], y: [y0, y1] })),
            _ => Err("cannot run: window".into()),
        },
        _ => Err("cannot run: window".into()),
    }
}

/// Compares the verdict at a known critical point.
fn verdict(case: &mut Case, entry: &Value, point: &Value, kind: &str, flat: bool) -> Result<(), String> {
    let window = window(entry)?;
    for (way, loss) in ways(entry)? {
        let view = window.unwrap_or(loss.domain());
        let found = classify(&loss, array(point, "p")?, view, Tolerance::default());
        let fits = match found.kind {
            Kind::Minimum => kind == "min",
            Kind::Maximum => kind == "max",
            Kind::Saddle => kind == "saddle",
            Kind::Degenerate(_) => kind == "degenerate" || flat,
            Kind::NotCritical | Kind::NotDifferentiable | Kind::NotDefined => false,
        };
        case.expect(fits, || format!("{way}: {:?}, not {kind}", found.kind));
        let Some(curvature) = found.curvature else { continue };
        let Some(reference) = point.get("eig").filter(|r| !r.is_null()) else { continue };
        let reference = numbers(reference)?;
        let norm = reference.iter().fold(0.0, |norm: f64, l| norm.max(l.abs()));
        for (value, exact) in curvature.lambda.iter().zip(&reference) {
            // The point is rounded, and H changes with it.
            case.near(&format!("{way} λ"), *value, *exact, 1e-12 * norm.max(1.0) + 1e-9 * norm);
        }
        if let (Kind::Degenerate(why), [low, high], false) = (found.kind, &reference[..], flat) {
            let zero = |l: f64| l.abs() <= 1e-9 * norm;
            let fits = match why {
                Degeneracy::NoMaximum => zero(*low) && *high > 0.0,
                Degeneracy::NoMinimum => zero(*high) && *low < 0.0,
                Degeneracy::Flat => norm == 0.0,
            };
            case.expect(fits, || format!("{way}: {why:?} at eigenvalues {low}, {high}"));
        }
    }
    Ok(())
}
