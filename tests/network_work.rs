//! The long work of the lab `network`, done here or by a worker: what a task says, what a harvest brings, and what cancelling
//! leaves.

#![cfg(not(target_arch = "wasm32"))]
// Helpers of tests, which clippy does not know for tests.
#![allow(clippy::unwrap_used, clippy::panic)]

use saddlescope::lab::{self, Lab};

fn lab(settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = lab::open("network").unwrap();
    for (control, value) in settings {
        lab.set(control, value).unwrap_or_else(|e| panic!("{control}={value}: {e}"));
    }
    lab
}

/// So many slices of work.
fn work(lab: &mut dyn Lab, most: usize) -> Option<f64> {
    let mut slices = 0;
    lab.work(&mut || {
        slices += 1;
        slices > most
    })
}

fn finish(lab: &mut dyn Lab) {
    while work(lab, 1_000).is_some() {}
}

/// All figures, with every number in them; as text, since NaN is not itself.
fn drawn(lab: &dyn Lab) -> String {
    format!("{:?}", lab.figures())
}

/// A lab with work at a point left to do: its training is through.
fn trained(settings: &[(&str, &str)]) -> Box<dyn Lab> {
    let mut lab = lab(settings);
    while lab.task().is_none() {
        assert!(work(&mut *lab, 20).is_some(), "nothing is left for a worker");
    }
    lab
}

/// What a worker finds is what would have been found here.
#[test]
fn a_worker_finds_the_same() {
    let settings = [
        ("scene", "ratio"),
        ("data", "autoencoder"),
        ("units", "1"),
        ("runs", "6"),
        ("run", "on"),
        ("epochs", "20"),
        ("seed", "12345678901234567890"),
    ];
    let mut here = lab(&settings);
    finish(&mut *here);
    let mut page = lab(&settings);
    let mut worker = lab::open("network").unwrap();
    let task = page.task();
    assert!(worker.restore(task.as_ref().unwrap()).is_empty());
    // Until a worker answers the page has begun by itself: one training is through, the next under way.
    while page.table().is_none() {
        work(&mut *page, 10);
    }
    work(&mut *page, 10);
    assert_eq!(page.task(), task);
    while page.task().is_some() {
        worker.work(&mut || true);
        work(&mut *worker, 50);
        let found = worker.harvest();
        page.absorb(&found);
        // Broken messages are left alone.
        page.absorb(&found[..found.len().min(5)]);
    }
    assert_eq!(page.csv(), here.csv());
    finish(&mut *page);
}

/// Until a worker has answered, slices are done on the page; what it then finds again is not counted twice.
#[test]
fn what_a_late_worker_finds_again_counts_once() {
    let settings =
        [("scene", "ratio"), ("data", "autoencoder"), ("runs", "10"), ("run", "on"), ("epochs", "20")];
    let mut here = lab(&settings);
    finish(&mut *here);
    let mut page = lab(&settings);
    let task = page.task().unwrap();
    work(&mut *page, 150);
    let early = page.csv().lines().count() - 1;
    assert!((1..9).contains(&early), "{early}");
    let mut worker = lab::open("network").unwrap();
    assert!(worker.restore(&task).is_empty());
    finish(&mut *worker);
    page.absorb(&worker.harvest());
    assert_eq!(page.csv(), here.csv());
    assert_eq!(page.work(&mut || true), None);
}

/// Switched off in the middle, nothing is left to do, here or for a worker; what was found stays.
#[test]
fn a_cancelled_experiment_leaves_nothing_to_do() {
    let mut lab = lab(&[("scene", "ratio"), ("runs", "50"), ("run", "on"), ("data", "autoencoder")]);
    work(&mut *lab, 400);
    let ends = lab.csv().lines().count() - 1;
    assert!((1..50).contains(&ends), "{ends}");
    lab.set("run", "off").unwrap();
    assert_eq!((lab.work(&mut || false), lab.task(), lab.shown("pause")), (None, None, false));
    assert_eq!(lab.csv().lines().count() - 1, ends);
    lab.set("run", "on").unwrap();
    finish(&mut *lab);
    assert_eq!(lab.csv().lines().count() - 1, 50);
}

/// Another instance that is given θ works out the spectrum and the loss around it, to the last digit what is found here.
#[test]
fn a_worker_finds_the_spectrum_and_the_loss_around_to_the_last_digit() {
    let moons: &[(&str, &str)] = &[("data", "moons"), ("epochs", "20"), ("penalty", "0.001")];
    let large: &[(&str, &str)] =
        &[("data", "moons"), ("hidden-layers", "3"), ("units", "24"), ("epochs", "10"), ("examples", "20")];
    for (settings, part) in [(moons, "training"), (moons, "surroundings"), (large, "surroundings")] {
        let settings = [settings, &[("scene", part)]].concat();
        let mut here = lab(&settings);
        finish(&mut *here);
        let mut page = trained(&settings);
        let task = page.task().unwrap();
        let mut worker = lab::open("network").unwrap();
        worker.resume(&task);
        let (mut harvests, mut shares) = (0, Vec::new());
        while page.task().is_some() {
            // What changes nothing about the work changes nothing about the task.
            page.set("tolerance", if harvests % 2 == 0 { "0.001" } else { "1e-6" }).unwrap();
            assert_eq!(page.task().unwrap(), task);
            work(&mut *worker, 40);
            let found = worker.harvest();
            // Broken messages are left alone.
            page.absorb(&found[..found.len().min(6)]);
            page.absorb(&found);
            shares.extend(page.work(&mut || true));
            harvests += 1;
        }
        let moves = shares.iter().any(|s| *s > 0.0) && shares.iter().all(|s| (0.0..=1.0).contains(s));
        assert!(harvests > 3 && moves, "{harvests} {shares:?}");
        assert_eq!(page.work(&mut || true), None);
        page.set("tolerance", "1e-6").unwrap();
        assert_eq!(page.csv(), here.csv());
        assert!(drawn(&*page) == drawn(&*here), "{settings:?}");
        // Another map at the same point: its spectrum is not asked for again.
        if part == "surroundings" {
            page.set("span", "0.5").unwrap();
            here.set("span", "0.5").unwrap();
            let task = page.task().unwrap();
            let mut worker = lab::open("network").unwrap();
            worker.resume(&task);
            finish(&mut *worker);
            page.absorb(&worker.harvest());
            assert_eq!(page.task(), None);
            finish(&mut *here);
            assert!(drawn(&*page) == drawn(&*here));
            assert_eq!(page.csv(), here.csv());
        }
    }
}

/// What is asked for at another epoch, span or setting is another task; at the same again, the same.
#[test]
fn a_task_says_all_that_its_answer_depends_on() {
    let mut lab = trained(&[("data", "moons"), ("epochs", "20"), ("scene", "surroundings")]);
    let first = lab.task().unwrap();
    for (control, value) in
        [("span", "0.5"), ("plane", "random"), ("directions", "5"), ("t", "10"), ("scene", "training")]
    {
        let before = lab.task().unwrap();
        lab.set(control, value).unwrap();
        assert_ne!(lab.task().unwrap(), before, "{control}");
    }
    for (control, value) in [("scene", "surroundings"), ("span", "1"), ("plane", "ends"), ("directions", "1")]
    {
        lab.set(control, value).unwrap();
    }
    lab.set("t", "20").unwrap();
    assert_eq!(lab.task().unwrap(), first);
    // While it trains, nothing is asked for.
    lab.set("seed", "2").unwrap();
    assert_eq!(lab.task(), None);
    // Tasks that do not fit are worked on by nobody.
    for (task, fits) in [
        ([&first, "x"].concat(), false),
        ([&first[..], &first[first.len() - 16..]].concat(), false),
        (first, true),
    ] {
        let mut worker = lab::open("network").unwrap();
        worker.resume(&task);
        assert_eq!(worker.harvest().is_empty(), !fits, "{task:.80}");
    }
}

/// A slider that changes nothing about the trainings does not make a worker begin them anew.
#[test]
fn the_experiment_s_task_does_not_depend_on_tolerances() {
    let mut lab = lab(&[("scene", "ratio"), ("run", "on"), ("data", "autoencoder")]);
    let task = lab.task().unwrap();
    for (control, value) in [("tolerance", "1e-3"), ("near", "1e-3")] {
        lab.set(control, value).unwrap();
        assert_eq!(lab.task().as_ref(), Some(&task), "{control}");
    }
    lab.set("seed", "2").unwrap();
    assert_ne!(lab.task(), Some(task));
}
