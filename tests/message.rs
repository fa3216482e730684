//! What a finding says, where that depends on what is around it.
#![allow(clippy::unwrap_used, reason = "tests")]

use claude_lint::linter::lint_sources;
use claude_lint::selection::Selection;

/// The messages of what a rule reports in one file, in order.
fn messages(rule: &str, path: &str, text: &str) -> Vec<String> {
    let checked = lint_sources([(path, text)], &Selection::default());
    checked.findings.iter().filter(|f| f.rule.id == rule).map(|f| f.message.to_string()).collect()
}

/// Clients of the TypeScript SDK share the connections of the platform's `fetch`; others have a pool each.
#[test]
fn connections_are_named_only_where_a_client_opens_them() {
    let opens = |path: &str, text: &str| {
        let found = messages("client-per-request", path, text);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].contains("connections")
    };
    let typescript = |options: &str| {
        format!(
            "import Anthropic from '@anthropic-ai/sdk';\n\
             export async function all(texts: string[], agent: Dispatcher) {{\n\
             for (const content of texts) {{\n\
             const client = new Anthropic({{ {options} }});\n\
             await client.messages.create({{ model: 'claude-sonnet-5-5', max_tokens: 8192, \
             messages: [{{ role: 'user', content }}] }});\n}}\n}}\n"
        )
    };
    assert!(!opens("ask.ts", &typescript("maxRetries: 4")));
    assert!(opens("ask.ts", &typescript("fetchOptions: { dispatcher: agent }")));
    let python = "import anthropic\n\ndef all(texts):\n    for text in texts:\n        \
                  client = anthropic.Anthropic()\n        client.messages.create(model='claude-sonnet-5-5', \
                  max_tokens=8192, messages=[{'role': 'user', 'content': text}])\n";
    assert!(opens("ask.py", python));
}
