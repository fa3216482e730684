//! Types with everything too often, and hierarchies that lead back to where they began.

use super::{lint, lint_as};

#[test]
fn hierarchies_in_a_circle() {
    let many = 2_000;
    let python: String = (0..many)
        .map(|i| {
            format!("class C{i}(C{}):\n    def f{i}(self):\n        return self.client\n", (i + 1) % many)
        })
        .collect();
    lint_as(&["py"], &format!("import anthropic\n{python}C0().client.messages.create(model=C0().m)\n"));
    let script: String = (0..many)
        .map(|i| format!("class C{i} extends C{} {{ f{i}() {{ return this.client; }} }}\n", (i + 1) % many))
        .collect();
    lint_as(&["ts"], &format!("{script}new C0().client.messages.create({{}});\n"));
    let rust: String = (0..many)
        .map(|i| format!("trait T{i}: T{} {{ fn f(&self) {{ self.f() }} }}\n", (i + 1) % many))
        .collect();
    lint_as(&["rs"], &rust);
}

#[test]
fn every_type_inherits_from_every_other() {
    let many = 120;
    let bases = (0..many).map(|i| format!("C{i}")).collect::<Vec<_>>().join(", ");
    let all: String = (0..many).map(|i| format!("class C{i}({bases}):\n    x = None\n")).collect();
    lint_as(&["py"], &format!("import anthropic\n{all}C0().client.messages.create(model=C1().m)\n"));
}

/// Each assignment depends on the field itself.
#[test]
fn methods_that_set_the_same_field() {
    let methods: String = (0..60)
        .map(|i| format!("    def m{i}(self):\n        self.client = self.client.with_options()\n        self.client.messages.create(model=\"m\")\n"))
        .collect();
    lint_as(
        &["py"],
        &format!(
            "import anthropic\nclass A:\n    def __init__(self):\n        self.client = anthropic.Anthropic()\n{methods}"
        ),
    );
    let methods: String = (0..60)
        .map(|i| {
            format!(
                "m{i}() {{ this.client = this.client.withOptions(); this.client.messages.create({{}}); }}\n"
            )
        })
        .collect();
    lint_as(
        &["ts"],
        &format!(
            "import Anthropic from '@anthropic-ai/sdk';\nclass A {{ client = new Anthropic();\n{methods}}}\n"
        ),
    );
    let methods: String = (0..60)
        .map(|i| {
            format!(
                "fn m{i}(&mut self) {{ self.client = self.client.clone(); self.client.post(U).send(); }}\n"
            )
        })
        .collect();
    lint_as(&["rs"], &format!("struct A {{ client: reqwest::Client }}\nimpl A {{\n{methods}}}\n"));
}

#[test]
fn many_types_of_the_same_name() {
    let files: Vec<(String, String)> = (0..300)
        .map(|i| {
            (
                format!("app/m{i}.py"),
                "class Client:\n    def ask(self, c):\n        return c.ask(self)\n\ndef ask(c):\n    return Client().ask(c)\n"
                    .to_string(),
            )
        })
        .collect();
    let mut sources: Vec<(&str, &str)> = files.iter().map(|f| (f.0.as_str(), f.1.as_str())).collect();
    sources.push((
        "app/use.py",
        "import anthropic\ndef f(c):\n    return anthropic.Anthropic().messages.create(model=c.ask(c))\n",
    ));
    lint(&sources);
    let blocks = "impl A { fn new() -> Self { A { a: A::new() } } }\n".repeat(3_000);
    lint_as(&["rs"], &format!("struct A {{ a: A }}\n{blocks}"));
}
