use claude_lint::facts::{Kind, StrPart};

use crate::{check, check_all, facts, is_name, texts};

#[test]
fn format_strings_have_holes() {
    check(
        r#"format!("{}/v1/{x:?}{{}}\u{41}{1}{n:>w$}{0}", base.url(), y, n = 3, z);"#,
        r#"
        call (Macro)
          callee: name format
          str "{}/v1/{}{}A{}{}{}"
            call
              callee: member .url
                name base
            name x
            name y
            number 3
            opaque
          name z
        "#,
    );
    check_all(&[
        (
            r##"println!(r#"a "{b}" \u"#);"##,
            r#"
            call (Macro)
              callee: name println
              str "a \"{}\" \\u"
                name b
            "#,
        ),
        (
            r#"assert_eq!("a {x}", b, "c {d}", d = 1);"#,
            r#"
            call (Macro)
              callee: name assert_eq
              str "a {x}"
              name b
              str "c {}"
                number 1
            "#,
        ),
        (
            r#"other!("{a}", "b");"#,
            r#"
            call (Macro)
              callee: name other
              str "{a}"
              str "b"
            "#,
        ),
        (
            r#"write!(f, "{:.*}{}", 2, a, b)?;"#,
            r#"
            propagate
              call (Macro)
                callee: name write
                name f
                str "{}{}"
                  name a
                  name b
                number 2
            "#,
        ),
    ]);
}

#[test]
fn text_of_a_format_string_is_cut_at_its_holes() {
    let facts = facts(r#"format!("{base}/v1/messages?b=\t{c}");"#);
    let parts = facts.ids().find_map(|id| match facts.kind(id) {
        Kind::Str(parts) => Some(parts.to_vec()),
        _ => None,
    });
    let parts = parts.unwrap();
    assert_eq!(parts.len(), 3);
    assert_eq!(parts[1], StrPart::Text("/v1/messages?b=\t".into()));
}

#[test]
fn nodes_in_macros_stand_where_the_source_has_them() {
    let source =
        r#"fn é() { info!(a = %b.c, "é {d} {}", e + f); json!({"k": [g, &h.i(j)]}); matches!(k, l if m); }"#;
    assert_eq!(
        texts(source, is_name),
        ["info", "b", "d", "e", "f", "json", "g", "h", "j", "matches", "k", "l", "m"]
    );
    let calls = texts(source, |facts, id| matches!(facts.kind(id), Kind::Call(_) | Kind::Binary { .. }));
    assert_eq!(
        calls,
        [
            r#"info!(a = %b.c, "é {d} {}", e + f)"#,
            "e + f",
            r#"json!({"k": [g, &h.i(j)]})"#,
            "h.i(j)",
            "matches!(k, l if m)",
            "k, l if m"
        ]
    );
    let facts = facts(source);
    for id in facts.ids() {
        if let Kind::Member { name, name_span, .. } = facts.kind(id) {
            assert_eq!(&source[name_span.range()], name.as_str());
        }
    }
}

#[test]
fn arguments() {
    check(
        r#"tracing::info!(target: "t", model = %self.model, ?err, user.id = 5, "done");"#,
        r#"
        call (Macro)
          callee: member .info
            name tracing
          target: str "t"
          model: member .model
            name self
          name err
          user.id: number 5
          str "done"
        "#,
    );
    check(
        "retry!(|a, b| a + b, HashMap::<A, B>::new(), || async { x.send().await });",
        "
        call (Macro)
          callee: name retry
          function <lambda>
            plain param: name a
            plain param: name b
            binary Add
              name a
              name b
          call
            callee: member .new
              index
                name HashMap
                list
                  name A
                  name B
          function <lambda>
            function <lambda> async block
              block with value
                await
                  call
                    callee: member .send
                      name x
        ",
    );
    check(
        "vec![S { a: 1 }, vec![x; n + 1]]; schema_for!(Vec<T>); try_join!(a(), b())?;",
        "
        list
          record
            type: name S
            a: number 1
          call (Macro)
            callee: name vec
            *: binary Mul
              list
                name x
              binary Add
                name n
                number 1
        call (Macro)
          callee: name schema_for
          index
            name Vec
            name T
        propagate
          call (Macro)
            callee: name try_join
            call
              callee: name a
            call
              callee: name b
        ",
    );
}

#[test]
fn json_bodies() {
    check(
        r#"serde_json::json!({
            "model": self.model,
            "max_tokens": 1024,
            "messages": [{ "role": "user", "content": &prompt }],
            "stream": true, "system": null, key: -1, "t": if a { 1 } else { 2 },
            "deep": vec![json!({ "x": [] })],
        });
        json!([1, null]); json!(x); json!({});"#,
        r#"
        call (Macro)
          callee: member .json
            name serde_json
          record
            model: member .model
              name self
            max_tokens: number 1024
            messages: list
              record
                role: str "user"
                content: name prompt
            stream: bool true
            system: null
            name key
            [computed]: unary Minus
              number 1
            t: if
              if: name a
              then: block with value
                number 1
              else: block with value
                number 2
            deep: list
              call (Macro)
                callee: name json
                record
                  x: list
        call (Macro)
          callee: name json
          list
            number 1
            null
        call (Macro)
          callee: name json
          name x
        call (Macro)
          callee: name json
          record
        "#,
    );
}

#[test]
fn one_broken_piece_spoils_no_other() {
    check(
        r#"json!({ "a": x +, "b": y.z }); m!(x +, y.z);"#,
        r#"
        call (Macro)
          callee: name json
          record
            a: opaque
            b: member .z
              name y
        call (Macro)
          callee: name m
          opaque
          member .z
            name y
        "#,
    );
}

#[test]
fn branches_of_select() {
    check(
        "tokio::select! {
            biased;
            Some(x) = rx.recv(), if ready => { go(x) }
            r = client.send() => r?,
            _ = sleep(d) => return,
            else => stop(),
        }",
        "
        call (Macro)
          callee: member .select
            name tokio
          if
            if: binary And
              name ready
              let
                await
                  call
                    callee: member .recv
                      name rx
                call
                  callee: name Some
                  name x
            then: block with value
              call
                callee: name go
                name x
          if
            if: let
              await
                call
                  callee: member .send
                    name client
              name r
            then: propagate
              name r
          if
            if: let
              await
                call
                  callee: name sleep
                  name d
              name _
            then: return
          call
            callee: name stop
        ",
    );
}

#[test]
fn statements() {
    check(
        r#"fn f() { stream! { yield x?; } }
        lazy_static! { static ref X: u8 = f(); }
        cfg_if! { if #[cfg(a)] { fn g() {} } else { h("x") } }
        hashmap! { "a" => b, c => 1 };
        quote! { client.send() };"#,
        r#"
        function f
          block with value
            call (Macro)
              callee: name stream
              function <lambda> async block generator
                block
                  yield
                    propagate
                      name x
        call (Macro)
          callee: name lazy_static
          block
            assign declares
              type: name u8
              value: call
                callee: name f
              target: name X
        call (Macro)
          callee: name cfg_if
          opaque
            block
              function g
                block
            block with value
              call
                callee: name h
                str "x"
        call (Macro)
          callee: name hashmap
          record
            a: name b
            name c
            [computed]: number 1
        call (Macro)
          callee: name quote
        "#,
    );
}
