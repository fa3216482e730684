//! Requests that only ask whether there is an answer.

use crate::facts::{Entry, Key, Kind, NodeId, StrPart};
use crate::model::Project;
use crate::model::names::index::constant;
use crate::model::names::words::words_of;
use crate::model::request::Request;
use crate::model::response::{Use, What};
use crate::model::values::flow::Sink;
use crate::model::values::value::{NodeRef, Value};

/// Names that stand for each other.
const MAX_NAMES: u32 = 3;
/// Nobody asks for so little to read it.
const PROBE_TOKENS: f64 = 16.0;
/// The same where the function around is named after that.
const NAMED_PROBE_TOKENS: f64 = 64.0;

impl Project {
    /// Whether a request only probes the connection: a tiny answer that nobody reads, or that is given back to show
    /// that it came, or one of which only the status is asked for.
    pub fn is_probe(&self, request: &Request) -> bool {
        self.is_tiny_probe(request) || self.asks_for_status_only(request)
    }

    /// The same for a tiny answer only, which is there at once.
    pub fn is_tiny_probe(&self, request: &Request) -> bool {
        let texts: Vec<_> = self.uses(request.at).iter().filter(|u| u.what == What::Text).collect();
        match texts.is_empty() {
            true if self.is_named_after(request.at, "probe-words") => {
                self.allows_at_most(request, NAMED_PROBE_TOKENS)
            }
            true => self.allows_at_most(request, PROBE_TOKENS),
            false => texts.iter().all(|used: &&Use| self.only_checks_connection(request, used.at)),
        }
    }

    /// Whether a place only looks if the tiny answer of a request is there, shows it, or gives it back: whoever wrote
    /// `check_health` wants to know that something came, and so does who asks the same each time and says beside the
    /// answer that it worked.
    pub fn only_checks_connection(&self, request: &Request, at: NodeRef) -> bool {
        if !self.allows_at_most(request, NAMED_PROBE_TOKENS) {
            return false;
        }
        let ends = self.sinks(at);
        self.is_named_after(at, "probe-words") && ends.iter().all(|end| is_shown(end.sink))
            || ends.iter().all(|end| is_shown(end.sink))
                && self.stands_beside_success(at)
                && self.asks_the_same_always(request)
                && self.asks_for_sign(request)
    }

    /// `{ success: true, answer: text }`, `{ status: "ok", answer: text }`
    fn stands_beside_success(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let succeeded = |word: &str| file.sdk.has_word("success-names", word);
        let told = |e: &Entry| match (&e.key, facts.kind(e.value)) {
            (Some(Key::Known(key)), Kind::Bool(true)) => succeeded(key),
            (Some(Key::Known(key)), Kind::Str(_)) => {
                file.sdk.has_word("status-parts", key)
                    && constant(facts, e.value).is_some_and(|word| succeeded(&word))
            }
            _ => false,
        };
        let within = |at: NodeRef| {
            facts.ancestors(at.node).any(|n| match facts.kind(n) {
                Kind::Record(r) => r.entries.iter().any(told),
                _ => false,
            })
        };
        if within(at) {
            return true;
        }
        let bound = facts.ancestors(at.node).find_map(|n| match facts.kind(n) {
            Kind::Assign(a) => Some(at.sibling(a.target)),
            _ => None,
        });
        let readers = bound.map(|target| self.readers(target)).unwrap_or_default();
        readers.into_iter().any(within)
    }

    /// Whether a request asks for nothing but what is written in it.
    fn asks_the_same_always(&self, request: &Request) -> bool {
        let messages = self.body_field(request, "messages");
        let nodes = messages.nodes();
        !nodes.is_empty() && nodes.iter().all(|&n| self.is_written_out(n, MAX_NAMES))
    }

    /// Whether what is written in it, or the name of its file, speaks of a connection or a test.
    fn asks_for_sign(&self, request: &Request) -> bool {
        let file = self.file(request.at.file);
        let speaks = |text: &str| words_of(text).iter().any(|word| file.sdk.has_word("probe-words", word));
        let stem =
            file.source.path.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
        let messages = self.body_field(request, "messages");
        let said = messages.nodes().iter().any(|&n| {
            let inside = self.facts(n.file).descendants(n.node).into_iter();
            inside.filter_map(|m| constant(self.facts(n.file), m)).any(|text| text.split(' ').any(speaks))
        });
        said || words_of(stem).iter().any(|word| file.sdk.in_lists(&["probe-words", "check-words"], word))
    }

    /// Whether an expression is made of texts alone that are known, with names for some of them.
    fn is_written_out(&self, at: NodeRef, names: u32) -> bool {
        let facts = self.facts(at.file);
        let stands_for = |name: NodeRef| {
            let Some(names) = names.checked_sub(1) else { return false };
            self.eval(name).iter().all(|v| matches!(v, Value::Node(n) if self.is_written_out(*n, names)))
        };
        facts.descendants(at.node).into_iter().all(|n: NodeId| match facts.kind(n) {
            Kind::Str(parts) => parts.iter().all(|part| matches!(part, StrPart::Text(_))),
            Kind::Name(_) => stands_for(at.sibling(n)),
            Kind::List(_) | Kind::Record(_) | Kind::Cast { .. } => true,
            _ => false,
        })
    }
}

/// Whether a text is only shown or looked at there, or given back to be shown.
fn is_shown(sink: Sink) -> bool {
    matches!(sink, Sink::Shown | Sink::Tested | Sink::Returned)
}
