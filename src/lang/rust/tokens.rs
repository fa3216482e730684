//! Cutting token trees into pieces.

use tree_sitter::Node as Syntax;

/// The tokens between the delimiters of a tree, comments aside.
pub(super) fn inside(tree: Syntax<'_>) -> Vec<Syntax<'_>> {
    let mut cursor = tree.walk();
    let mut tokens: Vec<_> = tree.children(&mut cursor).filter(|t| !t.is_extra()).collect();
    if tokens.last().is_some_and(|t| matches!(t.kind(), ")" | "]" | "}")) {
        tokens.pop();
    }
    if tokens.first().is_some_and(|t| matches!(t.kind(), "(" | "[" | "{")) {
        tokens.remove(0);
    }
    tokens
}

/// Runs of tokens between commas. Commas of closure parameters and of generic
/// arguments after `::` do not count; a comma at the end ends nothing.
pub(super) fn split<'a, 't>(tokens: &'a [Syntax<'t>]) -> Vec<&'a [Syntax<'t>]> {
    let mut pieces = Vec::new();
    let mut rest = tokens;
    while !rest.is_empty() {
        let piece = first(rest);
        pieces.push(piece);
        rest = rest.get(piece.len() + 1..).unwrap_or_default();
    }
    pieces
}

/// The tokens before the first comma that counts.
pub(super) fn first<'a, 't>(tokens: &'a [Syntax<'t>]) -> &'a [Syntax<'t>] {
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at = match token.kind() {
            "," => return &tokens[..at],
            "|" if opens_closure(&tokens[..at]) => {
                let close = tokens[at + 1..].iter().position(|t| t.kind() == "|");
                close.map_or(at + 1, |c| at + c + 2)
            }
            "<" if at > 0 && tokens[at - 1].kind() == "::" => after_generics(tokens, at),
            _ => at + 1,
        };
    }
    tokens
}

fn opens_closure(before: &[Syntax<'_>]) -> bool {
    before.last().is_none_or(|t| matches!(t.kind(), "move" | "async" | "=" | "=>" | ":" | "return"))
}

/// Generic arguments take fewer tokens than this.
const MAX_GENERICS: usize = 200;

/// Where generic arguments end that open at a token.
fn after_generics(tokens: &[Syntax<'_>], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open).take(MAX_GENERICS) {
        depth += match token.kind() {
            "<" => 1,
            "<<" => 2,
            ">" => -1,
            ">>" => -2,
            ";" | "=>" => break,
            _ => 0,
        };
        if depth <= 0 {
            return at + 1;
        }
    }
    open + 1
}

/// The first token of a kind.
pub(super) fn find(tokens: &[Syntax<'_>], kind: &str) -> Option<usize> {
    tokens.iter().position(|t| t.kind() == kind)
}

/// `name = value` and `name: value`, where the name may be dotted or a string:
/// how many tokens the name takes.
pub(super) fn keyword(tokens: &[Syntax<'_>]) -> Option<usize> {
    let mut at = 0;
    loop {
        let token = tokens.get(at)?;
        let named = token.kind() == "identifier" || at == 0 && is_word(*token);
        if !named {
            return None;
        }
        match tokens.get(at + 1)?.kind() {
            "=" | ":" if at + 2 < tokens.len() => return Some(at + 1),
            "." => at += 2,
            _ => return None,
        }
    }
}

/// Names, keywords used as names, and strings.
fn is_word(token: Syntax<'_>) -> bool {
    let kind = token.kind();
    matches!(kind, "identifier" | "crate" | "self" | "string_literal")
        || !token.is_named() && kind.starts_with(|c: char| c.is_ascii_alphabetic())
}
