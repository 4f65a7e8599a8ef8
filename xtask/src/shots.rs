//! `cargo xtask shots`: pictures of the built page, for looking at: every lab, light and dark, in each language, wide
//! and narrow, at rest and while its handle is dragged, and the whole page.

use crate::build::{Effort, build, target};
use crate::webdriver::{Browser, Element, Session, file_url};
use anyhow::{Result, bail};
use saddlescope::lab::REGISTRY;
use serde_json::{Value, json};
use std::fs;

const WIDTHS: [u32; 2] = [1280, 390];
const LANGUAGES: [&str; 2] = ["en", "zh"];

/// Puts one element alone on the page, and gives it. Arguments: lab, language.
const ALONE: &str = "
    const scope = document.createElement('saddle-scope');
    scope.setAttribute('lab', arguments[0]);
    document.documentElement.lang = arguments[1];
    scope.setAttribute('lang', arguments[1]);
    document.body.replaceChildren(scope);
    return scope;";

/// Whether the element arguments[0] is drawn, with two frames for it to settle.
const DRAWN: &str = "
    const scope = arguments[0];
    const frames = (n) => new Promise((done) => {
      const step = () => (n-- > 0 ? requestAnimationFrame(step) : done());
      step();
    });
    return frames(3).then(() => {
      const canvas = scope.shadowRoot.querySelector('canvas.front');
      return Boolean(canvas && canvas.width > 0) || scope.shadowRoot.textContent;
    });";

/// Takes the pictures, of all labs or of the one named, into `target/shots`, and prints their names.
///
/// # Errors
/// When there is no such lab, or the browser fails.
pub fn shots(only: Option<&str>) -> Result<()> {
    let labs: Vec<&str> =
        REGISTRY.iter().map(|(id, _)| *id).filter(|id| only.is_none_or(|o| o == *id)).collect();
    if labs.is_empty() {
        let all: Vec<&str> = REGISTRY.iter().map(|(id, _)| *id).collect();
        bail!("there is no lab {}; the labs are {}", only.unwrap_or(""), all.join(", "));
    }
    crate::install::chinese_font();
    let page = build(Effort::Fast)?.join("saddlescope.html");
    let folder = target().join("shots");
    fs::create_dir_all(&folder)?;
    let session = Session::start(Browser::Chromium)?;
    let save = |name: String, picture: Vec<u8>| -> Result<()> {
        let path = folder.join(name);
        fs::write(&path, picture)?;
        println!("{}", path.display());
        Ok(())
    };
    for width in WIDTHS {
        for language in LANGUAGES {
            for dark in [false, true] {
                session.colour_scheme(dark)?;
                let manner = format!("{language}-{}-{width}", if dark { "dark" } else { "light" });
                if only.is_none() {
                    session.open(&file_url(&page))?;
                    session.resize(width, 900)?;
                    session.run(
                        "document.querySelector(`[data-language=${arguments[0]}]`).click()",
                        &[json!(language)],
                    )?;
                    let whole = session.run("return document.documentElement", &[])?;
                    save(format!("page-{manner}.png"), whole_picture(&session, &whole, width)?)?;
                }
                for lab in &labs {
                    session.open(&file_url(&page))?;
                    session.resize(width, 900)?;
                    let scope = session.run(ALONE, &[json!(lab), json!(language)])?;
                    settle(&session, &scope)?;
                    save(format!("{lab}-{manner}.png"), whole_picture(&session, &scope, width)?)?;
                    let handle = session.run(
                        "return arguments[0].shadowRoot.querySelector('.handle.free:not([hidden]), .handle:not([hidden])')",
                        std::slice::from_ref(&scope),
                    )?;
                    if !handle.is_null() {
                        // On a narrow page it may lie below what the window shows.
                        let right = session.run(
                            "arguments[0].scrollIntoView({ block: 'center' });
                             return arguments[0].getBoundingClientRect().left > innerWidth / 2",
                            std::slice::from_ref(&handle),
                        )?;
                        // Towards the middle: a pointer may not leave the window.
                        let side = if right == true { -1 } else { 1 };
                        let path = [[10 * side, -8], [20 * side, -16], [15 * side, -12]];
                        session.drag(&Element::from(&handle)?, &path, true)?;
                        settle(&session, &scope)?;
                        save(format!("{lab}-{manner}-drag.png"), whole_picture(&session, &scope, width)?)?;
                        session.release()?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn settle(session: &Session, scope: &Value) -> Result<()> {
    for _ in 0..50 {
        if session.run(DRAWN, std::slice::from_ref(scope))? == true {
            return Ok(());
        }
    }
    bail!("the lab is not drawn: {}", session.run(DRAWN, std::slice::from_ref(scope))?)
}

/// An element in full, however tall: the page is made tall enough first, since what is out of view is not painted.
fn whole_picture(session: &Session, element: &Value, width: u32) -> Result<Vec<u8>> {
    let area = || -> Result<[f64; 4]> {
        let area = session.run(
            "const b = arguments[0].getBoundingClientRect();
             return [b.left + scrollX, b.top + scrollY, b.width, b.height]",
            std::slice::from_ref(element),
        )?;
        Ok([0, 1, 2, 3].map(|i| area[i].as_f64().unwrap_or(0.0)))
    };
    let [_, y, _, height] = area()?;
    session.resize(width, (y + height).ceil() as u32 + 8)?;
    session.run(
        "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))",
        &[],
    )?;
    let [x, y, width, height] = area()?;
    // A little of what is around it, so that a focus ring or an overflow shows.
    session.picture_of([x - 8.0, y - 8.0, width + 16.0, height + 16.0])
}
