//! Makes linted text harmless where it is printed.
//!
//! Names, paths and source lines come from code nobody here wrote. Escape
//! sequences would drive the terminal, bidirectional marks would show the code in
//! another order than it runs, and CI systems take commands from log lines.

use std::borrow::Cow;

/// Text for one line of output: control and bidirectional characters are replaced by
/// visible ones of one column, line breaks by spaces, and what Azure Pipelines and GitHub
/// Actions would take for a command in the middle of a line is broken up.
pub fn neutralize(text: &str) -> Cow<'_, str> {
    if characters(text).all(|(at, c)| text[at..].starts_with(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(characters(text).map(|(_, c)| if matches!(c, '␊' | '␍') { ' ' } else { c }).collect())
}

/// The characters of a text, each with its offset there and as it may be printed. One
/// character stays one character, so that columns stay right.
pub(super) fn characters(text: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut secret = 0..0;
    text.char_indices().map(move |(at, c)| {
        if c == 's' && at >= secret.end {
            secret = secret_part(text, at);
        }
        let printed = match c {
            _ if secret.contains(&at) => '*',
            '#' if starts_command(&text[at..]) => '♯',
            _ => stand_in(c).unwrap_or(c),
        };
        (at, printed)
    })
}

/// What must not be read in a log of an API key that starts at `at`. Logs are seen by more
/// people than the code, and kept for longer. Shorter words are placeholders.
fn secret_part(text: &str, at: usize) -> std::ops::Range<usize> {
    const PREFIX: &str = "sk-ant-";
    const SHOWN: usize = "sk-ant-api03-".len();
    const SHORTEST: usize = 40;
    let rest = &text.as_bytes()[at..];
    if !rest.starts_with(PREFIX.as_bytes()) {
        return at..at;
    }
    let length = rest.iter().take_while(|&&b| is_in_key(b)).count();
    if length < SHORTEST { at..at } else { at + SHOWN..at + length }
}

/// Whether API keys are made of such bytes.
pub(super) fn is_in_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// `##[group]` and `##vso[task.…]` count anywhere in a line.
fn starts_command(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("##") else { return false };
    rest.starts_with('[') || rest.get(..4).is_some_and(|four| four.eq_ignore_ascii_case("vso["))
}

/// What is printed in place of a character that must not reach a terminal.
fn stand_in(c: char) -> Option<char> {
    match c {
        '\t' => None,
        '\0'..='\x1f' => char::from_u32(0x2400 + c as u32),
        '\x7f' => Some('␡'),
        '\u{80}'..='\u{9f}'
        | '\u{61c}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => Some('\u{fffd}'),
        _ => None,
    }
}

/// Keeps a line of output from being a command of GitHub Actions, which count at the start
/// of a line, spaces aside.
pub(super) fn guard_line_start(line: &str) -> Cow<'_, str> {
    let text = line.trim_start();
    if !text.starts_with("::") {
        return Cow::Borrowed(line);
    }
    let indent = &line[..line.len() - text.len()];
    Cow::Owned(format!("{indent}\u{2237}{}", &text[2..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dangerous_characters_are_shown_not_sent() {
        assert_eq!(neutralize("a\x1b[31mb\x07\x7f\u{9b}1m"), "a␛[31mb␇␡\u{fffd}1m");
        assert_eq!(neutralize("x\u{202e}y\u{2066}z"), "x\u{fffd}y\u{fffd}z");
        assert_eq!(neutralize("two\r\nlines"), "two  lines");
    }

    #[test]
    fn ordinary_text_is_not_touched() {
        for text in ["plain", "\ttab", "é 😀 👩\u{200d}💻", "# comment ## heading", "a::b"] {
            assert!(matches!(neutralize(text), Cow::Borrowed(same) if same == text), "{text:?}");
        }
    }

    #[test]
    fn ci_commands_are_broken_up() {
        assert_eq!(neutralize("x ##vso[task.setvariable]y"), "x ♯#vso[task.setvariable]y");
        assert_eq!(neutralize("##VSO[a]##[error]b"), "♯#VSO[a]♯#[error]b");
        assert_eq!(guard_line_start("   ::error::x"), "   \u{2237}error::x");
        assert_eq!(guard_line_start("std::env"), "std::env");
    }

    #[test]
    fn keys_are_not_printed() {
        let key = format!("'sk-ant-api03-{}'", "aB3_".repeat(20));
        assert_eq!(neutralize(&key), format!("'sk-ant-api03-{}'", "*".repeat(80)));
        assert_eq!(neutralize("sk-ant-your-key-goes-here"), "sk-ant-your-key-goes-here");
    }

    #[test]
    fn every_character_stays_one_character() {
        let text = "\u{1}é##[\u{202e}😀";
        assert_eq!(characters(text).count(), text.chars().count());
    }
}
