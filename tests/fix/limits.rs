//! What fixes add that bounds or spreads waiting: limits of time and of turns, random parts.

use super::rules::{PY, RS, TS, check, line, unfixed};

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
    let frame = frame.replace("pRetry from \"p-retry\"", "{ backOff } from \"exponential-backoff\"");
    let frame = frame.replace("pRetry(", "backOff(").replace("retries: 5", "numOfAttempts: 5");
    line("missing-jitter", false, "a.ts", &frame, "", ", jitter: \"full\"");
    let frame = frame.replace("5@@", "5, jitter: @@");
    line("missing-jitter", false, "a.ts", &frame, "\"none\"", "\"full\"");
}

#[test]
fn strategies_that_have_a_name_get_a_random_part_where_they_are_made() {
    let frame = "import anthropic\nfrom tenacity import retry, stop_after_attempt, @@\n\nclient = \
                 anthropic.Anthropic(max_retries=0)\nPATIENCE = @@(multiplier=1, max=60)\n\n\n@retry(wait=PATIENCE, \
                 stop=stop_after_attempt(6))\ndef ask(prompt):\n    return client.messages.create(model=\
                 \"claude-opus-5-5\", max_tokens=512, messages=[{\"role\": \"user\", \"content\": prompt}])\n";
    line("missing-jitter", false, "a.py", frame, "wait_exponential", "wait_random_exponential");
}

#[test]
fn strategies_in_rust_get_a_random_part() {
    let frame = "use backon::{ExponentialBuilder, Retryable};\n\nasync fn ask(client: &reqwest::Client, body: \
                 &serde_json::Value) -> Result<String, reqwest::Error> {\n    let once = || async {\n        let answer = \
                 client\n            .post(\"https://api.anthropic.com/v1/messages\")\n            \
                 .timeout(std::time::Duration::from_secs(600))\n            .json(body)\n            .send()\n            \
                 .await?\n            .error_for_status()?;\n        answer.text().await\n    };\n    \
                 once.retry(@@).await\n}\n";
    let check = |before: &str| {
        let after = before.replace("default()", "default().with_jitter()");
        line("missing-jitter", false, "a.rs", frame, before, &after);
    };
    check("ExponentialBuilder::default()");
    check("ExponentialBuilder::default().with_max_times(5)");
    check("ExponentialBuilder::default().with_max_times(5).build()");
    let frame = frame.replace("once.retry(@@)", "tokio_retry::Retry::spawn(@@, once)");
    let made = "tokio_retry::strategy::ExponentialBackoff::from_millis(500).factor(2)";
    let jitter = ".map(tokio_retry::strategy::jitter)";
    for last in [".take(4)", ".take(4).collect::<Vec<_>>()"] {
        let after = format!("{made}{jitter}{last}");
        line("missing-jitter", false, "a.rs", &frame, &format!("{made}{last}"), &after);
    }
    // What has a name may have a type.
    let named = format!("let waits = {made}.take(4);\n    let once = ");
    let named = frame.replace("let once = ", &named).replace("spawn(@@", "spawn(waits");
    unfixed("missing-jitter", "a.rs", &named);
    // The jitter of this one is not there by default.
    let other =
        frame.replace("tokio_retry", "tokio_retry2").replace("@@", &made.replace("_retry", "_retry2"));
    unfixed("missing-jitter", "a.rs", &other);
    let frame = frame.replace("tokio_retry::Retry::spawn(@@, once)", "backoff::future::retry(@@, once)");
    let made = "backoff::ExponentialBackoffBuilder::new()";
    let before = format!("{made}.with_randomization_factor(0.0).build()");
    line("missing-jitter", false, "a.rs", &frame, &before, &format!("{made}.build()"));
}

#[test]
fn runners_get_a_cap() {
    let py = "runner = client.beta.messages.tool_runner(\n    model=\"claude-opus-5-5\",\n    max_tokens=512,\n    \
              tools=[lookup],\n    messages=[{\"role\": \"user\", \"content\": \"hi\"}],@@\n)\nfor message in runner:\n    \
              print(message)";
    line("unbounded-tool-loop", true, "a.py", &PY.replace("@@", py), "", "\n    max_iterations=100,");
    let ts = "const runner = client.beta.messages.toolRunner({ model: \"claude-opus-5-5\", max_tokens: 512, tools: [lookup], \
              messages: [{ role: \"user\", content: \"hi\" }]@@ });\nfor await (const message of runner) \
              console.log(message);";
    line("unbounded-tool-loop", true, "a.ts", &TS.replace("@@", ts), "", ", max_iterations: 100");
}

#[test]
fn raw_requests_get_a_timeout() {
    let frame = "import requests\n\n\ndef ask(key, prompt):\n    response = requests.post(\n        \
                 \"https://api.anthropic.com/v1/messages\",\n        headers={\"x-api-key\": key, \
                 \"anthropic-version\": \"2023-06-01\"},\n        json={\"model\": \"claude-opus-5-5\", \
                 \"max_tokens\": 512, \"messages\": [{\"role\": \"user\", \"content\": prompt}]},@@\n    )\n    \
                 response.raise_for_status()\n    return response.json()[\"content\"]\n";
    line("missing-timeout", false, "a.py", frame, "", "\n        timeout=600,");
    // Longer answers may take longer.
    let long = frame.replace("512", "64000");
    line("missing-timeout", true, "a.py", &long, "", "\n        timeout=600,");
    let frame = "export async function ask(key: string, content: string) {\n  const response = await fetch(\
                 \"https://api.anthropic.com/v1/messages\", {\n    method: \"POST\",\n    headers: { \"x-api-key\": key, \
                 \"anthropic-version\": \"2023-06-01\" },\n    body: JSON.stringify({ model: \"claude-opus-5-5\", \
                 max_tokens: 512, messages: [{ role: \"user\", content }] }),@@\n  });\n  if (!response.ok) throw new \
                 Error();\n  return await response.json();\n}\n";
    line("missing-timeout", false, "a.ts", frame, "", "\n    signal: AbortSignal.timeout(600_000),");
    let node = |from: &str| format!("import fetch from \"{from}\";\n\n{frame}");
    line(
        "missing-timeout",
        false,
        "a.ts",
        &node("node-fetch"),
        "",
        "\n    signal: AbortSignal.timeout(600_000),",
    );
    // It takes no signal.
    unfixed("missing-timeout", "a.ts", &node("unfetch").replace("@@", ""));
    let frame = "import axios from \"axios\";\n\nexport async function ask(key: string, content: string) {\n  const \
                 response = await axios.post(\n    \"https://api.anthropic.com/v1/messages\",\n    { model: \
                 \"claude-opus-5-5\", max_tokens: 512, messages: [{ role: \"user\", content }] },\n    { headers: { \
                 \"x-api-key\": key, \"anthropic-version\": \"2023-06-01\" }@@ },\n  );\n  return response.data;\n}\n";
    line("missing-timeout", false, "a.ts", frame, "", ", timeout: 600_000");
    let rs = RS.replace("@@", "");
    let step = "        .timeout(std::time::Duration::from_secs(600))\n";
    let json = "        .json(&body)\n";
    let after = rs.replace(step, "").replace(json, &format!("{json}{step}"));
    check("missing-timeout", false, "a.rs", &rs.replace(step, ""), &after);
}
