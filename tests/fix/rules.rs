//! What each rule's fix does, exactly.

use claude_lint::finding::Severity;
use claude_lint::fix::fix_sources;
use claude_lint::selection::Selection;

/// With one rule alone: the fix makes the finding go away, changes nothing else, and is made once.
#[track_caller]
fn check(rule: &str, unsafe_too: bool, path: &str, before: &str, after: &str) {
    project(rule, unsafe_too, &[(path, before)], path, after);
}

#[track_caller]
fn project(rule: &str, unsafe_too: bool, sources: &[(&str, &str)], path: &str, after: &str) {
    let selection = Selection::new(&[rule.to_string()], &[], true, Severity::Info).unwrap();
    if unsafe_too {
        let (_, changes, _) = fix_sources(sources.iter().copied(), &selection, false);
        assert!(changes.is_empty(), "it is said to be unsafe:\n{}", changes[0].diff());
    }
    let (checked, changes, count) = fix_sources(sources.iter().copied(), &selection, unsafe_too);
    assert!(count > 0, "nothing was fixed: {:#?}", checked.findings);
    let [change] = &changes[..] else { panic!("{} files changed", changes.len()) };
    assert_eq!(change.path, path);
    similar_lines(&String::from_utf8(change.after.clone()).unwrap(), after);
    assert!(checked.findings.iter().all(|f| f.fix.is_none()), "{:#?}", checked.findings);
}

#[track_caller]
fn similar_lines(found: &str, expected: &str) {
    assert_eq!(found, expected, "\n\nfound:\n{found}\nexpected:\n{expected}");
}

/// A line within a small program.
#[track_caller]
fn line(rule: &str, unsafe_too: bool, path: &str, frame: &str, before: &str, after: &str) {
    check(rule, unsafe_too, path, &frame.replace("@@", before), &frame.replace("@@", after));
}

const PY: &str = "import anthropic\n\nclient = anthropic.Anthropic()\n@@\n";
const TS: &str = "import Anthropic from \"@anthropic-ai/sdk\";\n\nconst client = new Anthropic();\n@@\n";

#[test]
fn models_are_replaced_within_the_quotes() {
    let call = |id: &str| {
        format!(
            "client.messages.create(model={id}, max_tokens=512, messages=[{{\"role\": \"user\", \"content\": \"é 😀\"}}])"
        )
    };
    line("retired-model", false, "a.py", PY, &call("'claude-3-opus-20240229'"), &call("'claude-opus-5-5'"));
    let call = |id: &str| {
        format!(
            "await client.messages.create({{ model: `{id}`, max_tokens: 512, messages: [{{ role: \"user\", content: \"é\" }}] }});"
        )
    };
    line("retired-model", false, "a.ts", TS, &call("claude-3-opus-20240229"), &call("claude-opus-5-5"));
}

#[test]
fn models_of_platforms_keep_their_form() {
    let frame = "from anthropic import AnthropicBedrock\n\nclient = AnthropicBedrock()\nclient.messages.create(\n    \
                 model=\"@@\",\n    max_tokens=512,\n    messages=[{\"role\": \"user\", \"content\": \"hi\"}],\n)\n";
    let (old, new) = ("us.anthropic.claude-3-7-sonnet-20250219-v1:0", "us.anthropic.claude-sonnet-5-5");
    let selection = Selection::default();
    let (_, changes, _) = fix_sources([("a.py", &*frame.replace("@@", old))], &selection, true);
    let after = String::from_utf8(changes[0].after.clone()).unwrap();
    similar_lines(&after, &frame.replace("@@", new));
}

#[test]
fn rejected_parameters_are_taken_out() {
    let py = "client.messages.create(\n    model=\"claude-opus-5-5\",\n    max_tokens=512,\n@@    messages=[{\"role\": \
              \"user\", \"content\": \"hi\"}],\n)";
    let frame = PY.replace("@@", py);
    line("unsupported-parameter", false, "a.py", &frame, "    temperature=0.2,  # calm\n", "");
    line("unsupported-parameter", false, "a.py", &frame, "    temperature=0.2,\n    top_k=4,\n", "");
    let ts = "await client.messages.create({ model: \"claude-opus-5-5\", max_tokens: 512,@@ messages: [{ role: \
              \"user\", content: \"hi\" }] });";
    let frame = TS.replace("@@", ts);
    line("unsupported-parameter", false, "a.ts", &frame, " temperature: 0.2,", "");
}

#[test]
fn fields_of_other_vendors_get_their_name_here() {
    let py = "client.messages.create(model=\"claude-opus-5-5\", max_tokens=512, @@=[\"END\"], messages=[{\"role\": \
              \"user\", \"content\": \"hi\"}])";
    line("unsupported-parameter", false, "a.py", &PY.replace("@@", py), "stop", "stop_sequences");
}

#[test]
fn limits_are_lowered() {
    let py = "client.messages.create(model=\"claude-haiku-4-5\", max_tokens=@@, messages=[{\"role\": \"user\", \
              \"content\": \"hi\"}])";
    line("max-tokens-over-limit", false, "a.py", &PY.replace("@@", py), "100_000", "64000");
    let ts = "await client.messages.create({ model: \"claude-haiku-4-5\", max_tokens: @@, messages: [{ role: \
              \"user\", content: \"hi\" }] });";
    line("max-tokens-over-limit", false, "a.ts", &TS.replace("@@", ts), "100000", "64000");
}

#[test]
fn results_name_the_call_they_answer() {
    let py = "reply = client.messages.create(model=\"claude-opus-5-5\", max_tokens=512, messages=[])\n\
              for block in reply.content:\n    if block.type == \"tool_use\":\n        \
              client.messages.create(model=\"claude-opus-5-5\", max_tokens=512, messages=[{\"role\": \"user\", \
              \"content\": [{\"type\": \"tool_result\", \"@@\": block.id, \"content\": \"done\"}]}])";
    line("unmatched-tool-use-id", false, "a.py", &PY.replace("@@", py), "id", "tool_use_id");
}

#[test]
fn texts_of_all_blocks_are_joined() {
    let py = "reply = client.messages.create(model=\"claude-opus-5-5\", max_tokens=512, messages=[{\"role\": \
              \"user\", \"content\": \"hi\"}])\nprint(@@)";
    let after = "\"\".join(block.text for block in reply.content if block.type == \"text\")";
    line("blind-content-index", true, "a.py", &PY.replace("@@", py), "reply.content[0].text", after);
    let before = PY.replace("@@", py).replace("@@", "f\"{reply.content[0].text}\"");
    let (_, changes, _) = fix_sources([("a.py", &*before)], &Selection::default(), true);
    assert!(changes.is_empty(), "quotes within a text: {}", changes[0].diff());
    let ts = "const reply = await client.messages.create({ model: \"claude-opus-5-5\", max_tokens: 512, messages: [{ \
              role: \"user\", content: \"hi\" }] });\nconsole.log(@@);";
    let after = "reply.content.flatMap((block) => (block.type === \"text\" ? [block.text] : [])).join(\"\")";
    line("blind-content-index", true, "a.ts", &TS.replace("@@", ts), "reply.content[0].text", after);
}

#[test]
fn the_status_is_looked_at_before_the_answer() {
    let frame = "import requests\n\n\ndef ask(key, body):\n    response = requests.post(\n        \
                 \"https://api.anthropic.com/v1/messages\",\n        headers={\"x-api-key\": key, \
                 \"anthropic-version\": \"2023-06-01\"},\n        json=body,\n        timeout=600,\n    )@@\n    \
                 return response.json()[\"content\"]\n";
    line("unchecked-http-status", false, "a.py", frame, "", "\n    response.raise_for_status()");
}

#[test]
fn the_version_is_sent_beside_the_key() {
    let frame = "import requests\n\n\ndef ask(key, body):\n    response = requests.post(\n        \
                 \"https://api.anthropic.com/v1/messages\",\n        headers={\"x-api-key\": key@@},\n        \
                 json=body,\n        timeout=600,\n    )\n    response.raise_for_status()\n    \
                 return response.json()[\"content\"]\n";
    line("missing-api-headers", false, "a.py", frame, "", ", \"anthropic-version\": \"2023-06-01\"");
}

#[test]
fn delays_get_a_random_part() {
    let frame = "import anthropic\nfrom tenacity import retry, stop_after_attempt, @@\n\nclient = \
                 anthropic.Anthropic(max_retries=0)\n\n\n@retry(wait=@@(multiplier=1, max=60), \
                 stop=stop_after_attempt(6))\ndef ask(prompt):\n    return client.messages.create(model=\
                 \"claude-opus-5-5\", max_tokens=512, messages=[{\"role\": \"user\", \"content\": prompt}])\n";
    line("missing-jitter", false, "a.py", frame, "wait_exponential", "wait_random_exponential");
    let frame = "import Anthropic from \"@anthropic-ai/sdk\";\nimport pRetry from \"p-retry\";\n\nconst client = new \
                 Anthropic({ maxRetries: 0 });\n\nexport const ask = (content: string) =>\n  pRetry(\n    () =>\n      \
                 client.messages.create({ model: \"claude-opus-5-5\", max_tokens: 512, messages: [{ role: \"user\", \
                 content }] }),\n    { retries: 5@@ },\n  );\n";
    line("missing-jitter", false, "a.ts", frame, "", ", randomize: true");
}

#[test]
fn runners_get_a_cap() {
    let py = "runner = client.beta.messages.tool_runner(\n    model=\"claude-opus-5-5\",\n    max_tokens=512,\n    \
              tools=[lookup],\n    messages=[{\"role\": \"user\", \"content\": \"hi\"}],@@\n)\nfor message in runner:\n    \
              print(message)";
    line("unbounded-tool-loop", true, "a.py", &PY.replace("@@", py), "", "\n    max_iterations=20,");
}

#[test]
fn raw_requests_get_a_timeout() {
    let frame = "import requests\n\n\ndef ask(key, prompt):\n    response = requests.post(\n        \
                 \"https://api.anthropic.com/v1/messages\",\n        headers={\"x-api-key\": key, \
                 \"anthropic-version\": \"2023-06-01\"},\n        json={\"model\": \"claude-opus-5-5\", \
                 \"max_tokens\": 512, \"messages\": [{\"role\": \"user\", \"content\": prompt}]},@@\n    )\n    \
                 response.raise_for_status()\n    return response.json()[\"content\"]\n";
    line("missing-timeout", true, "a.py", frame, "", "\n        timeout=600,");
}

/// A program in Rust that sends a request by hand.
const RS: &str = "async fn ask(key: &str) -> Result<String, reqwest::Error> {\n    let body = serde_json::json!({\n        \
                  \"model\": \"claude-opus-5-5\",\n        \"max_tokens\": 512,\n@@        \"messages\": [{\"role\": \
                  \"user\", \"content\": \"é\"}],\n    });\n    let answer = reqwest::Client::new()\n        \
                  .post(\"https://api.anthropic.com/v1/messages\")\n        .header(\"x-api-key\", key)\n        \
                  .header(\"anthropic-version\", \"2023-06-01\")\n        .timeout(std::time::Duration::from_secs(600))\n        \
                  .json(&body)\n        .send()\n        .await?\n        .error_for_status()?;\n    \
                  answer.text().await\n}\n";

#[test]
fn requests_in_rust_are_fixed_as_well() {
    line("unsupported-parameter", false, "a.rs", RS, "        \"temperature\": 0.2,\n", "");
    let rs = RS.replace("@@", "");
    let old = rs.replace("claude-opus-5-5", "claude-3-opus-20240229");
    check("retired-model", false, "a.rs", &old, &rs);
    let rs = rs.replace("claude-opus-5-5", "claude-haiku-4-5");
    check("max-tokens-over-limit", false, "a.rs", &rs.replace("512", "100_000"), &rs.replace("512", "64000"));
    check("missing-api-headers", false, "a.rs", &rs.replace("2023-06-01", "2024-06-20"), &rs);
}
