//! From bytes on disk to text.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

/// Characters of a text for each NUL that it may hold: one in a literal is odd but allowed, a file that is
/// no text is full of them.
const CHARACTERS_PER_NUL: usize = 500;

/// Why bytes are not a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotText {
    /// Holds NUL bytes.
    Binary,
    /// Neither UTF-8 nor UTF-16 with a mark.
    Encoding {
        /// Line of the first byte that does not fit, from 1.
        line: usize,
    },
}

impl NotText {
    pub(crate) fn message(self) -> String {
        match self {
            NotText::Binary => "is not text: it holds NUL bytes".into(),
            NotText::Encoding { line } => format!("is not UTF-8: line {line} holds other bytes"),
        }
    }
}

/// Reads a file into a buffer that is reused. `Err` of the inner result: too large, with its size.
pub(super) fn read(path: &Path, limit: u64, buffer: &mut Vec<u8>) -> io::Result<Result<(), u64>> {
    buffer.clear();
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    if size > limit {
        return Ok(Err(size));
    }
    buffer.reserve(size as usize + 1);
    // A file may grow between the question and the reading.
    file.take(limit + 1).read_to_end(buffer)?;
    let read = buffer.len() as u64;
    Ok(if read > limit { Err(read) } else { Ok(()) })
}

/// The text of a plain file, no link, of bearable size.
pub(crate) fn plain_text(path: &Path, limit: u64) -> Option<String> {
    let data = fs::symlink_metadata(path).ok()?;
    if !data.is_file() || data.len() > limit {
        return None;
    }
    let mut text = String::new();
    File::open(path).ok()?.take(limit).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Whether bytes begin with a UTF-16 mark, so that needles do not show in them.
pub(crate) fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])
}

/// The text of bytes: UTF-8, with or without a mark, or UTF-16 with one.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, NotText> {
    if is_utf16(bytes) {
        let big = bytes[0] == 0xfe;
        let units = bytes[2..].chunks(2).map(|pair| match *pair {
            [a, b] if big => u16::from_be_bytes([a, b]),
            [a, b] => u16::from_le_bytes([a, b]),
            _ => 0xfffd,
        });
        let text: Result<String, _> = char::decode_utf16(units).collect();
        let text = text.map_err(|_| NotText::Encoding { line: 1 })?;
        return if is_binary(text.as_bytes()) { Err(NotText::Binary) } else { Ok(text.into()) };
    }
    if is_binary(bytes) {
        return Err(NotText::Binary);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        NotText::Encoding { line: before.iter().filter(|&&b| b == b'\n').count() + 1 }
    })
}

fn is_binary(bytes: &[u8]) -> bool {
    let nuls = bytes.iter().filter(|&&b| b == 0).count();
    nuls > bytes.len() / CHARACTERS_PER_NUL
}

#[cfg(test)]
mod tests {
    use super::{NotText, decode};

    #[test]
    fn marks_are_dropped_and_utf16_is_read() {
        assert_eq!(decode(b"\xef\xbb\xbfab").as_deref(), Ok("ab"));
        assert_eq!(decode(b"\xff\xfea\0\n\0").as_deref(), Ok("a\n"));
        assert_eq!(decode(b"\xfe\xff\0a\0\n").as_deref(), Ok("a\n"));
    }

    #[test]
    fn what_is_not_text_is_said() {
        assert_eq!(decode(b"a\0b"), Err(NotText::Binary));
        assert_eq!(
            decode(&[b"a\0".as_slice(), &[b' '; 500]].concat()),
            Ok(format!("a\0{}", " ".repeat(500)).into())
        );
        assert_eq!(decode(&[b"a\0\0".as_slice(), &[b' '; 500]].concat()), Err(NotText::Binary));
        assert_eq!(decode(b"a\nb\n\xe4"), Err(NotText::Encoding { line: 3 }));
        assert_eq!(decode(b"\xff\xfe\x00\xd8"), Err(NotText::Encoding { line: 1 }));
    }
}
