//! Which models a request may ask for, and on whose platform.

use crate::facts::Kind;
use crate::model::names::index::last_name;
use crate::model::values::value::{Field, NodeRef, Text, Value};
use crate::model::{JsonKind, Project, Request};
use crate::sdk::Road;
use crate::sdk::api::api;
use crate::sdk::model_id::ModelId;
use crate::sdk::models::{Model, Platform};

/// Lists of what makes models for a framework, and whose ids that takes.
const MAKERS: &[(&str, Platform)] = &[
    ("claude-model-makers", Platform::Anthropic),
    ("bedrock-model-makers", Platform::Bedrock),
    ("vertex-model-makers", Platform::Vertex),
];

impl Project {
    /// Whose ids a request takes, and whether its address is not that platform's own.
    pub(in crate::model::models::model_id) fn model_platform(
        &self,
        request: &Request,
    ) -> (Option<Platform>, bool) {
        if request.road == Road::Http {
            let texts: Vec<String> = self
                .located(request, &request.kind.url)
                .into_iter()
                .flat_map(|url| self.texts(url))
                .map(|(_, text)| text.pieces.into_iter().flatten().collect())
                .collect();
            let base: Vec<String> = request.clients.iter().map(|c| self.base_url(c)).collect();
            let has = |host: &str| texts.iter().chain(&base).any(|t| t.contains(host));
            return match (has(&api().http.host), has("bedrock"), has("aiplatform")) {
                (true, false, false) => (Some(Platform::Anthropic), false),
                (false, true, false) => (Some(Platform::Bedrock), false),
                (false, false, true) => (Some(Platform::Vertex), false),
                _ => (None, true),
            };
        }
        let mut platforms = request.clients.iter().map(|c| match c.kind.platform.as_deref() {
            Some("anthropic" | "foundry") => Some(Platform::Anthropic),
            Some("bedrock") => Some(Platform::Bedrock),
            Some("vertex") => Some(Platform::Vertex),
            _ => None,
        });
        let first = platforms.next().flatten();
        let platform = first.filter(|p| platforms.all(|other| other == Some(*p)));
        let platform = platform.or_else(|| self.platform_of_maker(request));
        let own_address = request.clients.iter().any(|c| {
            let Some(option) = c.kind.base_url.as_deref() else { return false };
            match self.client_option(c, option) {
                Field::Absent => false,
                Field::Unknown(_) => c.made.is_some(),
                Field::Known(_) => !self.base_url(c).contains(&*api().http.host),
            }
        });
        (platform, own_address)
    }

    /// The same for a framework that is given a model which the provider of one platform makes:
    /// `anthropic("claude-…")`, at the address that it has by itself.
    fn platform_of_maker(&self, request: &Request) -> Option<Platform> {
        if request.road != Road::Framework || !request.clients.is_empty() {
            return None;
        }
        let sdk = self.file(request.at.file).sdk;
        let placed = |made: NodeRef| {
            let Kind::Call(call) = self.kind(made) else { return true };
            let callee = self.eval(made.sibling(call.callee));
            callee.iter().any(|v| match v {
                Value::External(e) => {
                    e.made.is_some_and(|maker| !self.option_of(maker, "baseURL").is_absent())
                }
                _ => true,
            })
        };
        let platform_of = |v: &Value| match v {
            Value::External(e) if e.made.is_some_and(|made| !placed(made)) => {
                let makers = MAKERS.iter().find(|(list, _)| sdk.has_word(list, &e.path));
                makers.map(|(_, platform)| *platform)
            }
            _ => None,
        };
        if !request.kind.fields.contains_key("provider") {
            return None;
        }
        let makers = self.body_field(request, "provider");
        let values: Vec<Value> = makers.nodes().iter().flat_map(|&n| self.eval(n).to_vec()).collect();
        let platform = values.first().and_then(platform_of)?;
        values.iter().all(|v| platform_of(v) == Some(platform)).then_some(platform)
    }

    /// Whether a request goes to Claude on whatever platform, as far as its own settings say: the address of
    /// a gateway would stand where the environment is set.
    pub(super) fn takes_claude_only(&self, request: &Request) -> bool {
        request.kind.any_platform && !matches!(self.body_field(request, "env"), Field::Known(_))
    }
}

impl Project {
    /// The models a request may ask for; empty when one of them is out of reach.
    pub fn known_models(&self, request: &Request) -> Vec<&'static Model> {
        let field = self.body_field(request, "model");
        let open = field.nodes().iter().any(|&n| {
            self.eval(n).iter().any(|v| !matches!(v, Value::Node(node) if self.text(*node).known().is_some()))
        });
        if open || field.nodes().is_empty() {
            return Vec::new();
        }
        let literals = self.model_literals(request);
        let models = literals.iter().map(|(_, _, text)| ModelId::parse(text).and_then(|id| id.model()));
        models.collect::<Option<Vec<_>>>().unwrap_or_default()
    }

    /// Whether a beta header may raise the limit of `max_tokens`.
    pub fn raises_output_limit(&self, request: &Request) -> bool {
        let headers = self.headers(request);
        let raises = |text: &Text| {
            text.pieces.iter().any(|p| match p {
                Some(p) => api().model.output_betas.iter().any(|b| p.contains(&**b)),
                None => true,
            })
        };
        if headers.get("anthropic-beta").is_some_and(|h| raises(&self.text(h))) {
            return true;
        }
        match self.body_field(request, "betas") {
            Field::Known(nodes) => nodes.iter().any(|&n| {
                let json = self.json(n);
                !json.is_whole()
                    || json.items().iter().any(|i| matches!(&i.kind, JsonKind::Text(t) if raises(t)))
            }),
            _ => false,
        }
    }

    /// Whether a request goes to Bedrock's own endpoint of the Messages API, which takes plain ids.
    pub fn is_mantle(&self, request: NodeRef) -> bool {
        let Some(request) = self.request_at(request) else { return false };
        request.clients.iter().any(|c| match c.made.map(|made| (made, self.kind(made))) {
            Some((made, Kind::Call(call))) => {
                last_name(self.facts(made.file), call.callee).is_some_and(|n| n.contains("Mantle"))
            }
            _ => true,
        })
    }
}
