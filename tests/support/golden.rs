//! Golden figures: each is drawn and written as SVG, and compared with the file of its name in `tests/golden`, element by
//! element. A pixel layer enters as its size and a hash. A difference leaves `<name>.changed.svg` beside the golden
//! file and fails; `UPDATE=1 cargo test --test <figures or lab_figures>` accepts what is drawn now.

use saddlescope::figure::{Figure, Part, Size, Theme, pixels, record};
use saddlescope::phrase::Words;
use std::path::PathBuf;

pub const MAP: Size = Size { width: 560.0, height: 500.0 };
pub const SMALL: Size = Size { width: 280.0, height: 250.0 };
pub const CURVE: Size = Size { width: 300.0, height: 200.0 };

pub fn words() -> Words {
    [
        ("axis.epochs", "轮数"),
        ("axis.loss", "损失 L"),
        ("axis.step", "步数 t"),
        ("axis.variance", "方差"),
        ("figure.batch.cloud", "小批量梯度的散布"),
        ("figure.batch.fit", "样本与模型的直线"),
        ("figure.batch.loss", "各条轨迹的损失"),
        ("figure.batch.variance", "方差随 B 的变化"),
        ("figure.batch.classes", "样本与分界线"),
        ("figure.map", "损失的等高线图 <θ & g>"),
        ("label.with", "有放回"),
        ("label.without", "无放回"),
        ("label.noise-floor", "噪声下限"),
        ("schedule.constant", "恒定"),
        ("schedule.cosine", "余弦"),
        ("label.saddle", "鞍点：λ₁ = {l}"),
        ("method.short.newton", "Newton"),
        ("method.short.saddle-free-newton", "saddle-free"),
        ("method.short.shifted-newton", "shifted"),
        ("taylor.about", "about {at}"),
        ("taylor.order", "order {order}"),
    ]
    .into_iter()
    .map(|(key, text)| (key.to_string(), text.to_string()))
    .collect()
}

/// FNV-1a, 64 bits.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}

fn draw(figure: &Figure, size: Size, theme: Theme) -> String {
    let words = words();
    let image = pixels(&figure.back, &figure.frame, size, 1.0, theme)
        .map(|b| format!("{}x{} fnv {:016x}", b.width, b.height, hash(&b.rgba)));
    record(figure, Part::Whole, size, theme, &words).svg(&words.text(&figure.name), image.as_deref())
}

pub fn golden(name: &str, figure: &Figure, size: Size, theme: Theme) {
    let drawn = draw(figure, size, theme);
    if let Ok(folder) = std::env::var("FIGURES") {
        see(name, figure, size, theme, &PathBuf::from(folder));
    }
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let path = folder.join(format!("{name}.svg"));
    let changed = folder.join(format!("{name}.changed.svg"));
    let kept = std::fs::read_to_string(&path).ok();
    if kept.as_deref() == Some(drawn.as_str()) {
        let _ = std::fs::remove_file(&changed);
        return;
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&path, &drawn).unwrap();
        let _ = std::fs::remove_file(&changed);
        return;
    }
    let Some(kept) = kept else {
        std::fs::write(&changed, &drawn).unwrap();
        panic!("{name}: no golden file; look at {} and accept it by UPDATE=1", changed.display());
    };
    std::fs::write(&changed, &drawn).unwrap();
    let (mut old, mut new) = (kept.lines(), drawn.lines());
    for element in 1.. {
        match (old.next(), new.next()) {
            (None, None) => panic!("{name}: line ends differ"),
            (a, b) if a == b => {}
            (a, b) => panic!(
                "{name}: element {element} differs\n  was {}\n  is  {}\nsee {}",
                a.unwrap_or("(nothing)"),
                b.unwrap_or("(nothing)"),
                changed.display()
            ),
        }
    }
}

/// Writes the figure with its pixels, to be looked at: `FIGURES=folder cargo test --test figures` (or lab_figures).
fn see(name: &str, figure: &Figure, size: Size, theme: Theme, folder: &std::path::Path) {
    let words = words();
    let svg = record(figure, Part::Whole, size, theme, &words);
    let address = pixels(&figure.back, &figure.frame, size, 1.0, theme).map(|bitmap| {
        let file = folder.join(format!("{name}.bmp"));
        std::fs::write(&file, bmp(bitmap.width, bitmap.height, &bitmap.rgba)).unwrap();
        format!("{name}.bmp")
    });
    std::fs::write(folder.join(format!("{name}.svg")), svg.svg(name, address.as_deref())).unwrap();
}

/// A 32-bit BMP with an alpha channel, the simplest format that browsers show.
fn bmp(width: usize, height: usize, rgba: &[u8]) -> Vec<u8> {
    let mut out = b"BM".to_vec();
    let word = |v: usize| (v as u32).to_le_bytes();
    for v in [122 + rgba.len(), 0, 122, 108, width] {
        out.extend(word(v));
    }
    out.extend((-(height as i32)).to_le_bytes());
    for v in [1 | 32 << 16, 3, rgba.len(), 2835, 2835, 0, 0] {
        out.extend(word(v));
    }
    for v in [0xff, 0xff00, 0xff_0000, 0xff00_0000] {
        out.extend(word(v));
    }
    out.extend(*b"BGRs");
    out.resize(122, 0);
    out.extend(rgba);
    out
}
