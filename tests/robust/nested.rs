//! Deep nesting and long chains.

use super::lint_as;

const DEEP: usize = 100_000;
const CHAIN: usize = 1_500;

const ALL: &[&str] = &["py", "ts", "tsx", "rs"];

fn nested(open: &str, middle: &str, close: &str, depth: usize) -> String {
    format!("{}{middle}{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn brackets() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("-", ""), ("!", ""), ("a[", "]")]
    {
        lint_as(ALL, &format!("import anthropic\nx = {};\n", nested(open, "1", close, DEEP)));
    }
}

#[test]
fn brackets_that_are_never_closed() {
    for open in ["(", "[", "{", "f(", "<", "f\"{", "`${", "/*", "if x {", "<a>", "\"\"\"", "r#\""] {
        lint_as(ALL, &open.repeat(DEEP / 40));
    }
}

#[test]
fn nested_statements() {
    lint_as(&["ts", "rs"], &nested("if (a) { ", "f();", " }", CHAIN));
    lint_as(&["ts", "rs"], &nested("while (a) { ", "f();", " }", CHAIN));
    lint_as(&["ts"], &nested("try { ", "f();", " } catch (e) { g(e) }", CHAIN));
    lint_as(&["ts"], &nested("function f() { ", "f();", " }", CHAIN));
    lint_as(&["ts"], &nested("f(() => { ", "f();", " })", CHAIN));
    lint_as(&["rs"], &nested("fn f() { ", "f();", " }", CHAIN));
    lint_as(&["rs"], &nested("match a { b => ", "f()", " }", CHAIN));
    lint_as(&["rs"], &nested("json!({\"a\": ", "1", "})", CHAIN));
    let blocks: String = (0..280)
        .map(|depth| format!("{}{}", " ".repeat(depth), ["if a:\n", "for a in b:\n", "try:\n"][depth % 3]))
        .collect();
    lint_as(&["py"], &format!("{blocks}{}f()\n", " ".repeat(280)));
    lint_as(&["py"], &format!("x = {}", nested("lambda a: ", "a", "", CHAIN)));
    lint_as(&["py"], &format!("x = {}", nested("a if b else ", "a", "", CHAIN)));
}

#[test]
fn chains_of_operators() {
    for operator in [" + ", " | ", " || ", " && ", " ?? ", " and ", " or ", " == ", ", ", ".", " ** "] {
        lint_as(ALL, &format!("x = a{};\n", format!("{operator}b").repeat(2 * CHAIN)));
    }
    lint_as(ALL, &format!("x = \"a\"{};\n", " + \"claude\"".repeat(2 * CHAIN)));
    lint_as(&["py"], &format!("x = ({})\n", "\"claude\" ".repeat(2 * CHAIN)));
}

#[test]
fn chains_of_calls() {
    lint_as(ALL, &format!("x = client{};\n", ".messages.create(a)".repeat(CHAIN)));
    lint_as(ALL, &format!("x = client{};\n", "(a)".repeat(CHAIN)));
    lint_as(ALL, &format!("x = client{};\n", "[0]".repeat(CHAIN)));
    lint_as(&["ts"], &format!("x = client{};\n", "?.a!".repeat(CHAIN)));
    lint_as(&["ts"], &format!("f(){};\n", ".then((r) => r.content[0].text).catch(() => {})".repeat(1_000)));
    lint_as(&["rs"], &format!("fn f() {{ let x = client{}; }}\n", ".post(a).await?".repeat(CHAIN)));
}

#[test]
fn chains_of_conditions() {
    let ladder = |n: usize, each: &dyn Fn(usize) -> String| (0..n).map(each).collect::<String>();
    let python = ladder(CHAIN, &|i| format!("elif r.stop_reason == \"{i}\":\n    f({i})\n"));
    lint_as(
        &["py"],
        &format!(
            "import anthropic\nclient = anthropic.Anthropic()\nr = client.messages.create(model=m)\n\
             if r.stop_reason == \"a\":\n    f()\n{python}else:\n    print(r.content[0].text)\n"
        ),
    );
    let script = ladder(CHAIN, &|i| format!("else if (r.stop_reason === '{i}') {{ f({i}); }}\n"));
    lint_as(
        &["ts"],
        &format!(
            "import Anthropic from '@anthropic-ai/sdk';\nconst client = new Anthropic();\n\
             const r = await client.messages.create({{}});\nif (a) {{}}\n{script}else {{ f(r.content[0].text) }}\n"
        ),
    );
    let rust = ladder(CHAIN, &|i| format!("else if r.stop_reason == \"{i}\" {{ f({i}) }}\n"));
    lint_as(&["rs"], &format!("fn f(r: R) {{ if a {{}}\n{rust}}}\n"));
    let arms = ladder(CHAIN, &|i| format!("case '{i}': f({i}); break;\n"));
    lint_as(&["ts"], &format!("switch (r.stop_reason) {{ {arms} default: g() }}\n"));
    let arms = ladder(CHAIN, &|i| format!("\"{i}\" => f({i}),\n"));
    lint_as(&["rs"], &format!("fn f() {{ match r.stop_reason {{ {arms} _ => g() }} }}\n"));
}
