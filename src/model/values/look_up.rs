//! What a look-up may give: the default beside it, or any text of a table.

use super::keyed::keyed;
use super::value::{External, NodeRef, Value};
use crate::facts::{Call, Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::Origin;

/// Names and look-ups in a row.
const MAX_STEPS: u32 = 8;

impl Project {
    /// The expressions that an expression may stand for where a look-up is on the way: the default of
    /// `os.getenv("MODEL", "…")` and `settings.get("model", "…")`, the texts of `MODELS[name]`.
    pub(in crate::model) fn looked_up(&self, at: NodeRef) -> Vec<NodeRef> {
        let mut out = Vec::new();
        self.look_up(at, MAX_STEPS, &mut out);
        out
    }

    fn look_up(&self, at: NodeRef, left: u32, out: &mut Vec<NodeRef>) {
        let Some(left) = left.checked_sub(1) else { return };
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Name(name) => {
                for def in file.scopes.lookup(&file.facts, name, at.node) {
                    if let Origin::Value { expr, path } = &def.origin
                        && path.is_empty()
                    {
                        self.look_up(at.sibling(*expr), left, out);
                    }
                }
            }
            Kind::Call(call) => {
                let default = self.default_beside(at, call);
                out.extend(default);
                // `Some(os.getenv(…))`, `config.model.unwrap_or(…)`
                if default.is_none()
                    && let [only] = &call.args[..]
                {
                    self.look_up(at.sibling(only.value), left, out);
                }
            }
            Kind::Index { object, .. } => {
                for table in self.eval(at.sibling(*object)).iter() {
                    if let Value::Node(table) = table {
                        out.extend(self.texts_of_table(*table));
                    }
                }
            }
            // `Models.FAST.value`
            Kind::Member { object, name, .. } if &**name == "value" => out.push(at.sibling(*object)),
            Kind::Member { name, .. } => out.extend(self.default_of_option(at, name)),
            Kind::Cast { value: inner, .. } | Kind::Await(inner) | Kind::Propagate(inner) => {
                self.look_up(at.sibling(*inner), left, out);
            }
            _ => {}
        }
        for value in self.eval(at).iter() {
            match value {
                Value::External(External { made: Some(made), .. }) if *made != at => {
                    self.look_up(*made, left, out);
                }
                Value::Node(node) if *node != at => self.look_up(*node, left, out),
                _ => {}
            }
        }
    }

    /// The argument that a call gives back where it finds nothing.
    pub(in crate::model) fn default_beside(&self, at: NodeRef, call: &Call) -> Option<NodeRef> {
        let file = self.file(at.file);
        let named = call
            .args
            .iter()
            .find(|a| a.name.as_deref().is_some_and(|name| file.sdk.has_word("default-arguments", name)));
        let by_place = || {
            let name = last_name(&file.facts, call.callee)?;
            let place = file.sdk.words("default-places").iter().find_map(|entry| {
                let (of, place) = entry.split_once('#')?;
                (of == &*name).then(|| place.parse::<usize>().ok())?
            })?;
            call.args.get(place).filter(|a| a.name.is_none())
        };
        let given = named.or_else(by_place)?;
        // `unwrap_or_else(|| "…".into())`
        let value = match file.facts.kind(given.value) {
            Kind::Function(f) if f.body.is_some() => f.body,
            _ => given.value,
        };
        Some(at.sibling(value))
    }

    /// `names.get(name, name)`: what is given where the table has no such name.
    pub(in crate::model) fn default_of_lookup(&self, at: NodeRef) -> Option<NodeRef> {
        let at = match self.kind(at) {
            Kind::Name(_) => at.sibling(self.file(at.file).only_value(at.node)?),
            _ => at,
        };
        keyed(self.facts(at.file), at.node)?.default.map(|default| at.sibling(default))
    }

    /// The default of an option of the command line: `add_argument("--model", default="…")`.
    pub(in crate::model) fn default_of_option(&self, at: NodeRef, field: &str) -> Option<NodeRef> {
        let option = self.option_called(at, field)?;
        let Kind::Call(call) = self.kind(option) else { return None };
        self.default_beside(option, call)
    }

    /// What an option of the command line may be, where that is listed: `add_argument("--model", choices=["…"])`.
    pub(in crate::model) fn choices_of_option(&self, at: NodeRef, field: &str) -> Vec<NodeRef> {
        let Some(option) = self.option_called(at, field) else { return Vec::new() };
        let Kind::Call(call) = self.kind(option) else { return Vec::new() };
        let choices = call.args.iter().find(|a| a.name.as_deref() == Some("choices"));
        let values = choices.map(|a| self.eval(option.sibling(a.value)));
        values
            .iter()
            .flat_map(|v| v.iter())
            .filter_map(|v| match v {
                Value::Node(list) => match self.kind(*list) {
                    Kind::List(items) => Some(items.iter().map(|&item| list.sibling(item))),
                    _ => None,
                },
                _ => None,
            })
            .flatten()
            .collect()
    }

    /// The call that declares an option of the command line which a field holds.
    fn option_called(&self, at: NodeRef, field: &str) -> Option<NodeRef> {
        let file = self.file(at.file);
        let option = format!("--{}", field.replace('_', "-"));
        // Names of options are texts; most files have none of that name.
        if !file.source.text.contains(&option) {
            return None;
        }
        file.facts.ids().find_map(|node| {
            let Kind::Call(call) = file.facts.kind(node) else { return None };
            let names = call.args.iter().filter_map(|a| constant(&file.facts, a.value));
            let of_option = names.into_iter().any(|name| *name == *option);
            of_option.then(|| at.sibling(node))
        })
    }

    /// The values of a record, where all of them are texts.
    fn texts_of_table(&self, table: NodeRef) -> Vec<NodeRef> {
        let Kind::Record(record) = self.kind(table) else { return Vec::new() };
        let is_text = |value: NodeId| matches!(self.kind(table.sibling(value)), Kind::Str(_));
        match record.ty.is_none() && record.entries.iter().all(|e| e.key.is_some() && is_text(e.value)) {
            true => record.entries.iter().map(|e| table.sibling(e.value)).collect(),
            false => Vec::new(),
        }
    }
}
