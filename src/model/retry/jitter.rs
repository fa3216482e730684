//! How a delay of a library gets its random part.

use super::library::prefixes;
use super::{Retry, RetryDelay};
use crate::facts::{Kind, Name};
use crate::finding::Fix;
use crate::model::Project;
use crate::model::values::value::{External, Field, NodeRef, Value};
use crate::sdk::DelayKind;

impl Project {
    /// What gives a delay of a library a random part, where the library has one.
    pub fn with_jitter(&self, retry: &Retry, delay: &RetryDelay) -> Option<Fix> {
        self.with_random_strategy(delay.at)
            .or_else(|| self.with_jitter_option(retry))
            .or_else(|| self.with_jitter_step(retry, delay.at))
    }

    /// `ExponentialBuilder::default()` → `ExponentialBuilder::default().with_jitter()`
    fn with_jitter_step(&self, retry: &Retry, at: NodeRef) -> Option<Fix> {
        let (kind, path, made) = self.delay_made(at)?;
        if let Some(names) = kind.jitter.as_deref().filter(|_| kind.default_jitter) {
            let off = |name: &str| {
                let given = self.builder_steps(made).into_iter().find_map(|step| match self.kind(step) {
                    Kind::Call(call)
                        if self.last_name_at(step.sibling(call.callee)).as_deref() == Some(name) =>
                    {
                        call.args.first().map(|arg| step.sibling(arg.value))
                    }
                    _ => None,
                })?;
                self.without_option(given, name).filter(|_| self.number(given) == Some(0.0))
            };
            let edit = names.split('|').find_map(off)?;
            return Some(Fix::safe("remove what switches the random part off", vec![edit]));
        }
        let module = path.split('.').next().unwrap_or_default();
        let step = kind.jitter_step.as_deref()?.replace("{crate}", module);
        let steps = self.builder_steps(made);
        let maker = *steps.first()?;
        let own = |step: &&NodeRef| {
            let name = self.callee_of(**step).and_then(|callee| self.last_name_at(callee));
            name.is_some_and(|name| kind.jitter_step_behind.iter().any(|own| **own == *name))
        };
        let behind = steps.iter().skip(1).take_while(own).last().copied().unwrap_or(maker);
        // What is given a name, a field or a result has a type, which that step changes.
        let given_here =
            || retry.call.is_some_and(|call| call.file == maker.file && self.contains(call, maker));
        if !kind.jitter_step_behind.is_empty() && !given_here() {
            return None;
        }
        let edit = self.with_next_step(behind, &step).filter(|_| maker.file == at.file)?;
        Some(Fix::safe(format!("add `.{step}`"), vec![edit]))
    }

    /// The one strategy that an expression stands for, made in the same file: its kind, path and making.
    fn delay_made(&self, at: NodeRef) -> Option<(&'static DelayKind, Name, NodeRef)> {
        let values = self.eval(at);
        let [Value::External(External { path, made: Some(made) })] = &values[..] else { return None };
        let sdk = self.file(at.file).sdk;
        let kind = prefixes(path).find_map(|path| sdk.delay(path))?;
        (made.file == at.file).then(|| (kind, path.clone(), *made))
    }

    /// `wait_exponential(…)` → `wait_random_exponential(…)`
    fn with_random_strategy(&self, at: NodeRef) -> Option<Fix> {
        let (kind, _, made) = self.delay_made(at)?;
        let new = kind.jittered.as_deref()?;
        let edits = self.with_callee(made, new)?;
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
                    Kind::Null | Kind::Number(_) if kind.default_jitter => {
                        let edit = self.without_option(at, name)?;
                        Some(Fix::safe(format!("remove `{name}`: it is on by default"), vec![edit]))
                    }
                    Kind::Bool(false) if kind.jitter_is_switch || kind.default_jitter => {
                        let edit = self.rewrite(at, language.truth());
                        Some(Fix::safe(format!("switch `{name}` on"), vec![edit]))
                    }
                    Kind::Str(_) => {
                        let written = kind.jitter_on.as_deref()?;
                        Some(Fix::safe(
                            format!("set `{name}` to `{written}`"),
                            vec![self.rewrite(at, written)],
                        ))
                    }
                    _ => None,
                }
            }
            Field::Absent if (kind.jitter_is_switch || kind.jitter_on.is_some()) && !name.contains('.') => {
                // Beside another option of the same record.
                let options =
                    [&kind.retries, &kind.attempts, &kind.factor, &kind.limit].into_iter().flatten();
                let beside = options.into_iter().find_map(|option| match self.setting(call, option) {
                    Field::Known(nodes) => nodes.first().copied(),
                    _ => None,
                })?;
                let holder = beside.sibling(self.facts(beside.file).parent(beside.node)?);
                let edit =
                    self.with_option(holder, name, kind.jitter_on.as_deref().unwrap_or(language.truth()))?;
                Some(Fix::safe(format!("switch `{name}` on"), vec![edit]))
            }
            _ => None,
        }
    }
}
