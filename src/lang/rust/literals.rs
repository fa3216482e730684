//! Values of literals.

/// The text of a string or character literal of any kind, given with its quotes.
pub(super) fn string(literal: &str) -> String {
    let body = literal.trim_start_matches(['b', 'c']);
    if let Some(raw) = body.strip_prefix('r') {
        let inner = raw.trim_start_matches('#');
        let hashes = raw.len() - inner.len();
        let end = inner.len().saturating_sub(hashes);
        let inner = inner.get(..end).unwrap_or(inner);
        let inner = inner.strip_prefix('"').unwrap_or(inner);
        return inner.strip_suffix('"').unwrap_or(inner).to_string();
    }
    let Some(quote) = body.chars().next().filter(|c| "\"'".contains(*c)) else {
        return literal.to_string();
    };
    let inner = &body[1..];
    unescape(inner.strip_suffix(quote).unwrap_or(inner))
}

/// Resolves the escapes of a text.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = escape(&rest[at + 1..], &mut out);
    }
    out.push_str(rest);
    out
}

/// Resolves one escape, given from behind its backslash; returns what follows it.
fn escape<'t>(text: &'t str, out: &mut String) -> &'t str {
    let mut chars = text.chars();
    let Some(kind) = chars.next() else { return "" };
    let rest = chars.as_str();
    match kind {
        'n' => out.push('\n'),
        'r' => out.push('\r'),
        't' => out.push('\t'),
        '0' => out.push('\0'),
        // A line ended with a backslash goes on at the next text.
        '\n' | '\r' => return rest.trim_start(),
        'x' => {
            let code = rest.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
            if let Some(code) = code {
                out.push(char::from(code));
                return &rest[2..];
            }
        }
        'u' => {
            let code = rest.strip_prefix('{').and_then(|r| r.split_once('}'));
            let hex = code.map(|c| c.0.replace('_', ""));
            let c = hex.and_then(|h| u32::from_str_radix(&h, 16).ok()).and_then(char::from_u32);
            if let (Some(c), Some((_, rest))) = (c, code) {
                out.push(c);
                return rest;
            }
        }
        other => out.push(other),
    }
    rest
}

/// The value of a number with its base prefix, separators and type suffix.
pub(super) fn number(literal: &str) -> Option<f64> {
    let text = literal.replace('_', "");
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let end = digits.find(['u', 'i']).unwrap_or(digits.len());
            return u128::from_str_radix(&digits[..end], radix).ok().map(|n| n as f64);
        }
    }
    let end = text.find(['u', 'i', 'f']).unwrap_or(text.len());
    text[..end].parse().ok()
}
