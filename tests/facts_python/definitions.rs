use claude_lint::facts::{ImportName, Kind};

use crate::{check, lower};

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
