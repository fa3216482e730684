//! Nothing makes lowering fail.

use crate::facts;

const SAMPLE: &str = include_str!("../syntax/rust.rs");

const MACROS: &str = r#"
#[serde(rename = "a", b(c = %d), e::f)] fn f() {
    json!({"a": [1, {"b": x.y}], k: null, "c": format!("{a}\u{7B}{:?}", b)});
    tokio::select! { biased; Some(x) = f(), if a => { b } else => c, }
    matches!(a, Some('x'..='y') if b); vec![0; 3]; x![1 +]; stream! { yield 1; }
    info!(target: "t", a.b = ?c, "d {} {x:>1$}", e); hashmap! { "a" => b }
}
"#;

const STACK_BYTES: usize = 16 << 20;

/// Spans and links of every node must hold up, whatever the text.
fn check_sound(text: &str) {
    let facts = facts(text);
    for id in facts.ids() {
        let span = facts.span(id);
        assert!(text.get(span.range()).is_some(), "span {span:?} of {text:?}");
        if let Some(parent) = facts.parent(id) {
            assert!((parent.0 as usize) < facts.nodes.len());
        }
        for child in facts.children(id) {
            assert_eq!(facts.parent(child), Some(id), "{:?} in {text:?}", facts.kind(child));
        }
    }
}

#[test]
fn truncated_sources() {
    for text in [SAMPLE, MACROS] {
        for (end, _) in text.char_indices() {
            check_sound(&text[..end]);
        }
        for (start, _) in text.char_indices().step_by(7) {
            check_sound(&text[start..]);
        }
    }
}

#[test]
fn sources_with_a_hole() {
    for (at, _) in MACROS.char_indices() {
        let end = (at + 3).min(MACROS.len());
        check_sound(&format!("{}{}", &MACROS[..at], &MACROS[end..]));
        check_sound(&format!("{}\u{1F600}\0{}", &MACROS[..at], &MACROS[at..]));
    }
}

#[test]
fn deep_sources() {
    let nested = |open: &str, close: &str, n: usize| format!("{}1{};", open.repeat(n), close.repeat(n));
    let cases = [
        nested("(", ")", 5_000),
        nested("f(", ")", 5_000),
        nested("vec![", "]", 2_000),
        nested("json!({\"a\": ", "})", 500),
        format!("json!({});", nested("[", "]", 5_000).trim_end_matches(';')),
        nested("{", "}", 5_000),
        nested("m!{", "}", 1_000),
        nested("&", "", 5_000),
        nested("#[a(", ")] struct S", 300),
        format!("x{};", ".a()".repeat(3_000)),
        format!("use {}b;", "a::".repeat(3_000)),
        format!("use {}b{};", "a::{".repeat(3_000), "}".repeat(3_000)),
        format!("match x {{ {}1 => 2 }}", "1 | ".repeat(3_000)),
        format!("if {}true {{}}", "a && ".repeat(3_000)),
        format!("if a {{}} {}", "else if a {} ".repeat(3_000)),
        format!("#[a{}] struct S;", "(b".repeat(300)),
    ];
    // As in the linter, where nested code is read on a large stack.
    let read = move || {
        for case in &cases {
            assert!(!facts(case).nodes.is_empty());
        }
    };
    std::thread::Builder::new().stack_size(STACK_BYTES).spawn(read).unwrap().join().unwrap();
}
