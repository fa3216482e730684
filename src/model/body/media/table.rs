//! Media types that are looked up in a table by the suffix of a file.

use crate::facts::{BinaryOp, Kind, UnaryOp};
use crate::model::Project;
use crate::model::values::flow::{End, Sink};
use crate::model::values::json::Json;
use crate::model::values::keyed::keyed;
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::api::api;

/// Names and functions between a type and the table.
const MAX_STEPS: u32 = 5;

impl Project {
    /// The types that a table of images gives which the API does not take, where nothing sorts them out: the entries,
    /// and what they say.
    pub fn refused_by_table(&self, given: &Json) -> Vec<(NodeRef, String)> {
        let at = self.written(given.at);
        let Some(table) = self.table_of_types(at, MAX_STEPS) else { return Vec::new() };
        let Kind::Record(r) = self.kind(table) else { return Vec::new() };
        let entries: Option<Vec<(NodeRef, String)>> = r
            .entries
            .iter()
            .map(|e| {
                let value = table.sibling(e.value);
                Some((value, self.text(value).known()?))
            })
            .collect();
        let content = &api().content;
        let taken = || content.image_types.iter().chain(&content.document_types);
        let takes = |kind: &str| taken().any(|t| t == kind);
        // One of files of all kinds is asked for others elsewhere.
        let all_are = |all: &[(NodeRef, String)], form: &str| {
            all.iter().all(|(_, kind)| kind.starts_with(form) || takes(kind))
        };
        let entries = entries.filter(|all| all_are(all, "image/") || all_are(all, "application/"));
        let Some(entries) = entries.filter(|all| all.iter().any(|(_, kind)| takes(kind))) else {
            return Vec::new();
        };
        let refused: Vec<(NodeRef, String)> = entries.into_iter().filter(|(_, kind)| !takes(kind)).collect();
        let sorted_out =
            [at.file, table.file].into_iter().any(|file| self.lists_images_without(file, &refused));
        match sorted_out || self.is_type_tested(at) {
            true => Vec::new(),
            false => refused,
        }
    }

    /// The table that a type is looked up in by something that is not written down.
    fn table_of_types(&self, at: NodeRef, left: u32) -> Option<NodeRef> {
        let left = left.checked_sub(1)?;
        let file = self.file(at.file);
        let found = keyed(&file.facts, at.node);
        if let Some(found) = found.filter(|f| self.text(at.sibling(f.key)).known().is_none()) {
            return self.eval(at.sibling(found.object)).iter().find_map(|v| match v {
                Value::Node(n) => matches!(self.kind(*n), Kind::Record(_)).then_some(*n),
                _ => None,
            });
        }
        match file.facts.kind(at.node) {
            Kind::Name(_) => self.table_of_types(at.sibling(file.only_value(at.node)?), left),
            Kind::Cast { value: x, .. }
            | Kind::Await(x)
            | Kind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left: x, .. } => {
                self.table_of_types(at.sibling(*x), left)
            }
            Kind::Call(c) => match self.functions_of(at.sibling(c.callee))[..] {
                [function] => match self.return_values(function)[..] {
                    [value] => self.table_of_types(value, left),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a file lists kinds of images without those: somebody chooses by that list.
    fn lists_images_without(&self, file: crate::source::FileId, refused: &[(NodeRef, String)]) -> bool {
        let facts = self.facts(file);
        let suffix = |text: &str| text.rsplit(['.', '/']).next().unwrap_or_default().to_ascii_lowercase();
        facts.ids().any(|node| {
            let Kind::List(items) = facts.kind(node) else { return false };
            let texts: Vec<String> = items
                .iter()
                .filter_map(|&i| self.text(NodeRef { file, node: i }).known())
                .map(|text| suffix(&text))
                .collect();
            texts.iter().any(|t| t == "png") && !refused.iter().any(|(_, kind)| texts.contains(&suffix(kind)))
        })
    }

    /// Whether something asks which type it is before it is sent.
    fn is_type_tested(&self, at: NodeRef) -> bool {
        let held = match self.kind(at) {
            Kind::Name(_) => self.file(at.file).only_value(at.node).map(|n| at.sibling(n)),
            _ => None,
        };
        // Whether there is one at all says nothing of which.
        let facts = self.facts(at.file);
        let for_presence = |end: &End| {
            let up = facts.parent(end.at.node).filter(|_| end.at.file == at.file);
            up.is_some_and(|up| match facts.kind(up) {
                Kind::Unary { op: UnaryOp::Not, .. } => true,
                Kind::If { condition, .. } => *condition == end.at.node,
                _ => false,
            })
        };
        let ends = self.sinks(held.unwrap_or(at));
        ends.iter().any(|end| end.sink == Sink::Tested && !for_presence(end))
    }
}
