//! What is certain of nested values.
#![allow(clippy::unwrap_used, reason = "tests")]

use claude_lint::facts::Kind;
use claude_lint::linter::lint_sources;
use claude_lint::model::{Json, JsonKind, NodeRef};
use claude_lint::selection::Selection;

/// JSON with `?` for what is out of reach and `…` for what may follow.
fn show(json: &Json) -> String {
    let more = |open: bool, parts: Vec<String>| {
        parts.into_iter().chain(open.then(|| "…".to_string())).collect::<Vec<_>>().join(", ")
    };
    match &json.kind {
        JsonKind::Object { entries, open } => {
            let entries = entries.iter().map(|e| format!("{}: {}", e.key, show(&e.value)));
            format!("{{{}}}", more(*open, entries.collect()))
        }
        JsonKind::List { items, open } => format!("[{}]", more(*open, items.iter().map(show).collect())),
        JsonKind::Text(text) => {
            let pieces = text.pieces.iter().map(|p| p.as_deref().unwrap_or("?"));
            format!("'{}'", pieces.collect::<String>())
        }
        JsonKind::Number(n) => n.to_string(),
        JsonKind::Bool(b) => b.to_string(),
        JsonKind::Null => "null".to_string(),
        JsonKind::Unknown => "?".to_string(),
    }
}

/// The argument of the call of `show` in a file.
#[track_caller]
fn check(path: &str, text: &str, expected: &str) {
    let checked = lint_sources([(path, text)], &Selection::default());
    let project = &checked.project;
    let (file, model) = project.file_ids().next().unwrap();
    let shown = model.facts.ids().find_map(|node| match model.facts.kind(node) {
        Kind::Call(call) if matches!(model.facts.kind(call.callee), Kind::Name(n) if &**n == "show") => {
            Some(NodeRef { file, node: call.args[0].value })
        }
        _ => None,
    });
    assert_eq!(show(&project.json(shown.unwrap())), expected, "{text}");
}

#[test]
fn literals_in_all_languages() {
    check("a.py", "show({'a': [1, 'x', None, True], 'b': {}})", "{a: [1, 'x', null, true], b: {}}");
    check(
        "a.ts",
        "show({ a: [1, `x${y}`, null], 'b-c': { d: false } })",
        "{a: [1, 'x?', null], b-c: {d: false}}",
    );
    check("a.rs", "fn f() { show(json!({ \"a\": [1, \"x\"], \"b\": null })) }", "{a: [1, 'x'], b: null}");
    check("a.py", "show(dict(a=1, b=x))", "{a: 1, b: ?}");
}

#[test]
fn names_and_spreads_are_followed() {
    check("a.py", "base = {'a': 1, 'b': 2}\nshow({**base, 'b': 3, **other})", "{a: ?, b: ?, …}");
    check("a.py", "show({**other, 'b': 3})", "{b: 3, …}");
    check(
        "a.ts",
        "const base = { a: 1 }; const more = [2, 3]; show({ ...base, b: [1, ...more, ...x] })",
        "{a: 1, b: [1, 2, 3, …]}",
    );
    check("a.py", "KEY = 'a'\nshow({KEY: 1, f(): 2})", "{a: ?, …}");
    check("a.py", "N = 4 * 1024\nshow(x if y else {'a': N})", "?");
}

#[test]
fn later_changes_count() {
    check("a.py", "d = {'a': 1}\nd['b'] = 2\nshow(d)", "{a: 1, b: 2}");
    check("a.py", "d = {'a': 1}\nif x:\n    d['a'] = 2\nshow(d)", "{a: ?}");
    check("a.py", "d = {'a': 1}\nd.update(x)\nshow(d)", "{a: ?, …}");
    check("a.py", "d = {'a': 1}\nd.update({'b': 2}, c=3)\nshow(d)", "{a: 1, b: 2, c: 3}");
    check("a.py", "d = {'a': 1, 'b': 2}\nif x:\n    d.pop('a')\nshow(d)", "{a: ?, b: 2}");
    check("a.py", "d = {'a': 1}\nd[k()] = 2\nshow(d)", "{a: ?, …}");
    check("a.ts", "const d = { a: 1 }; Object.assign(d, { b: 2 }); show(d)", "{a: 1, b: 2}");
    check("a.py", "l = [1]\nl.append(2)\nshow(l)", "[1, …]");
    check("a.py", "d = {'a': [1]}\nd['a'].append(2)\nshow(d)", "{a: [1, …]}");
    check("a.ts", "const d: any = { a: 1 }; d.b = 2; delete d.a; show(d)", "{b: 2}");
    check("a.ts", "const l = [1]; l.push(2); show({ l })", "{l: [1, …]}");
    check("a.ts", "show({ ...(x && { a: 1 }), b: 2 })", "{a: ?, b: 2}");
    check("a.ts", "show({ ...(x ? { a: 1 } : {}), b: 2 })", "{a: ?, b: 2}");
    check("a.ts", "show({ a: 0, ...(x ? y : {}), b: 2 })", "{a: ?, b: 2, …}");
    check("a.py", "d = dict(a=1)\nshow(d)", "{a: 1}");
    check("a.ts", "const more = x && { a: 1 }; show({ ...more, b: 2 })", "{b: 2, …}");
    check("a.ts", "show({ a: x && 1 })", "{a: ?}");
}
