use claude_lint::facts::Kind;

use crate::{check, check_all, facts};

#[test]
fn functions() {
    check(
        "pub(crate) async unsafe fn send<T: A>(&mut self, (a, _): (u8, T), _: &[u8]) -> Result<(), E> where T: B { a }",
        "
        function send async exported
          receiver param: name self
          type: list
            name u8
            name T
          plain param: list
            name a
            name _
          type: list
            name u8
          plain param: name _
          returns: index
            name Result
            list
              null
              name E
          block with value
            name a
        ",
    );
    check(
        "fn f(self: Box<Self>) {}",
        "
        function f
          type: index
            name Box
            name Self
          receiver param: name self
          block
        ",
    );
}

#[test]
fn attributes_belong_to_what_follows() {
    check(
        r#"#[derive(Debug, serde::Serialize)]
        /// Documentation in between.
        #[serde(rename_all = "camelCase", default, rename(serialize = "x"))]
        pub struct S {
            #[serde(rename = "b")]
            pub a: Vec<String>,
            c: u8,
        }
        #[allow(unused)]
        use x;
        #[tokio::test]
        #[path = "y.rs"]
        fn f() { #[cfg(a)] let b = 1; #[inline] g(); fn h() {} }"#,
        r#"
        Struct S exported
          call (Macro)
            callee: name derive
            name Debug
            member .Serialize
              name serde
          call (Macro)
            callee: name serde
            rename_all: str "camelCase"
            name default
            call (Macro)
              callee: name rename
              serialize: str "x"
          assign declares
            call (Macro)
              callee: name serde
              rename: str "b"
            type: index
              name Vec
              name String
            target: name a
          assign declares
            type: name u8
            target: name c
        opaque
          call (Macro)
            callee: name allow
            name unused
          import x [<module> as x]
        function f
          member .test
            name tokio
          call (Macro)
            callee: name path
            str "y.rs"
          block
            assign declares
              call (Macro)
                callee: name cfg
                name a
              value: number 1
              target: name b
            call
              callee: name g
            function h
              block
        "#,
    );
}

#[test]
fn sigils_of_logged_fields_are_dropped() {
    check(
        "#[instrument(skip(self), fields(name = %self.name, ?id))] fn f() {}",
        "
        function f
          call (Macro)
            callee: name instrument
            call (Macro)
              callee: name skip
              name self
            call (Macro)
              callee: name fields
              name: member .name
                name self
              name id
          block
        ",
    );
}

#[test]
fn structs_and_enums() {
    check(
        "struct P(#[a] pub u8, String); struct U; union B { a: u32 }",
        "
        Struct P
          assign declares
            name a
            type: name u8
            target: name 0
          assign declares
            type: name String
            target: name 1
        Struct U
        Struct B
          assign declares
            type: name u32
            target: name a
        ",
    );
    check(
        "pub enum Block { #[serde(other)] Empty, Text(String), Pair(u8, u8), Tool { #[serde(default)] id: String }, Code = 4 }",
        "
        Enum Block exported
          assign declares
            call (Macro)
              callee: name serde
              name other
            target: name Empty
          assign declares
            type: name String
            target: name Text
          assign declares
            type: list
              name u8
              name u8
            target: name Pair
          assign declares
            type: Struct 
              assign declares
                call (Macro)
                  callee: name serde
                  name default
                type: name String
                target: name id
            target: name Tool
          assign declares
            value: number 4
            target: name Code
        ",
    );
}

#[test]
fn fields_know_whether_they_are_public() {
    let facts = facts("struct S { pub a: u8, b: u8 } struct P(u8, pub u8);");
    let fields = facts.ids().filter_map(|id| match facts.kind(id) {
        Kind::Assign(field) => Some(field.exported),
        _ => None,
    });
    assert_eq!(fields.collect::<Vec<_>>(), [true, false, false, true]);
}

#[test]
fn traits_and_impls() {
    check(
        "trait T: Send + a::B<u8> + 'static { type Out; const N: u8 = 1; fn f(&self); fn g() {} }",
        "
        Trait T
          name Send
          index
            member .B
              name a
            name u8
          assign declares
            target: name Out
          assign declares
            type: name u8
            value: number 1
            target: name N
          function f
            receiver param: name self
          function g
            block
        ",
    );
    check(
        "impl<'a, T> a::Tr<T> for &'a b::S<T> { type Out = u8; } impl S {}",
        "
        Impl S
          index
            member .Tr
              name a
            name T
          assign declares
            value: name u8
            target: name Out
        Impl S
        ",
    );
}

#[test]
fn modules_items_and_aliases() {
    check(
        r#"mod m { pub(super) static A: &str = "x"; } pub type R<T> = Result<T, E>; const B: [u8; 2] = [0; 2];"#,
        r#"
        Module m
          assign declares
            type: name str
            value: str "x"
            target: name A
        assign declares
          value: index
            name Result
            list
              name T
              name E
          target: name R
        assign declares
          type: list
            name u8
          value: binary Mul
            list
              number 0
            number 2
          target: name B
        "#,
    );
}

#[test]
fn imports() {
    check_all(&[
        ("use reqwest;", "import reqwest [<module> as reqwest]"),
        ("use reqwest::Client;", "import reqwest [Client as Client]"),
        ("use ::a::b::C as D;", "import a.b [C as D]"),
        ("use crate::a::*;", "import crate.a [* as *]"),
        ("pub(crate) use super::a::r#type;", "import super.a reexport [type as type]"),
        ("use a::b::{self, C};", "import a.b [<module> as b, C as C]"),
        ("use a::{self as x};", "import a [<module> as x]"),
        ("use a as _;", "import a [<module> as _]"),
        ("extern crate a as b;", "import a [<module> as b]"),
        ("pub mod m;", "import self.m reexport [<module> as m]"),
        (
            "use a::{b, c::{d as e, f::*}, b::g};",
            "
            opaque
              import a [b as b]
              import a.c [d as e]
              import a.c.f [* as *]
              import a.b [g as g]
            ",
        ),
        (
            "#[cfg(test)] mod tests;",
            "
            opaque
              call (Macro)
                callee: name cfg
                name test
              import self.tests [<module> as tests]
            ",
        ),
    ]);
}

#[test]
fn types_are_what_they_name() {
    check(
        "type A = &'a mut Box<dyn Fn(u8) -> a::B + Send + 'static>; type B = (dyn Error + Send); type C = impl Stream<Item = u8>;",
        "
        assign declares
          value: index
            name Box
            function <lambda>
              plain param: name u8
              returns: member .B
                name a
          target: name A
        assign declares
          value: name Error
          target: name B
        assign declares
          value: index
            name Stream
            assign
              value: name u8
              target: name Item
          target: name C
        ",
    );
}

#[test]
fn comments_of_every_kind_are_kept_once() {
    let source = "//! a\n/// b\nfn f(/* c */ x: u8) { // d\n  json!({ /* e */ \"k\": 1, // f\n }); }\n#[x] // g\nstruct S;";
    let facts = facts(source);
    let comments: Vec<_> = facts.comments.iter().map(|c| &source[c.span.range()]).collect();
    assert_eq!(comments, ["//! a", "/// b", "/* c */", "// d", "/* e */", "// f", "// g"]);
}
