//! JSON as people write it into configuration files: with comments and trailing commas.

use serde_json::Value;

/// Reads a JSON text, comments and trailing commas allowed.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(&plain(text)).map_err(|e| format!("is not JSON: line {}", e.line()))
}

/// The text with spaces for comments and trailing commas, so that lines stay what they are.
fn plain(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    // Where the last comma stands that nothing but space has followed.
    let mut comma: Option<usize> = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'"', _) => {
                let end = string_end(bytes, at);
                out.extend_from_slice(&bytes[at..end]);
                comma = None;
                at = end;
            }
            (b'/', Some(b'/')) => {
                while bytes.get(at).is_some_and(|&b| b != b'\n') {
                    at += 1;
                }
            }
            (b'/', Some(b'*')) => {
                at += 2;
                while at < bytes.len() && !bytes[at..].starts_with(b"*/") {
                    if bytes[at] == b'\n' {
                        out.push(b'\n');
                    }
                    at += 1;
                }
                at += 2;
            }
            _ => {
                match byte {
                    b',' => comma = Some(out.len()),
                    b'}' | b']' => {
                        if let Some(comma) = comma.take() {
                            out[comma] = b' ';
                        }
                    }
                    b if b.is_ascii_whitespace() => {}
                    _ => comma = None,
                }
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_default()
}

/// The end of the string that begins at `start`, its quote included.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn comments_and_commas() {
        let text = "{ // one\n \"a\": [1, 2,], /* \"b\": 3, */ \"c//\": \"/* \\\" */\",\n}";
        let expected = serde_json::json!({ "a": [1, 2], "c//": "/* \" */" });
        assert_eq!(read(text), Ok(expected));
        assert_eq!(read("{\"ä\": \"ö\", /* … */ }"), Ok(serde_json::json!({ "ä": "ö" })));
    }

    #[test]
    fn what_is_no_json_is_said() {
        assert_eq!(read("{\n \"a\" 1 }"), Err("is not JSON: line 2".into()));
        for text in ["", "/*", "\"", "\"\\", "{\"a\": \"\\", "[,,]", "//"] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&"[".repeat(100_000)).is_err());
    }
}
