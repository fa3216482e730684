//! What each rule's fix does, exactly.

use claude_lint::finding::Severity;
use claude_lint::fix::fix_sources;
use claude_lint::selection::Selection;

/// With one rule alone: the fix makes the finding go away, changes nothing else, and is made once.
#[track_caller]
pub(super) fn check(rule: &str, unsafe_too: bool, path: &str, before: &str, after: &str) {
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
pub(super) fn line(rule: &str, unsafe_too: bool, path: &str, frame: &str, before: &str, after: &str) {
    check(rule, unsafe_too, path, &frame.replace("@@", before), &frame.replace("@@", after));
}

pub(super) const PY: &str = "import anthropic\n\nclient = anthropic.Anthropic()\n@@\n";
pub(super) const TS: &str =
    "import Anthropic from \"@anthropic-ai/sdk\";\n\nconst client = new Anthropic();\n@@\n";

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
fn a_model_that_thinks_is_no_safe_choice_where_an_answer_is_taken_to_begin_with_its_text() {
    let frame = PY.replace(
        "@@",
        "reply = client.messages.create(model=\"@@\", max_tokens=512, messages=[{\"role\": \"user\", \"content\": \
         \"hi\"}])\nprint(%%)",
    );
    let (old, new) = ("claude-3-opus-20240229", "claude-opus-5-5");
    let line = |unsafe_too, read: &str| {
        line("retired-model", unsafe_too, "a.py", &frame.replace("%%", read), old, new);
    };
    line(true, "reply.content[0].text");
    line(true, "[block.text for block in reply.content]");
    line(false, "[block.text for block in reply.content if block.type == \"text\"]");
    // Where both are fixed, the model is in the next round.
    let before = frame.replace("%%", "reply.content[0].text").replace("@@", old);
    let (_, changes, count) = fix_sources([("a.py", &*before)], &Selection::default(), false);
    let after = String::from_utf8(changes[0].after.clone()).unwrap();
    assert!(after.contains(new) && count == 2, "{after}");
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
fn texts_are_taken_by_type() {
    let py = "reply = client.messages.create(model=\"claude-opus-5-5\", max_tokens=512, messages=[{\"role\": \
              \"user\", \"content\": \"hi\"}])\nprint(@@)";
    let after = "[block for block in reply.content if block.type == \"text\"][0].text";
    line("blind-content-index", false, "a.py", &PY.replace("@@", py), "reply.content[0].text", after);
    let before = PY.replace("@@", py).replace("@@", "f\"{reply.content[0].text}\"");
    let (_, changes, _) = fix_sources([("a.py", &*before)], &Selection::default(), true);
    assert!(changes.is_empty(), "quotes within a text: {}", changes[0].diff());
    let ts = "const reply = await client.messages.create({ model: \"claude-opus-5-5\", max_tokens: 512, messages: [{ \
              role: \"user\", content: \"hi\" }] });\nconsole.log(@@);";
    let frame = TS.replace("@@", ts);
    let line = |path: &str, before: &str, after: &str| {
        line("blind-content-index", false, path, &frame, before, after);
    };
    let first = |block: &str| format!("reply.content.find({block} => block.type === \"text\")");
    line("a.js", "reply.content[0].text", &format!("{}.text", first("(block)")));
    line(
        "a.js",
        "reply.content?.[0]?.text",
        &format!("{}?.text", first("(block)").replace(".find", "?.find")),
    );
    line("a.ts", "reply.content[0].text", &format!("{}!.text", first("(block: any)")));
    line("a.ts", "reply.content[0][\"text\"]", &format!("{}![\"text\"]", first("(block: any)")));
    line("a.ts", "reply.content[0]?.text", &format!("{}?.text", first("(block: any)")));
    line("a.ts", "(reply.content[0] as any).text", &format!("({} as any).text", first("(block)")));
    line("a.ts", "reply.content[0]!.text", &format!("{}!.text", first("(block)")));
}

/// What the fixes of a rule make of a text, the safe ones alone or all, and how often it is found before.
fn fixed(rule: &str, path: &str, before: &str, unsafe_too: bool) -> (Option<String>, usize) {
    let selection = Selection::new(&[rule.to_string()], &[], true, Severity::Info).unwrap();
    let (checked, changes, count) = fix_sources([(path, before)], &selection, unsafe_too);
    let after = changes.first().map(|change| String::from_utf8(change.after.clone()).unwrap());
    (after, checked.findings.len() + count)
}

/// What a fix of a rule that finds something in a text would do to it, if it is said to be safe.
#[track_caller]
fn safely(rule: &str, path: &str, before: &str) -> Option<String> {
    let (after, found) = fixed(rule, path, before, false);
    assert!(found > 0, "nothing was found:\n{before}");
    after
}

/// A rule finds something in a text, and its fix is said to be unsafe.
#[track_caller]
fn unsure(rule: &str, path: &str, before: &str) {
    assert_eq!(safely(rule, path, before), None, "it is said to be safe");
    assert!(fixed(rule, path, before, true).0.is_some(), "it has no fix:\n{before}");
}

/// A rule finds something in a text, and has no fix.
#[track_caller]
pub(super) fn unfixed(rule: &str, path: &str, before: &str) {
    let (after, found) = fixed(rule, path, before, true);
    assert!(found > 0, "nothing was found:\n{before}");
    assert_eq!(after, None);
}

#[test]
fn texts_that_may_be_those_of_others_need_a_second_look() {
    let py = "def show(reply):\n    print(reply.content[0].text)\n\nshow(client.messages.create(model=\"claude-opus-5-5\", \
              max_tokens=512, messages=[{\"role\": \"user\", \"content\": \"hi\"}]))";
    unsure("blind-content-index", "a.py", &PY.replace("@@", py));
    // Where there are tools, the failure may be what tells of a call.
    let py = "reply = client.messages.create(model=\"claude-opus-5-5\", max_tokens=512, tools=tools, messages=[{\"role\": \
              \"user\", \"content\": \"hi\"}])\nprint(reply.content[0].text)";
    unsure("blind-content-index", "a.py", &PY.replace("@@", py));
    // What was read by hand has no types, and what goes through it would have to say so.
    let ts = "const response = await fetch(\"https://api.anthropic.com/v1/messages\", {\n  method: \"POST\",\n  headers: \
              { \"x-api-key\": \"\", \"anthropic-version\": \"2023-06-01\" },\n  body: JSON.stringify({ model: \
              \"claude-opus-5-5\", max_tokens: 512, messages: [{ role: \"user\", content: \"hi\" }] }),\n});\nconst \
              reply = await response.json();\nconsole.log((reply.content[0] as any).text);\n";
    unsure("blind-content-index", "a.ts", ts);
    // What a list is made of may not assign.
    let py = "if (blocks := client.messages.create(model=\"claude-opus-5-5\", max_tokens=512, messages=[{\"role\": \
              \"user\", \"content\": \"hi\"}]).content):\n    print(blocks[0].text)";
    assert!(safely("blind-content-index", "a.py", &PY.replace("@@", py)).is_some());
    let py = "print((reply := client.messages.create(model=\"claude-opus-5-5\", max_tokens=512, messages=[{\"role\": \
              \"user\", \"content\": \"hi\"}])).content[0].text)";
    unfixed("blind-content-index", "a.py", &PY.replace("@@", py));
    // What is set is not read, and not reported.
    let py = "reply = client.messages.create(model=\"claude-opus-5-5\", max_tokens=512, messages=[{\"role\": \
              \"user\", \"content\": \"hi\"}])\nreply.content[0].text = \"\"";
    assert_eq!(fixed("blind-content-index", "a.py", &PY.replace("@@", py), true).0, None);
    let frame = "import boto3\n\nbedrock = boto3.client(\"bedrock-runtime\")\nanswer = bedrock.converse(modelId=\
                 \"anthropic.claude-opus-5-5\", messages=[{\"role\": \"user\", \"content\": [{\"text\": \"hi\"}]}])\n\
                 print(@@[\"text\"])\n";
    let content = "answer[\"output\"][\"message\"][\"content\"]";
    let after = format!("[block for block in {content} if \"text\" in block][0]");
    line("blind-content-index", true, "a.py", frame, &format!("{content}[0]"), &after);
}

#[test]
fn the_status_is_looked_at_before_the_answer() {
    let frame = "import requests\n\n\ndef ask(key, body):\n    response = requests.post(\n        \
                 \"https://api.anthropic.com/v1/messages\",\n        headers={\"x-api-key\": key, \
                 \"anthropic-version\": \"2023-06-01\"},\n        json=body,\n        timeout=600,\n    )@@\n    \
                 return response.json()[\"content\"]\n";
    line("unchecked-http-status", false, "a.py", frame, "", "\n    response.raise_for_status()");
    let frame = "export async function ask(key: string, body: object) {\n  const response = await fetch(\
                 \"https://api.anthropic.com/v1/messages\", {\n    method: \"POST\",\n    headers: { \"x-api-key\": key, \
                 \"anthropic-version\": \"2023-06-01\" },\n    body: JSON.stringify(body),\n    signal: \
                 AbortSignal.timeout(600_000),\n  });@@\n  const data: any = await response.json();\n  return \
                 data.content;\n}\n";
    let check = "\n  if (!response.ok) throw new Error(`HTTP ${response.status}: ${await response.text()}`);";
    line("unchecked-http-status", false, "a.ts", frame, "", check);
    // A promise has no status.
    let frame = frame.replace("await fetch", "fetch").replace("await response", "await (await response)");
    unfixed("unchecked-http-status", "a.ts", &frame.replace("@@", ""));
    let rs = RS
        .replace("@@", "")
        .replace("        .error_for_status()?;\n    answer.text()", "        ;\n    answer.json()");
    let before = rs.replace("?\n        ;", "?;");
    let after = rs.replace("?\n        ;", "?\n        .error_for_status()?;");
    check_status(&before, &after);
}

#[track_caller]
fn check_status(before: &str, after: &str) {
    let value = |text: &str| {
        text.replace("Result<String,", "Result<serde_json::Value,").replace(
            "    answer.json().await\n",
            "    let body: serde_json::Value = answer.json().await?;\n    Ok(body[\"content\"].clone())\n",
        )
    };
    check("unchecked-http-status", false, "a.rs", &value(before), &value(after));
    let around = "reqwest_middleware::ClientBuilder::new(reqwest::Client::new()).build()";
    let before = value(before).replace("reqwest::Client::new()", around);
    unfixed("unchecked-http-status", "a.rs", &before);
}

#[test]
fn the_version_is_sent_beside_the_key() {
    let frame = "import requests\n\n\ndef ask(key, body):\n    response = requests.post(\n        \
                 \"https://api.anthropic.com/v1/messages\",\n        headers={\"x-api-key\": key@@},\n        \
                 json=body,\n        timeout=600,\n    )\n    response.raise_for_status()\n    \
                 return response.json()[\"content\"]\n";
    line("missing-api-headers", false, "a.py", frame, "", ", \"anthropic-version\": \"2023-06-01\"");
}

/// A program in Rust that sends a request by hand.
pub(super) const RS: &str = "async fn ask(key: &str) -> Result<String, reqwest::Error> {\n    let body = serde_json::json!({\n        \
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
