//! Objects that show their key when they are printed: `{config:?}` of a struct that derives `Debug`, `print(config)` of a
//! data class.

use super::super::Project;
use super::is_api_key_name;
use crate::facts::{Class, ClassKind, Kind, NodeId};
use crate::model::names::index::last_name;
use crate::model::values::value::{NodeRef, Value};

/// Types of fields whose text is shown.
const TEXTS: &[&str] = &["String", "Option<String>", "str", "&str", "Optional[str]", "str | None"];

impl Project {
    /// The field with the key of an object that is written out whole.
    pub(super) fn key_shown_by(&self, out: NodeRef, value: NodeRef) -> Option<NodeRef> {
        self.eval(value).iter().find_map(|v| {
            let Value::Instance { class, .. } = v else { return None };
            let Kind::Class(c) = self.kind(*class) else { return None };
            (self.prints_fields(*class, c) && self.prints_with_fields(out, c))
                .then(|| self.key_field(*class, c))?
        })
    }

    /// Whether a type prints its fields as they are.
    fn prints_fields(&self, class: NodeRef, c: &Class) -> bool {
        let file = self.file(class.file);
        let said =
            |words: &[&str]| c.decorators.iter().any(|&d| words.iter().all(|w| file.text_of(d).contains(w)));
        match c.kind {
            ClassKind::Struct => said(&["derive", "Debug"]) || said(&["Debug"]),
            ClassKind::Class => {
                let own = c.body.iter().any(|&m| match file.facts.kind(m) {
                    Kind::Function(f) => {
                        f.name.as_deref().is_some_and(|n| matches!(n, "__repr__" | "__str__"))
                    }
                    _ => false,
                });
                said(&["dataclass"]) && !own
            }
            _ => false,
        }
    }

    /// Whether what is written out is printed by the fields: in Rust `{:?}`.
    fn prints_with_fields(&self, out: NodeRef, c: &Class) -> bool {
        c.kind != ClassKind::Struct || {
            let text = self.file(out.file).text_of(out.node);
            text.contains(":?}") || text.contains(":#?}")
        }
    }

    fn key_field(&self, class: NodeRef, c: &Class) -> Option<NodeRef> {
        let file = self.file(class.file);
        let about_claude = ["anthropic", "Anthropic", "ANTHROPIC", "claude", "Claude"]
            .iter()
            .any(|w| file.source.text.contains(w));
        let is_key = |n: NodeId| last_name(&file.facts, n).is_some_and(|name| is_api_key_name(&name));
        let field = c.body.iter().find(|&&m| match file.facts.kind(m) {
            Kind::Assign(a) => {
                let shown = a.ty.is_some_and(|ty| TEXTS.contains(&file.text_of(ty).trim()));
                let hidden = a.value.is_some_and(|v| file.text_of(v).contains("repr=False"))
                    || a.decorators.iter().any(|&d| {
                        let mut words = file.text_of(d).split(|c: char| !c.is_alphanumeric());
                        words.any(|word| file.sdk.has_word("shown-otherwise", word))
                    });
                is_key(a.target) && shown && !hidden
            }
            _ => false,
        });
        field.filter(|_| about_claude).map(|&n| class.sibling(n))
    }
}
