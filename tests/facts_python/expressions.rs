use crate::{check, text};

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
