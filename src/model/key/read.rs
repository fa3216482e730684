//! Where keys are read from the environment, and whether they are for Claude.

use super::{KeyTarget, KeyUse, looks_like_key, names_claude_key};
use crate::facts::{Key, Kind, Name};
use crate::model::Project;
use crate::model::key::environment::{EnvironmentRead, Source};
use crate::model::names::index::constant;
use crate::sdk::api::api;

/// A key taken from the environment, with all it is used for.
#[derive(Clone, Debug)]
pub struct KeyRead {
    /// The read.
    pub read: EnvironmentRead,
    /// Methods its value goes through on the way to the first use.
    pub later: Vec<Name>,
    /// Its uses, in file order.
    pub uses: Vec<KeyUse>,
    /// Something else than the environment may give the key at each of its uses.
    pub has_alternative: bool,
}

impl Project {
    /// Keys for Claude that are read from the environment, with their uses, in file order.
    pub fn key_reads(&self) -> &[KeyRead] {
        self.key_reads.get_or_init(|| self.find_key_reads())
    }

    fn find_key_reads(&self) -> Vec<KeyRead> {
        let mut out: Vec<KeyRead> = Vec::new();
        for used in self.key_uses() {
            let sources = self.sources(used.at);
            let mut reads: Vec<(&EnvironmentRead, &Vec<Name>)> = Vec::new();
            let mut alternative = false;
            for source in &sources {
                match source {
                    Source::Environment(read, later) => {
                        let others = self.file(read.at.file).sdk.words("other-vendors");
                        let claude = names_claude_key(&read.variable)
                            || looks_like_key(&read.variable)
                                && !others.iter().any(|o| read.variable.to_ascii_uppercase().contains(&**o))
                                && self.is_for_claude(used);
                        if claude { reads.push((read, later)) } else { alternative = true }
                    }
                    Source::Literal(_) | Source::Other => alternative = true,
                    Source::Nothing => {}
                }
            }
            for (read, later) in reads {
                match out.iter_mut().find(|r| r.read == *read) {
                    Some(known) => {
                        known.uses.push(used.clone());
                        known.has_alternative &= alternative;
                    }
                    None => out.push(KeyRead {
                        read: read.clone(),
                        later: later.clone(),
                        uses: vec![used.clone()],
                        has_alternative: alternative,
                    }),
                }
            }
        }
        out.sort_by_key(|r| r.read.at);
        out
    }

    /// Whether a key is one of an organization, for what is no model: `/v1/organizations/usage_report`.
    pub fn is_of_organization(&self, used: &KeyUse) -> bool {
        let KeyTarget::Header { set, .. } = used.to else { return false };
        let facts = self.facts(set.file);
        let call = facts.ancestors(set.node).find_map(|n| match facts.kind(n) {
            Kind::Call(call) => Some(call),
            _ => None,
        });
        let parts = &api().http.admin_parts;
        let of_argument = |value| self.texts(set.sibling(value)).into_iter().map(|(_, text)| text);
        call.is_some_and(|call| {
            call.args.iter().filter(|a| a.value != set.node).any(|a| {
                let pieces = of_argument(a.value).flat_map(|url| url.pieces).flatten();
                pieces.into_iter().any(|piece| parts.iter().any(|part| piece.contains(part.as_str())))
            })
        })
    }

    /// Whether the target of a key is certainly Claude, whatever the key is called.
    fn is_for_claude(&self, used: &KeyUse) -> bool {
        match &used.to {
            KeyTarget::Option { .. } => false,
            KeyTarget::Client { kind, .. } => {
                kind.platform.as_deref() == Some("anthropic") && kind.road != crate::sdk::Road::Http
            }
            // The version header beside it says so.
            KeyTarget::Header { set, .. } => {
                let facts = self.facts(set.file);
                let statement = facts
                    .ancestors(set.node)
                    .take_while(|&n| !matches!(facts.kind(n), Kind::Block { .. } | Kind::Function(_)))
                    .last()
                    .unwrap_or(set.node);
                facts.descendants(statement).into_iter().any(|n| {
                    let is_version = |k: &str| k.eq_ignore_ascii_case("anthropic-version");
                    match facts.kind(n) {
                        Kind::Record(r) => {
                            r.entries.iter().any(|e| matches!(&e.key, Some(Key::Known(k)) if is_version(k)))
                        }
                        Kind::Str(_) => constant(facts, n).is_some_and(|k| is_version(&k)),
                        _ => false,
                    }
                })
            }
        }
    }
}
