//! Documents that are given as text.

use super::{MediaSource, Project};
use crate::facts::{BinaryOp, Key, Kind, NodeId};
use crate::model::names::index::last_name;
use crate::model::values::keyed::keyed;
use crate::model::values::value::{External, NodeRef, Value};

impl Project {
    /// The sources of documents that are given as text, in file order.
    pub fn text_sources(&self) -> Vec<MediaSource> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            for node in model.facts.ids() {
                let Kind::Record(record) = model.facts.kind(node) else { continue };
                let at = NodeRef { file, node };
                let block = || self.type_around(at).filter(|kind| kind == "document");
                if record.value_of("media_type").is_some()
                    && record.value_of("data").is_some()
                    && let Some(kind) = record.value_of("type")
                    && self.text(at.sibling(kind)).known().is_some_and(|kind| kind == "text")
                    && let Some(block) = block()
                {
                    out.push(MediaSource { json: self.json(at), block: Some(block) });
                }
            }
        }
        out
    }

    /// The types that a question lets through to a place where the type is used, with the question.
    pub fn types_let_through(&self, used: NodeRef) -> Option<(NodeRef, Vec<String>)> {
        let facts = self.facts(used.file);
        let mut from = used.node;
        for up in facts.ancestors(used.node).skip(1) {
            match facts.kind(up) {
                Kind::Function(_) => return None,
                Kind::If { condition, then, .. } if *then == from => {
                    let asked = used.sibling(*condition);
                    if let Some(types) = self.types_asked(asked, used) {
                        return Some((asked, types));
                    }
                }
                _ => {}
            }
            from = up;
        }
        None
    }

    /// The types for which a question about a type holds: `kind in ("text/plain", …)`, `FORMS[kind] == "text"`.
    fn types_asked(&self, asked: NodeRef, used: NodeRef) -> Option<Vec<String>> {
        let file = self.file(asked.file);
        let on = |n: NodeId| asked.sibling(n);
        let same = |n: NodeId| file.text_of(n) == file.text_of(used.node);
        match file.facts.kind(asked.node) {
            Kind::Binary { op: BinaryOp::And, left, right } => {
                self.types_asked(on(*left), used).or_else(|| self.types_asked(on(*right), used))
            }
            Kind::Binary { op: BinaryOp::In, left, right } if same(*left) => self.texts_listed(on(*right)),
            Kind::Binary { op: BinaryOp::Eq, left, right } => {
                let form = self.text(on(*right)).known()?;
                let looked_up = file.only_value(*left).unwrap_or(*left);
                let found = keyed(&file.facts, looked_up).filter(|found| same(found.key))?;
                if found.default.is_some_and(|d| self.text(on(d)).known().is_none_or(|d| d == form)) {
                    return None;
                }
                let table = self.eval(on(found.object)).iter().find_map(|v| match v {
                    Value::Node(n) => Some(*n),
                    _ => None,
                })?;
                let Kind::Record(record) = self.kind(table) else { return None };
                let types = record.entries.iter().map(|entry| match &entry.key {
                    Some(Key::Known(key)) => {
                        let value = self.text(table.sibling(entry.value)).known()?;
                        Some((value == form).then(|| key.to_string()))
                    }
                    _ => None,
                });
                types.collect::<Option<Vec<_>>>().map(|types| types.into_iter().flatten().collect())
            }
            Kind::Call(call) => {
                let [given] = &call.args[..] else { return None };
                let Kind::Member { object, .. } = file.facts.kind(call.callee) else { return None };
                let name = last_name(&file.facts, call.callee)?;
                let tests = file.sdk.has_word("member-test", &name) && same(given.value);
                tests.then(|| self.texts_listed(on(*object)))?
            }
            _ => None,
        }
    }

    /// The texts of a list or set that is written down.
    fn texts_listed(&self, list: NodeRef) -> Option<Vec<String>> {
        let mut json = self.json(list);
        if let [Value::External(External { made: Some(made), .. })] = self.eval(list)[..]
            && let Kind::Call(call) = self.kind(made)
            && let [items] = &call.args[..]
        {
            json = self.json(made.sibling(items.value));
        }
        (json.is_list() && json.is_whole()).then(|| json.items().iter().map(|item| item.text()).collect())?
    }
}
