//! How much a finding weighs, where that depends on what is around it.
#![allow(clippy::unwrap_used, reason = "tests")]

use claude_lint::finding::Severity;
use claude_lint::linter::lint_sources;
use claude_lint::selection::Selection;

/// The severities of what a rule reports in a few files, in order.
fn severities(rule: &str, files: &[(&str, &str)]) -> Vec<Severity> {
    let checked = lint_sources(files.iter().copied(), &Selection::default());
    checked.findings.iter().filter(|f| f.rule.id == rule).map(|f| f.severity).collect()
}

const LOOP: &str = r#"
import anthropic

client = anthropic.Anthropic()

def work(messages, tools, run):
    while True:
        reply = client.messages.create(model="claude-opus-5-5", max_tokens=8192, tools=tools, messages=messages)
        messages.append({"role": "assistant", "content": reply.content})
        calls = [b for b in reply.content if b.type == "tool_use"]
        if not calls:
            return reply
        messages.append({"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": c.id, "content": run(c.name, c.input)} for c in calls
        ]})
"#;
const HANDLER: &str =
    "from work import work\n\ndef handler(event, context):\n    return work(event['messages'], [], None)\n";
const WORKER: &str =
    "from work import work\n\ndef drain(queue):\n    for job in queue:\n        work(job, [], None)\n";

/// A platform ends its functions after some time; nobody ends the others.
#[test]
fn loops_that_a_platform_ends_weigh_less() {
    let of = |others: &[(&'static str, &'static str)]| {
        let mut files = vec![("work.py", LOOP)];
        files.extend(others);
        severities("unbounded-tool-loop", &files)
    };
    assert_eq!(of(&[]), [Severity::Error]);
    assert_eq!(of(&[("handler.py", HANDLER)]), [Severity::Warning]);
    assert_eq!(of(&[("worker.py", WORKER)]), [Severity::Error]);
    // Called from both, it may still run for good.
    assert_eq!(of(&[("handler.py", HANDLER), ("worker.py", WORKER)]), [Severity::Error]);
}

/// Results apart from each other are accepted; a turn that is repeated for each of them is not.
#[test]
fn a_turn_repeated_for_each_call_is_an_error() {
    let split = LOOP.replace(
        r#"        messages.append({"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": c.id, "content": run(c.name, c.input)} for c in calls
        ]})
"#,
        r#"        for c in calls:
            messages.append({"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": c.id, "content": run(c.name, c.input)}
            ]})
"#,
    );
    assert_eq!(severities("split-tool-results", &[("work.py", &split)]), [Severity::Info]);
    let turn = "        messages.append({\"role\": \"assistant\", \"content\": reply.content})\n";
    let repeated = split
        .replace(turn, "")
        .replace("        for c in calls:\n", &format!("        for c in calls:\n    {turn}"));
    assert_eq!(severities("split-tool-results", &[("work.py", &repeated)]), [Severity::Error]);
}
