//! Words in SARIF.
//!
//! In message strings `{n}` is a placeholder and `[text](n)` a link. Viewers show the
//! doubled braces that the standard asks for, so that code in messages is spelled with
//! look-alikes instead.

use crate::finding::Finding;

/// Text that no viewer takes for a placeholder or a link.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        match c {
            '{' => plain.push('❴'),
            '}' => plain.push('❵'),
            '(' if before == ']' => plain.push_str(" ("),
            c if c.is_control() => plain.push(' '),
            c => plain.push(c),
        }
        before = c;
    }
    plain
}

/// A sentence from a message in house style: first letter upper case, full stop.
pub(super) fn sentence(text: &str) -> String {
    let text = plain(text.trim());
    let mut characters = text.chars();
    let mut sentence: String = characters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    sentence.push_str(characters.as_str());
    if !sentence.is_empty() && !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

/// The message of a result: what is wrong, which is the title of an alert, how to fix it,
/// and links to the related locations, which are shown only where they are linked.
pub(super) fn message<'a>(finding: &Finding, related: impl Iterator<Item = &'a str>) -> String {
    let mut parts = vec![sentence(&finding.message), sentence(&finding.help)];
    let links: Vec<String> = related
        .enumerate()
        .map(|(index, label)| {
            let label = if label.is_empty() { "here".into() } else { plain(label).replace(['[', ']'], "") };
            format!("[{label}]({})", index + 1)
        })
        .collect();
    if !links.is_empty() {
        parts.push(format!("See: {}.", links.join(", ")));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

/// At most `limit` characters, cut at a word.
pub(super) fn limited(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_string();
    }
    let cut: String = text.chars().take(limit - 1).collect();
    let cut = cut.rsplit_once(char::is_whitespace).map_or(cut.as_str(), |(head, _)| head);
    format!("{cut}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reads_as_a_placeholder_or_a_link() {
        assert_eq!(plain("`f(x)[1](y)` of `{0}`"), "`f(x)[1] (y)` of `❴0❵`");
    }

    #[test]
    fn messages_become_sentences() {
        assert_eq!(sentence("no retry"), "No retry.");
        assert_eq!(sentence("`x` is `None`"), "`x` is `None`.");
        assert_eq!(sentence("already one."), "Already one.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn long_texts_are_cut_at_words() {
        assert_eq!(limited("one two three", 9), "one two…");
        assert_eq!(limited("one", 3), "one");
    }
}
