//! Python, lowered.
#![allow(clippy::unwrap_used, reason = "tests")]

use claude_lint::facts::{FileFacts, ImportName, Kind};
use claude_lint::lang::Dialect;

fn lower(source: &str) -> FileFacts {
    let facts = Dialect::Python.facts(source);
    let errors: Vec<_> = facts.errors.iter().map(|e| &source[e.range()]).collect();
    assert!(errors.is_empty(), "{source}: {errors:?}");
    facts
}

/// Compares the outline of a source, without its root, with lines that share an indent.
#[track_caller]
fn check(source: &str, expected: &str) {
    let outline = lower(source).outline();
    let found: String = outline.lines().skip(1).map(|line| format!("{}\n", &line[2..])).collect();
    let lines: Vec<_> = expected.lines().filter(|line| !line.trim().is_empty()).collect();
    let indent = lines.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let expected: String = lines.iter().map(|line| format!("{}\n", &line[indent..])).collect();
    assert_eq!(found, expected, "\n{source}\n--- found\n{found}");
}

/// The text of the first string.
#[track_caller]
fn text(literal: &str, expected: &str) {
    check(literal, &format!("str {expected:?}"));
}

#[test]
fn functions() {
    check(
        "@route('/', methods=[x])\n@cached\nasync def f(a, b: int = 1, /, *args: str, k=2, **kw) -> list[T]:\n  yield a",
        "
        function f async generator exported
          call
            callee: name route
            str \"/\"
            methods: list
              name x
          name cached
          plain param: name a
          type: name int
          default: number 1
          plain param: name b
          type: name str
          rest param: name args
          default: number 2
          plain param: name k
          keywordrest param: name kw
          returns: index
            name list
            name T
          block
            yield
              name a
        ",
    );
    check(
        "f = lambda a, *b, c=1: a",
        "
        assign
          value: function <lambda>
            plain param: name a
            rest param: name b
            default: number 1
            plain param: name c
            name a
          target: name f
        ",
    );
}

#[test]
fn a_lambda_in_a_decorator_keeps_the_decorators_apart() {
    check(
        "@a\n@b(lambda: 1)\ndef f(): pass",
        "
        function f exported
          name a
          call
            callee: name b
            function <lambda>
              number 1
          block
        ",
    );
}

#[test]
fn a_nested_generator_does_not_make_the_outer_one() {
    check(
        "def f():\n  def g(): yield\n  return g",
        "
        function f exported
          block
            function g generator exported
              block
                yield
            return
              name g
        ",
    );
}

#[test]
fn classes() {
    check(
        "class A(B, c.D[int], metaclass=M, **kw):\n  x: int = 1\n  y: str\n  z = w = 2\n  def f(self): pass",
        "
        Class A exported
          name B
          index
            member .D
              name c
            name int
          name M
          name kw
          assign declares
            type: name int
            value: number 1
            target: name x
          assign declares
            type: name str
            target: name y
          assign declares
            value: assign
              value: number 2
              target: name w
            target: name z
          function f exported
            plain param: name self
            block
        ",
    );
}

#[test]
fn keywords_of_a_class_are_no_bases() {
    let facts = lower("class A(B, *c, metaclass=M, **kw): pass");
    let Kind::Class(class) =
        facts.nodes.iter().map(|n| &n.kind).find(|k| matches!(k, Kind::Class(_))).unwrap()
    else {
        unreachable!("found as a class");
    };
    let keywords: Vec<_> = class.keywords.iter().map(|k| (k.name.as_deref(), k.keyword_spread)).collect();
    assert_eq!((class.bases.len(), keywords), (2, vec![(Some("metaclass"), false), (None, true)]));
}

#[test]
fn imports() {
    let cases = [
        ("import a.b", "import a.b [<module> as a]"),
        ("import a.b as c", "import a.b [<module> as c]"),
        ("from a.b import c", "import a.b [c as c]"),
        ("from ..x import y as z", "import ..x [y as z]"),
        ("from . import x", "import . [x as x]"),
        ("from .... import x", "import .... [x as x]"),
        ("from a import (b as c,\n  d, # e\n)", "import a [b as c, d as d]"),
        ("from a import *", "import a [* as *]"),
        ("from __future__ import annotations", "import __future__ [annotations as annotations]"),
        ("from a . b import c", "import a.b [c as c]"),
        ("import a, b.c as d", "opaque\n  import a [<module> as a]\n  import b.c [<module> as d]"),
    ];
    for (source, expected) in cases {
        check(source, expected);
    }
}

#[test]
fn imported_names_stand_where_they_are_bound() {
    let source = "from m import a as b, c\nimport d.e\nfrom x import *";
    let facts = lower(source);
    let names = |kind: &Kind| match kind {
        Kind::Import(import) => import.names.iter().map(|n: &ImportName| &source[n.span.range()]).collect(),
        _ => Vec::new(),
    };
    let found: Vec<_> = facts.nodes.iter().flat_map(|n| names(&n.kind)).collect();
    assert_eq!(found, ["b", "c", "d", "*"]);
    assert_eq!(facts.comments.len(), 0);
}

#[test]
fn assignments() {
    check(
        "a = b = c\nd, *e = f\ng.h[0] += 1\ni: int\n(j := 2)\ntype K = list[int]",
        "
        assign
          value: assign
            value: name c
            target: name b
          target: name a
        assign
          value: name f
          target: list
            name d
            spread
              name e
        assign Add
          value: number 1
          target: index
            member .h
              name g
            number 0
        assign
          type: name int
          target: name i
        assign
          value: number 2
          target: name j
        assign declares
          value: index
            name list
            name int
          target: name K
        ",
    );
}

#[test]
fn escapes() {
    text(r#""a\n\t\\\"\x41\u00e9\U0001F600\101\0""#, "a\n\t\\\"Aé😀A\0");
    text(r#""\q \N{DASH} \ud83d""#, "\\q \u{fffd} \u{fffd}");
    text(r#"r"\n\"""#, r#"\n\""#);
    text(r#"b"\xff\u0041""#, "ÿ\\u0041");
    text("'a\\\nb'", "ab");
    text("'''a\r\nb'''", "a\nb");
    text("'a' \"b\" r'\\c'", "ab\\c");
    text("''", "");
}

#[test]
fn interpolation() {
    check(
        r#"f"{{a}} {b!r:>{w}} {c=} {d["e"]}" "{x}""#,
        r#"
        str "{a} {} {} {}{x}"
          name b
          name c
          index
            name d
            str "e"
        "#,
    );
    check(
        r#"f"{f"{x}"} {', '.join(y)}""#,
        r#"
        str "{} {}"
          str "{}"
            name x
          call
            callee: member .join
              str ", "
            name y
        "#,
    );
    check("rf'\\d{x}'", "str \"\\\\d{}\"\n  name x");
}

#[test]
fn numbers() {
    let cases = [
        ("1_000", "number 1000"),
        ("0x1F", "number 31"),
        ("0o17", "number 15"),
        ("0b11", "number 3"),
        ("1.5e3", "number 1500"),
        (".5", "number 0.5"),
        ("5.", "number 5"),
        ("00", "number 0"),
        ("0777", "opaque"),
        ("2j", "opaque"),
        ("-1", "unary Minus\n  number 1"),
    ];
    for (source, expected) in cases {
        check(source, expected);
    }
}

#[test]
fn collections() {
    check(
        "{'a': 1, **b, c: 2, 3: {4, *d}, f'{e}': ()}",
        "
        record
          a: number 1
          ...: name b
          name c
          [computed]: number 2
          3: list
            number 4
            spread
              name d
          str \"{}\"
            name e
          [computed]: list
        ",
    );
    check(
        "x[1:2, ::3]",
        "index\n  name x\n  list\n    slice\n      start: number 1\n      end: number 2\n    slice",
    );
    check("x[:a]", "index\n  name x\n  slice\n    end: name a");
    check("x[a:]", "index\n  name x\n  slice\n    start: name a");
}

#[test]
fn comprehensions() {
    check(
        "{k: v for k, v in a if b if c for d in v}",
        "
        comprehension
          name a
          list
            name k
            name v
          name b
          name c
          name v
          name d
          name k
          name v
        ",
    );
    check("f(x for x in y)", "call\n  callee: name f\n  comprehension\n    name y\n    name x\n    name x");
}

#[test]
fn operators() {
    check(
        "a < b not  in c is not d",
        "
        binary And
          binary And
            binary Lt
              name a
              name b
            binary NotIn
              name b
              name c
          binary IsNot
            name c
            name d
        ",
    );
    check("a if b else not c", "if\n  if: name b\n  then: name a\n  else: unary Not\n    name c");
    check("a if b \\\n else c", "if\n  if: name b\n  then: name a\n  else: name c");
    check(
        "await f(*a, b=(c), **d)",
        "await\n  call\n    callee: name f\n    *: name a\n    b: name c\n    **: name d",
    );
    check("f(yield_, (yield x))", "call\n  callee: name f\n  name yield_\n  yield\n    name x");
}

#[test]
fn branches_and_loops() {
    check(
        "if a: b\nelif c: d\nelif e: pass\nelse: f",
        "
        if
          if: name a
          then: block
            name b
          else: if
            if: name c
            then: block
              name d
            else: if
              if: name e
              then: block
              else: block
                name f
        ",
    );
    check(
        "async def f():\n  async for a, b in c: break\n  else: d\nwhile True: continue",
        "
        function f async exported
          block
            loop ForEach
              in: name c
              for: list
                name a
                name b
              block
                break
              block
                name d
        loop While
          while: bool true
          block
            continue
        ",
    );
}

#[test]
fn asynchronous_statements_are_marked() {
    let facts = lower("async for a in b:\n  async with c: pass\nfor d in e:\n  with f: pass");
    let flags = facts.nodes.iter().filter_map(|n| match &n.kind {
        Kind::Loop(l) => Some(l.is_async),
        Kind::With(w) => Some(w.is_async),
        _ => None,
    });
    assert_eq!(flags.collect::<Vec<_>>(), [true, true, false, false]);
}

#[test]
fn errors_are_handled() {
    let handler = "\n  catches: name A\n  catches: member .C\n    name b";
    check(
        &format!("try: pass\nexcept (A, b.C): pass{}", ""),
        &format!("try\n  block{handler}\n  handler: block"),
    );
    check("try: pass\nexcept A, b.C: pass", &format!("try\n  block{handler}\n  handler: block"));
    check(
        "try: x\nexcept* (A, (B, C)) as e: y\nexcept D as e: raise\nexcept: raise E() from e\nelse: z\nfinally: w",
        "
        try
          block
            name x
          catches: name A
          catches: name B
          catches: name C
          as: name e
          handler: block
            name y
          catches: name D
          as: name e
          handler: block
            throw
          handler: block
            throw
              call
                callee: name E
          else: block
            name z
          finally: block
            name w
        ",
    );
}

#[test]
fn contexts() {
    let items = "with\n  call\n    callee: name a\n  name b\n  name c\n  name d\n  block";
    check("with a() as b, c as d: pass", items);
    check("with (a() as b, c as d): pass", items);
    check("with (\n  a() as b, # why\n  c as d,\n): pass", items);
    check("with a: pass", "with\n  name a\n  block");
    check(
        "with (a()) as (b, c): pass",
        "with\n  call\n    callee: name a\n  list\n    name b\n    name c\n  block",
    );
}

#[test]
fn cases() {
    check(
        "match a:\n case 1 | None: b\n case {'t': 'x', 'k': [y, *_], **r} if y: c\n case P(1, q=z) as w: d\n case m.N, _: e",
        "
        match
          name a
          case: number 1
          case: null
          arm: block
            name b
          case: record
            t: str \"x\"
            k: list
              name y
              spread
                name _
            ...: name r
          guard: name y
          arm: block
            name c
          case: assign
            value: record
              type: name P
              ...: number 1
              q: name z
            target: name w
          arm: block
            name d
          case: list
            member .N
              name m
            name _
          arm: block
            name e
        ",
    );
}

#[test]
fn small_statements() {
    check(
        "del a, b[0]\nassert c, 'd'\nreturn\nglobal e\npass",
        "
        delete
          name a
          index
            name b
            number 0
        assert
          name c
          str \"d\"
        return
        ",
    );
    check("print 'a', b", "opaque\n  str \"a\"\n  name b");
}

#[test]
fn every_comment_counts_once() {
    let source = "# 1\nfrom a import ( # 2\n  b, # 3\n)\n@c # 4\ndef f( # 5\n  a: # 6\n    int,\n): # 7\n  # 8\n  return ( # 9\n    a # 10\n    .b['#'])\nwith ( # 11\n  a as b, # 12\n): pass # 13\nmatch a: # 14\n  # 15\n  case 1: # 16\n    pass\n# 17";
    let comments: Vec<_> =
        lower(source).comments.iter().map(|c| source[c.span.range()].to_string()).collect();
    let expected: Vec<_> = (1..=17).map(|n| format!("# {n}")).collect();
    assert_eq!(comments, expected);
}

#[test]
fn errors_are_the_outermost_ones() {
    let facts = Dialect::Python.facts("a = (1\nb = $ + 2\nc = 3\n");
    assert!(!facts.errors.is_empty());
    for (i, outer) in facts.errors.iter().enumerate() {
        assert!(facts.errors.iter().enumerate().all(|(j, inner)| i == j || !outer.contains(*inner)));
    }
    assert!(Dialect::Python.facts("f(a, b").errors.len() == 1, "a missing bracket is an error");
}

#[test]
fn depth_has_a_limit() {
    let deep = [
        "x = a".to_string() + &".b".repeat(20_000),
        "x = a".to_string() + &" < b".repeat(20_000),
        "if a: b\n".to_string() + &"elif a: b\n".repeat(5_000),
        "match a:\n case a".to_string() + &".b".repeat(20_000) + ": pass",
    ];
    for source in deep {
        let facts = std::thread::Builder::new()
            .stack_size(16 << 20)
            .spawn(move || Dialect::Python.facts(&source))
            .unwrap()
            .join()
            .unwrap();
        assert!(facts.too_deep);
        let depth = facts.ids().map(|id| facts.ancestors(id).count()).max().unwrap();
        assert!(depth < 1_000, "{depth}");
    }
}
