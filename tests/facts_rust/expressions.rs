use claude_lint::facts::{Kind, StrPart};

use crate::{check, check_all, facts};

#[test]
fn strings() {
    let cases = [
        (r#""a\n\t\\\"\0\x41\u{1F600}\u{0041}""#, "a\n\t\\\"\0A😀A"),
        ("\"a\\\n    b\"", "ab"),
        (r##"r#"a\n"b"#"##, "a\\n\"b"),
        (r#"b"bytes\n""#, "bytes\n"),
        (r#"br"raw\""#, "raw\\"),
        (r#"c"c""#, "c"),
        (r"'\''", "'"),
        (r"b'x'", "x"),
        (r#""""#, ""),
    ];
    for (literal, expected) in cases {
        let facts = facts(&format!("{literal};"));
        let text = facts.ids().find_map(|id| match facts.kind(id) {
            Kind::Str(parts) => Some(match &parts[..] {
                [] => String::new(),
                [StrPart::Text(text)] => text.to_string(),
                _ => panic!("{literal} has holes"),
            }),
            _ => None,
        });
        assert_eq!(text.as_deref(), Some(expected), "for {literal}");
    }
}

#[test]
fn numbers() {
    let cases = [
        ("1_000", 1000.0),
        ("0x1F_u8", 31.0),
        ("0b1010i32", 10.0),
        ("0o17", 15.0),
        ("1.5e3f64", 1500.0),
        ("2f32", 2.0),
        ("4096usize", 4096.0),
        ("0xfe", 254.0),
    ];
    for (literal, expected) in cases {
        let facts = facts(&format!("{literal};"));
        let value = facts.ids().find_map(|id| match facts.kind(id) {
            Kind::Number(value) => Some(*value),
            _ => None,
        });
        assert_eq!(value, Some(expected), "for {literal}");
    }
}

#[test]
fn access_and_calls() {
    check(
        "client.post::<T>(&url, *x)[0].send().await?.0;",
        "
        member .0
          propagate
            await
              call
                callee: member .send
                  index
                    call
                      callee: member .post
                        name client
                      name url
                      name x
                      name T
                    number 0
        ",
    );
    check_all(&[
        (
            "a::b::<T>::c(self::d, None);",
            "
            call
              callee: member .c
                index
                  member .b
                    name a
                  name T
              member .d
                name self
              null
            ",
        ),
        (
            "<T as A>::f();",
            "
            call
              callee: member .f
                name T
            ",
        ),
    ]);
}

#[test]
fn records_lists_ranges() {
    check(
        "a::S::<u8> { x: 1, y, ..Default::default() };",
        "
        record
          type: index
            member .S
              name a
            name u8
          x: number 1
          y: name y
          ...: call
            callee: member .default
              name Default
        ",
    );
    check(
        "[(1, true), ()]; x[1..]; f(..3); x[..=3]; a..b;",
        "
        list
          list
            number 1
            bool true
          null
        index
          name x
          slice
            start: number 1
        call
          callee: name f
          slice
            end: number 3
        index
          name x
          slice
            end: number 3
        slice
          start: name a
          end: name b
        ",
    );
}

#[test]
fn operators() {
    check(
        "!a && (b as u64) >= -c; x += 1; x <<= 2; y = 3;",
        "
        binary And
          unary Not
            name a
          binary Ge
            cast
              name b
              name u64
            unary Minus
              name c
        assign Add
          value: number 1
          target: name x
        assign Shl
          value: number 2
          target: name x
        assign
          value: number 3
          target: name y
        ",
    );
}

#[test]
fn closures_and_deferred_blocks() {
    check(
        "retry(async move |a, _: u8| -> u8 { a }, || 1, async move { x });",
        "
        call
          callee: name retry
          function <lambda> async
            plain param: name a
            type: name u8
            plain param: name _
            returns: name u8
            block with value
              name a
          function <lambda>
            number 1
          function <lambda> async block
            block with value
              name x
        ",
    );
}

#[test]
fn blocks_know_their_value() {
    let cases = [
        ("{ 1 }", true),
        ("{ 1; }", false),
        ("{ let x = 1; x }", true),
        ("{ let x = 1; }", false),
        ("{ if a { 1 } else { 2 } }", true),
        ("{ || 1 }", true),
        ("{ fn f() {} }", false),
        ("{ use a; }", false),
        ("{ x; // later\n }", false),
        ("{ x // later\n }", true),
        ("{ m!(1) }", true),
        ("{ m!(1); }", false),
        ("{ struct S; }", false),
        ("{}", false),
    ];
    for (block, expected) in cases {
        let facts = facts(&format!("fn f() {block}"));
        let body = facts.ids().find_map(|id| match facts.kind(id) {
            Kind::Function(function) => Some(function.body),
            _ => None,
        });
        let tail = matches!(facts.kind(body.unwrap()), Kind::Block { tail: true, .. });
        assert_eq!(tail, expected, "for {block}");
    }
}

#[test]
fn control_flow() {
    check(
        "'a: loop { while let Some(x) = it.next() && x > 1 { continue 'a } for (i, _) in list { break 'a i; } }",
        "
        loop Forever
          block with value
            loop While
              while: binary And
                let
                  call
                    callee: member .next
                      name it
                  call
                    callee: name Some
                    name x
                binary Gt
                  name x
                  number 1
              block with value
                continue
            loop ForEach
              in: name list
              for: list
                name i
                name _
              block
                break
                  name i
        ",
    );
    check(
        "if a { 1 } else if let Some(x) = b { x } else { return 2 }",
        "
        if
          if: name a
          then: block with value
            number 1
          else: if
            if: let
              name b
              call
                callee: name Some
                name x
            then: block with value
              name x
            else: block with value
              return
                number 2
        ",
    );
    check(
        "let mut v: u8 = unsafe { f() }; let Ok(x) = y else { return };",
        "
        assign declares
          type: name u8
          value: block with value
            call
              callee: name f
          target: name v
        assign declares
          value: name y
          target: call
            callee: name Ok
            name x
          block with value
            return
        ",
    );
}
