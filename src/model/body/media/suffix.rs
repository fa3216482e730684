//! Media types that are put together from the suffix of a file.

use crate::facts::{Kind, NodeId, StrPart};
use crate::model::Project;
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::Origin;
use crate::model::values::json::Json;
use crate::model::values::value::NodeRef;

/// Variables between a suffix and its use.
const MAX_NAMES: u32 = 3;

impl Project {
    /// The suffix of a file that stands in a media type as it is: `f"image/{ext}"`, where nothing turns `jpg`
    /// into `jpeg`.
    pub fn suffix_as_type(&self, given: &Json) -> Option<NodeRef> {
        let at = self.written(given.at);
        let Kind::Str(parts) = self.kind(at) else { return None };
        let [StrPart::Text(before), StrPart::Hole(hole)] = &parts[..] else { return None };
        let function = self.function_of(at)?;
        let maps = self.file(at.file).text_of(function.node).to_ascii_lowercase().contains("jpeg");
        (&**before == "image/" && !maps && self.is_suffix(at.sibling(*hole), MAX_NAMES)).then_some(at)
    }

    fn is_suffix(&self, at: NodeRef, left: u32) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let next = |n: NodeId| self.is_suffix(at.sibling(n), left);
        match facts.kind(at.node) {
            Kind::Name(name) => {
                let Some(left) = left.checked_sub(1) else { return false };
                let defs = file.scopes.lookup(facts, name, at.node);
                !defs.is_empty()
                    && defs.iter().all(|def| match &def.origin {
                        Origin::Value { expr, .. } => self.is_suffix(at.sibling(*expr), left),
                        _ => false,
                    })
            }
            Kind::Member { name, .. } => &**name == "suffix",
            Kind::Cast { value, .. } => next(*value),
            Kind::Index { object, .. } => next(*object),
            Kind::Binary { left: first, .. } => next(*first),
            Kind::Call(call) => {
                let name = last_name(facts, call.callee).unwrap_or_default();
                let dot =
                    || call.args.first().and_then(|a| constant(facts, a.value)).is_some_and(|t| &*t == ".");
                match &*name {
                    "splitext" | "extname" => true,
                    "split" | "rsplit" | "rpartition" => dot(),
                    _ => matches!(facts.kind(call.callee), Kind::Member { object, .. } if next(*object)),
                }
            }
            _ => false,
        }
    }
}
