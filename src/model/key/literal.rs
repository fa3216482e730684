//! Whether a text is a real key, or only looks like one.

/// The part of a text that looks like a real key, if there is one.
pub fn real_key(text: &str) -> Option<&str> {
    let key = &crate::sdk::api::api().key;
    let is_key = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    for prefix in &key.prefixes {
        for (at, _) in text.match_indices(&**prefix) {
            let rest = &text[at + prefix.len()..];
            let length = rest.find(|c| !is_key(c)).unwrap_or(rest.len());
            let secret = &rest[..length];
            if length >= key.min_secret && looks_random(secret) {
                return Some(&text[at..at + prefix.len() + length]);
            }
        }
    }
    None
}

/// Whether letters and digits are mixed as only chance does: no words, no runs, no sequences.
fn looks_random(secret: &str) -> bool {
    const WORDS: &[&str] = &[
        "your",
        "xxx",
        "example",
        "placeholder",
        "test",
        "fake",
        "dummy",
        "sample",
        "redact",
        "secret",
        "0000",
        "1234",
        "abcd",
        "aaaa",
        "here",
        "insert",
        "replace",
        "demo",
        "mock",
        "invalid",
        "foobar",
        "key",
    ];
    let lower = secret.to_ascii_lowercase();
    let bytes = secret.as_bytes();
    let mut seen = [false; 256];
    bytes.iter().for_each(|&b| seen[b as usize] = true);
    let distinct = seen.iter().filter(|s| **s).count();
    let has = |f: fn(&u8) -> bool| bytes.iter().any(f);
    // `abc123def456ghi789`: what is left of a made-up key without its digits, or without its letters.
    let in_order = |f: fn(&u8) -> bool| {
        let kept: Vec<u8> = lower.bytes().filter(f).collect();
        kept.windows(6).any(|run| run.windows(2).all(|two| two[1] == two[0] + 1))
    };
    // Long secrets hold short words by chance.
    let words = if secret.len() > 60 { &WORDS[..6] } else { WORDS };
    distinct >= 12
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && !in_order(u8::is_ascii_alphabetic)
        && !in_order(u8::is_ascii_digit)
        && !words.iter().any(|w| lower.contains(w))
}

#[cfg(test)]
mod tests {
    use super::real_key;

    #[test]
    fn what_looks_like_a_key() {
        // Put together, so that scanners of this repository are not alarmed.
        let secret = ["q7Wd2", "Lz9Rk", "0vXb4", "TnPm8", "sYc3F"].concat();
        let text = format!("Bearer sk-ant-api03-{secret}, twice");
        assert_eq!(real_key(&text), Some(&*format!("sk-ant-api03-{secret}")));
        for other in [
            "sk-ant-api03-...",
            "sk-ant-api03-your-key-goes-here-12345",
            "sk-ant-api03-xxxxxxxxxxxxxxxxxxxxxxxx",
            "sk-ant-api03-zyx987abc123def456ghi789jkl012mno345",
        ] {
            assert_eq!(real_key(other), None, "{other}");
        }
    }
}
