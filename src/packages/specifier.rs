//! Names of packages as JavaScript writes them.

use std::borrow::Cow;

/// The name of the package, and the path inside, that a specifier means:
/// `npm:@scope/name@1/part` → `@scope/name/part`.
pub(crate) fn package(specifier: &str) -> Cow<'_, str> {
    if let Some(rest) = specifier.strip_prefix("npm:").or_else(|| specifier.strip_prefix("jsr:")) {
        return Cow::Owned(without_version(rest));
    }
    if let Some(rest) = specifier.strip_prefix("https://").or_else(|| specifier.strip_prefix("http://")) {
        return from_address(rest).map_or(Cow::Borrowed(specifier), Cow::Owned);
    }
    Cow::Borrowed(specifier.strip_prefix("node:").unwrap_or(specifier))
}

/// A package served from an address: `host/npm/@scope/name@1.2/+esm`.
fn from_address(rest: &str) -> Option<String> {
    let path = rest.split(['?', '#']).next()?;
    let mut parts: Vec<&str> = path.split('/').skip(1).filter(|p| !p.is_empty()).collect();
    let build = |p: &str| p.strip_prefix('v').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    while parts.len() > 1 && (parts[0] == "npm" || build(parts[0])) {
        parts.remove(0);
    }
    let first = parts.first()?.trim_start_matches('*');
    let scoped = first.starts_with('@');
    let name = if scoped { parts.get(1)? } else { first };
    let name = name.split('@').next().filter(|n| !n.is_empty())?;
    Some(if scoped { format!("{first}/{name}") } else { name.to_string() })
}

/// `@scope/name@1/part` → `@scope/name/part`.
pub(super) fn without_version(name: &str) -> String {
    let name = name.trim_start_matches('/');
    let start = usize::from(name.starts_with('@'));
    match name[start..].find('@') {
        Some(at) => {
            let (name, version) = name.split_at(start + at);
            let rest = version.find('/').map_or("", |slash| &version[slash..]);
            format!("{name}{rest}")
        }
        None => name.to_string(),
    }
}

/// The name of the package and the path inside it.
pub(crate) fn split(specifier: &str) -> (&str, &str) {
    let end = match (specifier.starts_with('@'), specifier.find('/')) {
        (true, Some(slash)) => specifier[slash + 1..].find('/').map(|next| slash + 1 + next),
        (_, slash) => slash,
    };
    match end {
        Some(end) => (&specifier[..end], &specifier[end + 1..]),
        None => (specifier, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::{package, split};

    #[test]
    fn packages_are_called_by_their_names() {
        for (specifier, expected) in [
            ("npm:@anthropic-ai/sdk@1", "@anthropic-ai/sdk"),
            ("npm:@anthropic-ai/sdk@^0.30.0/resources", "@anthropic-ai/sdk/resources"),
            ("npm:/zod@3", "zod"),
            ("jsr:@std/async", "@std/async"),
            ("node:fs", "fs"),
            ("https://cdn.example/@anthropic-ai/sdk@0.20.1?target=deno", "@anthropic-ai/sdk"),
            ("https://cdn.example/v135/axios@1.2.0/lib/x.js", "axios"),
            ("https://cdn.example/npm/p-retry@6/+esm", "p-retry"),
            ("https://cdn.example", "https://cdn.example"),
            ("./x", "./x"),
            ("npm:", ""),
            ("npm:@", "@"),
        ] {
            assert_eq!(package(specifier), expected, "{specifier}");
        }
    }

    #[test]
    fn a_name_and_what_is_inside() {
        assert_eq!(split("@a/b/c/d"), ("@a/b", "c/d"));
        assert_eq!(split("@a/b"), ("@a/b", ""));
        assert_eq!(split("a/b"), ("a", "b"));
        assert_eq!(split("@a"), ("@a", ""));
    }
}
