//! Ids of models that the program may use: those that reach a request, and defaults and settings.

mod elsewhere;
mod joined;
mod literals;
mod mixed;
mod offered;
mod out_of_use;
mod platform;
mod prefix;
mod table;
mod written;

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::facts::{Key, Kind, Name, NodeId, StrPart};
use crate::finding::Location;
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::names::words::names_claude;
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::model_id::ModelId;
use crate::sdk::models::Platform;
use crate::source::FileId;

/// A literal that names one of Claude's models, and what for.
#[derive(Debug, Clone)]
pub struct ModelMention {
    /// The literal.
    pub at: Location,
    /// What is written.
    pub text: Name,
    /// The requests it may be sent with.
    pub reaches: Vec<ModelUse>,
    /// The setting it is the value or default of, where that is all that is known.
    pub setting: Option<Name>,
    /// The setting, or the file it stands in, is named after a gateway.
    pub of_gateway: bool,
    /// The platform whose id of the model a table of the project puts in its place.
    pub renamed_for: Option<Platform>,
}

impl ModelMention {
    /// Whether it is neither sent nor set here: a constant that is offered to others.
    pub fn is_only_offered(&self) -> bool {
        self.reaches.is_empty() && self.setting.is_none()
    }
}

/// A request that a model is asked for in.
#[derive(Debug, Clone, Copy)]
pub struct ModelUse {
    /// The request.
    pub request: NodeRef,
    /// Whose form of ids its client takes; `None` where it takes any.
    pub platform: Option<Platform>,
    /// The address is not the platform's own: a gateway may have names of its own.
    pub own_address: bool,
    /// Whoever deploys a model there names it.
    pub deployed: bool,
    /// The literal stands in the request itself.
    pub direct: bool,
    /// The request asks for nothing else, on no way to it.
    pub alone: bool,
    /// Something is put in front of it on the way.
    pub completed: bool,
    /// One of Claude, whatever the platform.
    pub claude_only: bool,
}

impl ModelUse {
    /// Whether models may have other names there than those of the platform.
    pub fn has_names_of_its_own(&self) -> bool {
        self.own_address || self.deployed
    }
}

impl ModelMention {
    /// The id; every mention has one.
    pub fn id(&self) -> Option<ModelId<'_>> {
        ModelId::parse(&self.text)
    }

    /// The platform that serves it: that of the requests it is sent with, else the one it is renamed for or its
    /// form is of.
    pub fn platform(&self, id: &ModelId<'_>) -> Platform {
        let first = self.reaches.first().and_then(|u| u.platform);
        let only = first.filter(|p| self.reaches.iter().all(|u| u.platform == Some(*p) && !u.own_address));
        only.or(self.renamed_for).unwrap_or(id.form)
    }

    /// Whether it is given to a gateway, or to a service that has names of its own for the models.
    pub fn has_names_of_its_own(&self) -> bool {
        self.of_gateway || self.reaches.iter().any(ModelUse::has_names_of_its_own)
    }

    /// Whether it is only known to be given to a gateway.
    pub fn is_for_gateway(&self) -> bool {
        self.of_gateway && self.reaches.is_empty()
    }

    /// Whether the setting says itself that it is Claude's.
    pub fn is_set_for_claude(&self) -> bool {
        self.setting.as_deref().is_some_and(names_claude)
    }
}

/// More requests are not kept for one literal.
const MAX_USES: usize = 32;

impl Project {
    /// Every mention of a model that counts, in file order; those in tests do not.
    pub fn model_mentions(&self) -> &[ModelMention] {
        self.model_mentions.get_or_init(|| self.find_mentions())
    }

    fn find_mentions(&self) -> Vec<ModelMention> {
        let mut found: BTreeMap<NodeRef, ModelMention> = BTreeMap::new();
        let mut replaced: FxHashSet<NodeRef> = FxHashSet::default();
        for request in self.requests().iter().filter(|r| !self.is_test(r.at)) {
            let mut uses = None;
            for (literal, direct, text) in self.model_literals(request) {
                if ModelId::parse(&text).is_none() || self.is_test(literal) || self.translates_id(literal) {
                    continue;
                }
                if !direct && self.is_out_of_use(literal) {
                    replaced.insert(literal);
                    continue;
                }
                // What the request itself names goes out as it is.
                if !direct && self.is_model_alias(&text) {
                    replaced.insert(literal);
                    continue;
                }
                let (given, completed) = match direct {
                    true => (true, false),
                    false => self.way_to_request(request, literal, &text),
                };
                if !given {
                    replaced.insert(literal);
                    continue;
                }
                let (platform, mut own_address) = *uses.get_or_insert_with(|| self.model_platform(request));
                // `if vendor == "amazon-bedrock": return "us.anthropic.…"`: who sends it is chosen alike.
                let form = ModelId::parse(&text).map(|id| id.form);
                let platform =
                    platform.filter(|_| !form.is_some_and(|f| self.is_in_platform_branch(literal, f)));
                let deployed = request.clients.iter().any(|c| c.kind.platform.as_deref() == Some("foundry"));
                // `if provider == "openrouter": return "anthropic/…"`
                own_address |= self.is_in_gateway_branch(literal);
                let models = self.body_field(request, "model");
                let alone = models
                    .nodes()
                    .iter()
                    .all(|&n| matches!(self.eval(n)[..], [Value::Node(only)] if only == literal));
                let claude_only = !own_address && self.takes_claude_only(request);
                let mention = found.entry(literal).or_insert_with(|| ModelMention {
                    at: self.location(literal),
                    text,
                    reaches: Vec::new(),
                    setting: None,
                    of_gateway: false,
                    renamed_for: None,
                });
                if mention.reaches.len() < MAX_USES {
                    mention.reaches.push(ModelUse {
                        request: request.at,
                        platform,
                        own_address,
                        deployed,
                        direct,
                        alone,
                        completed,
                        claude_only,
                    });
                }
            }
        }
        self.forget_platforms_of_mixtures(&mut found);
        for (file, model) in self.file_ids().filter(|(_, m)| !m.source.role.is_test) {
            for node in model.facts.ids() {
                let Kind::Str(parts) = model.facts.kind(node) else { continue };
                let [StrPart::Text(text)] = &parts[..] else { continue };
                let at = NodeRef { file, node };
                let known = found.contains_key(&at) || replaced.contains(&at);
                let names_model = text.contains("claude") && ModelId::parse(text).is_some();
                if known || !names_model || self.is_model_alias(text) || self.is_out_of_use(at) {
                    continue;
                }
                let counts = |_: &Name| {
                    let said = self.is_test(at)
                        || self.translates_id(at)
                        || self.is_in_example(at)
                        || self.is_unused_in_notebook(at);
                    let elsewhere = || self.is_sent_elsewhere(at) || self.is_asked_at_gateway(at);
                    !said && !self.is_only_looked_for(at) && !elsewhere()
                };
                if let Some(setting) = self.model_setting(at).filter(counts) {
                    let of_gateway = self.is_in_gateway_branch(at) || self.is_of_gateway(file, &setting);
                    found.insert(at, self.set_mention(at, text, Some(setting), of_gateway));
                } else if self.is_offered(at) {
                    found.insert(at, self.set_mention(at, text, None, false));
                }
            }
        }
        let mut mentions: Vec<ModelMention> = found.into_values().collect();
        mentions.extend(self.settings_mentions());
        mentions.sort_by_key(|m| m.at);
        mentions
    }

    fn set_mention(&self, at: NodeRef, text: &Name, setting: Option<Name>, of_gateway: bool) -> ModelMention {
        ModelMention {
            at: self.location(at),
            text: text.clone(),
            reaches: Vec::new(),
            setting,
            of_gateway,
            renamed_for: self.platform_of_renamed(text),
        }
    }

    /// Whether a setting, or the file it stands in, is named after a gateway: `litellmDefaultModelId`.
    fn is_of_gateway(&self, file: FileId, setting: &str) -> bool {
        let model = self.file(file);
        let path = model.source.path.rsplit('/').next().unwrap_or_default();
        let stem = path.split('.').next().unwrap_or_default();
        let squeezed = |name: &str| name.to_lowercase().replace(['_', '-', ' '], "");
        let (setting, stem) = (squeezed(setting), squeezed(stem));
        model.sdk.words("gateways").iter().any(|g| setting.contains(g.as_str()) || stem.contains(g.as_str()))
    }

    /// Whether a literal stands in data that only shows what data may look like:
    /// `json_schema_extra={"example": {"model": "claude-…"}}`.
    fn is_in_example(&self, literal: NodeRef) -> bool {
        let file = self.file(literal.file);
        let facts = &file.facts;
        let named = |name: &str| file.sdk.has_word("example-names", name);
        let mut at = literal.node;
        for parent in facts.ancestors(literal.node).skip(1) {
            let shown = match facts.kind(parent) {
                Kind::Record(r) => r.entries.iter().any(|e| match &e.key {
                    Some(Key::Known(key)) => e.value == at && named(key),
                    _ => false,
                }),
                Kind::Call(c) => c.args.iter().any(|a| a.value == at && a.name.as_deref().is_some_and(named)),
                Kind::Assign(a) => last_name(facts, a.target).is_some_and(|name| named(&name)),
                Kind::Function(_) | Kind::Class(_) => return false,
                _ => false,
            };
            if shown {
                return true;
            }
            at = parent;
        }
        false
    }

    /// Whether an id is chosen because another was given: `id == "claude-3-opus" ? "claude-3-opus-…" : id`
    /// says what others may ask for.
    fn translates_id(&self, literal: NodeRef) -> bool {
        let facts = self.facts(literal.file);
        let names_id = |node: NodeId| {
            let span = facts.span(node);
            let text = self.file(literal.file).source.text.get(span.range()).unwrap_or_default();
            text.len() < 400
                && text.split(['"', '\'']).skip(1).step_by(2).any(|t| ModelId::parse(t).is_some())
        };
        let mut at = literal.node;
        for parent in facts.ancestors(literal.node).skip(1).take(8) {
            match facts.kind(parent) {
                Kind::If { condition, .. } if *condition != at && names_id(*condition) => return true,
                Kind::Match(m) => {
                    let arm =
                        m.arms.iter().find(|a| a.body == at || facts.span(a.body).contains(facts.span(at)));
                    if arm.is_some_and(|a| a.patterns.iter().any(|&p| names_id(p))) {
                        return true;
                    }
                }
                Kind::Function(_) | Kind::Class(_) => return false,
                _ => {}
            }
            at = parent;
        }
        false
    }
}
