//! The state of a lab as text: `key=value&key=value`, as links hold it.

/// The version of the links that we write. Links of an older version are read as they were meant; there is none yet.
pub(super) const VERSION: &str = "1";

/// The most bytes of a text that a link holds.
pub(super) const LINKED: usize = 2_000;

/// The pairs of a state string, decoded. Broken escapes stay as they are.
pub fn pairs(state: &str) -> Vec<(String, String)> {
    // Room for the longest pasted data.
    const MOST: usize = 1_000_000;
    let end = state.char_indices().nth(MOST).map_or(state.len(), |(i, _)| i);
    state[..end]
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// Appends a value to a link, everything unusual percent-encoded.
pub(super) fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~()*,^+/!:".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&byte) = bytes.get(i) {
        let hex = bytes.get(i + 1..i + 3).and_then(|h| std::str::from_utf8(h).ok());
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(code) if byte == b'%' => {
                out.push(code);
                i += 3;
            }
            _ => {
                out.push(byte);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
