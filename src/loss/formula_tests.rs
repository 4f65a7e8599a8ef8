use super::*;
use crate::loss::Loss;

fn value(text: &str, at: [f64; 2]) -> f64 {
    Loss::parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).value(at)
}

/// Code and place of the error.
fn refused(text: &str) -> (&'static str, usize, usize) {
    let error = Loss::parse(text).expect_err(text);
    let span = error.span().unwrap();
    (error.code(), span.start, span.end)
}

#[test]
fn what_is_accepted_means_what_it_says() {
    let (x, y) = (1.5_f64, -0.75_f64);
    let at = [x, y];
    let pi = std::f64::consts::PI;
    let e = std::f64::consts::E;
    for (text, expected) in [
        ("2x", 2.0 * x),
        ("xy", x * y),
        ("2(x+1)", 2.0 * (x + 1.0)),
        ("(x)(y)", x * y),
        ("x y", x * y),
        ("x(y)", x * y),
        ("x(y+1)", x * (y + 1.0)),
        ("+x", x),
        ("--x", x),
        ("-+-+x", x),
        ("x--y", x - y.abs()),
        ("x*-y", -x * y),
        (".5*x", 0.5 * x),
        ("1.*x", x),
        ("ln(x)", x.ln()),
        ("log(x)", x.ln()),
        ("π*x", pi * x),
        ("2pi", 2.0 * pi),
        ("2πx", 2.0 * pi * x),
        ("e x", e * x),
        ("2 e", 2.0 * e),
        ("2exp(x)", 2.0 * x.exp()),
        ("x²", x * x),
        ("x²y³", x * x * y * y * y),
        ("x⁻²", 1.0 / (x * x)),
        ("x¹⁰", x.powi(10)),
        ("2x²^2", 2.0 * x.powi(4)),
        ("x·y", x * y),
        ("x×y÷2", x * y / 2.0),
        ("x−y", x - y),
        ("x（y＋１）", x * (y + 1.0)),
        ("w1*w2", x * y),
        ("w1w2", x * y),
        ("w₁w₂", x * y),
        ("w_1*w_2", x * y),
        ("θ1+θ_2+θ₁", 2.0 * x + y),
        ("theta1-theta_2", x - y),
        ("x-w1+y-θ2", 0.0),
        ("2sin(x)cos(y)", 2.0 * x.sin() * y.cos()),
        ("xsin(y)", x * y.sin()),
        ("-x^2", -x * x),
        ("-2^2+0x", -4.0),
        ("2^3^2+0x", 512.0),
        ("2^-x", 2f64.powf(-x)),
        ("x^-2", x.powi(-2)),
        ("-x^-y", -x.powf(-y)),
        ("1/2x", 0.5 * x),
        ("6/2(1+2)", 9.0),
        ("1-2-3", -4.0),
        ("8/4/2", 1.0),
        ("1e-3x", 1e-3 * x),
        ("2.5e+1", 25.0),
        ("2E2", 200.0),
        ("0^0", 1.0),
        ("(x-1.5)^0", 1.0),
        ("max(x,y)+min(x,y)", x + y),
        ("relu(y)+relu(x)", x),
        ("softplus(x)", (1.0 + x.exp()).ln()),
        ("sin(x)^2+cos(x)^2", 1.0),
        ("(-x)^3", -x * x * x),
        ("y^2", y * y),
        ("y^3", y * y * y),
        ("y^(2+1)", y * y * y),
        ("e^x", x.exp()),
        ("1/(1+exp(-x))-sigmoid(x)", 0.0),
    ] {
        let found = value(text, at);
        assert!(
            (found - expected).abs() <= 1e-14 * expected.abs().max(1.0),
            "{text}: {found}, not {expected}"
        );
    }
}

#[test]
fn what_is_refused_says_why_and_where() {
    for (text, code, start, end) in [
        ("", "formula.empty", 0, 0),
        ("   ", "formula.empty", 0, 3),
        ("x+", "formula.unexpected-end", 2, 2),
        ("*x", "formula.unexpected-token", 0, 1),
        ("x+*y", "formula.unexpected-token", 2, 3),
        ("(x", "formula.missing-bracket", 2, 2),
        ("x+(y*(1-x)", "formula.missing-bracket", 10, 10),
        ("x)", "formula.unmatched-bracket", 1, 2),
        ("()", "formula.unexpected-token", 1, 2),
        ("sin x", "formula.function-brackets", 0, 3),
        ("1+sin^2(x)", "formula.function-brackets", 2, 5),
        ("sin", "formula.function-brackets", 0, 3),
        ("sin(", "formula.unexpected-end", 4, 4),
        ("x**2", "formula.double-star", 1, 3),
        ("|x|", "formula.bars", 0, 1),
        ("2e", "formula.bad-exponent", 0, 2),
        ("1e", "formula.bad-exponent", 0, 2),
        ("x+1e--3", "formula.bad-exponent", 2, 5),
        ("1e400*x", "formula.number-too-large", 0, 5),
        ("x2", "formula.number-after", 1, 2),
        ("w12", "formula.number-after", 2, 3),
        ("2 3", "formula.number-after", 2, 3),
        ("(x)2", "formula.number-after", 3, 4),
        ("1..2", "formula.number-after", 2, 4),
        ("asin(x)", "formula.unknown-name", 0, 4),
        ("x+sinn(x)", "formula.unknown-name", 2, 6),
        ("w3", "formula.unknown-name", 0, 2),
        ("X+Y", "formula.unknown-name", 0, 1),
        ("Sin(x)", "formula.unknown-name", 0, 3),
        ("PI*x", "formula.unknown-name", 0, 2),
        ("x+z", "formula.unknown-name", 2, 3),
        ("alert(1)", "formula.unknown-name", 0, 5),
        ("x=1", "formula.unexpected-character", 1, 2),
        ("<img src=x onerror=alert(1)>", "formula.unexpected-character", 0, 1),
        ("x;y", "formula.unexpected-character", 1, 2),
        ("max(x)", "formula.argument-count", 0, 6),
        ("sin(x,y)", "formula.argument-count", 0, 8),
        ("log(x,)", "formula.unexpected-token", 6, 7),
        ("x,y", "formula.unexpected-token", 1, 2),
        ("²", "formula.unexpected-token", 0, 1),
        ("π+日本", "formula.unknown-name", 2, 4),
    ] {
        assert_eq!(refused(text), (code, start, end), "{text}");
    }
    let error = Loss::parse("y + x2").unwrap_err();
    assert_eq!(error.to_string(), "formula.number-after at character 6, found 2, after x");
    let error = Loss::parse("x+*y").unwrap_err();
    assert_eq!(
        error.to_string(),
        "formula.unexpected-token at character 3, found *, expected formula.expected.operand"
    );
}

#[test]
fn length_and_depth_are_limited_and_no_input_overflows_the_stack() {
    let nested = |n: usize| "(".repeat(n) + "x" + &")".repeat(n);
    assert_eq!(value(&nested(100), [2.0, 0.0]), 2.0);
    assert_eq!(refused(&nested(101)), ("formula.too-deep", 100, 101));
    assert_eq!(refused(&"(".repeat(1000)).0, "formula.too-deep");
    assert_eq!(refused(&"sin(".repeat(250)).0, "formula.too-deep");
    assert_eq!(refused(&"x".repeat(1001)), ("formula.too-long", 1000, 1001));
    assert_eq!(refused(&"(".repeat(1_000_000)).0, "formula.too-long");
    assert_eq!(value(&("-".repeat(999) + "x"), [2.0, 0.0]), -2.0);
    assert_eq!(value(&("x".to_string() + &"+x".repeat(499)), [2.0, 0.0]), 1000.0);
    assert_eq!(value(&("1".to_string() + &"^x".repeat(499)), [2.0, 0.0]), 1.0);
    assert_eq!(value(&("1".to_string() + &"^-x".repeat(333)), [2.0, 0.0]), 1.0);
    assert_eq!(refused(&("x".to_string() + &"-".repeat(999))).0, "formula.unexpected-end");
    assert_eq!(value(&"x".repeat(1000), [1.0, 0.0]), 1.0);
}

#[test]
fn a_tree_is_written_with_the_brackets_it_needs_and_no_more() {
    for (text, written) in [
        ("(1-w1*w2)^2", "(1-x*y)^2"),
        ("((x))+(y)", "x+y"),
        ("x-(y-1)", "x-(y-1)"),
        ("(x-y)-1", "x-y-1"),
        ("x/(y*2)", "x/(y*2)"),
        ("-(x+y)", "-(x+y)"),
        ("(-x)^2", "(-x)^2"),
        ("-x^2", "-x^2"),
        ("x^(-2)", "x^(-2)"),
        ("(x^2)^3", "(x^2)^3"),
        ("x^(2^3)", "x^2^3"),
        ("x*(-y)", "x*(-y)"),
        ("2x y", "2*x*y"),
        ("sin(x)^2", "sin(x)^2"),
        ("ln(x)+max(x,y)", "log(x)+max(x,y)"),
        ("1e-3x+1e20+1e-300", "0.001*x+1e20+1e-300"),
    ] {
        assert_eq!(parse(text).unwrap().text(["x", "y"]), written, "{text}");
    }
}
