//! Types that the types of a file are derived from, as plain text shows them.
//!
//! Whoever is given a client by the type of its base need not know who derives from that: the file of
//! the base stands between the two.

use crate::lang::Language;

/// Types of one file that are looked at, and the longest head of one.
const MAX_TYPES: usize = 200;
const MAX_HEAD: usize = 400;

/// The names of the bases, interfaces and traits of a text's types.
pub(super) fn base_names(language: Language, text: &str) -> Vec<&str> {
    let word = match language {
        Language::Python | Language::TypeScript => "class ",
        Language::Rust => "impl",
    };
    let mut out = Vec::new();
    for (at, _) in text.match_indices(word).take(MAX_TYPES) {
        let head = &text[at + word.len()..];
        let end = head.char_indices().map(|(i, _)| i).take_while(|&i| i <= MAX_HEAD).last().unwrap_or(0);
        let head = &head[..end.max(head.len().min(1))];
        let head = head.split(['{', '\n']).next().unwrap_or_default();
        match language {
            Language::Python => {
                let Some((_, inside)) = head.split_once('(') else { continue };
                let inside = inside.split("):").next().unwrap_or_default().trim_end_matches(')');
                out.extend(inside.split(',').filter(|base| !base.contains('=')).map(last_segment));
            }
            Language::TypeScript => {
                for keyword in [" extends ", " implements "] {
                    if let Some((_, list)) = head.split_once(keyword) {
                        let list = list.split(" implements ").next().unwrap_or_default();
                        out.extend(list.split(',').map(last_segment));
                    }
                }
            }
            Language::Rust => {
                if let Some((implemented, _)) = head.split_once(" for ") {
                    out.push(last_segment(implemented.rsplit("> ").next().unwrap_or_default()));
                }
            }
        }
    }
    out.retain(|name| !name.is_empty());
    out.sort_unstable();
    out.dedup();
    out
}

/// `a.b.Base[T]`, `a::Base<T>` without what is around the name.
fn last_segment(path: &str) -> &str {
    let path = path.trim().split(['[', '<', '(']).next().unwrap_or_default().trim();
    path.rsplit(['.', ':', ' ']).next().unwrap_or_default()
}

/// The names of the types that a text declares and others may be derived from.
pub(super) fn declared_types(language: Language, text: &str) -> impl Iterator<Item = &str> {
    let keywords: &[&str] = match language {
        Language::Python => &["class "],
        Language::TypeScript => &["class ", "interface "],
        Language::Rust => &["trait "],
    };
    keywords.iter().flat_map(move |keyword| {
        text.match_indices(keyword).take(MAX_TYPES).map(move |(at, _)| {
            let rest = text[at + keyword.len()..].trim_start();
            let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$'));
            &rest[..end.unwrap_or(rest.len())]
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{Language, base_names, declared_types};

    #[test]
    fn bases_of_each_language() {
        let python = "class A(ports.Llm[T], abc.ABC, metaclass=M):\n    pass\nclass B:\n    pass\n";
        assert_eq!(base_names(Language::Python, python), ["ABC", "Llm"]);
        let typescript = "export class A<T> extends Base<T> implements Llm, x.Other {\n}";
        assert_eq!(base_names(Language::TypeScript, typescript), ["Base", "Llm", "Other"]);
        let rust = "impl<T> llm::Llm for Claude<T> {}\nimpl Claude {}\nimpl Drop for A {}";
        assert_eq!(base_names(Language::Rust, rust), ["Drop", "Llm"]);
    }

    #[test]
    fn cut_and_odd_texts_do_no_harm() {
        assert!(base_names(Language::Python, "class ").is_empty());
        assert!(base_names(Language::Python, "class Ä(").is_empty());
        assert!(base_names(Language::Rust, "impl").is_empty());
        assert_eq!(declared_types(Language::Python, "class ").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn declared_types_of_each_language() {
        let declared = |language, text| declared_types(language, text).collect::<Vec<_>>();
        assert_eq!(declared(Language::Python, "class Llm:\n    pass\nclass A(Llm): pass"), ["Llm", "A"]);
        let typescript = "export interface LlmError<T> {}\nabstract class  $Base extends Other {}";
        assert_eq!(declared(Language::TypeScript, typescript), ["$Base", "LlmError"]);
        assert_eq!(declared(Language::Rust, "pub trait Llm: Send {}\nstruct A;"), ["Llm"]);
    }
}
