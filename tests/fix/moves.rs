//! Moving to another model: what it would reject goes with the old id, or somebody has to look.

use claude_lint::finding::{Finding, Severity};
use claude_lint::fix::fix_sources;
use claude_lint::selection::Selection;

/// What the fixes of `retired-model` make of a program, the safe ones alone or all, and what is found then.
fn moved(path: &str, source: &str, unsafe_too: bool) -> (Option<String>, Vec<Finding>) {
    let selection = Selection::new(&["retired-model".to_string()], &[], false, Severity::Info).unwrap();
    let (checked, changes, _) = fix_sources([(path, source)], &selection, unsafe_too);
    let after = changes.first().map(|c| String::from_utf8(c.after.clone()).unwrap());
    (after, checked.findings)
}

#[track_caller]
fn safe(path: &str, before: &str, after: &str) {
    assert_eq!(moved(path, before, false).0.as_deref(), Some(after));
}

/// Only with a second look, and the help says why.
#[track_caller]
fn unsure(path: &str, source: &str, new: &str, word: &str) {
    let (untouched, findings) = moved(path, source, false);
    assert_eq!(untouched, None, "it is safe");
    let after = moved(path, source, true).0.unwrap_or_default();
    assert!(after.contains(new), "{after}");
    let [finding] = &findings[..] else { panic!("{findings:#?}") };
    assert!(finding.help.contains(word), "{}", finding.help);
}

fn python(options: &str) -> String {
    format!(
        "import anthropic\n\nclient = anthropic.Anthropic()\n\n\ndef ask(text, heat=None):\n    return \
         client.messages.create(\n        model=\"claude-3-7-sonnet-20250219\",\n        max_tokens=4096,\n{options}    )\n"
    )
}

const USER: &str = "        messages=[{\"role\": \"user\", \"content\": text}],\n";

#[test]
fn what_the_new_model_rejects_is_removed_with_the_old_id() {
    let before = python(&format!("        temperature=0.2,\n{USER}"));
    let after = python(USER).replace("claude-3-7-sonnet-20250219", "claude-sonnet-5-5");
    safe("a.py", &before, &after);
    let ts = |model: &str, heat: &str| {
        format!(
            "import Anthropic from \"@anthropic-ai/sdk\";\n\nconst client = new Anthropic();\n\nexport const ask = (messages: \
             Anthropic.MessageParam[]) =>\n  client.messages.create({{ model: \"{model}\", max_tokens: 4096,{heat} messages \
             }});\n"
        )
    };
    safe("a.ts", &ts("claude-3-opus-20240229", " top_k: 5,"), &ts("claude-opus-5-5", ""));
    // The default is taken by all.
    let kept = python(&format!("        temperature=1,\n{USER}"));
    safe("a.py", &kept, &kept.replace("claude-3-7-sonnet-20250219", "claude-sonnet-5-5"));
}

#[test]
fn what_was_meant_to_do_something_is_left_to_a_person() {
    let new = "claude-sonnet-5-5";
    let thinking = "        thinking={\"type\": \"enabled\", \"budget_tokens\": 2000},\n";
    unsure("a.py", &python(&format!("{thinking}{USER}")), new, "rejects `thinking` of type `enabled`");
    let tools = "        tools=[{\"name\": \"save\", \"input_schema\": {\"type\": \"object\"}}],\n        \
                 tool_choice={\"type\": \"tool\", \"name\": \"save\"},\n";
    unsure("a.py", &python(&format!("{tools}{USER}")), new, "rejects a forced `tool_choice`");
    let prefill = "        messages=[{\"role\": \"user\", \"content\": text}, {\"role\": \"assistant\", \"content\": \
                   \"{\"}],\n";
    unsure("a.py", &python(prefill), new, "rejects an assistant turn at the end");
    unsure("a.py", &python(&format!("        temperature=heat,\n{USER}")), new, "rejects `temperature`");
}

#[test]
fn requests_that_ask_other_models_too_keep_what_those_take() {
    let source = "import anthropic\n\nclient = anthropic.Anthropic()\n\n\ndef ask(text, small):\n    return \
                  client.messages.create(\n        model=\"claude-haiku-4-5\" if small else \
                  \"claude-3-7-sonnet-20250219\",\n        max_tokens=4096,\n        temperature=0.2,\n        \
                  messages=[{\"role\": \"user\", \"content\": text}],\n    )\n";
    unsure("a.py", source, "claude-sonnet-5-5", "rejects `temperature`");
}

#[test]
fn other_forms_of_requests_are_looked_at_as_well() {
    let converse = |options: &str| {
        format!(
            "import boto3\n\nclient = boto3.client(\"bedrock-runtime\")\n\n\ndef ask(text):\n    return client.converse(\n        \
             modelId=\"us.anthropic.claude-3-7-sonnet-20250219-v1:0\",\n{options}        messages=[{{\"role\": \"user\", \
             \"content\": [{{\"text\": text}}]}}],\n    )\n"
        )
    };
    let new = "us.anthropic.claude-sonnet-5-5";
    let heat = "        inferenceConfig={\"maxTokens\": 512, \"temperature\": 0.1},\n";
    unsure("a.py", &converse(heat), new, "rejects `temperature`");
    let forced = "        toolConfig={\"tools\": [], \"toolChoice\": {\"any\": {}}},\n";
    unsure("a.py", &converse(forced), new, "rejects a forced `tool_choice`");
    let chain = "from langchain_anthropic import ChatAnthropic\n\nllm = ChatAnthropic(model=\"claude-3-opus-20240229\", \
                 temperature=0)\nprint(llm.invoke(\"hello\").content)\n";
    unsure("a.py", chain, "claude-opus-5-5", "rejects `temperature`");
}

#[test]
fn settings_count_for_the_requests_whose_model_is_set_elsewhere() {
    let source = "import Anthropic from \"@anthropic-ai/sdk\";\n\nexport const DEFAULT_MODEL = \
                  \"claude-3-opus-20240229\";\nconst client = new Anthropic();\n\nexport async function ask(model: string, \
                  text: string) {\n  return client.messages.create({\n    model,\n    max_tokens: 4096,\n    messages: [\n      \
                  { role: \"user\", content: text },\n      { role: \"assistant\", content: \"[\" },\n    ],\n  });\n}\n";
    unsure("a.ts", source, "claude-opus-5-5", "rejects an assistant turn at the end");
}

#[test]
fn deployments_and_gateways_have_names_of_their_own() {
    let foundry = "import AnthropicFoundry from \"@anthropic-ai/foundry-sdk\";\n\nconst client = new AnthropicFoundry({ \
                   resource: \"r\" });\n\nexport const ask = (text: string) =>\n  client.messages.create({\n    model: \
                   \"anthropic.claude-3-7-sonnet-20250219-v1:0\",\n    max_tokens: 4096,\n    messages: [{ role: \"user\", \
                   content: text }],\n  });\n";
    unsure("a.ts", foundry, "model: \"claude-sonnet-5-5\"", "use `claude-sonnet-5-5` instead");
    let gateway = "export const litellmDefaultModelId = \"claude-3-7-sonnet-20250219\";\n";
    // What a gateway serves under a name is its own business, as long as no request is in sight.
    let (after, findings) = moved("a.ts", gateway, true);
    assert_eq!((after, findings.len()), (None, 0));
}
