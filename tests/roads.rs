//! On every road the request is found, and its fields are read where that road has them.

#![allow(clippy::unwrap_used, reason = "tests")]

use claude_lint::linter::lint_sources;
use claude_lint::model::{Field, Project, Request};
use claude_lint::selection::Selection;

/// The kinds of the requests in a file, with the source of the asked fields; `-` is certainly
/// absent, `?` out of reach.
fn requests(path: &str, source: &str, fields: &[&str]) -> Vec<String> {
    let checked = lint_sources([(path, source)], &Selection::default());
    let project = &checked.project;
    project.requests().iter().map(|request| describe(project, request, fields)).collect()
}

fn describe(project: &Project, request: &Request, fields: &[&str]) -> String {
    let mut out = request.kind.id.clone();
    for field in fields {
        let value = match project.body_field(request, field) {
            Field::Known(nodes) => {
                let texts: Vec<&str> = nodes.iter().map(|n| project.file(n.file).text_of(n.node)).collect();
                texts.join("/")
            }
            Field::Absent => "-".to_string(),
            Field::Unknown(_) => "?".to_string(),
        };
        out.push_str(&format!(" {field}={value}"));
    }
    out
}

#[test]
fn python_sdk() {
    let source = r#"
import anthropic

def options(limit):
    params = {}
    params["max_tokens"] = limit
    return params

client = anthropic.AsyncAnthropicBedrock()

async def ask(text):
    raw = await client.messages.with_raw_response.create(model="m", **options(5))
    async with client.beta.messages.stream(model="n", max_tokens=7) as stream:
        pass
    runner = client.with_options(max_retries=0).beta.messages.tool_runner(model="o", max_tokens=8)
"#;
    let found = requests("a.py", source, &["model", "max_tokens", "temperature"]);
    assert_eq!(
        found,
        [
            r#"message-raw model="m" max_tokens=limit temperature=-"#,
            r#"message-stream model="n" max_tokens=7 temperature=-"#,
            r#"tool-runner model="o" max_tokens=8 temperature=-"#,
        ]
    );
}

#[test]
fn python_http() {
    let source = r#"
import json, urllib.request, httpx, requests, aiohttp

URL = "https://api.anthropic.com/v1/messages"
headers = {"anthropic-version": "2023-06-01"}

def a():
    body = {"model": "m", "max_tokens": 5, "messages": []}
    req = urllib.request.Request(URL, data=json.dumps(body).encode(), headers=headers)
    with urllib.request.urlopen(req) as response:
        return json.loads(response.read())

def b():
    return requests.post(URL, json={"model": "n", "max_tokens": 6, "messages": []}, headers=headers).json()

def c():
    with httpx.Client(timeout=60) as client:
        with client.stream("POST", URL, json={"model": "o", "max_tokens": 7, "messages": []}) as response:
            pass

async def d():
    async with aiohttp.ClientSession() as session:
        async with session.post(URL, data=json.dumps({"model": "p", "max_tokens": 8, "messages": []})) as response:
            pass
"#;
    let found = requests("a.py", source, &["model", "max_tokens", "system"]);
    assert_eq!(
        found,
        [
            r#"urllib model="m" max_tokens=5 system=-"#,
            r#"http model="n" max_tokens=6 system=-"#,
            r#"httpx-stream model="o" max_tokens=7 system=-"#,
            r#"aiohttp model="p" max_tokens=8 system=-"#,
        ]
    );
}

#[test]
fn python_bedrock() {
    let source = r#"
import json, boto3

runtime = boto3.Session(region_name="us-east-1").client("bedrock-runtime")
other = boto3.client("s3")
MODEL = "us.anthropic.claude-sonnet-4-6"

def a():
    return runtime.converse(modelId=MODEL, messages=[], inferenceConfig={"maxTokens": 5, "stopSequences": ["x"]})

def b():
    body = json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 6, "messages": []})
    return runtime.invoke_model(modelId=MODEL, body=body)

def c():
    return other.invoke_model(modelId=MODEL, body="{}")
"#;
    let found = requests("a.py", source, &["model", "max_tokens", "stop_sequences"]);
    assert_eq!(
        found,
        [
            r#"converse model=MODEL max_tokens=5 stop_sequences=["x"]"#,
            "invoke-model model=MODEL max_tokens=6 stop_sequences=-",
        ]
    );
}

#[test]
fn python_frameworks() {
    let source = r#"
from langchain_anthropic import ChatAnthropic
import litellm, instructor, anthropic
from pydantic_ai import Agent

llm = ChatAnthropic(model="m", max_tokens=5).bind_tools([])
agent = Agent("anthropic:claude-sonnet-4-6")
extract = instructor.from_anthropic(anthropic.Anthropic())
patched = instructor.patch(create=anthropic.Anthropic().messages.create)
models = [{"model_name": "a", "litellm_params": {"model": "anthropic/claude-opus-4-6"}}]
router = litellm.Router(model_list=models)

def ask(text):
    llm.invoke(text)
    litellm.completion("anthropic/claude-opus-4-6", messages=[], max_tokens=6)
    litellm.completion("gpt-5", messages=[], max_tokens=6)
    agent.run_sync(text)
    extract.messages.create(model="claude-opus-4-6", max_tokens=7, messages=[], response_model=int)
    patched(model="claude-opus-4-6", max_tokens=8, messages=[], response_model=int)
    router.completion(model="a", messages=[], max_tokens=9)
"#;
    let found = requests("a.py", source, &["model", "max_tokens"]);
    assert_eq!(
        found,
        [
            r#"langchain model="m" max_tokens=5"#,
            r#"litellm model="anthropic/claude-opus-4-6" max_tokens=6"#,
            r#"pydantic-ai model="anthropic:claude-sonnet-4-6" max_tokens=-"#,
            r#"instructor model="claude-opus-4-6" max_tokens=7"#,
            r#"instructor-patched model="claude-opus-4-6" max_tokens=8"#,
            r#"litellm-router model="anthropic/claude-opus-4-6" max_tokens=9"#,
        ]
    );
}

#[test]
fn typescript_roads() {
    let source = r#"
import Anthropic from "@anthropic-ai/sdk";
import axios from "axios";
import { BedrockRuntimeClient, ConverseCommand, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { generateText } from "ai";
import { anthropic } from "@ai-sdk/anthropic";
import { openai } from "@ai-sdk/openai";

const URL = "https://api.anthropic.com/v1/messages";
const client = new Anthropic({ maxRetries: 0 });
const bedrock = new BedrockRuntimeClient({});

export async function ask(text: string, name: string) {
  await client.messages.create({ model: "m", max_tokens: 5, messages: [] });
  await fetch(URL, { method: "POST", body: JSON.stringify({ model: "n", max_tokens: 6, messages: [] }) });
  await axios.post(URL, { model: "o", max_tokens: 7, messages: [] });
  const command = new ConverseCommand({ modelId: "us.anthropic.claude-opus-4-6", inferenceConfig: { maxTokens: 8 } });
  await bedrock.send(command);
  await bedrock.send(new InvokeModelCommand({ modelId: "us.anthropic.claude-opus-4-6", body: JSON.stringify({ max_tokens: 9 }) }));
  await generateText({ model: anthropic("claude-opus-4-6"), maxOutputTokens: 10, prompt: text });
  await generateText({ model: anthropic(name), prompt: text });
  await generateText({ model: openai("gpt-5"), prompt: text });
}
"#;
    let found = requests("a.ts", source, &["model", "max_tokens"]);
    assert_eq!(
        found,
        [
            r#"message model="m" max_tokens=5"#,
            r#"fetch model="n" max_tokens=6"#,
            r#"axios model="o" max_tokens=7"#,
            r#"converse-command model="us.anthropic.claude-opus-4-6" max_tokens=8"#,
            r#"invoke-model-command model="us.anthropic.claude-opus-4-6" max_tokens=9"#,
            r#"ai-text model="claude-opus-4-6" max_tokens=10"#,
            "ai-text model=name max_tokens=-",
        ]
    );
}

#[test]
fn rust_roads() {
    let source = r#"
use aws_sdk_bedrockruntime::types::InferenceConfiguration;
use std::time::Duration;

async fn ask(config: &aws_config::SdkConfig) -> anyhow::Result<()> {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(60)).build()?;
    let body = serde_json::json!({ "model": "m", "max_tokens": 5, "messages": [] });
    let request = client.post("https://api.anthropic.com/v1/messages").header("anthropic-version", "2023-06-01");
    let answer: serde_json::Value = request.json(&body).send().await?.error_for_status()?.json().await?;

    let bedrock = aws_sdk_bedrockruntime::Client::new(config);
    let limits = InferenceConfiguration::builder().max_tokens(6).build();
    bedrock.converse().model_id("us.anthropic.claude-opus-4-6").inference_config(limits).send().await?;

    let other = genai::Client::default();
    other.exec_chat("claude-opus-4-6", genai::chat::ChatRequest::default(), None).await?;
    other.exec_chat("gpt-5", genai::chat::ChatRequest::default(), None).await?;
    Ok(())
}
"#;
    let found = requests("a.rs", source, &["model", "max_tokens"]);
    assert_eq!(
        found,
        [
            r#"reqwest model="m" max_tokens=5"#,
            r#"converse model="us.anthropic.claude-opus-4-6" max_tokens=6"#,
            r#"genai model="claude-opus-4-6" max_tokens=?"#,
        ]
    );
}
