//! How a delay of a library gets its random part.

use super::library::prefixes;
use super::{Retry, RetryDelay};
use crate::facts::Kind;
use crate::finding::Fix;
use crate::model::Project;
use crate::model::values::value::{External, Field, NodeRef, Value};

impl Project {
    /// What gives a delay of a library a random part, where the library has one.
    pub fn with_jitter(&self, retry: &Retry, delay: &RetryDelay) -> Option<Fix> {
        self.with_random_strategy(delay.at)
            .or_else(|| self.with_jitter_option(retry))
            .or_else(|| self.with_jitter_step(delay.at))
    }

    /// `ExponentialBuilder::default()` → `ExponentialBuilder::default().with_jitter()`
    fn with_jitter_step(&self, at: NodeRef) -> Option<Fix> {
        let [Value::External(External { path, made: Some(made) })] = &self.eval(at)[..] else { return None };
        let sdk = self.file(at.file).sdk;
        let step = prefixes(path).find_map(|path| sdk.delay(path))?.jitter_step.as_deref()?;
        let edit = self.with_last_step(*made, step).filter(|_| made.file == at.file)?;
        Some(Fix::safe(format!("add `.{step}`"), vec![edit]))
    }

    /// `wait_exponential(…)` → `wait_random_exponential(…)`
    fn with_random_strategy(&self, at: NodeRef) -> Option<Fix> {
        let Kind::Call(_) = self.kind(at) else { return None };
        let [Value::External(External { path, made: Some(made) })] = &self.eval(at)[..] else { return None };
        let sdk = self.file(at.file).sdk;
        let new = prefixes(path).find_map(|path| sdk.delay(path))?.jittered.as_deref()?;
        let edits = self.with_callee(at, new).filter(|_| *made == at)?;
        Some(Fix::safe(format!("wait with `{new}`"), edits))
    }

    /// `jitter=None` goes, `randomize: false` becomes `true`, and where nothing is said it is said.
    fn with_jitter_option(&self, retry: &Retry) -> Option<Fix> {
        let (kind, call) = (retry.library?, retry.call?);
        let spec = kind.jitter.as_deref()?;
        let name = spec.split('|').next()?;
        let language = self.file(call.file).language;
        match self.setting(call, spec) {
            Field::Known(nodes) => {
                let [at] = nodes[..] else { return None };
                match self.kind(at) {
                    Kind::Null if kind.default_jitter => {
                        let edit = self.without_option(at, name)?;
                        Some(Fix::safe(format!("remove `{name}`: it is on by default"), vec![edit]))
                    }
                    Kind::Bool(false) if kind.jitter_is_switch || kind.default_jitter => {
                        let edit = self.rewrite(at, language.truth());
                        Some(Fix::safe(format!("switch `{name}` on"), vec![edit]))
                    }
                    _ => None,
                }
            }
            Field::Absent if kind.jitter_is_switch && !name.contains('.') => {
                // Beside another option of the same record.
                let options = [&kind.retries, &kind.factor, &kind.limit].into_iter().flatten();
                let beside = options.into_iter().find_map(|option| match self.setting(call, option) {
                    Field::Known(nodes) => nodes.first().copied(),
                    _ => None,
                })?;
                let holder = beside.sibling(self.facts(beside.file).parent(beside.node)?);
                let edit = self.with_option(holder, name, language.truth())?;
                Some(Fix::safe(format!("switch `{name}` on"), vec![edit]))
            }
            _ => None,
        }
    }
}
