//! Tables of settings: what belongs to one entry of them is used together.

use super::keyed::keyed;
use super::value::{NodeRef, Value};
use crate::facts::{BinaryOp, Kind, Name};
use crate::model::Project;
use crate::model::names::index::{constant, path_name};

/// Entries of a table that are looked at.
const MAX_ENTRIES: usize = 64;
/// Names and choices between a variable and the table.
const MAX_STEPS: u32 = 6;

impl Project {
    /// The values that fields of one variable have together, where the variable stands for one of
    /// several entries: `chosen = MODELS[name]`, then `chosen.limit` and `chosen.budget`. Empty where
    /// they are not fields of the same variable, or it stands for nothing like that.
    pub fn entries_of(&self, fields: &[NodeRef]) -> Vec<Vec<Option<NodeRef>>> {
        let Some(parts) = fields.iter().map(|&f| self.field_of(f)).collect::<Option<Vec<_>>>() else {
            return Vec::new();
        };
        let Some((holder, _)) = parts.first() else { return Vec::new() };
        if parts.iter().any(|(other, _)| !self.is_same_holder(*holder, *other)) {
            return Vec::new();
        }
        let values = self.held_entries(*holder, MAX_STEPS);
        let of = |value: &Value, name: &Name| {
            let found = match value {
                Value::Node(_) => self.item(value, name),
                Value::Instance { .. } => self.member(value, name, false),
                _ => return None,
            };
            match found[..] {
                [Value::Node(node)] => Some(node),
                _ => None,
            }
        };
        values
            .iter()
            .take(MAX_ENTRIES)
            .map(|value| parts.iter().map(|(_, name)| of(value, name)).collect())
            .collect()
    }

    /// The entries of a table that a variable may stand for.
    fn held_entries(&self, holder: NodeRef, left: u32) -> Vec<Value> {
        let Some(left) = left.checked_sub(1) else { return Vec::new() };
        let file = self.file(holder.file);
        let table = match file.facts.kind(holder.node) {
            Kind::Name(_) => {
                let value = file.only_value(holder.node).map(|value| holder.sibling(value));
                return value.map_or_else(Vec::new, |value| self.held_entries(value, left));
            }
            Kind::Cast { value: inner, .. }
            | Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left: inner, .. } => {
                return self.held_entries(holder.sibling(*inner), left);
            }
            _ => match keyed(&file.facts, holder.node) {
                Some(found) if found.called || constant(&file.facts, found.key).is_none() => found.object,
                _ => return Vec::new(),
            },
        };
        let tables = self.eval(holder.sibling(table));
        let entries = tables.iter().flat_map(|value| match value {
            Value::Node(table) => match self.kind(*table) {
                Kind::Record(record) => record.entries.iter().map(|e| table.sibling(e.value)).collect(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        });
        entries.take(MAX_ENTRIES).flat_map(|entry| self.eval(entry).to_vec()).collect()
    }

    /// The variable whose field an expression reads, and the name of the field.
    fn field_of(&self, at: NodeRef) -> Option<(NodeRef, Name)> {
        match self.kind(at) {
            Kind::Member { object, name, .. } => Some((at.sibling(*object), name.clone())),
            Kind::Index { object, index } => {
                let name = self.text(at.sibling(*index)).known()?;
                Some((at.sibling(*object), name.into()))
            }
            Kind::Cast { value, .. } => self.field_of(at.sibling(*value)),
            _ => None,
        }
    }

    fn is_same_holder(&self, a: NodeRef, b: NodeRef) -> bool {
        let file = self.file(a.file);
        let (Some(x), Some(y)) = (path_name(&file.facts, a.node), path_name(self.facts(b.file), b.node))
        else {
            return false;
        };
        let root = |n: &Name| n.split('.').next().map(Name::from).unwrap_or_default();
        let defs = |at: NodeRef, n: &Name| -> Vec<_> {
            file.scopes.lookup(&file.facts, &root(n), at.node).iter().map(|d| d.node).collect()
        };
        a.file == b.file && x == y && defs(a, &x) == defs(b, &y)
    }
}
