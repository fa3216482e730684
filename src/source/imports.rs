//! Imports as plain text shows them, for files that are not parsed.
//!
//! What looks like an import and is none (in a comment, a string) names no file of the
//! project, or brings in one file too many; both are harmless here.

mod rust;

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::lang::Language;

pub(super) use rust::placed_modules;
use rust::rust;

/// A module that a file may import, in the form [`crate::model::Modules`] resolves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// Dotted path (Python, Rust) or specifier (TypeScript).
    pub(super) module: String,
    /// Leading dots of a relative Python import.
    pub(super) level: u32,
}

impl Reference {
    fn new(module: impl Into<String>) -> Reference {
        Reference { module: module.into(), level: 0 }
    }
}

/// All references in a file, in source order. Those of one statement go from long to short
/// where only one of them can be meant.
pub(super) fn references(language: Language, bytes: &[u8]) -> Vec<Vec<Reference>> {
    match language {
        Language::Python => python(bytes),
        Language::TypeScript => typescript(bytes),
        Language::Rust => rust(bytes),
    }
}

/// Longest statement that is read.
const STATEMENT_BYTES: usize = 4000;

fn scanner(cell: &'static OnceLock<Option<AhoCorasick>>, words: &[&str]) -> Option<&'static AhoCorasick> {
    cell.get_or_init(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words).ok())
        .as_ref()
}

/// Longest path or specifier that is read.
const PATH_BYTES: usize = 200;

/// Text from a place on, as far as it is text and not longer than a statement.
fn text_from(bytes: &[u8], start: usize) -> &str {
    text_within(bytes, start, STATEMENT_BYTES)
}

fn text_within(bytes: &[u8], start: usize, length: usize) -> &str {
    let end = bytes.len().min(start + length);
    let piece = bytes.get(start..end).unwrap_or_default();
    match std::str::from_utf8(piece) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&piece[..error.valid_up_to()]).unwrap_or_default(),
    }
}

/// Where the line begins; nearer where the line is longer than any statement.
fn line_start(bytes: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(STATEMENT_BYTES);
    bytes[from..at].iter().rposition(|&b| b == b'\n').map_or(from, |newline| from + newline + 1)
}

fn python(bytes: &[u8]) -> Vec<Vec<Reference>> {
    static WORDS: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let mut out = Vec::new();
    let Some(words) = scanner(&WORDS, &["import_module(", "__import__(", "import"]) else { return out };
    let mut done = 0;
    for hit in words.find_iter(bytes) {
        if hit.pattern().as_usize() < 2 {
            out.extend(python_call(text_within(bytes, hit.end(), PATH_BYTES)).map(|module| vec![module]));
            continue;
        }
        let start = line_start(bytes, hit.start());
        if start < done {
            continue;
        }
        done = hit.end();
        let statement = text_from(bytes, start).trim_start();
        if let Some(rest) = statement.strip_prefix("from ") {
            if let Some((module, names)) = rest.split_once(" import") {
                python_from(module, names, &mut out);
            }
        } else if let Some(rest) = statement.strip_prefix("import ") {
            let line = rest.lines().next().unwrap_or_default();
            let modules = line.split(',').map(|m| m.split_whitespace().next().unwrap_or_default());
            out.extend(modules.filter(|m| is_dotted(m)).map(|m| vec![Reference::new(m)]));
        }
    }
    out
}

/// `import_module("a.b")` and `import_module(".b", __package__)`.
fn python_call(arguments: &str) -> Option<Reference> {
    let arguments = arguments.trim_start();
    let quote = arguments.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let module = arguments[1..].split(quote).next()?;
    let path = module.trim_start_matches('.');
    let level = (module.len() - path.len()) as u32;
    is_dotted(path).then(|| Reference { module: path.into(), level })
}

/// `from module import a, b`: every name may be a module of the package.
fn python_from(module: &str, names: &str, out: &mut Vec<Vec<Reference>>) {
    let module = module.trim();
    let path = module.trim_start_matches('.');
    let level = (module.len() - path.len()) as u32;
    if !(path.is_empty() && level > 0 || is_dotted(path)) {
        return;
    }
    let whole = Reference { module: path.into(), level };
    let names = names.trim_start();
    let list = match names.strip_prefix('(') {
        Some(inside) => inside.split(')').next().unwrap_or_default(),
        None => names.lines().next().unwrap_or_default(),
    };
    // The package itself runs too, whatever is taken from it.
    out.push(vec![whole]);
    for line in list.lines() {
        let line = line.split('#').next().unwrap_or_default();
        for name in line.split(',').filter_map(|n| n.split_whitespace().next()) {
            if is_dotted(name) {
                let module = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
                out.push(vec![Reference { module, level }]);
            }
        }
    }
}

fn is_dotted(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
}

fn typescript(bytes: &[u8]) -> Vec<Vec<Reference>> {
    static WORDS: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    const FORMS: &[&str] =
        &["from '", "from \"", "import '", "import \"", "require('", "require(\"", "import('", "import(\""];
    let mut out = Vec::new();
    let Some(words) = scanner(&WORDS, FORMS) else { return out };
    for hit in words.find_iter(bytes) {
        let quote = char::from(bytes[hit.end() - 1]);
        let rest = text_within(bytes, hit.end(), PATH_BYTES + 1);
        let module = rest.split(quote).next().unwrap_or_default();
        if !module.is_empty() && module.len() <= PATH_BYTES && !module.contains(char::is_whitespace) {
            out.push(vec![Reference::new(module)]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Language, references};

    #[track_caller]
    fn check(language: Language, text: &str, expected: &[&str]) {
        let found: Vec<String> = references(language, text.as_bytes())
            .into_iter()
            .map(|alternatives| {
                let shown = alternatives.iter().map(|r| ".".repeat(r.level as usize) + &r.module);
                shown.collect::<Vec<_>>().join("|")
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn python_statements() {
        check(
            Language::Python,
            "import os, app.llm as llm\nfrom . import client\n  from ..core.x import (\n    a,  # note\n    b as c,\n)\nx = 'import y'\n",
            &["os", "app.llm", ".", ".client", "..core.x", "..core.x.a", "..core.x.b"],
        );
        check(
            Language::Python,
            "x = importlib.import_module('a.b')\ny = import_module(name)\nz = import_module( \".c\", __package__)\n",
            &["a.b", ".c"],
        );
        check(Language::Python, "# you import things\nimported = 1\nfrom x import*\n", &["x"]);
    }

    #[test]
    fn typescript_specifiers() {
        check(
            Language::TypeScript,
            "import a from './a';\nimport {\n b,\n} from \"@/b\";\nimport './c';\nconst d = require('../d');\nawait import('./e');\nexport * from './f';\n",
            &["./a", "@/b", "./c", "../d", "./e", "./f"],
        );
    }

    #[test]
    fn rust_paths() {
        check(
            Language::Rust,
            "pub(crate) mod llm;\nuse std::io;\nuse crate::{a::B, c::{self, d as e}};\nlet x = super::f::g();\n",
            &[
                "self.llm",
                "crate.a.B|crate.a|crate",
                "crate.c.self|crate.c|crate",
                "crate.c.d|crate.c|crate",
                "super.f.g|super.f|super",
                "self.f",
            ],
        );
    }

    #[test]
    fn modules_in_files_of_other_names() {
        let text =
            "#[path = \"a/x.rs\"]\n#[cfg(unix)]\npub(crate) mod b;\n#[path=\"c\"] fn d() {}\n#[path = \"e.rs";
        let expected = [("b".to_string(), "a/x.rs".to_string())];
        assert_eq!(super::placed_modules(text.as_bytes()), expected);
    }

    #[test]
    fn cut_statements_and_other_bytes_do_no_harm() {
        check(
            Language::Rust,
            "use crate::{a::{b, c;",
            &["crate.a.b|crate.a|crate", "crate.a.c|crate.a|crate"],
        );
        assert!(references(Language::Python, b"from \xff import x").is_empty());
        assert!(references(Language::TypeScript, b"from '").is_empty());
    }
}
