//! Circles of calls and imports; the same thing thousands of times.

use super::{lint, lint_as};

const PYTHON: &str = "import anthropic\nclient = anthropic.Anthropic(max_retries=0)\n";

#[test]
fn functions_that_call_each_other() {
    let many = 10_000;
    let circle: String =
        (0..many).map(|i| format!("def f{i}(a):\n    return f{}(a)\n", (i + 1) % many)).collect();
    lint_as(&["py"], &format!("{PYTHON}{circle}f0(client).messages.create(model=m)\n"));
    let circle: String = (0..many)
        .map(|i| format!("async function f{i}(a) {{ return await f{}(a); }}\n", (i + 1) % many))
        .collect();
    lint_as(&["ts"], &circle);
    let circle: String =
        (0..many).map(|i| format!("async fn f{i}(a: A) -> A {{ f{}(a).await }}\n", (i + 1) % many)).collect();
    lint_as(&["rs"], &circle);
}

/// A request at the end of many ways that branch and meet again.
#[test]
fn ways_that_branch_and_meet() {
    let levels: String =
        (1..60).map(|i| format!("def f{i}(a):\n    f{0}(a)\n    return f{0}(f{0}(a))\n", i - 1)).collect();
    let text = format!(
        "{PYTHON}def f0(a):\n    return client.messages.create(model=a).content[0].text\n{levels}f59(x)\n"
    );
    lint_as(&["py"], &text);
}

/// A key at the end of such ways, in circles too, and nobody in sight begins them.
#[test]
fn ways_to_a_key_that_branch_and_meet() {
    let levels: String = (1..24)
        .flat_map(|i| (0..3).map(move |j| (i, j)))
        .map(|(i, j)| {
            let calls: String = (0..3).map(|k| format!("    f{}_{k}(a)\n", i - 1)).collect();
            format!("def f{i}_{j}(a):\n{calls}    f{}_{j}(a)\n", (i + 7) % 24)
        })
        .collect();
    let keys: String = (0..3)
        .map(|j| {
            format!(
                "def f0_{j}(a):\n    k = os.environ.get('ANTHROPIC_API_KEY')\n    return anthropic.Anthropic(api_key=k)\n"
            )
        })
        .collect();
    lint_as(&["py"], &format!("import os\nimport anthropic\n{keys}{levels}"));
}

#[test]
fn one_function_with_many_callers() {
    let callers: String =
        (0..3_000).map(|i| format!("def g{i}(a):\n    return ask(a, \"{i}\", client)\n")).collect();
    let text = format!(
        "{PYTHON}def ask(a, model, c):\n    r = c.messages.create(model=model)\n    return r\n{callers}"
    );
    lint_as(&["py"], &text);
}

#[test]
fn files_that_import_each_other() {
    let many = 60;
    let python: Vec<(String, String)> = (0..many)
        .map(|i| {
            let all: String = (0..many)
                .map(|j| format!("from .m{j} import *\nfrom .m{j} import client as c{j}\n"))
                .collect();
            (
                format!("app/m{i}.py"),
                format!("import anthropic\n{all}client = c{}\nclient.messages.create()\n", (i + 1) % many),
            )
        })
        .collect();
    let script: Vec<(String, String)> = (0..many)
        .map(|i| {
            let all: String = (0..many)
                .map(|j| format!("export * from './m{j}';\nexport {{ client as c{j} }} from './m{j}';\n"))
                .collect();
            (
                format!("app/m{i}.ts"),
                format!(
                    "{all}import {{ client }} from './m{}';\nclient.messages.create();\n",
                    (i + 1) % many
                ),
            )
        })
        .collect();
    let rust: Vec<(String, String)> = (0..many)
        .map(|i| {
            let all: String = (0..many)
                .map(|j| format!("pub use crate::m{j}::*;\npub use crate::m{j}::client as c{j};\n"))
                .collect();
            (format!("src/m{i}.rs"), format!("{all}fn f() {{ client.post(c{i}); }}\n"))
        })
        .collect();
    for files in [python, script, rust] {
        let sources: Vec<(&str, &str)> = files.iter().map(|f| (f.0.as_str(), f.1.as_str())).collect();
        lint(&sources);
    }
}

/// A name passed on through many files, and back to the first.
#[test]
fn names_passed_on_in_a_circle() {
    let many = 400;
    let files: Vec<(String, String)> = (0..many)
        .map(|i| (format!("app/m{i}.ts"), format!("export {{ ask }} from './m{}';\n", (i + 1) % many)))
        .collect();
    let mut sources: Vec<(&str, &str)> = files.iter().map(|f| (f.0.as_str(), f.1.as_str())).collect();
    sources
        .push(("app/use.ts", "import { ask } from './m0';\nconst r = await ask();\nf(r.content[0].text);\n"));
    lint(&sources);
}

#[test]
fn numbers_that_are_made_of_each_other() {
    let ask = "import anthropic\nfrom b import LIMIT\nclient = anthropic.Anthropic()\nMORE = LIMIT * 2\ndef ask(m):\n    \
               r = client.messages.create(model=\"claude-sonnet-5\", max_tokens=MORE, messages=m)\n    \
               return r.content[0].text\n";
    let shown = lint(&[("a.py", ask), ("b.py", "from a import MORE\nLIMIT = MORE + MORE\n")]);
    assert!(shown.contains("unchecked-stop-reason"), "{shown}");
}

#[test]
fn things_that_are_made_of_themselves() {
    lint_as(
        &["py"],
        "import anthropic\nx = x\ny = y.y\nz = z(z)\na = [a]\nb = {\"b\": b}\nb[\"b\"] = b\n\
         def f(g=f): return f(g)\nf = f(f)\nclass A(A): a = A()\nclass B(B.B): pass\n\
         c = lambda: c()\nx.messages.create(**x)\nfor q in q: q = q\nself = self.self\n",
    );
    lint_as(
        &["ts"],
        "let x = x; const y = y.y; const z = z(z); const o = { o, ...o }; o.o = o;\n\
         const f = () => f(f); class A extends A { a = new A(); b = this.b; }\n\
         type T = T; interface I extends I {} export default x; export { x as default };\n\
         import x from './main'; export * from './main'; module.exports = module.exports;\n",
    );
    lint_as(
        &["rs"],
        "use self::x as x; use crate::main; pub use main::*; mod main; type T = T;\n\
         struct A { a: A } impl A { fn a(self) -> Self { self.a().a } } trait B: B {}\n\
         fn f() { let x = x; let y = y.y(y); let c = || c(); f(f()) } const K: &str = K;\n",
    );
}
