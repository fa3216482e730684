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

/// Until 1.44.5 boto3 tried five times by itself.
#[test]
fn attempts_of_a_client_are_those_of_its_version() {
    let code = "import json\nimport random\nimport time\n\nimport boto3\n\nruntime = boto3.client('bedrock-runtime')\n\n\
                def ask(body):\n    for attempt in range(4):\n        try:\n            \
                return runtime.invoke_model(modelId='us.anthropic.claude-sonnet-4-6', body=json.dumps(body))\n        \
                except Exception:\n            if attempt == 3:\n                raise\n            \
                time.sleep(random.uniform(0, 2**attempt))\n";
    let says = |version: &str, product: &str| {
        let manifest = format!("boto3=={version}\n");
        let sources = [("ask.py", code), ("requirements.txt", manifest.as_str())];
        let checked = lint_sources(sources, &Selection::default());
        let found: Vec<_> = checked.findings.iter().filter(|f| f.rule.id == "stacked-retries").collect();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].message.contains(product), "{}", found[0].message);
    };
    says("1.38.23", "4 × 5 = 20");
    says("1.44.5", "4 × 3 = 12");
}

/// Retries around one another multiply with each other as well; they are said once.
#[test]
fn attempts_of_all_layers_are_multiplied() {
    let code = include_str!("../fixtures/rules/stacked-retries/layers.py");
    let found = messages("stacked-retries", "ask.py", code);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("6 × 3 × 3 = 54"), "{found:?}");
}

/// Loops of two callers are on two ways: a failure meets one of them.
#[test]
fn attempts_of_different_callers_are_not_multiplied() {
    let caller = |name: &str, attempts: u32| {
        format!(
            "from provider import ask\n\nasync def {name}(text):\n    last = None\n    \
             for attempt in range({attempts}):\n        try:\n            return await ask(text)\n        \
             except Exception as error:\n            last = error\n    raise RuntimeError('{name}') from last\n"
        )
    };
    let (first, later) = (caller("first", 2), caller("later", 3));
    let provider = "import anthropic\nfrom tenacity import retry, retry_if_exception_type, stop_after_attempt\n\
                    client = anthropic.AsyncAnthropic()\n\n\
                    @retry(stop=stop_after_attempt(4), reraise=True, \
                    retry=retry_if_exception_type(anthropic.RateLimitError))\nasync def ask(text):\n    \
                    answer = await client.messages.create(model='claude-opus-4-8', max_tokens=8000, \
                    messages=[{'role': 'user', 'content': text}])\n    return answer\n";
    let sources = [("provider.py", provider), ("first.py", &first), ("later.py", &later)];
    let checked = lint_sources(sources, &Selection::default());
    let found: Vec<_> = checked.findings.iter().filter(|f| f.rule.id == "stacked-retries").collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].message.contains("3 × 4 × 3 = 36"), "{}", found[0].message);
}

/// The columns of a row are the names of what it holds: they tell nothing of the answer among its values.
#[test]
fn an_answer_among_the_values_of_a_row_is_not_executed() {
    let stores = |columns: &str| {
        let text = format!(
            "import sqlite3\n\nimport anthropic\n\nclient = anthropic.Anthropic()\nrows = sqlite3.connect('rows.db')\n\n\
             def keep(prompt):\n    reply = client.messages.create(model='claude-opus-5-5', max_tokens=8192, \
             messages=[{{'role': 'user', 'content': prompt}}])\n    \
             answer = ''.join(b.text for b in reply.content if b.type == 'text')\n    \
             row = {{'prompt': prompt, 'answer': answer}}\n    columns = ', '.join({columns})\n    \
             rows.execute(f'INSERT INTO answers VALUES ({{columns}})', list(row.values()))\n"
        );
        messages("unchecked-stop-reason", "keep.py", &text)
    };
    assert_eq!(stores("row.keys()"), ["the answer is stored and nothing on the way reads `stop_reason`"]);
    assert_eq!(stores("row.values()"), ["the answer is executed and nothing on the way reads `stop_reason`"]);
}

/// A statement that is built of calls or of a template's parts has the answer as a value, and does not run it.
#[test]
fn values_of_a_statement_are_stored() {
    let says = |path: &str, text: &str| {
        let found = messages("unchecked-stop-reason", path, text);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    };
    let python = |end: &str| {
        let text = format!(
            "import anthropic\nfrom sqlalchemy import text, update\nfrom sqlalchemy.dialects.postgresql import insert as pg_insert\n\n\
             from app.models import Page\n\nclient = anthropic.Anthropic()\n\ndef keep(session, question):\n    \
             answer = client.messages.create(model='claude-sonnet-5-5', max_tokens=8192, \
             messages=[{{'role': 'user', 'content': question}}])\n    \
             said = ''.join(b.text for b in answer.content if b.type == 'text')\n    {end}\n"
        );
        says("keep.py", &text)
    };
    let stored = |said: &str| said.contains("is stored");
    let executed = |said: &str| said.contains("is executed");
    assert!(stored(&python("session.execute(update(Page).where(Page.id == 1).values(body=said))")));
    assert!(stored(&python("session.execute(pg_insert(Page).values(body=said).on_conflict_do_nothing())")));
    assert!(stored(&python("session.execute(text('UPDATE pages SET body = :b'), {'b': said})")));
    assert!(executed(&python("session.execute(text(said))")));
    let typescript = |end: &str| {
        let text = format!(
            "import Anthropic from '@anthropic-ai/sdk';\nimport {{ sql }} from 'drizzle-orm';\nimport {{ db }} from './db';\n\
             const client = new Anthropic();\nexport async function keep(question: string) {{\n\
             const answer = await client.messages.create({{ model: 'claude-sonnet-5-5', max_tokens: 8192, \
             messages: [{{ role: 'user', content: question }}] }});\n\
             const said = answer.content.map((b) => (b.type === 'text' ? b.text : '')).join('');\n{end}\n}}\n"
        );
        says("keep.ts", &text)
    };
    assert!(stored(&typescript("await db.execute(sql`update pages set body = ${said}`);")));
    assert!(executed(&typescript("await db.execute(sql`${sql.raw(said)}`);")));
    assert!(executed(&typescript(
        "const made = sql.raw(said);\nawait db.execute(sql`update pages ${made}`);"
    )));
    assert!(executed(&typescript("await db.execute(sql(`update pages set body = '${said}'`));")));
}

/// The client of genai asks by itself whether the connection still stands; that of rig does not.
#[test]
fn a_silent_connection_is_told_where_nobody_asks_for_it() {
    let silent = |code: &str| {
        let found = messages("missing-timeout", "src/main.rs", code);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].contains("silent")
    };
    assert!(!silent(
        "use genai::Client;\nuse genai::chat::{ChatMessage, ChatRequest};\n\n\
         async fn ask(text: &str) -> genai::Result<genai::chat::ChatResponse> {\n    let client = Client::default();\n    \
         client.exec_chat(\"claude-opus-5-5\", ChatRequest::new(vec![ChatMessage::user(text)]), None).await\n}\n"
    ));
    assert!(silent(
        "use rig::client::{CompletionClient, ProviderClient};\nuse rig::completion::Prompt;\n\
         use rig::providers::anthropic;\n\n\
         async fn ask(text: &str) -> Result<String, rig::completion::PromptError> {\n    \
         let client = anthropic::Client::from_env();\n    \
         let agent = client.agent(\"claude-opus-5-5\").build();\n    agent.prompt(text).await\n}\n"
    ));
}
