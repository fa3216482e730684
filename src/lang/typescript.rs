//! TypeScript and JavaScript.

use tree_sitter::Node as Syntax;

use super::Grammar;
use crate::facts::{Export, Import, ImportName, Kind, Lowerer, Name, NodeId, span_of};

macro_rules! queries {
    ($($name:literal),* $(,)?) => {
        &[$((
            concat!("queries/typescript/", $name, ".scm"),
            include_str!(concat!("../../queries/typescript/", $name, ".scm")),
        )),*]
    };
}

pub(super) const QUERIES: &[(&str, &str)] = queries![
    "expressions",
    "literals",
    "definitions",
    "types",
    "statements",
    "imports",
    "comments",
    "type_assertions",
];

pub(super) const TSX_QUERIES: &[(&str, &str)] =
    queries!["expressions", "literals", "definitions", "types", "statements", "imports", "comments", "jsx"];

/// Hooks for TypeScript.
pub(super) struct TypeScript;

impl Grammar for TypeScript {
    fn unescape(&self, literal: &str, piece: &str) -> String {
        match piece.strip_prefix('\\') {
            Some(escape) if !literal.starts_with('/') => resolve(escape).unwrap_or_else(|| piece.to_string()),
            _ => piece.to_string(),
        }
    }

    fn number(&self, literal: &str) -> Option<f64> {
        let digits = literal.replace('_', "").to_ascii_lowercase();
        let digits = digits.strip_suffix('n').unwrap_or(&digits);
        let radix = |prefix: &str, radix| {
            let digits = digits.strip_prefix(prefix)?;
            u64::from_str_radix(digits, radix).ok().map(|n| n as f64)
        };
        radix("0x", 16)
            .or_else(|| radix("0o", 8))
            .or_else(|| radix("0b", 2))
            .or_else(|| digits.parse().ok().filter(|n: &f64| n.is_finite()))
    }

    fn casts_reach_on(&self) -> bool {
        true
    }

    fn imports(&self, node: Syntax<'_>, text: &str) -> Vec<Import> {
        let mut source = node.child_by_field_name("source");
        let mut names = Vec::new();
        for child in named_children(node) {
            match child.kind() {
                "import_clause" => clause(child, text, &mut names),
                "import_require_clause" => {
                    source = child.child_by_field_name("source");
                    let local = named_children(child).into_iter().find(|n| n.kind() == "identifier");
                    names.extend(local.map(|n| name(None, n, text)));
                }
                _ => {}
            }
        }
        let Some(source) = source else { return Vec::new() };
        vec![Import { module: unquoted(source, text), level: 0, names: names.into(), reexport: false }]
    }

    fn export(&self, lowerer: &mut Lowerer<'_>, node: Syntax<'_>, id: NodeId) -> Kind {
        let text = lowerer.source();
        let children = named_children(node);
        let listed = |kind: &str| children.iter().copied().find(|c| c.kind() == kind);
        if let Some(source) = node.child_by_field_name("source") {
            lowerer.comments_below(node);
            let names = match (listed("namespace_export"), listed("export_clause")) {
                (Some(namespace), _) => {
                    named_children(namespace).into_iter().map(|n| name(None, n, text)).collect()
                }
                (None, Some(clause)) => {
                    let reexported = |(imported, local)| name(Some(unquoted(imported, text)), local, text);
                    specifiers(clause).into_iter().map(reexported).collect()
                }
                (None, None) => {
                    let star = Name::new_static("*");
                    Box::from([ImportName { imported: Some(star.clone()), local: star, span: span_of(node) }])
                }
            };
            let module = unquoted(source, text);
            return Kind::Import(Box::new(Import { module, level: 0, names, reexport: true }));
        }
        if let Some(clause) = listed("export_clause") {
            lowerer.comments_below(clause);
            let pair = |(local, exported)| (unquoted(local, text), unquoted(exported, text));
            let names = specifiers(clause).into_iter().map(pair).collect();
            return Kind::Export(Box::new(Export { names, value: None, default: false }));
        }
        // `export default x`, `export = x`.
        let default = (0..node.child_count())
            .filter_map(|i| node.child(i))
            .any(|c| matches!(c.kind(), "default" | "="));
        let mut value = None;
        for child in children {
            // Decorators in front of the declaration give nothing themselves.
            value = lowerer.lower(child, id).or(value);
        }
        if let Some(value) = value {
            lowerer.mark_exported(value);
        }
        Kind::Export(Box::new(Export { names: Box::default(), value, default }))
    }
}

/// The character an escape stands for, given without its backslash.
fn resolve(escape: &str) -> Option<String> {
    let mut rest = escape.chars();
    let first = rest.next()?;
    let hex = |digits: &str| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
    let known = match first {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        '0' if escape.len() == 1 => '\0',
        'x' => return hex(rest.as_str()).map(String::from),
        'u' => {
            let digits = rest.as_str().trim_start_matches('{').trim_end_matches('}');
            return hex(digits).map(String::from);
        }
        // A line continuation.
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => return Some(String::new()),
        other => other,
    };
    // Anything longer is no escape but text that happens to start with a backslash.
    rest.next().is_none().then(|| known.to_string())
}

/// Fills in the names of `d, { a as b }` and `* as ns`.
fn clause(node: Syntax<'_>, text: &str, names: &mut Vec<ImportName>) {
    for child in named_children(node) {
        match child.kind() {
            "identifier" => names.push(name(Some(Name::new_static("default")), child, text)),
            "namespace_import" => {
                names.extend(named_children(child).into_iter().map(|n| name(None, n, text)));
            }
            "named_imports" => {
                let imports = specifiers(child).into_iter();
                names.extend(
                    imports.map(|(imported, local)| name(Some(unquoted(imported, text)), local, text)),
                );
            }
            _ => {}
        }
    }
}

/// The two names of each `a as b`; twice the same for `a`.
fn specifiers<'t>(list: Syntax<'t>) -> Vec<(Syntax<'t>, Syntax<'t>)> {
    let mut pairs = Vec::new();
    for specifier in named_children(list) {
        if let Some(name) = specifier.child_by_field_name("name") {
            pairs.push((name, specifier.child_by_field_name("alias").unwrap_or(name)));
        }
    }
    pairs
}

fn name(imported: Option<Name>, local: Syntax<'_>, text: &str) -> ImportName {
    ImportName { imported, local: unquoted(local, text), span: span_of(local) }
}

/// A name, or a string without its quotes.
fn unquoted(node: Syntax<'_>, text: &str) -> Name {
    let text = text.get(node.byte_range()).unwrap_or("");
    if node.kind() == "string" { text.trim_matches(['"', '\'']).into() } else { text.into() }
}

/// Named children without comments and the like.
fn named_children(node: Syntax<'_>) -> Vec<Syntax<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|c| !c.is_extra()).collect()
}
