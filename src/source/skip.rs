//! What is not worth linting: installed, built, generated and minified code.

use std::ffi::OsStr;
use std::path::Path;

use crate::lang::Dialect;

/// Largest source file that is read.
pub(super) const MAX_SOURCE_BYTES: u64 = 2 << 20;

/// Largest notebook that is read; its outputs and images are not linted.
pub(super) const MAX_NOTEBOOK_BYTES: u64 = 64 << 20;

/// Folders that never hold code of the project, whatever is in them.
const FOLDERS: &[(&str, &str)] = &[
    ("node_modules", "installed packages"),
    ("bower_components", "installed packages"),
    ("jspm_packages", "installed packages"),
    ("site-packages", "installed packages"),
    ("dist-packages", "installed packages"),
    ("__pypackages__", "installed packages"),
    ("venv", "virtual environment"),
    (".venv", "virtual environment"),
    ("__pycache__", "build output"),
    ("dist", "build output"),
    ("buck-out", "build output"),
    ("bazel-out", "build output"),
    (".git", "version control"),
];

/// Folder names that are build output or vendored code in some projects and source in
/// others: a look inside or beside decides.
const SUSPECTS: &[&str] = &["target", "build", "out", "env", "vendor", "third_party"];

/// Hidden folders that hold code: scripts of workflows, hooks and skills.
const HIDDEN_WITH_CODE: &[&str] = &[".github", ".gitlab", ".circleci", ".claude"];

/// Why a folder is not entered, if it is not.
pub(super) fn folder(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_str()?;
    if let Some((_, reason)) = FOLDERS.iter().find(|(folder, _)| *folder == name) {
        return Some(reason);
    }
    if !SUSPECTS.contains(&name) {
        return None;
    }
    let within = |file: &str| path.join(file).exists();
    let beside = |file: &str| path.with_file_name(file).exists();
    match name {
        _ if within("CACHEDIR.TAG") => Some("build output"),
        "target" if beside("Cargo.toml") => Some("build output"),
        "build" | "out" if within("asset-manifest.json") || within("_next") => Some("build output"),
        "build" if beside("setup.py") && within("lib") => Some("build output"),
        "env" if within("pyvenv.cfg") => Some("virtual environment"),
        "vendor" if beside("Cargo.toml") || beside("go.mod") || beside("composer.json") => {
            Some("vendored packages")
        }
        "third_party" => Some("vendored packages"),
        _ => None,
    }
}

/// Whether a name is hidden and not one of those that hold code.
pub(super) fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().first() == Some(&b'.')
        && !name.to_str().is_some_and(|n| HIDDEN_WITH_CODE.contains(&n))
}

/// Why a text is not linted, if it is not. Asked only of files with something to lint.
pub(super) fn text(path: &str, text: &str, dialect: Dialect) -> Option<&'static str> {
    if is_marked_generated(text) {
        return Some("generated code");
    }
    if !matches!(dialect, Dialect::TypeScript | Dialect::Tsx) {
        return None;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.contains(".min.") || is_minified(text) {
        return Some("minified code");
    }
    let script = [".js", ".mjs", ".cjs"].iter().any(|e| name.ends_with(e));
    (script && is_compiled(text)).then_some("compiled code")
}

/// A comment at the top that tells people not to edit. Words such as "generated" alone
/// do not count: people say them of code they keep.
fn is_marked_generated(text: &str) -> bool {
    text.lines().take(20).any(|line| {
        let line = line.trim_start();
        if !["#", "//", "/*", "*", "\"\"\"", "--"].iter().any(|mark| line.starts_with(mark)) {
            return false;
        }
        let line = line.to_ascii_lowercase();
        let generated = line.contains("generated");
        let hands_off = ["do not edit", "do not modify", "don't edit", "from our openapi spec"];
        has_word(&line, "@generated") || (generated && hands_off.iter().any(|words| line.contains(words)))
    })
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let after = line[at + word.len()..].chars().next();
        after.is_none_or(|c| !c.is_alphanumeric() && c != '/' && c != '-' && c != '_')
    })
}

/// More than half of the text stands in very long lines that read like code: dense with
/// punctuation and nearly without spaces, unlike prompts and embedded data.
fn is_minified(text: &str) -> bool {
    const LONG: usize = 1000;
    let (mut long, mut spaces, mut punctuation) = (0, 0, 0);
    for line in text.lines().filter(|line| line.len() > LONG) {
        long += line.len();
        for byte in line.bytes() {
            spaces += usize::from(byte == b' ');
            punctuation += usize::from(b"(){};=".contains(&byte));
        }
    }
    long * 2 > text.len() && spaces * 10 < long && punctuation * 100 > long * 6
}

/// What compilers and bundlers leave in JavaScript; the source is elsewhere.
fn is_compiled(text: &str) -> bool {
    let tail = text.trim_end().lines().next_back().unwrap_or_default();
    let mut end = text.len().min(4096);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    tail.starts_with("//# sourceMappingURL=")
        || head.contains("Object.defineProperty(exports, \"__esModule\"")
        || head.contains("__webpack_require__")
        || head.contains("var __defProp = Object.defineProperty;")
}

#[cfg(test)]
mod tests {
    use super::{Dialect, text};

    #[track_caller]
    fn check(path: &str, source: &str, dialect: Dialect, expected: Option<&str>) {
        assert_eq!(text(path, source, dialect), expected);
    }

    #[test]
    fn generated_needs_an_order_not_to_edit() {
        check("a.py", "# @generated by buildtool\n", Dialect::Python, Some("generated code"));
        check("a.rs", "// Code generated by x. DO NOT EDIT.\n", Dialect::Rust, Some("generated code"));
        check("a.py", "# Generated with Claude Code\nimport anthropic\n", Dialect::Python, None);
        check("a.py", "x = '@generated do not edit'\n", Dialect::Python, None);
        check("a.ts", "// import x from '@generated/client'\n", Dialect::TypeScript, None);
        let late = format!("{}# @generated\n", "x = 1\n".repeat(30));
        check("a.py", &late, Dialect::Python, None);
    }

    #[test]
    fn minified_is_dense_code_not_long_text() {
        let code = "function a(b){return c(b)};var d={e:f(g)};".repeat(60);
        check("a.js", &code, Dialect::Tsx, Some("minified code"));
        let prompt = format!("const prompt = `{}`;\n", "You are a careful helper who reads. ".repeat(60));
        check("a.ts", &prompt, Dialect::TypeScript, None);
        let image = format!("const png = \"{}\";\n", "iVBORw0KGgoAAAANSUhEUg".repeat(200));
        check("a.ts", &image, Dialect::TypeScript, None);
        check("a.min.js", "a()", Dialect::Tsx, Some("minified code"));
    }

    #[test]
    fn compiled_javascript_is_told_by_what_compilers_write() {
        let module =
            "\"use strict\";\nObject.defineProperty(exports, \"__esModule\", { value: true });\nf();\n";
        check("a.js", module, Dialect::Tsx, Some("compiled code"));
        check("a.js", "f();\n//# sourceMappingURL=a.js.map\n", Dialect::Tsx, Some("compiled code"));
        check("a.ts", module, Dialect::TypeScript, None);
    }
}
