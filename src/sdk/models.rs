//! The models there are and were, read from `data/models.json`.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::date::Date;

/// How a model id is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// The Claude API and what takes its ids: Claude Platform on AWS, Google Cloud (Anthropic managed), Foundry.
    Anthropic,
    /// `anthropic.claude-…`, with or without the prefix of an inference profile.
    Bedrock,
    /// `claude-…@20250929`.
    Vertex,
}

/// Whether a model can still be used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Served, no end announced.
    Active,
    /// Served, and its end is announced.
    Deprecated,
    /// No longer served: a 404.
    Retired,
}

/// What thinking does on a model.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Thinking {
    /// `none`, `off`, `on` or `always_on`: without the field `thinking`.
    pub default: String,
    /// `accepted`, `deprecated` or `rejected`: `{"type": "enabled", "budget_tokens": n}`.
    pub enabled_budget_tokens: String,
    /// Whether `{"type": "adaptive"}` is accepted.
    pub adaptive: bool,
    /// `accepted`, `accepted_at_effort_high_or_below`, `rejected`, `unknown`.
    pub disabled: String,
    /// Whether `{"type": "between_tools"}` is accepted.
    pub between_tools: bool,
}

impl Thinking {
    /// Whether the model thinks unless told otherwise, so that answers begin with a thinking block.
    pub fn is_on_by_default(&self) -> bool {
        matches!(&*self.default, "on" | "always_on")
    }
}

/// What `output_config.effort` may be.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Effort {
    /// Whether the field is accepted at all.
    pub supported: bool,
    /// Its values.
    pub levels: Vec<String>,
}

/// What happens to `temperature`, `top_p` and `top_k`, by API version.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Sampling {
    /// `allowed`, `temperature_and_top_p_together_returns_400`, `non_default_value_returns_400`.
    pub api_2023_06_01: String,
    /// Always `any_value_returns_400`.
    pub api_2026_10_21: String,
}

/// Ids of a model on another platform.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
pub struct Elsewhere {
    /// All ids seen.
    #[serde(default)]
    pub model_ids: Vec<String>,
    /// Retirement dates the platform set for itself.
    #[serde(default)]
    pub retirement_dates_seen: Vec<Date>,
}

/// One model. `None` stands for what is not known.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Model {
    /// Its id on the Claude API.
    pub id: String,
    /// `fable`, `mythos`, `opus`, `sonnet`, `haiku`, …
    pub family: String,
    /// Other ids of the same snapshot.
    pub aliases: Vec<String>,
    /// On the day the data was written; see [`Model::status_on`].
    pub status: Status,
    /// When it came out.
    pub released: Option<Date>,
    /// When its end was announced.
    pub deprecated_on: Option<Date>,
    /// Its end.
    pub retires_on: Option<Date>,
    /// The day before which it will not end.
    pub retires_not_before: Option<Date>,
    /// What to use instead.
    pub replacement: Option<String>,
    /// The newest model of the same line.
    pub current_successor: Option<String>,
    /// In tokens.
    pub context_window: Option<u64>,
    /// In tokens.
    pub max_output_tokens: Option<u64>,
    /// With the batch beta, in tokens.
    pub batch_max_output_tokens_with_beta: Option<u64>,
    /// Thinking.
    pub thinking: Thinking,
    /// Effort.
    pub effort: Effort,
    /// Whether the last message may be the assistant's.
    pub supports_prefill: Option<bool>,
    /// Sampling parameters.
    pub sampling_params: Option<Sampling>,
    /// `accepted`, `accepted_unless_thinking_enabled`, `rejected`: `tool_choice` of type `any` or `tool`.
    pub forced_tool_choice: Option<String>,
    /// Whether `system` messages may stand among the others.
    pub mid_conversation_system_messages: Option<bool>,
    /// Prompts shorter than this, in tokens, are not cached.
    pub min_cacheable_prompt_tokens: Option<u64>,
    /// Amazon Bedrock.
    pub bedrock: Option<Elsewhere>,
    /// Google Vertex AI.
    pub vertex: Option<Elsewhere>,
    /// Where this was read.
    #[serde(default)]
    pub sources: Vec<String>,
}

impl Model {
    /// What it is called here and there, in lower case: on the Claude API, other platforms and gateways.
    pub fn names(&self) -> Vec<String> {
        let mut out: Vec<String> = self.aliases.iter().chain([&self.id]).cloned().collect();
        let elsewhere = [&self.bedrock, &self.vertex];
        out.extend(elsewhere.into_iter().flatten().flat_map(|e| e.model_ids.iter().cloned()));
        out.push(format!("anthropic/{}", self.id));
        let dotted = self.dotted_id();
        if dotted != self.id {
            out.push(format!("anthropic/{dotted}"));
        }
        out
    }

    /// The id as gateways write it: `claude-opus-4.8`.
    fn dotted_id(&self) -> String {
        let mut dotted = String::new();
        let mut digits = self.id.chars().peekable();
        let mut before = ' ';
        while let Some(c) = digits.next() {
            let between =
                c == '-' && before.is_ascii_digit() && digits.peek().is_some_and(char::is_ascii_digit);
            dotted.push(if between { '.' } else { c });
            before = c;
        }
        dotted
    }

    /// Its status on a day.
    pub fn status_on(&self, day: Date) -> Status {
        match (self.retires_on, self.deprecated_on) {
            (Some(end), _) if end <= day => Status::Retired,
            (_, Some(announced)) if announced <= day => Status::Deprecated,
            (Some(_), None) if self.status != Status::Active => Status::Deprecated,
            (None, None) => self.status,
            _ => Status::Active,
        }
    }
}

#[derive(Debug, Deserialize)]
struct Known {
    model: String,
    platform: Platform,
}

#[derive(Debug, Deserialize)]
struct File {
    as_of: Date,
    models: Vec<Model>,
    id_index: FxHashMap<String, Known>,
}

/// All models, by every id there is.
#[derive(Debug)]
pub struct Models {
    /// The day the data is true of.
    pub as_of: Date,
    models: Vec<Model>,
    ids: FxHashMap<String, (usize, Platform)>,
}

/// The models, read at first use.
pub fn models() -> &'static Models {
    static MODELS: OnceLock<Models> = OnceLock::new();
    MODELS.get_or_init(|| {
        let file: File = serde_json::from_str(include_str!("data/models.json"))
            .unwrap_or_else(|e| unreachable!("tests/sdk.rs reads every data file: {e}"));
        let position: FxHashMap<&str, usize> =
            file.models.iter().enumerate().map(|(i, m)| (&*m.id, i)).collect();
        let mut ids: FxHashMap<String, (usize, Platform)> = file
            .id_index
            .iter()
            .filter_map(|(id, known)| Some((id.clone(), (*position.get(&*known.model)?, known.platform))))
            .collect();
        for (i, model) in file.models.iter().enumerate() {
            for id in model.aliases.iter().chain([&model.id]) {
                ids.insert(id.clone(), (i, Platform::Anthropic));
            }
        }
        Models { as_of: file.as_of, models: file.models, ids }
    })
}

/// Prefixes of Bedrock's inference profiles.
const PROFILES: &[&str] = &["global.", "us.", "eu.", "apac.", "au.", "jp.", "us-gov."];

impl Models {
    /// All models, newest of a family first.
    pub fn all(&self) -> &[Model] {
        &self.models
    }

    /// The model of an id in any form, and the form.
    pub fn find(&self, id: &str) -> Option<(&Model, Platform)> {
        let known = |id: &str| self.ids.get(id).map(|&(i, platform)| (&self.models[i], platform));
        // ARNs end in the id; providers of gateways stand in front of it.
        let id = id.rsplit('/').next().unwrap_or(id);
        known(id).or_else(|| {
            let bare = PROFILES.iter().find_map(|p| id.strip_prefix(p));
            known(bare?).filter(|(_, platform)| *platform == Platform::Bedrock)
        })
    }

    /// Every id of the Claude API.
    pub fn first_party_ids(&self) -> impl Iterator<Item = &str> {
        self.models.iter().flat_map(|m| m.aliases.iter().chain([&m.id])).map(|id| &**id)
    }
}

/// The form of an id, whether or not there is such a model; `None` when it is not Claude's.
pub fn id_form(id: &str) -> Option<Platform> {
    let bare = PROFILES.iter().find_map(|p| id.strip_prefix(p)).unwrap_or(id);
    if bare.starts_with("anthropic.claude-") {
        return Some(Platform::Bedrock);
    }
    let rest = id.strip_prefix("claude-")?;
    Some(if rest.contains('@') { Platform::Vertex } else { Platform::Anthropic })
}
