use super::*;
use crate::loss::parse;

fn tape(text: &str) -> Tape {
    Tape::compile(&parse(text).unwrap(), 2)
}

#[test]
fn constants_are_folded_and_equal_parts_computed_once() {
    for (text, operations) in [
        ("(1-x*y)^2", 3),
        ("(x*y+1)^2+(x*y-1)^2", 6),
        ("(x+y)*(y+x)", 2),
        ("sin(pi/3)^2", 1),
        ("1*x/1+0", 1),
        ("x^1", 0),
        ("2^10*x", 1),
        ("-(-x)", 0),
        ("e^x", 1),
        ("1-sigmoid(x)", 2),
    ] {
        assert_eq!(tape(text).len(), operations, "{text}");
    }
    assert_eq!(tape("(x^2+y-11)^2+(x+y^2-7)^2").registers(), 4);
}

#[test]
fn nothing_is_folded_that_would_hide_where_a_loss_is_undefined() {
    let mut scratch = Vec::new();
    assert!(tape("0*log(x)").eval(&[-1.0, 0.0], &mut scratch).is_nan());
    assert!(tape("x/x").eval(&[0.0, 0.0], &mut scratch).is_nan());
    assert!(tape("log(-1)+x").eval(&[0.0, 0.0], &mut scratch).is_nan());
    assert_eq!(tape("1/0+x").eval(&[0.0, 0.0], &mut scratch), f64::INFINITY);
}

#[test]
fn a_sigmoid_subtracted_from_one_keeps_its_digits() {
    let mut scratch = Vec::new();
    assert_eq!(tape("-log(1-sigmoid(x+y))").eval(&[400.0, 400.0], &mut scratch), 800.0);
    assert_eq!(tape("-log(sigmoid(x))").eval(&[-800.0, 0.0], &mut scratch), 800.0);
    let small = tape("1-sigmoid(x)").eval(&[40.0, 0.0], &mut scratch);
    assert!((small / (-40.0_f64).exp() - 1.0).abs() < 1e-15);
}

#[test]
fn a_tape_takes_any_number_of_inputs() {
    // (a + b + … )² over five variables.
    let sum = (1..5).fold(Expr::Variable(0), |sum, i| Expr::binary(Binary::Add, sum, Expr::Variable(i)));
    let tree = Expr::binary(Binary::Pow, sum, Expr::Number(2.0));
    let tape = Tape::compile(&tree, 5);
    let mut scratch = Vec::new();
    assert_eq!(tape.eval(&[1.0, 2.0, 3.0, 4.0, 5.0], &mut scratch), 225.0);
    let dual = tape.eval(
        &std::array::from_fn::<_, 5, _>(|i| crate::number::Dual::<5>::variable(1.0, i)),
        &mut Vec::new(),
    );
    assert_eq!((dual.re, dual.g), (25.0, [10.0; 5]));
    assert!(tape.eval(&[1.0, 2.0], &mut scratch).is_nan());
    // No variable at all.
    assert_eq!(Tape::compile(&parse("1+1").unwrap(), 0).eval(&[], &mut scratch), 2.0);
}

#[test]
fn many_values_alive_at_once_keep_their_registers() {
    // Σ sin(k x) nested so that every term waits for the next.
    let text = (1..90).fold("x".to_string(), |inner, k| format!("sin({k}x)+({inner})"));
    let text = if text.len() > 1000 {
        (1..60).fold("x".to_string(), |i, k| format!("sin({k}x)+({i})"))
    } else {
        text
    };
    let x = 0.3;
    let terms = text.matches("sin").count();
    let expected = (1..=terms).fold(x, |sum, k| (k as f64 * x).sin() + sum);
    let found = tape(&text).eval(&[x, 0.0], &mut Vec::new());
    assert!(tape(&text).registers() > 20);
    assert!((found - expected).abs() < 1e-12, "{found} {expected}");
}
