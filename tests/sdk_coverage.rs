//! The knowledge in `src/sdk/data/` covers every road and retry library.
#![allow(clippy::unwrap_used, reason = "tests")]

use claude_lint::lang::Language;
use claude_lint::sdk::{Delay, Road, Sdk};

#[test]
fn every_road_is_covered() {
    use Language::{Python, Rust, TypeScript};
    let clients = [
        (Python, Road::Sdk, "anthropic.Anthropic"),
        (Python, Road::Sdk, "anthropic.AsyncAnthropic"),
        (Python, Road::Sdk, "anthropic.AnthropicBedrock"),
        (Python, Road::Sdk, "anthropic.AnthropicBedrockMantle"),
        (Python, Road::Sdk, "anthropic.AnthropicVertex"),
        (Python, Road::Sdk, "anthropic.AnthropicFoundry"),
        (Python, Road::Sdk, "anthropic.AnthropicAWS"),
        (Python, Road::Http, "requests.Session"),
        (Python, Road::Http, "httpx.AsyncClient"),
        (Python, Road::Http, "aiohttp.ClientSession"),
        (Python, Road::Http, "urllib3.PoolManager"),
        (Python, Road::Bedrock, "boto3.client"),
        (Python, Road::Bedrock, "boto3.Session().client"),
        (Python, Road::Framework, "langchain_anthropic.ChatAnthropic"),
        (Python, Road::Framework, "langchain_aws.ChatBedrockConverse"),
        (Python, Road::Framework, "litellm.Router"),
        (Python, Road::Framework, "instructor.from_anthropic"),
        (Python, Road::Framework, "pydantic_ai.Agent"),
        (Python, Road::Framework, "llama_index.llms.anthropic.Anthropic"),
        (Python, Road::Framework, "claude_agent_sdk.ClaudeSDKClient"),
        (TypeScript, Road::Sdk, "@anthropic-ai/sdk.default"),
        (TypeScript, Road::Sdk, "@anthropic-ai/sdk"),
        (TypeScript, Road::Sdk, "@anthropic-ai/bedrock-sdk.AnthropicBedrock"),
        (TypeScript, Road::Sdk, "@anthropic-ai/vertex-sdk.AnthropicVertex"),
        (TypeScript, Road::Sdk, "@anthropic-ai/foundry-sdk.default"),
        (TypeScript, Road::Sdk, "@anthropic-ai/aws-sdk.default"),
        (TypeScript, Road::Http, "axios.default.create"),
        (TypeScript, Road::Http, "got.default.extend"),
        (TypeScript, Road::Http, "ky.default.create"),
        (TypeScript, Road::Bedrock, "@aws-sdk/client-bedrock-runtime.BedrockRuntimeClient"),
        (TypeScript, Road::Framework, "ai.ToolLoopAgent"),
        (TypeScript, Road::Framework, "@langchain/anthropic.ChatAnthropic"),
        (TypeScript, Road::Framework, "@llamaindex/anthropic.Anthropic"),
        (Rust, Road::Http, "reqwest.Client.new"),
        (Rust, Road::Http, "reqwest.blocking.Client.new"),
        (Rust, Road::Http, "ureq.post"),
        (Rust, Road::Http, "hyper_util.client.legacy.Client.builder"),
        (Rust, Road::Http, "isahc.HttpClient.new"),
        (Rust, Road::Bedrock, "aws_sdk_bedrockruntime.Client.new"),
        (Rust, Road::Framework, "rig.providers.anthropic.Client.from_env"),
        (Rust, Road::Framework, "genai.Client.default"),
        (Rust, Road::Crate, "async_anthropic.Client.default"),
        (Rust, Road::Crate, "anthropic.client.ClientBuilder.default"),
        (Rust, Road::Crate, "misanthropic.Client.new"),
        (Rust, Road::Crate, "clust.Client.from_env"),
        (Rust, Road::Crate, "anthropic_ai_sdk.client.AnthropicClient.new"),
        (Rust, Road::Crate, "claude_sdk.ClaudeClient.anthropic"),
        (Rust, Road::Crate, "claude_api.Client.new"),
        (Rust, Road::Crate, "anthropic_rust.Client.new"),
        (Rust, Road::Crate, "adk_anthropic.Anthropic.new"),
        (Rust, Road::Crate, "anthropic_async.Client.new"),
    ];
    for (language, road, path) in clients {
        let kinds = Sdk::of(language).clients(path);
        assert!(kinds.iter().any(|k| k.road == road), "{language:?} {path}");
    }
    let functions = [
        (Python, Road::Http, "requests.post"),
        (Python, Road::Http, "httpx.post"),
        (Python, Road::Http, "urllib.request.urlopen"),
        (Python, Road::Framework, "litellm.completion"),
        (Python, Road::Framework, "claude_agent_sdk.query"),
        (TypeScript, Road::Http, "fetch"),
        (TypeScript, Road::Http, "node-fetch.default"),
        (TypeScript, Road::Http, "undici.request"),
        (TypeScript, Road::Http, "axios.default.post"),
        (TypeScript, Road::Framework, "ai.generateText"),
        (TypeScript, Road::Framework, "ai.streamText"),
        (TypeScript, Road::Framework, "@anthropic-ai/claude-agent-sdk.query"),
    ];
    for (language, road, path) in functions {
        let function = Sdk::of(language).function(path);
        assert!(function.is_some_and(|f| f.road == road), "{language:?} {path}");
    }
}

#[test]
fn retry_libraries_are_known() {
    use Language::{Python, Rust, TypeScript};
    let retries = [
        (Python, "tenacity.retry", Delay::None, false),
        (Python, "backoff.on_exception", Delay::Unknown, true),
        (Python, "stamina.retry", Delay::Exponential, true),
        (Python, "retrying.retry", Delay::None, false),
        (Python, "retry.retry", Delay::None, false),
        (Python, "opnieuw.retry", Delay::Jitter, false),
        (Python, "celery.shared_task", Delay::Constant, true),
        (TypeScript, "p-retry.default", Delay::Exponential, false),
        (TypeScript, "async-retry.default", Delay::Exponential, true),
        (TypeScript, "axios-retry.default", Delay::None, false),
        (TypeScript, "cockatiel.retry", Delay::None, false),
        (TypeScript, "exponential-backoff.backOff", Delay::Exponential, false),
        (TypeScript, "promise-retry.default", Delay::Exponential, false),
        (Rust, "backoff.future.retry", Delay::Exponential, false),
        (Rust, "tokio_retry.Retry.spawn", Delay::None, false),
        (Rust, "tokio_retry2.Retry.spawn", Delay::None, false),
        (Rust, "again.retry", Delay::Exponential, false),
        (Rust, "tryhard.retry_fn", Delay::None, false),
    ];
    for (language, path, delay, jitter) in retries {
        let kind = Sdk::of(language).retry(path);
        assert!(
            kind.is_some_and(|k| k.delay == delay && k.default_jitter == jitter),
            "{language:?} {path}: {kind:?}"
        );
    }
    let delay = |language, path| Sdk::of(language).delay(path).unwrap();
    assert_eq!(delay(Python, "tenacity.wait_exponential").delay, Delay::Exponential);
    assert_eq!(delay(Python, "tenacity.wait_random_exponential").delay, Delay::Jitter);
    assert_eq!(delay(TypeScript, "axios-retry.exponentialDelay").delay, Delay::Jitter);
    assert!(delay(TypeScript, "cockatiel.ExponentialBackoff").default_jitter);
    assert!(!delay(Rust, "backon.ExponentialBuilder.default").default_jitter);
    assert!(delay(Rust, "backoff.ExponentialBackoff.default").default_jitter);
    assert!(Sdk::of(Rust).retry_method("retry").is_some());
}

#[test]
fn commands_select_the_request() {
    let sdk = Sdk::of(Language::TypeScript);
    let kind = sdk.clients("@aws-sdk/client-bedrock-runtime.BedrockRuntimeClient")[0];
    assert_eq!(sdk.method(kind, "send"), None);
    let request = |command: &str| {
        let path = format!("@aws-sdk/client-bedrock-runtime.{command}");
        sdk.command(kind, "send", &path).map(|r| r.id.as_str())
    };
    assert_eq!(request("ConverseCommand"), Some("converse-command"));
    assert_eq!(request("InvokeModelWithResponseStreamCommand"), Some("invoke-model-stream-command"));
    assert_eq!(request("GetAsyncInvokeCommand"), None);
}

#[test]
fn builder_paths_lead_to_requests() {
    let sdk = Sdk::of(Language::Rust);
    let kind = sdk.clients("aws_sdk_bedrockruntime.Client.new")[0];
    assert!(sdk.leads_to_request(kind, "converse()"));
    assert!(!sdk.leads_to_request(kind, "list_models()"));
    assert_eq!(sdk.method(kind, "converse().send").map(|r| r.id.as_str()), Some("converse"));
}

#[test]
fn transparent_functions_tell_the_argument() {
    assert_eq!(Sdk::of(Language::Python).passes_through("json.loads"), Some(0));
    assert_eq!(Sdk::of(Language::Python).passes_through("typing.cast"), Some(1));
    assert_eq!(Sdk::of(Language::Rust).passes_through("tokio.time.timeout"), Some(1));
    assert_eq!(Sdk::of(Language::TypeScript).passes_through("fetch"), None);
}
