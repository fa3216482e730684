//! Long lines, long texts, many statements.

use super::{lint, lint_as};

const MEGABYTE: usize = 1 << 20;

#[test]
fn long_lines() {
    let blank = " ".repeat(MEGABYTE);
    lint_as(&["py", "ts", "rs"], &format!("x ={blank}1;\n"));
    lint_as(&["py", "ts", "rs"], &format!("x = \"{}\";\n", "claude-3 ".repeat(MEGABYTE / 9)));
    lint_as(&["py", "ts", "rs"], &format!("x = [{}];\n", "1,".repeat(MEGABYTE / 16)));
    lint_as(&["py"], &format!("# {}\n", "claude-lint: ignore ".repeat(MEGABYTE / 20)));
    lint_as(&["ts", "rs"], &format!("// {}\n", "claude-lint: ignore ".repeat(MEGABYTE / 20)));
}

/// Findings on a long line are shown in a part of it.
#[test]
fn findings_on_a_long_line() {
    let one = "r = client.messages.create(model=m, max_tokens=9); f(json.loads(r.content[0].text)); ";
    let text =
        format!("import anthropic, json\nclient = anthropic.Anthropic(max_retries=0)\n{}\n", one.repeat(300));
    lint_as(&["py"], &text);
}

#[test]
fn many_comments_that_silence() {
    let text = "f()  # claude-lint: ignore[missing-retry, missing-jitter]\n".repeat(2_000);
    lint_as(&["py"], &text);
    lint_as(&["py"], &"# claude-lint: ignore[missing-retry]\n".repeat(2_000));
    lint_as(&["ts", "rs"], &"/* claude-lint: ignore[missing-retry] */ f(x); ".repeat(5_000));
    lint_as(&["ts", "rs"], &"/* claude-lint: ignore[missing-retry] */ ".repeat(5_000));
}

#[test]
fn many_requests_in_one_function() {
    let calls: String = (0..150)
        .map(|i| {
            format!("    r{i} = client.messages.create(model=m, max_tokens=900)\n    json.loads(r{i}.content[0].text)\n")
        })
        .collect();
    let text = format!("import anthropic, json\nclient = anthropic.Anthropic()\ndef ask(x):\n{calls}");
    assert!(lint(&[("a.py", &text)]).contains("unchecked-stop-reason"));
}

#[test]
fn one_variable_assigned_again_and_again() {
    lint_as(&["py", "ts"], &"x = f(x)\n".repeat(2_000));
    lint_as(&["py", "ts"], &"x = x + x\n".repeat(2_000));
    lint_as(&["rs"], &format!("fn f() {{ {} }}", "let x = g(x);\n".repeat(2_000)));
    let messages = "messages.append({\"role\": \"user\", \"content\": x})\n".repeat(2_000);
    lint_as(
        &["py"],
        &format!(
            "import anthropic\nclient = anthropic.Anthropic()\nmessages = []\n{messages}client.messages.create(messages=messages)\n"
        ),
    );
    let keys = "body[k] = body.get(k)\n".repeat(2_000);
    lint_as(
        &["py"],
        &format!(
            "import httpx\nbody = {{}}\n{keys}httpx.post(\"https://api.anthropic.com/v1/messages\", json=body)\n"
        ),
    );
}

/// The type of a member is written as a text that is the name of the member.
#[test]
fn types_that_name_what_they_are_the_types_of() {
    let client = "import Anthropic from '@anthropic-ai/sdk';\nconst client = new Anthropic();\n";
    lint_as(
        &["ts"],
        &format!(
            "{client}type Link = {{ tools: Awaited<ReturnType<Client['list']>>['tools'] }};\nexport class Manager {{\n  \
             run(id: string) {{\n    const link = this.require(id);\n    return link.tools.find((tool) => tool.name === \
             id);\n  }}\n  private require(id: string): Link {{\n    return this.links.get(id);\n  }}\n}}\n"
        ),
    );
    lint_as(
        &["py"],
        "import anthropic\nclass Link:\n    tools: 'tools' = None\n    other: 'more'\n    more: 'other'\nlink: Link = \
         load()\nlink.tools.messages.create(model=link.other)\n",
    );
}

#[test]
fn variables_that_stand_for_each_other() {
    let chain: String = (1..5_000).map(|i| format!("x{i} = x{}\n", i - 1)).collect();
    lint_as(&["py", "ts"], &format!("{chain}x0 = x4999\n"));
    let doubled: String = (1..2_000).map(|i| format!("x{i} = x{0} or x{0}\n", i - 1)).collect();
    lint_as(&["py"], &format!("{doubled}x0 = x1999\n"));
}

/// Each name is bound by every line and read by every line.
#[test]
fn all_read_all() {
    let text = "a, b, c = b(c), c(a), a(b)\n".repeat(400);
    lint_as(&["py"], &text);
    lint_as(&["ts"], &"[a, b, c] = [b(c), c(a), a(b)];\n".repeat(400));
}
