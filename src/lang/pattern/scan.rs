//! What stands where in the text of a query: its patterns and its predicates.
//!
//! The query engine tells of a wrong predicate only the line on which its pattern begins, and nests
//! as deep as the text does. So the text is looked through before it is given to the engine.

use std::ops::Range;

/// Patterns nested deeper than this are refused.
const MAX_DEPTH: usize = 64;

/// A query, taken apart.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The patterns at the top, each up to the next one.
    pub(super) patterns: Vec<Range<usize>>,
    /// The predicates, in the order of the text.
    pub(super) predicates: Vec<Predicate>,
    /// A parenthesis or bracket that nothing closes: the last one.
    pub(super) unclosed: Option<Range<usize>>,
}

/// `(#name? …)`.
#[derive(Debug)]
pub(super) struct Predicate {
    /// Its name without `#`.
    pub(super) name: String,
    /// Where the name stands, `#` included.
    pub(super) at: Range<usize>,
    /// What it is given.
    pub(super) arguments: Vec<Argument>,
}

/// What a predicate is given.
#[derive(Debug)]
pub(super) struct Argument {
    /// Where it stands.
    pub(super) at: Range<usize>,
    /// Whether it is a capture rather than a text.
    pub(super) is_capture: bool,
    /// The capture without `@`, or the text.
    pub(super) text: String,
}

/// A piece of the text.
enum Token {
    Open,
    Close,
    Text(String),
    Word,
    Other,
}

/// Takes a query apart; `Err` where it is nested too deep.
pub(super) fn scan(text: &str) -> Result<Scan, Range<usize>> {
    let mut scan = Scan::default();
    let mut around: Vec<Range<usize>> = Vec::new();
    // The depth at which the predicate being read was opened.
    let mut within: Option<usize> = None;
    let mut opened = false;
    for (token, at) in tokens(text) {
        let word = &text[at.clone()];
        if around.is_empty() && begins_pattern(&token, word) {
            if let Some(last) = scan.patterns.last_mut() {
                last.end = at.start;
            }
            scan.patterns.push(at.start..text.len());
        }
        match token {
            Token::Open => {
                opened = word == "(";
                if around.len() >= MAX_DEPTH {
                    return Err(at);
                }
                around.push(at);
                continue;
            }
            Token::Close => {
                around.pop();
                if within.is_some_and(|began| around.len() < began) {
                    within = None;
                }
            }
            Token::Word if opened && word.starts_with(['#', '.']) && word.len() > 1 => {
                within = Some(around.len());
                let name = word[1..].to_string();
                scan.predicates.push(Predicate { name, at, arguments: Vec::new() });
            }
            Token::Word | Token::Text(_) => {
                if let (Some(_), Some(predicate)) = (within, scan.predicates.last_mut()) {
                    let (is_capture, text) = match token {
                        Token::Text(text) => (false, text),
                        _ => (word.starts_with('@'), word.trim_start_matches('@').to_string()),
                    };
                    predicate.arguments.push(Argument { at, is_capture, text });
                }
            }
            Token::Other => {}
        }
        opened = false;
    }
    scan.unclosed = around.pop();
    Ok(scan)
}

fn begins_pattern(token: &Token, word: &str) -> bool {
    match token {
        Token::Open | Token::Text(_) => true,
        Token::Word => word.starts_with(|c: char| c.is_alphanumeric() || c == '_'),
        Token::Close | Token::Other => false,
    }
}

/// The pieces of a query, comments left out.
fn tokens(text: &str) -> impl Iterator<Item = (Token, Range<usize>)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..)?;
            let c = rest.chars().next()?;
            let start = at;
            if c.is_whitespace() {
                at += c.len_utf8();
                continue;
            }
            if c == ';' {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            let token = match c {
                '(' | '[' => Token::Open,
                ')' | ']' => Token::Close,
                '"' => {
                    let (text, length) = quoted(rest);
                    at += length;
                    return Some((Token::Text(text), start..at));
                }
                _ => {
                    let end = |c: char| c.is_whitespace() || "()[]\";".contains(c);
                    at += rest.find(end).unwrap_or(rest.len());
                    let plain = c.is_alphanumeric() || "_#@.".contains(c);
                    return Some((if plain { Token::Word } else { Token::Other }, start..at));
                }
            };
            at += 1;
            return Some((token, start..at));
        }
    })
}

/// A text between quotes with its escapes resolved, and how long it is with them.
fn quoted(text: &str) -> (String, usize) {
    let mut out = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return (out, at + 1),
            '\\' => match characters.next() {
                Some((_, 'n')) => out.push('\n'),
                Some((_, 't')) => out.push('\t'),
                Some((_, 'r')) => out.push('\r'),
                Some((_, '0')) => out.push('\0'),
                Some((_, c)) => out.push(c),
                None => {}
            },
            c => out.push(c),
        }
    }
    (out, text.len())
}

#[cfg(test)]
mod tests {
    use super::scan;

    #[test]
    fn patterns_and_predicates_are_found() {
        let text =
            "; (none)\n(call function: (_) @f (#eq? @f \"a)\\\"\" b) @x)\n[(a) (b)] @y ; end\n\"if\" @z";
        let scan = scan(text).expect("not deep");
        let patterns: Vec<&str> = scan.patterns.iter().map(|at| text[at.clone()].trim_end()).collect();
        assert_eq!(patterns.len(), 3, "{patterns:?}");
        assert!(patterns[1].starts_with("[(a)") && patterns[2] == "\"if\" @z");
        let [predicate] = &scan.predicates[..] else { panic!("{:?}", scan.predicates) };
        assert_eq!((predicate.name.as_str(), &text[predicate.at.clone()]), ("eq?", "#eq?"));
        let arguments: Vec<_> = predicate.arguments.iter().map(|a| (a.is_capture, a.text.as_str())).collect();
        assert_eq!(arguments, [(true, "f"), (false, "a)\""), (false, "b")]);
    }

    #[test]
    fn depth_has_a_limit() {
        assert!(scan(&"(".repeat(64)).is_ok());
        assert_eq!(scan(&"(".repeat(100_000)).err(), Some(64..65));
    }
}
