//! Whether a missing key shows while the program starts.

use std::cell::OnceCell;

use rustc_hash::FxHashSet;

use super::super::{Phase, Project};
use super::{KeyRead, looks_like_key, names_claude_key};
use crate::facts::{Key, Kind, Name};
use crate::model::key::check::Check;
use crate::model::key::environment::EnvironmentRead;
use crate::model::key::missing::Missing;
use crate::model::names::index::constant;
use crate::model::values::keyed::named_values;
use crate::model::values::value::NodeRef;
use crate::model::values::value::location;

impl Project {
    /// Whether something looks at the variable of a read while the program starts, or may do so:
    /// then a missing key shows at once, whoever reads it later.
    /// Only what runs in the same program counts.
    pub fn is_checked_at_start(&self, key: &KeyRead) -> bool {
        let here = self.outermost_function(key.read.at);
        // Another program may use what the key is given to: it reads one of its own.
        let mut files = vec![key.read.at.file];
        if let Phase::Request(handler) = self.phase(key.read.at) {
            files.push(handler.file);
        }
        let program = OnceCell::new();
        let with_it = |at: NodeRef| {
            at.file == key.read.at.file || program.get_or_init(|| self.same_program(&files)).may_run(at.file)
        };
        let early = |at: NodeRef| match self.phase(at) {
            Phase::Start => with_it(at),
            Phase::Request(_) => false,
            // Perhaps called at start.
            Phase::Unknown => self.outermost_function(at) != here && with_it(at),
        };
        let of_variable = |variable: &str| key.read.variable == variable;
        let own = |c: &Check| c.read == Some(key.read.at) && self.phase(c.at) != Phase::Start;
        self.checks()
            .iter()
            .any(|c| of_variable(&c.variable) && !own(c) && early(c.at) && !self.is_unasked_predicate(c))
            || self.is_read_at_start(&|other| {
                other.at != key.read.at && of_variable(&other.variable) && with_it(other.at)
            })
            || self.is_named_elsewhere(&of_variable, &early)
    }

    /// Whether a check stands in a function that only tells whether the key is there, and nobody in
    /// sight calls that.
    fn is_unasked_predicate(&self, check: &Check) -> bool {
        let Some(function) = self.outermost_function(check.at) else { return false };
        !matches!(check.missing, Missing::Raises | Missing::Fails)
            && self.phase(check.at) == Phase::Unknown
            && self.class_of(function).is_none()
            && self.callers(function).is_empty()
            && self.mentions(function).is_empty()
    }

    /// Whether any key for Claude is looked at while the program starts, or may be.
    pub fn is_some_key_checked_at_start(&self) -> bool {
        let early = |at: NodeRef| !matches!(self.phase(at), Phase::Request(_));
        self.checks().iter().any(|c| names_claude_key(&c.variable) && early(c.at))
            || self.is_read_at_start(&|_| true)
            || self.is_named_elsewhere(&names_claude_key, &early)
    }

    /// Whether a key is read at start in a way that notices when it is missing.
    fn is_read_at_start(&self, wanted: &dyn Fn(&EnvironmentRead) -> bool) -> bool {
        self.early_reads().iter().any(|read| names_claude_key(&read.variable) && wanted(read))
            || self.is_used_from_start(wanted)
    }

    fn is_used_from_start(&self, wanted: &dyn Fn(&EnvironmentRead) -> bool) -> bool {
        self.key_reads().iter().any(|key| {
            wanted(&key.read)
                && !self.is_test(key.read.at)
                && self.phase(key.read.at) == Phase::Start
                && matches!(
                    self.missing(&key.read, &key.later),
                    Missing::Raises | Missing::Fails | Missing::Degrades
                )
        })
    }

    /// Reads of the environment while the program starts that stop it when the variable is missing,
    /// whatever the value is for.
    fn early_reads(&self) -> &[EnvironmentRead] {
        self.early_reads.get_or_init(|| {
            let mut out = Vec::new();
            for (file, model) in self.file_ids().filter(|(_, m)| !m.source.role.is_test) {
                for node in model.facts.ids() {
                    let at = NodeRef { file, node };
                    if let Some(read) = self.environment_read(at)
                        && looks_like_key(&read.variable)
                        && self.missing(&read, &[]) == Missing::Raises
                        && self.phase(at) == Phase::Start
                    {
                        out.push(read);
                    }
                }
            }
            out
        })
    }

    /// Whether the name of a variable stands somewhere as a text or field of its own: in a list of
    /// what is required, in a settings class, in a schema.
    fn is_named_elsewhere(&self, wanted: &dyn Fn(&str) -> bool, early: &dyn Fn(NodeRef) -> bool) -> bool {
        self.key_names().iter().any(|(name, at)| wanted(name) && early(*at))
    }

    /// Texts and fields that are called like a key, reads aside, in file order.
    fn key_names(&self) -> &[(Name, NodeRef)] {
        self.key_names.get_or_init(|| {
            let read: FxHashSet<&str> = self.key_reads().iter().map(|key| &*key.read.variable).collect();
            let wanted = |name: &str| names_claude_key(name) || read.contains(name);
            let mut out = Vec::new();
            for (file, model) in self.file_ids().filter(|(_, model)| !model.source.role.is_test) {
                let facts = &model.facts;
                for node in facts.ids() {
                    let at = NodeRef { file, node };
                    match facts.kind(node) {
                        Kind::Str(_) => out.extend(
                            constant(facts, node)
                                .filter(|text| {
                                    wanted(text) && !self.is_read_argument(at) && !self.names_setting(at)
                                })
                                .map(|text| (text, at)),
                        ),
                        Kind::Record(record) => {
                            let takes_apart = matches!(facts.parent(node).map(|p| facts.kind(p)),
                                Some(Kind::Assign(a)) if a.target == node);
                            if !takes_apart {
                                out.extend(record.entries.iter().filter_map(|entry| match &entry.key {
                                    // `{ ANTHROPIC_API_KEY: process.env.ANTHROPIC_API_KEY }`
                                    Some(Key::Known(key))
                                        if wanted(key)
                                            && self.environment_read(at.sibling(entry.value)).is_none() =>
                                    {
                                        Some((key.clone(), at))
                                    }
                                    _ => None,
                                }));
                            }
                        }
                        _ => {}
                    }
                }
            }
            out
        })
    }

    /// Whether a text names a variable of another program's environment, with its value beside it:
    /// `EnvVar(name="ANTHROPIC_API_KEY", value=…)`.
    fn names_setting(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let is_name = |key: &str| matches!(key, "name" | "key");
        let is_value = |key: &str| key.starts_with("value") || key.ends_with("Ref") || key.ends_with("_ref");
        let fields = facts.parent(at.node).map(|parent| named_values(facts, parent)).unwrap_or_default();
        fields.iter().any(|(name, value)| *value == at.node && is_name(name))
            && fields.iter().any(|(name, _)| is_value(name))
    }

    /// Whether a text is what a read of the environment asks for.
    fn is_read_argument(&self, at: NodeRef) -> bool {
        let parent = self.facts(at.file).parent(at.node);
        parent.is_some_and(|p| self.environment_read(at.sibling(p)).is_some())
    }

    /// Where a function is defined: its name.
    pub fn definition_location(&self, function: NodeRef) -> crate::finding::Location {
        match self.kind(function) {
            Kind::Function(f) if f.name.is_some() => location(function.file, f.name_span),
            _ => {
                // The first line of a function without a name.
                let span = self.facts(function.file).span(function.node);
                let text = &self.file(function.file).source.text;
                let line = text.get(span.range()).and_then(|t| t.lines().next()).map_or(0, str::len);
                location(
                    function.file,
                    crate::source::Span::new(span.start as usize, span.start as usize + line),
                )
            }
        }
    }
}
