use crate::check;

#[test]
fn arms() {
    check(
        r#"match reason {
            Some(Reason::End | Reason::Stop) | None if done && let Ok(x) = y => a(),
            Block::Tool { id, ref input, name: n, .. } => {}
            "end_turn" | 'x' => 1,
            1..=5 | -1 => 2,
            all @ (1 | 2, _) => 3,
            [first, .., mut last] => 4,
            &(ref a) => 5,
            _ => 6,
        }"#,
        r#"
        match
          name reason
          case: call
            callee: name Some
            opaque
              member .End
                name Reason
              member .Stop
                name Reason
          case: null
          guard: binary And
            name done
            let
              name y
              call
                callee: name Ok
                name x
          arm: call
            callee: name a
          case: record
            type: member .Tool
              name Block
            id: name id
            input: name input
            name: name n
          arm: block
          case: str "end_turn"
          case: str "x"
          arm: number 1
          case: slice
            start: number 1
            end: number 5
          case: unary Minus
            number 1
          arm: number 2
          case: assign
            value: list
              opaque
                number 1
                number 2
              name _
            target: name all
          arm: number 3
          case: list
            name first
            spread
              opaque
            name last
          arm: number 4
          case: name a
          arm: number 5
          case: name _
          arm: number 6
        "#,
    );
}

#[test]
fn guards_and_patterns_of_matches() {
    check(
        "matches!(r.stop, Some(A::B { .. }) | None if x > 1,);",
        "
        call (Macro)
          callee: name matches
          binary And
            let
              member .stop
                name r
              opaque
                call
                  callee: name Some
                  record
                    type: member .B
                      name A
                null
            binary Gt
              name x
              number 1
        ",
    );
}
