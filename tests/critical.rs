//! All critical points in view, and what degenerate ones are.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it stands")]

use proptest::prelude::*;
use saddlescope::critical::{
    Completeness, Evidence, Found, Kind, Nature, Search, Tolerance, classify, decide, search,
};
use saddlescope::loss::{Landscape, Loss, View};

fn square(half: f64) -> View {
    View { x: [-half, half], y: [-half, half] }
}

fn found(text: &str, view: View) -> Found {
    search(&Loss::parse(text).unwrap(), view)
}

/// How many minima, saddles and maxima, degenerate points, curves.
fn counts(found: &Found) -> [usize; 5] {
    let of = |kind: Kind| found.points.iter().filter(|p| p.verdict.kind == kind).count();
    let degenerate = found.points.iter().filter(|p| matches!(p.verdict.kind, Kind::Degenerate(_))).count();
    [of(Kind::Minimum), of(Kind::Saddle), of(Kind::Maximum), degenerate, found.curves.len()]
}

#[test]
fn where_rivals_fail() {
    let himmelblau = found("himmelblau", square(5.0));
    assert_eq!(counts(&himmelblau), [4, 4, 1, 0, 0]);
    assert_eq!(himmelblau.completeness, Completeness::Proved);

    let hill = found("exp(-x^2-y^2)", square(5.0));
    assert_eq!((counts(&hill), hill.completeness), ([0, 0, 1, 0, 0], Completeness::Proved));

    let shoulder = found("x^3+y^3", square(2.0));
    assert_eq!(counts(&shoulder), [0, 0, 0, 1, 0]);
    assert_eq!(shoulder.points[0].at, [0.0, 0.0]);
    assert_eq!(shoulder.points[0].decision.unwrap().nature, Nature::Shoulder);

    let none = found("2x^3+y", square(2.0));
    assert_eq!((counts(&none), none.completeness), ([0; 5], Completeness::Proved));

    // sin x + cos y in [−7, 7]²: x = π/2 + kπ (4), y = kπ (5).
    let waves = found("sin(x)+cos(y)", square(7.0));
    assert_eq!((counts(&waves), waves.completeness), ([4, 10, 6, 0, 0], Completeness::Proved));

    let tilted = found("2*x^2+3*y^2+x*y+0.52*x+0.21*y", square(2.0));
    assert_eq!(counts(&tilted), [1, 0, 0, 0, 0]);
    // 4x + y = −0.52, x + 6y = −0.21.
    let exact = [-2.91 / 23.0, -0.32 / 23.0];
    assert!((0..2).all(|k| (tilted.points[0].at[k] - exact[k]).abs() < 1e-15), "{tilted:?}");

    let three_lines = found("x*y*(1-x-y)", square(2.0));
    assert_eq!(counts(&three_lines), [0, 3, 1, 0, 0]);
    assert_eq!(counts(&found("x^4-2.3x^2+y^2", square(2.0))), [2, 1, 0, 0, 0]);
}

#[test]
fn poles_kinks_plateaus_and_tails_neither_hang_nor_lie() {
    for text in ["1/x", "1/x+y^2", "log(x)+y^2", "tan(x)+y^2", "log(-x^2-1)"] {
        let found = found(text, square(2.0));
        assert_eq!((counts(&found), found.completeness), ([0; 5], Completeness::Proved), "{text}: {found:?}");
    }
    assert_eq!(counts(&found("x^y", square(2.0))), [0, 1, 0, 0, 0], "the saddle at (1, 0)");
    // Kinks are no critical points; where one may be a lowest point it is named.
    for text in
        ["abs(x)+y^2", "abs(x-0.3)+abs(y)", "sqrt(x^2+y^2)", "max(x,-x)+y^2", "x*abs(x)+y^2", "1/(x^2+y^2)"]
    {
        let found = found(text, square(2.0));
        assert_eq!((counts(&found), found.kinks.len()), ([0; 5], 1), "{text}: {found:?}");
    }
    assert_eq!(found("abs(x)+y", square(2.0)).completeness, Completeness::Proved);
    // A plateau is not many points.
    let plateau = found("relu(x)+3", square(2.0));
    assert!(plateau.points.is_empty() && plateau.curves.is_empty() && !plateau.constant.is_empty());
    let area: f64 = plateau.constant.iter().map(|c| (c.x[1] - c.x[0]) * (c.y[1] - c.y[0])).sum();
    assert!((area - 8.0).abs() < 0.1, "{area}");
    let disc = found("max(x^2+y^2,1)", square(2.0));
    assert!(disc.points.is_empty() && disc.curves.is_empty() && !disc.constant.is_empty());
    // Tails with tiny gradients, and below the smallest numbers.
    let tail = found("x*exp(-x^2-y^2)", square(12.0));
    assert_eq!((counts(&tail), tail.completeness), ([1, 0, 1, 0, 0], Completeness::Proved));
    let far = found("x*exp(-x^2-y^2)", square(60.0));
    assert_eq!((counts(&far), far.constant.len()), ([1, 0, 1, 0, 0], 0), "{:?}", far.completeness);
    let proved = matches!(far.completeness, Completeness::Proved | Completeness::Apart(_));
    assert!(!proved, "what underflows is not proved");
    let beside = found("x*exp(-x^2-y^2)", View { x: [2.0, 12.0], y: [2.0, 12.0] });
    assert_eq!((counts(&beside), beside.completeness), ([0; 5], Completeness::Proved));
    let sigmoid = found("sigmoid-mse", square(30.0));
    assert_eq!((counts(&sigmoid), sigmoid.completeness), ([0; 5], Completeness::Proved));
}

#[test]
fn curves_of_critical_points_are_curves() {
    let notes = found("one-datum", square(2.0));
    assert_eq!(counts(&notes), [0, 1, 0, 0, 2]);
    for curve in &notes.curves {
        assert_eq!(curve.decision.nature, Nature::CurveOfMinima);
        assert!(curve.points.len() > 100);
        assert!(curve.points.iter().filter(|p| p[0].is_finite()).all(|[x, y]| (x * y - 1.0).abs() < 1e-9));
        // In order: neighbours are near.
        let far = |p: &[[f64; 2]]| (p[0][0] - p[1][0]).hypot(p[0][1] - p[1][1]) > 0.1;
        assert!(!curve.points.windows(2).any(far));
    }
    for (text, natures) in [
        ("x^2", vec![Nature::CurveOfMinima]),
        ("-(x+2y-0.3)^2", vec![Nature::CurveOfMaxima]),
        ("x^3", vec![Nature::Curve]),
        ("(x-0.3)^4", vec![Nature::CurveOfMinima]),
        ("(y+x^2)^2", vec![Nature::CurveOfMinima]),
        ("(x^2+y^2-1)^2", vec![Nature::CurveOfMinima]),
        ("x*exp(-x^2)", vec![Nature::CurveOfMaxima, Nature::CurveOfMinima]),
        ("x^2*y^2", vec![Nature::CurveOfMinima]),
    ] {
        let found = found(text, square(2.0));
        let mut named: Vec<Nature> = found.curves.iter().map(|c| c.decision.nature).collect();
        named.sort_by_key(|n| format!("{n:?}"));
        assert_eq!(named, natures, "{text}");
        let ring = text.starts_with("(x^2+y^2");
        assert_eq!(found.points.len(), usize::from(ring), "{text}: {:?}", found.points);
        assert!(!matches!(found.completeness, Completeness::Proved));
    }
}

#[test]
fn every_landscape_is_searched_and_all_its_known_points_are_found() {
    for landscape in Landscape::ALL {
        let loss = Loss::landscape(landscape);
        let found = search(&loss, loss.domain());
        for known in loss.known_points() {
            let near = |p: [f64; 2]| (p[0] - known.at[0]).hypot(p[1] - known.at[1]) < 1e-9;
            let hits = found.points.iter().filter(|p| near(p.at)).count();
            // Lévy's function has thousands in view, and the search says that it has not shown all.
            let crowd = landscape == Landscape::Levy13;
            assert!(hits == 1 || (crowd && hits == 0), "{landscape:?} at {:?}: {hits}", known.at);
        }
        if landscape == Landscape::Levy13 {
            assert_eq!(found.completeness, Completeness::Partial);
        } else {
            let sure = matches!(found.completeness, Completeness::Proved | Completeness::Apart(_));
            assert!(sure, "{landscape:?}: {:?}", found.completeness);
        }
        for point in &found.points {
            let kind = classify(&loss, point.at, loss.domain(), Tolerance::default()).kind;
            assert_eq!(kind, point.verdict.kind);
            assert!(!matches!(kind, Kind::NotCritical | Kind::NotDifferentiable | Kind::NotDefined));
        }
    }
}

#[test]
fn a_search_in_slices_finds_the_same() {
    let loss = Loss::landscape(Landscape::Camel6);
    let whole = search(&loss, loss.domain());
    let mut slices = Search::new(&loss, loss.domain());
    let mut last = 0.0;
    while slices.advance(&mut || true) {
        assert!(slices.progress() >= last && slices.progress() < 1.0);
        last = slices.progress();
    }
    assert_eq!(slices.found(), whole);
}

/// The degenerate points of the page "Kinds of critical points", in u and v, all at 0.
const DEGENERATE: [(&str, Nature); 18] = [
    ("u^4+v^4", Nature::Minimum),
    ("-u^4-v^4", Nature::Maximum),
    ("u^2+v^4", Nature::Minimum),
    ("-u^2-v^6", Nature::Maximum),
    ("u^2-v^4", Nature::Saddle),
    ("u^3-3*u*v^2", Nature::Saddle),
    ("u^2+v^3", Nature::Shoulder),
    ("u^3+v^3", Nature::Shoulder),
    ("(v-u^2)*(v-3*u^2)", Nature::Saddle),
    ("v^2+3*v*u^2+u^4", Nature::Saddle),
    ("v^2+u^2*v+u^4", Nature::Minimum),
    ("(v+u^2)^2", Nature::CurveOfMinima),
    ("-(v+u^2)^2", Nature::CurveOfMaxima),
    ("u^2", Nature::CurveOfMinima),
    ("u^3+v^4", Nature::Shoulder),
    ("u^4+v^6", Nature::Minimum),
    ("u^4-v^6", Nature::Saddle),
    ("1-cos(u)+v^4-tanh(v)^6", Nature::Minimum),
];

/// The same where lines of the form are multiple. All are decided; turned, the search may leave one open, and says so.
const MULTIPLE: [(&str, Nature); 8] = [
    // A line of the form is double: v·(u² + v⁴), v·(u² − v³), v·(u² + v³), …
    ("u^2*v+v^5", Nature::Shoulder),
    ("u^2*v-v^4", Nature::Saddle),
    ("u^2*v+v^4", Nature::Saddle),
    ("(u-v)^2*(u+v)+u^5", Nature::Shoulder),
    ("u^2*v^2+u^6+v^6", Nature::Minimum),
    // Only in a thin horn about u < 0, v = 0 it is below.
    ("u^2*v^2+u^5+v^6", Nature::Shoulder),
    // Triple: v·u³ + v⁶ = v·(u³ + v⁵).
    ("u^3*v+v^6", Nature::Saddle),
    // Beside lines that are not real.
    ("u^2*(u^2+v^2)-v^6", Nature::Saddle),
];

#[test]
fn degenerate_points_are_decided_whatever_the_scale_the_turn_and_the_place() {
    for (text, nature) in DEGENERATE.into_iter().chain(MULTIPLE) {
        for scale in ["", "1e6*", "1e-6*"] {
            for (c, s, a, b) in [(1.0, 0.0, 0.0, 0.0), (0.8, 0.6, 0.0, 0.0), (0.36, 0.48, 0.3, -0.7)] {
                let u = format!("({c}*(x-{a})+{s}*(y-({b})))");
                let v = format!("({c}*(y-({b}))-{s}*(x-{a}))");
                let spelt: String = text
                    .replace("cos(u)", "COS")
                    .replace('u', &u)
                    .replace('v', &v)
                    .replace("COS", &format!("cos{u}"));
                let loss =
                    Loss::parse(&format!("{scale}({spelt})")).unwrap_or_else(|e| panic!("{spelt}: {e}"));
                let decision = decide(&loss, [a, b], square(2.0));
                assert_eq!(
                    decision.nature, nature,
                    "{scale}{text} turned by ({c}, {s}) at ({a}, {b}): {decision:?}"
                );
                // And the search finds it there, once, with the same decision.
                let multiple = MULTIPLE.contains(&(text, nature));
                if (c == 0.36) != scale.is_empty() {
                    let found = search(&loss, square(2.0));
                    let near = |p: &[f64; 2]| (p[0] - a).hypot(p[1] - b) < 1e-9;
                    let decided =
                        found.points.iter().filter(|p| near(&p.at)).map(|p| p.decision.map(|d| d.nature));
                    let curve = matches!(nature, Nature::CurveOfMinima | Nature::CurveOfMaxima);
                    let decided: Vec<_> = decided.collect();
                    let open = multiple && matches!(found.completeness, Completeness::Resolution(_));
                    let none = curve || (open && decided.is_empty());
                    let expected = if none { vec![] } else { vec![Some(nature)] };
                    assert_eq!(decided, expected, "{scale}{text} turned by ({c}, {s}): {found:?}");
                    let curves: Vec<Nature> = found.curves.iter().map(|c| c.decision.nature).collect();
                    assert_eq!(curves, if curve { vec![nature] } else { vec![] }, "{scale}{text}");
                }
            }
        }
    }
}

#[test]
fn a_decision_comes_with_its_evidence() {
    let evidence = |text: &str| decide(&Loss::parse(text).unwrap(), [0.0, 0.0], square(2.0)).evidence;
    let Evidence::Reduced { coefficient, order } = evidence("y^2+3*y*x^2+x^4") else { panic!() };
    assert!((coefficient + 1.25).abs() < 1e-12 && order == 4);
    let Evidence::Reduced { coefficient, order } = evidence("(y-x^2)*(y-3x^2)") else { panic!() };
    assert!((coefficient + 1.0).abs() < 1e-12 && order == 4);
    assert_eq!(evidence("x^3-3*x*y^2"), Evidence::Form { order: 3, changes: 6 });
    assert_eq!(evidence("x^4+y^4"), Evidence::Form { order: 4, changes: 0 });
    assert_eq!(evidence("(y+x^2)^2"), Evidence::Vanishes { order: 10 });
    // A curve that ends at a kink nearby.
    let half = decide(&Loss::parse("relu(x)+y^2").unwrap(), [-0.0239, 0.0], square(2.0));
    assert_eq!(half.nature, Nature::CurveOfMinima);
    // On the curve of the notes' loss.
    let notes = decide(&Loss::notes(), [0.5, 2.0], square(2.0));
    assert_eq!((notes.nature, notes.evidence), (Nature::CurveOfMinima, Evidence::Vanishes { order: 10 }));
}

#[test]
fn what_is_not_decided_says_what_samples_suggest() {
    // A form with a double line and nothing to tell what happens along it, up to the highest order.
    let loss = Loss::parse("x^2*y+y^13").unwrap();
    let decision = decide(&loss, [0.0, 0.0], square(2.0));
    let Evidence::Samples { below, above, changes } = decision.evidence else { panic!("{decision:?}") };
    assert_eq!((decision.nature, changes), (Nature::Undecided, 2));
    assert!((below - 0.5).abs() < 0.01 && (above - 0.5).abs() < 0.01);
    // Flatter than the series reaches, and no curve all the same.
    let loss = Loss::parse("x^2+y^12").unwrap();
    let decision = decide(&loss, [0.0, 0.0], square(2.0));
    assert_eq!(decision.nature, Nature::Undecided);
    assert!(matches!(decision.evidence, Evidence::Samples { below: 0.0, changes: 0, .. }), "{decision:?}");
    // A smooth |x|³: no series beyond the second order.
    let loss = Loss::parse("abs(x)^3+y^2").unwrap();
    let decision = decide(&loss, [0.0, 0.0], square(2.0));
    assert_eq!(decision.nature, Nature::Undecided);
    assert!(matches!(decision.evidence, Evidence::Samples { below: 0.0, changes: 0, .. }), "{decision:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Products of two lines and a circle at random: what is found is what a fine grid of Newton starts finds.
    #[test]
    fn random_polynomials_have_the_points_that_many_starts_find(c in prop::array::uniform6(-1.0..1.0f64)) {
        let text = format!(
            "{}*x^3+{}*x^2*y+{}*x*y^2+({})*y^3+({})*x+({})*y+0.5*x^2-0.7*y^2",
            c[0], c[1], c[2], c[3], c[4], c[5]
        );
        let loss = Loss::parse(&text).unwrap();
        let view = square(2.0);
        let found = search(&loss, view);
        prop_assert_eq!(found.completeness, Completeness::Proved);
        let mut grid: Vec<[f64; 2]> = Vec::new();
        for k in 0..100 {
            let start = [f64::from(k % 10) / 2.5 - 1.8, f64::from(k / 10) / 2.5 - 1.8];
            let close = View { x: [start[0] - 0.4, start[0] + 0.4], y: [start[1] - 0.4, start[1] + 0.4] };
            if let Some(p) = saddlescope::critical::nearest_critical(&loss, start, close) {
                let fresh = !grid.iter().any(|q| (p[0] - q[0]).hypot(p[1] - q[1]) < 1e-7);
                if view.contains(p) && fresh {
                    grid.push(p);
                }
            }
        }
        prop_assert_eq!(found.points.len(), grid.len(), "{}: {:?} {:?}", text, found, grid);
    }
}

/// Right beside a pole every step of Newton's method is short: no g is small there.
#[test]
fn nothing_is_critical_beside_a_pole() {
    let kind = |text: &str, at: [f64; 2]| {
        let verdict = classify(&Loss::parse(text).unwrap(), at, square(2.0), Tolerance::default());
        (verdict.kind, verdict.signs)
    };
    for x in [1e-7, 1e-8, 1e-12, 1e-20] {
        for (text, signs) in [
            ("1/x+y^2", [0, 1]),
            ("log(x)+y^2", [-1, 0]),
            ("sqrt(x)+y^2", [-1, 0]),
            ("log(x)-x+y^2", [-1, 0]),
            ("1/(x^2+y^2)", [-1, 1]),
        ] {
            let (kind, found) = kind(text, [x, 0.0]);
            assert_eq!(kind, Kind::NotCritical, "{text} at {x}");
            if x < 1e-10 {
                assert_eq!(found, signs, "{text} at {x}");
            }
        }
    }
    // A well that is narrow in the view is a minimum all the same, and so is a point beside a pole that has g = 0.
    for (text, at) in [
        ("1-exp(-1e10*(x^2+y^2))", [0.0, 0.0]),
        ("1-exp(-1e10*(x^2+y^2))", [1e-17, -1e-17]),
        ("1+1e-6-exp(-1e10*((x-1/3)^2+y^2))", [1.0 / 3.0, 0.0]),
        ("x+1e-6/x+y^2", [1e-3, 0.0]),
    ] {
        assert_eq!(kind(text, at).0, Kind::Minimum, "{text}");
    }
}
