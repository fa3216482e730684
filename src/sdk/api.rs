//! The Claude API itself, read from `data/api.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::date::Date;

/// A value of the header `anthropic-version`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiVersion {
    /// The value.
    pub id: String,
    /// When it came.
    #[serde(default)]
    pub released: Option<Date>,
    /// What it refuses that was accepted before.
    #[serde(default)]
    pub rejects: Vec<String>,
    /// Where this was read.
    pub source: String,
    /// When.
    pub checked: Date,
}

/// A value of `anthropic_version` in a body.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyVersion {
    /// `bedrock` or `vertex`.
    pub platform: String,
    /// The value.
    pub id: String,
    /// Where this was read.
    pub source: String,
    /// When.
    pub checked: Date,
}

/// A field of another vendor's chat API.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ForeignField {
    /// Its name.
    pub name: String,
    /// What there is instead, in words.
    pub instead: Option<String>,
    /// The field of the Messages API that means the same.
    pub same_as: Option<String>,
    /// Whether it means the same only where it is given a list.
    #[serde(default)]
    pub of_list: bool,
}

/// Requests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RequestFacts {
    /// Every field of the body.
    pub fields: Vec<String>,
    /// Fields of other vendors' APIs.
    pub foreign_fields: Vec<ForeignField>,
    /// Roles of messages.
    pub roles: Vec<String>,
    /// Fields that may be left out and must not be `null`.
    pub not_null: Vec<String>,
    /// Levels of effort.
    pub efforts: Vec<String>,
    /// Types of `tool_choice`.
    pub tool_choices: Vec<String>,
    /// Least `budget_tokens`, in tokens.
    pub min_thinking_budget: u64,
    /// Most `cache_control` blocks.
    pub max_cache_breakpoints: usize,
    /// Keywords of JSON Schema that structured output refuses.
    pub refused_schema_keywords: Vec<String>,
    /// Most `max_tokens`, in tokens, of a request that is not streamed, in the official SDKs at default timeouts.
    pub max_blocking_tokens: u64,
    /// The same for some models, by every id the SDKs know.
    #[serde(default)]
    pub blocking_limits: BTreeMap<String, u64>,
    /// Where this was read.
    pub source: String,
    /// When.
    pub checked: Date,
}

/// Responses.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ResponseFacts {
    /// All stop reasons.
    pub stop_reasons: Vec<String>,
    /// Those of cut off answers.
    pub truncated: Vec<String>,
    /// Models whose classifiers end answers with `refusal`.
    pub refusing: Vec<String>,
    /// Where this was read.
    pub source: String,
    /// When.
    pub checked: Date,
}

/// What stop reasons are called in one form of the answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StopWords {
    /// Fields that hold them.
    pub fields: Vec<String>,
    /// Whether they are words of a library or gateway, which it puts in place of those of the API.
    #[serde(default)]
    pub translated: bool,
    /// A whole answer.
    pub complete: String,
    /// Cut off at the limit of the request.
    pub truncated: String,
    /// Cut off at the context window.
    #[serde(default)]
    pub window: Option<String>,
    /// Refused.
    #[serde(default)]
    pub refusal: Option<String>,
    /// The field that only refused answers have.
    #[serde(default)]
    pub refusal_field: Option<String>,
    /// Stopped within a turn of server tools.
    #[serde(default)]
    pub pause: Option<String>,
    /// All of them.
    pub values: Vec<String>,
    /// Where this was read.
    pub source: String,
    /// When.
    pub checked: Date,
}

/// Content blocks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ContentFacts {
    /// Media types of images.
    pub image_types: Vec<String>,
    /// Media types of documents.
    pub document_types: Vec<String>,
    /// Types of blocks.
    pub blocks: Vec<String>,
    /// Types of other vendors' blocks.
    pub foreign_blocks: Vec<String>,
    /// Where this was read.
    pub source: String,
    /// When.
    pub checked: Date,
}

/// Tools.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ToolFacts {
    /// What names must match: a regular expression.
    pub name_pattern: String,
    /// How types of tools begin that run on the server.
    pub server: Vec<String>,
    /// How types of tools begin that are defined by the API and run by the client.
    pub client: Vec<String>,
    /// Where this was read.
    pub source: String,
    /// When.
    pub checked: Date,
}

/// Keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct KeyFacts {
    /// How real keys begin.
    pub prefixes: Vec<String>,
    /// How API keys begin.
    pub api: String,
    /// How OAuth tokens begin.
    pub oauth: String,
    /// The beta header OAuth tokens need.
    pub oauth_beta: String,
    /// Least length of the part after the prefix, in characters.
    pub min_secret: usize,
    /// How names of variables begin that are built into what browsers load.
    pub public_prefixes: Vec<String>,
    /// The header that allows requests from browsers.
    pub browser_header: String,
    /// Where this was read.
    pub source: String,
    /// When.
    pub checked: Date,
}

/// Ids of models.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ModelFacts {
    /// Words that name a line of models.
    pub families: Vec<String>,
    /// Those of them that not everybody may ask.
    pub restricted_families: Vec<String>,
    /// What frameworks write in front of an id.
    pub providers: Vec<String>,
    /// The first model that Bedrock takes with the newest API version.
    pub first_on_bedrock_2026_10_21: String,
    /// Models that Bedrock refuses on demand without an inference profile.
    pub profile_only: Vec<String>,
    /// Beta headers that raise `max_tokens`.
    pub output_betas: Vec<String>,
    /// Where this was read.
    pub source: String,
    /// When.
    pub checked: Date,
}

/// HTTP.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HttpFacts {
    /// The host.
    pub host: String,
    /// Paths there are.
    pub endpoints: Vec<String>,
    /// The one that models are asked at.
    pub messages_endpoint: String,
    /// Paths there were.
    pub retired_endpoints: Vec<String>,
    /// Those that speak the language of another API, which has no versions.
    pub compatible_endpoints: Vec<String>,
    /// Parts of paths, in lower case, that ask the model something, on any platform.
    pub asking_parts: Vec<String>,
    /// Parts of paths below the same hosts that ask something else.
    pub other_parts: Vec<String>,
    /// Hosts of other vendors that serve their own models in the form of the Messages API.
    pub compatible_hosts: Vec<String>,
    /// Parts of paths that are asked with a key of the organization, not with one for models.
    pub admin_parts: Vec<String>,
    /// Values of the version header that are still accepted, though nobody sends them.
    pub old_versions: Vec<String>,
    /// The header of the API version.
    pub version_header: String,
    /// Headers that carry a key.
    pub key_headers: Vec<String>,
    /// Statuses worth another try.
    pub retryable: Vec<u16>,
    /// Statuses that come again however often one tries.
    pub not_retryable: Vec<u16>,
    /// Where this was read.
    pub source: String,
    /// When.
    pub checked: Date,
}

/// A value of the header `anthropic-beta`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beta {
    /// The value.
    pub id: String,
    /// `active`, `superseded` or `no-op`.
    pub status: String,
    /// Where this was read.
    pub source: String,
    /// When.
    pub checked: Date,
}

/// All of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Api {
    /// Versions, oldest first.
    pub version: Vec<ApiVersion>,
    /// Versions in bodies.
    pub body_version: Vec<BodyVersion>,
    /// Requests.
    pub request: RequestFacts,
    /// Responses.
    pub response: ResponseFacts,
    /// Values of stop reasons.
    pub stop_words: Vec<StopWords>,
    /// Content blocks.
    pub content: ContentFacts,
    /// Tools.
    pub tools: ToolFacts,
    /// Ids of models.
    pub model: ModelFacts,
    /// Keys.
    pub key: KeyFacts,
    /// HTTP.
    pub http: HttpFacts,
    /// Beta headers.
    pub beta: Vec<Beta>,
}

/// The API, read at first use.
pub fn api() -> &'static Api {
    static API: OnceLock<Api> = OnceLock::new();
    API.get_or_init(|| {
        toml::from_str(include_str!("data/api.toml"))
            .unwrap_or_else(|e| unreachable!("tests/sdk.rs reads every data file: {e}"))
    })
}
