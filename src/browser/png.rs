//! A line of text inside a PNG file: where the picture came from.

/// Bytes of the signature and of the first chunk, IHDR, after which others may stand.
const HEAD: usize = 8 + 4 + 4 + 13 + 4;

/// The same picture with a text chunk `Source: text` (PNG, third edition, 11.3.3). What is no PNG is given back.
pub fn signed(png: &[u8], text: &str) -> Vec<u8> {
    let Some((head, rest)) = png.split_at_checked(HEAD) else { return png.to_vec() };
    // Latin-1 without line ends is what such a chunk may hold; a link is ASCII.
    let mut chunk = b"tEXtSource\0".to_vec();
    chunk.extend(text.bytes().filter(|b| (32..127).contains(b)));
    let length = (chunk.len() - 4) as u32;
    [head, &length.to_be_bytes(), &chunk, &checksum(&chunk).to_be_bytes(), rest].concat()
}

/// CRC-32 as PNG has it (annex D).
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}
