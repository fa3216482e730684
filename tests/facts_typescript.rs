//! TypeScript and JavaScript, lowered.
#![allow(clippy::unwrap_used, reason = "tests")]

use claude_lint::facts::{Assign, CallStyle, Class, FileFacts, Function, Kind, NodeId, StrPart};
use claude_lint::lang::Dialect;

const DIALECTS: [Dialect; 2] = [Dialect::TypeScript, Dialect::Tsx];

fn lower(dialect: Dialect, source: &str) -> FileFacts {
    let facts = dialect.facts(source);
    let errors: Vec<_> = facts.errors.iter().map(|e| &source[e.range()]).collect();
    assert!(errors.is_empty(), "{source}: {errors:?}");
    facts
}

/// An outline on one line, children in parentheses, the root left out.
fn compact(outline: &str) -> String {
    let mut out = String::new();
    let mut depth = 0;
    for line in outline.lines().skip(1) {
        let text = line.trim();
        let indent = (line.len() - line.trim_start().len()) / 2 - 1;
        match indent {
            _ if out.is_empty() => {}
            _ if indent > depth => out.push('('),
            _ => {
                out.push_str(&")".repeat(depth - indent));
                out.push_str(if indent == 0 { "; " } else { ", " });
            }
        }
        out.push_str(text);
        depth = indent;
    }
    out + &")".repeat(depth)
}

#[test]
fn sources_have_their_outlines() {
    let cases = include_str!("syntax/typescript.outlines");
    let (mut section, mut source, mut checked) = ("", "", 0);
    let mut wrong = Vec::new();
    for line in cases.lines() {
        let Some(expected) = line.strip_prefix("  => ") else {
            section = line.strip_prefix("# ").unwrap_or(section);
            source = line;
            continue;
        };
        for dialect in DIALECTS {
            let skipped = if dialect == Dialect::Tsx { "(ts)" } else { "(tsx)" };
            if section.ends_with(skipped) {
                continue;
            }
            let found = compact(&lower(dialect, source).outline());
            if found != expected {
                wrong.push(format!("{dialect:?}: {source}\n  expected {expected}\n  found    {found}"));
            }
            checked += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked > 150, "only {checked} outlines were compared");
}

/// The first node that `pick` accepts.
fn first<T>(facts: &FileFacts, pick: impl Fn(&Kind) -> Option<T>) -> T {
    facts.ids().find_map(|id| pick(facts.kind(id))).unwrap()
}

fn functions(facts: &FileFacts) -> Vec<&Function> {
    let function = |id| if let Kind::Function(f) = facts.kind(id) { Some(&**f) } else { None };
    facts.ids().filter_map(function).collect()
}

fn classes(facts: &FileFacts) -> Vec<&Class> {
    let class = |id| if let Kind::Class(c) = facts.kind(id) { Some(&**c) } else { None };
    facts.ids().filter_map(class).collect()
}

fn assigns(facts: &FileFacts) -> Vec<&Assign> {
    let assign = |id| if let Kind::Assign(a) = facts.kind(id) { Some(&**a) } else { None };
    facts.ids().filter_map(assign).collect()
}

fn text(facts: &FileFacts, source: &str) -> impl Fn(NodeId) -> String {
    let texts: Vec<_> = facts.ids().map(|id| source[facts.span(id).range()].to_string()).collect();
    move |id| texts[id.0 as usize].clone()
}

#[test]
fn constructor_parameters_may_be_fields() {
    let source = "class A { constructor(private a: B, readonly c = 1, public d?: D, @Inject(T) protected e: E, f) {} }";
    let facts = lower(Dialect::TypeScript, source);
    let function = functions(&facts)[0];
    let fields: Vec<_> = function.params.iter().map(|p| p.is_field).collect();
    assert_eq!(fields, [true, true, true, true, false]);
    let decorators: Vec<_> = function.params.iter().map(|p| p.decorators.len()).collect();
    assert_eq!(decorators, [0, 0, 0, 1, 0]);
}

#[test]
fn decorators_belong_to_what_follows_them() {
    let source = "@a @b() export class C { @c() d = 1; @e f() {} g() {} @h get i() { return 1; } }";
    let facts = lower(Dialect::TypeScript, source);
    let text = text(&facts, source);
    let texts = |ids: &[NodeId]| ids.iter().map(|&id| text(id)).collect::<Vec<_>>();
    assert_eq!(texts(&classes(&facts)[0].decorators), ["a", "b()"]);
    assert_eq!(texts(&assigns(&facts)[0].decorators), ["c()"]);
    let on_methods: Vec<_> = functions(&facts).iter().map(|f| texts(&f.decorators)).collect();
    assert_eq!(on_methods, [vec!["e".to_string()], vec![], vec!["h".to_string()]]);
}

#[test]
fn only_getters_are_getters() {
    let facts = lower(Dialect::Tsx, "class A { get a() {} set b(v) {} get() {} set() {} static get c() {} }");
    let getters: Vec<_> = functions(&facts).iter().map(|f| f.is_getter).collect();
    assert_eq!(getters, [true, false, false, false, true]);
}

#[test]
fn exports_reach_their_declarations() {
    let source = "export const a = 1, b = 2; export function c() {} export default class {}; export enum D {} \
                  export interface E {} export declare const f: G; const h = 3; class I {}";
    let facts = lower(Dialect::TypeScript, source);
    let exported: Vec<_> = assigns(&facts).iter().map(|a| a.exported).collect();
    assert_eq!(exported, [true, true, true, false]);
    assert!(functions(&facts)[0].exported);
    let exported: Vec<_> = classes(&facts).iter().map(|c| (c.name.as_str(), c.exported)).collect();
    assert_eq!(exported, [("", true), ("D", true), ("E", true), ("I", false)]);
}

#[test]
fn names_of_imports_stand_where_they_are_bound() {
    let source = "import D, { a as b, c } from 'm'; import * as ns from 'n';";
    let facts = lower(Dialect::TypeScript, source);
    let mut spans = Vec::new();
    for id in facts.ids() {
        if let Kind::Import(import) = facts.kind(id) {
            spans.extend(import.names.iter().map(|n| &source[n.span.range()]));
        }
    }
    assert_eq!(spans, ["D", "b", "c", "ns"]);
}

#[test]
fn calls_keep_style_and_type_arguments() {
    let source = "new Map<string, A>(x); parse<B>(y); tag`z`;";
    let facts = lower(Dialect::TypeScript, source);
    let text = text(&facts, source);
    let mut calls = Vec::new();
    for id in facts.ids() {
        if let Kind::Call(call) = facts.kind(id) {
            let types: Vec<_> = call.type_args.iter().map(|&t| text(t)).collect();
            calls.push((call.style, types.join(" "), text(call.args[0].value)));
        }
    }
    let expected =
        [(CallStyle::New, "string A", "x"), (CallStyle::Plain, "B", "y"), (CallStyle::Plain, "", "`z`")];
    assert_eq!(calls, expected.map(|(style, types, arg)| (style, types.to_string(), arg.to_string())));
}

#[test]
fn casts_of_what_is_called_are_left_out() {
    for source in
        ["(f as T)(x);", "f!(x);", "((f as unknown) as T)(x);", "(f satisfies T)<U>(x);", "await f!(x);"]
    {
        let facts = lower(Dialect::TypeScript, source);
        let called = first(&facts, |kind| match kind {
            Kind::Call(call) => Some(call.callee),
            _ => None,
        });
        assert_eq!(text(&facts, source)(called), "f", "{source}");
    }
}

#[test]
fn operators_lifted_around_calls_cover_them() {
    let source = "const x = a ?? await b.c<T>(d).e;";
    let facts = lower(Dialect::TypeScript, source);
    let text = text(&facts, source);
    let spans: Vec<_> = facts.ids().map(&text).collect();
    for whole in ["a ?? await b.c<T>(d).e", "await b.c<T>(d).e", "b.c<T>(d).e", "b.c<T>(d)", "b.c"] {
        assert!(spans.contains(&whole.to_string()), "no node is {whole}: {spans:?}");
    }
    for id in facts.ids().skip(1) {
        let parent = facts.parent(id).unwrap();
        assert!(parent < id && facts.children(parent).contains(&id), "{}", text(id));
    }
}

#[test]
fn assertions_bind_tighter_than_operators() {
    for (source, parts) in [
        ("x = a === 1 || b.c! >= 5;", &["a === 1 || b.c! >= 5", "b.c! >= 5", "b.c!"][..]),
        ("x = a || b && c! > 5;", &["a || b && c! > 5", "b && c! > 5", "c! > 5", "c!"]),
        ("x = a || b! && c;", &["a || b! && c", "b! && c", "b!"]),
        ("x = (a || b)! >= 5;", &["(a || b)! >= 5", "(a || b)!", "a || b"]),
        ("x = (a || b!) >= 5;", &["(a || b!) >= 5", "a || b!", "b!"]),
    ] {
        let facts = lower(Dialect::TypeScript, source);
        let text = text(&facts, source);
        let spans: Vec<_> = facts.ids().map(&text).collect();
        let mut outer = None;
        for part in parts {
            let found =
                facts.ids().find(|&id| text(id) == *part && !matches!(facts.kind(id), Kind::Opaque(_)));
            let id = found.unwrap_or_else(|| panic!("{source}: no node is {part}: {spans:?}"));
            assert!(outer.is_none_or(|o| facts.ancestors(id).any(|a| a == o)), "{source}: {part}");
            outer = Some(id);
        }
        for id in facts.ids().skip(1) {
            let parent = facts.parent(id).unwrap();
            assert!(parent < id && facts.children(parent).contains(&id), "{source}: {}", text(id));
        }
    }
}

#[test]
fn casts_cover_types_of_any_length() {
    for (source, whole, ty) in [
        ("const x = f() as A.B.C;", "f() as A.B.C", "A.B.C"),
        ("const x = f() as A.B.C | undefined;", "f() as A.B.C | undefined", "A.B.C | undefined"),
        ("const x = f() as A.B.C.D<E>;", "f() as A.B.C.D<E>", "A.B.C.D<E>"),
        ("const x = f() as unknown as A.B.C;", "f() as unknown as A.B.C", "A.B.C"),
        ("const x = (f() as A.B).c;", "f() as A.B", "A.B"),
    ] {
        let facts = lower(Dialect::TypeScript, source);
        let text = text(&facts, source);
        let cast = first(&facts, |kind| match kind {
            Kind::Cast { value, ty: Some(ty) } => Some((*value, *ty)),
            _ => None,
        });
        assert_eq!(text(cast.1), ty, "{source}");
        let parent = facts.parent(cast.0).unwrap();
        assert_eq!(text(parent), whole, "{source}");
        for id in facts.ids().skip(1) {
            let parent = facts.parent(id).unwrap();
            assert!(parent < id && facts.children(parent).contains(&id), "{source}: {}", text(id));
        }
    }
}

#[test]
fn a_continued_line_is_no_text() {
    for (source, expected) in [
        ("'a\\\nb'", "ab"),
        ("`a\nb\\\nc`", "a\nbc"),
        (r"'\u{1F600}\x41\q\0'", "\u{1F600}Aq\0"),
        (r"/\d+\//", r"\d+\/"),
    ] {
        let facts = lower(Dialect::TypeScript, source);
        let parts =
            first(&facts, |kind| if let Kind::Str(parts) = kind { Some(parts.clone()) } else { None });
        assert_eq!(*parts, [StrPart::Text(expected.into())], "{source}");
    }
}

#[test]
fn known_keys_have_no_node() {
    let facts = lower(Dialect::TypeScript, "f({ a: 1, 'b': 2, ['c']: 3, 4: 5 })");
    let kinds = |accept: fn(&Kind) -> bool| facts.ids().filter(|&id| accept(facts.kind(id))).count();
    assert_eq!(kinds(|k| matches!(k, Kind::Name(_))), 1, "only the callee is read");
    assert_eq!(kinds(|k| matches!(k, Kind::Str(_))), 0);
}

#[test]
fn comments_are_kept_wherever_they_stand() {
    let source = "// a\nimport /* b */ { c /* d */ } from 'm'; // e\nexport { /* f */ c };\n\
                  f(/* g */ x, [/* h */], { /* i */ });\nclass A /* j */ extends B { /* k */ }\n\
                  function /* l */ m(/* n */ a /* o */: T, b = /* p */ 1): /* q */ void { /* r */ }\n/* s */";
    let facts = lower(Dialect::TypeScript, source);
    let found: Vec<_> = facts.comments.iter().map(|c| &source[c.span.range()]).collect();
    let letters: String = found.iter().map(|c| c.trim_matches(['/', '*', ' '])).collect();
    assert_eq!(letters, "abdefghijklnopqrs");
}

#[test]
fn deep_nesting_ends_in_a_flag() {
    let (calls, elements) = (20_000, 3_000);
    let sources = [
        "f(".repeat(calls) + &")".repeat(calls),
        "{".repeat(calls) + &"}".repeat(calls),
        "a?.".repeat(calls) + "b",
        "!".repeat(calls) + "a",
        "await ".repeat(calls) + "f<T>(x)",
        "a + ".repeat(calls) + "f<T>(x)",
        "if (a) b; else ".repeat(calls) + "c;",
        "type A = ".to_string() + &"B | ".repeat(calls) + "C;",
        "<a>".repeat(elements) + &"</a>".repeat(elements),
    ];
    for source in sources {
        let thread = std::thread::Builder::new().stack_size(16 << 20);
        thread
            .spawn(move || {
                let facts = Dialect::Tsx.facts(&source);
                assert!(facts.too_deep || !facts.errors.is_empty(), "{}", &source[..40]);
            })
            .unwrap()
            .join()
            .unwrap();
    }
}

#[test]
fn broken_sources_are_lowered() {
    let samples = [
        (Dialect::TypeScript, include_str!("syntax/typescript.ts")),
        (Dialect::Tsx, include_str!("syntax/tsx.tsx")),
        (Dialect::Tsx, "\u{feff}const \u{1F600} = '\\u{FFFFFFFF}\\x'; `${` }"),
    ];
    for (dialect, source) in samples {
        for (end, _) in source.char_indices().step_by(23) {
            let facts = dialect.facts(&source[..end]);
            let facts_of_rest = dialect.facts(&source[end..]);
            for facts in [facts, facts_of_rest] {
                let lost = facts.ids().find(|&id| facts.ancestors(id).last() != Some(NodeId::ROOT));
                assert_eq!(lost, None, "cut at {end}");
                assert!(facts.descendants(NodeId::ROOT).len() <= facts.nodes.len(), "cut at {end}");
            }
        }
    }
}
