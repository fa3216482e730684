//! Numbers, followed through names and arithmetic.

use super::keyed::keyed;
use super::value::{NodeRef, Value};
use crate::facts::{BinaryOp, Key, Kind, NodeId};
use crate::model::names::index::constant;
use crate::model::names::scope::Origin;
use crate::model::{FileModel, Project};

/// Parts of a computed number.
const MAX_PARTS: u32 = 256;

/// Calls of a function that may give another number.
const MAX_CALLERS: usize = 64;

/// Sums of numbers of which there are several.
const MAX_NUMBERS: usize = 64;

/// Names between a number and the setting it is the default of.
const MAX_SETTINGS: u32 = 4;

impl Project {
    /// The number an expression gives, if it is one literal.
    pub fn number(&self, at: NodeRef) -> Option<f64> {
        let mut left = MAX_PARTS;
        self.number_within(at, &mut left)
    }

    /// What is set from itself, on whatever way, is no number: `left` counts the steps.
    fn number_within(&self, at: NodeRef, left: &mut u32) -> Option<f64> {
        *left = left.checked_sub(1)?;
        if let Some(n) = self.file(at.file).number_of(at.node) {
            return Some(n);
        }
        match self.kind(at) {
            Kind::Binary { op, left: first, right: second } => {
                let a = self.number_within(at.sibling(*first), left)?;
                let b = self.number_within(at.sibling(*second), left)?;
                match op {
                    BinaryOp::Add => Some(a + b),
                    BinaryOp::Sub => Some(a - b),
                    BinaryOp::Mul => Some(a * b),
                    BinaryOp::Pow => Some(a.powf(b)),
                    _ => None,
                }
            }
            _ => match &self.eval(at)[..] {
                [Value::Node(node)] if *node != at => self.number_within(*node, left),
                _ => None,
            },
        }
    }

    /// The number that a setting has where nobody sets it: `float(os.getenv("SECONDS", "90"))`, `env.SECONDS ?? 90`.
    fn default_number(&self, at: NodeRef, left: u32) -> Option<f64> {
        let left = left.checked_sub(1)?;
        if let Some(n) = self.number(at) {
            return Some(n);
        }
        let next = |n: NodeId| self.default_number(at.sibling(n), left);
        let written = |n: NodeId| next(n).or_else(|| self.text(at.sibling(n)).known()?.trim().parse().ok());
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Call(call) if self.environment_read(at).is_some() => written(call.args.get(1)?.value),
            Kind::Call(call) => match (file.facts.kind(call.callee), call.args.first()) {
                (Kind::Name(name), Some(arg)) if file.sdk.has_word("number-conversions", name) => {
                    written(arg.value)
                }
                _ => None,
            },
            Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
                let left = at.sibling(*left);
                let set_elsewhere = self.environment_read(left).is_some() || self.is_setting_of_nobody(left);
                set_elsewhere.then(|| written(*right))?
            }
            Kind::Name(_) => match file.only_value(at.node) {
                Some(value) => next(value),
                None => self.default_number(self.default_left_in(at)?, left),
            },
            // `self.max_tokens`, of a parameter that may be left out
            Kind::Member { object, name, .. } if file.is_own_object(*object) => {
                let [value] = self.own_field_values(at, name)[..] else { return None };
                self.default_number(self.default_left_in(value)?, left)
            }
            _ => None,
        }
    }

    /// What a parameter is where it is left out, if nobody in sight gives another value: its default, or what
    /// stands for none, `if seconds is None: seconds = SECONDS`.
    fn default_left_in(&self, at: NodeRef) -> Option<NodeRef> {
        let file = self.file(at.file);
        let Kind::Name(name) = file.facts.kind(at.node) else { return None };
        let (def, stand_in) = match file.scopes.lookup(&file.facts, name, at.node)[..] {
            [def] => (def, None),
            [def, set] => (def, Some(set)),
            _ => return None,
        };
        let Origin::Param { function, index, path } = &def.origin else { return None };
        let function = at.sibling(*function);
        let given = self.arguments_given(function, *index, MAX_CALLERS).next().is_some();
        let default = self.param_default(function, *index).filter(|_| path.is_empty() && !given)?;
        match stand_in.map(|set| &set.origin) {
            None => Some(default),
            Some(Origin::Value { expr, path }) if path.is_empty() => {
                matches!(self.kind(default), Kind::Null).then(|| at.sibling(*expr))
            }
            Some(_) => None,
        }
    }

    /// The number that an expression gives where what is looked up is not set: `config.get("max_tokens", 4096)`,
    /// `config.get("max_tokens") or 4096`.
    pub fn number_where_unset(&self, at: NodeRef) -> Option<f64> {
        match &self.eval(at)[..] {
            [Value::Unknown, Value::Node(node)] if *node != at => self.number(*node),
            _ => None,
        }
    }

    /// Every number an expression may give where nobody sets what it is a setting of; `None` when one of them is
    /// out of reach.
    pub fn numbers_by_default(&self, at: NodeRef) -> Option<Vec<f64>> {
        self.numbers(at).or_else(|| Some(vec![self.default_number(at, MAX_SETTINGS)?]))
    }

    /// Whether something is a field of what a function is given, and nothing in the project gives one of that
    /// name: whoever else uses the program may, and need not.
    fn is_setting_of_nobody(&self, at: NodeRef) -> bool {
        let file = self.file(at.file);
        let Kind::Member { object, name, .. } = file.facts.kind(at.node) else { return false };
        let Kind::Name(options) = file.facts.kind(*object) else { return false };
        let defs = file.scopes.lookup(&file.facts, options, *object);
        let given = matches!(&defs[..], [def] if matches!(&def.origin, Origin::Param { path, .. } if path.is_empty()));
        let gives = |model: &FileModel| {
            model.assigns_key(name)
                || model.facts.ids().any(|n| match model.facts.kind(n) {
                    Kind::Record(r) => {
                        r.entries.iter().any(|e| matches!(&e.key, Some(Key::Known(key)) if key == name))
                    }
                    Kind::Call(c) => c.args.iter().any(|a| a.name.as_ref() == Some(name)),
                    _ => false,
                })
        };
        given && !self.file_ids().any(|(_, model)| model.source.text.contains(&**name) && gives(model))
    }

    /// The numbers of a table that one of them is read from by a key out of reach: `BUDGETS[effort]`,
    /// `BUDGETS.get(effort, 1024)`.
    pub fn numbers_of_table(&self, at: NodeRef) -> Vec<(NodeRef, f64)> {
        let read = self.table_read(at).map(|(entries, _)| entries).unwrap_or_default();
        read.into_iter().filter_map(|value| Some((value, self.number(value)?))).collect()
    }

    /// The values of a table that something is read from by a key out of reach, and what stands in for one that
    /// is not there.
    fn table_read(&self, at: NodeRef) -> Option<(Vec<NodeRef>, Option<NodeRef>)> {
        let file = self.file(at.file);
        let read = match file.facts.kind(at.node) {
            Kind::Name(_) => file.only_value(at.node).unwrap_or(at.node),
            _ => at.node,
        };
        let found = keyed(&file.facts, read).filter(|found| constant(&file.facts, found.key).is_none())?;
        let values = self.eval(at.sibling(found.object));
        let [Value::Node(record)] = values[..] else { return None };
        let Kind::Record(r) = self.kind(record) else { return None };
        let entries = r.entries.iter().filter(|e| e.key.is_some()).map(|e| record.sibling(e.value));
        Some((entries.collect(), found.default.map(|d| at.sibling(d))))
    }

    /// Every number an expression may give; `None` when one of them is out of reach.
    pub fn numbers(&self, at: NodeRef) -> Option<Vec<f64>> {
        let mut left = MAX_PARTS;
        self.numbers_within(at, &mut left)
    }

    fn numbers_within(&self, at: NodeRef, left: &mut u32) -> Option<Vec<f64>> {
        *left = left.checked_sub(1)?;
        if let Some(n) = self.number(at) {
            return Some(vec![n]);
        }
        // `BUDGETS.get(effort, 1024) + 4096`
        if let Kind::Binary { op: BinaryOp::Add, left: first, right: second } = self.kind(at) {
            let first = self.numbers_within(at.sibling(*first), left)?;
            let second = self.numbers_within(at.sibling(*second), left)?;
            let sums = first.iter().flat_map(|a| second.iter().map(move |b| a + b));
            return Some(sums.take(MAX_NUMBERS).collect());
        }
        // `BUDGETS[effort] ?? 1024`
        if let Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left: first, right: second } =
            self.kind(at)
        {
            let mut numbers = self.numbers_within(at.sibling(*first), left)?;
            numbers.extend(self.numbers_within(at.sibling(*second), left)?);
            return Some(numbers);
        }
        if let Some((entries, default)) = self.table_read(at) {
            return entries.into_iter().chain(default).map(|value| self.number(value)).collect();
        }
        let values = self.eval(at);
        let numbers = values.iter().map(|v| match v {
            Value::Node(node) if *node != at => self.number(*node),
            _ => None,
        });
        numbers.collect::<Option<Vec<f64>>>().or_else(|| match self.file(at.file).only_value(at.node) {
            Some(value) if value != at.node => self.numbers_within(at.sibling(value), left),
            _ => None,
        })
    }
}
