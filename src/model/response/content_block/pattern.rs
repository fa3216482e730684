//! Content blocks that a pattern takes apart: `const [{ text }] = message.content`.

use super::index::{BlockByPosition, MAX_NAMES};
use crate::facts::{Kind, NodeId};
use crate::model::Project;
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::{Origin, Step};
use crate::model::response::Use;
use crate::model::values::value::Value;
use crate::source::FileId;

impl Project {
    /// `body.pointer("/content/0/text")`
    pub(super) fn pointed_at<'p>(&self, used: &'p Use) -> Option<BlockByPosition<'p>> {
        let at = used.at;
        let file = self.file(at.file);
        let Kind::Call(call) = file.facts.kind(at.node) else { return None };
        let name = last_name(&file.facts, call.callee)?;
        let path = constant(&file.facts, call.args.first()?.value)?;
        let block = path.strip_suffix("/text").filter(|_| file.sdk.has_word("json-pointers", &name))?;
        let position: i32 = block.rsplit_once("content/")?.1.parse().ok()?;
        let type_of_block = format!("{block}/type");
        let mut inside = file.facts.descendants(self.block_scope(at)).into_iter();
        let checked = inside.any(|n| constant(&file.facts, n).is_some_and(|text| *text == *type_of_block))
            || self.is_type_checked(at, position, false);
        (!checked).then_some(BlockByPosition {
            used,
            pick: at,
            position,
            checked,
            guarded: false,
            refused: false,
            loses_calls: false,
        })
    }

    /// The block whose text a pattern binds, if the pattern picks it by position.
    pub(super) fn taken_apart<'p>(&self, used: &'p Use) -> Option<BlockByPosition<'p>> {
        let at = used.at;
        let file = self.file(at.file);
        let def = file.scopes.binding(at.node).filter(|_| file.binds(at.node))?;
        let Origin::Value { expr, path } = &def.origin else { return None };
        let [before @ .., Step::Key(text)] = &path[..] else { return None };
        if &**text != "text" {
            return None;
        }
        let whole = at.sibling(*expr);
        let (pick, position) = match before {
            [Step::Item(n)] if self.is_content(whole, MAX_NAMES) => (at, *n as i32),
            [.., Step::Key(content), Step::Item(n)] if &**content == "content" => (at, *n as i32),
            [] | [Step::Unwrap] => self.pick(whole, MAX_NAMES)?,
            _ => return None,
        };
        // A pattern that names a variant looks at the type.
        let record = file.facts.ancestors(at.node).skip(1).take(3).find_map(|n| match file.facts.kind(n) {
            Kind::Record(r) => Some(r),
            _ => None,
        });
        let variant = |ty: NodeId| match file.facts.kind(ty) {
            Kind::Member { .. } => true,
            // A class of a package may be one of several; a type of the project's own is what it is.
            _ => self.eval(at.sibling(ty)).iter().any(|v| matches!(v, Value::External(_))),
        };
        let checked = record.and_then(|r| r.ty).is_some_and(variant);
        let loses_calls = checked && (self.loses_calls(at, position) || self.loses_calls_by_pattern(at));
        (!checked || loses_calls).then_some(BlockByPosition {
            used,
            pick,
            position,
            checked,
            guarded: true,
            refused: false,
            loses_calls,
        })
    }

    /// Whether a pattern asks what something is, beyond whether it is there.
    pub(super) fn names_kind(&self, file: FileId, patterns: &[NodeId]) -> bool {
        let facts = self.facts(file);
        patterns.iter().any(|&pattern| {
            facts.descendants(pattern).into_iter().any(|n| match facts.kind(n) {
                Kind::Record(_) | Kind::Member { .. } | Kind::Str(_) | Kind::Class(_) => true,
                Kind::Call(call) => !self.file(file).named_in(call.callee, "outcome-variants"),
                _ => false,
            })
        })
    }
}
