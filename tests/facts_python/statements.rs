use claude_lint::facts::Kind;

use crate::{check, lower};

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
