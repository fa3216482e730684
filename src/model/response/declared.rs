//! Responses that are known only by their declared type: a parameter of a converter, a field, a cast.

use rustc_hash::FxHashSet;

use crate::facts::{Class, ClassKind, Kind, Name, NodeId};
use crate::model::names::index::constant;
use crate::model::names::index::{Member, last_name};
use crate::model::values::eval::answer;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{FileModel, Project};
use crate::sdk::RequestKind;
use crate::source::FileId;

/// Names between the type of `content` and the type of a block: aliases of unions of aliases.
const MAX_ALIASES: u32 = 3;

/// A declared type that says that its values are responses.
#[derive(Clone, Copy, Debug)]
pub struct DeclaredResponse {
    /// Where the type of an SDK is named, or the definition of an own type.
    pub at: NodeRef,
    /// The kind of request such a response is the answer to.
    pub kind: &'static RequestKind,
}

impl Project {
    /// Every declared type whose values some code reads as responses, in file order.
    pub fn declared_responses(&self) -> Vec<DeclaredResponse> {
        let mut out: Vec<DeclaredResponse> = self
            .all_uses()
            .iter()
            .filter(|(at, _)| !matches!(self.kind(**at), Kind::Call(_)))
            .filter_map(|(at, uses)| Some(DeclaredResponse { at: *at, kind: uses.first()?.response.kind }))
            .collect();
        out.sort_by_key(|d| d.at);
        out
    }

    /// Whether some file may declare a response.
    pub(in crate::model) fn may_declare_responses(&self) -> bool {
        !self.message_types().is_empty()
            || self.files.iter().any(|file| {
                file.facts.ids().any(|node| match file.facts.kind(node) {
                    Kind::Name(name) | Kind::Member { name, .. } => file.sdk.may_name_response(name),
                    Kind::Import(import) => import
                        .names
                        .iter()
                        .any(|n| n.imported.as_deref().is_some_and(|n| file.sdk.may_name_response(n))),
                    _ => false,
                })
            })
    }

    /// The content or stop reason of an object of an own type that has the form of a Messages response, as long as
    /// the project only reads such objects: what it makes itself it knows.
    pub(in crate::model) fn declared_content(&self, class: NodeRef, name: &str) -> Option<Value> {
        if !matches!(name, "content" | "stop_reason") || !self.message_types().contains(&class) {
            return None;
        }
        let made = self.class_member(class, name).iter().any(|member| match member {
            Member::Field { value, .. } => value.is_some_and(|v| !self.is_test(v)),
            _ => true,
        });
        let kind = self.file(class.file).sdk.own_response()?;
        (!made).then(|| answer(class, kind, name))
    }

    /// Own types that certainly have the form of a Messages response.
    fn message_types(&self) -> &FxHashSet<NodeRef> {
        self.message_types.get_or_init(|| {
            let mut out = FxHashSet::default();
            for (file, model) in self.file_ids().filter(|(_, m)| names_claude(m)) {
                for node in model.facts.ids() {
                    let Kind::Class(class) = model.facts.kind(node) else { continue };
                    if self.has_message_form(file, class) {
                        out.insert(NodeRef { file, node });
                    }
                }
            }
            out
        })
    }

    /// Fields `stop_reason` and `content`, a list of blocks that have a type.
    fn has_message_form(&self, file: FileId, class: &Class) -> bool {
        let of_values = matches!(class.kind, ClassKind::Class | ClassKind::Struct | ClassKind::Interface);
        if !of_values || field(self.file(file), class, "stop_reason").is_none() {
            return false;
        }
        let model = self.file(file);
        field(model, class, "content").is_some_and(|ty| {
            let text = model.text_of(ty);
            let listed = text.ends_with("[]") || {
                let open = text.find(['[', '<']);
                open.is_some_and(|at| {
                    let head = text[..at].rsplit(['.', ':', ' ']).next().unwrap_or_default();
                    model.sdk.has_word("list-types", head)
                })
            };
            listed && self.names_blocks(file, ty, MAX_ALIASES)
        })
    }

    /// Whether a type names one of the project that has the form of a message whose content may hold results of
    /// tools.
    pub(in crate::model) fn names_message_type(&self, ty: NodeRef) -> bool {
        self.facts(ty.file).descendants(ty.node).into_iter().any(|n| {
            matches!(self.kind(ty.sibling(n)), Kind::Name(_))
                && self.eval(ty.sibling(n)).iter().any(|v| match v {
                    Value::Class(class) => self.is_message_type(*class),
                    _ => false,
                })
        })
    }

    fn is_message_type(&self, class: NodeRef) -> bool {
        let model = self.file(class.file);
        let Kind::Class(c) = model.facts.kind(class.node) else { return false };
        let content = field(model, c, "role").and(field(model, c, "content"));
        content.is_some_and(|ty| self.names_results(class.file, ty, MAX_ALIASES))
    }

    /// Whether a type names, or spells out, that of the results of tools.
    fn names_results(&self, file: FileId, ty: NodeId, left: u32) -> bool {
        let model = self.file(file);
        let Some(left) = left.checked_sub(1) else { return false };
        model.text_of(ty).contains(r#""tool_result""#)
            || model.facts.descendants(ty).into_iter().any(|node| {
                let Kind::Name(name) = model.facts.kind(node) else { return false };
                let known = self.index.class_names.get(name).map_or(&[][..], |c| c);
                let is_result = |c: &NodeRef| match self.kind(*c) {
                    Kind::Class(class) => {
                        let kind = field(self.file(c.file), class, "type");
                        kind.is_some_and(|ty| self.file(c.file).text_of(ty).contains("tool_result"))
                    }
                    _ => false,
                };
                known.iter().any(is_result)
                    || known.is_empty()
                        && alias(model, name).is_some_and(|value| self.names_results(file, value, left))
            })
    }

    /// Whether a type names, or spells out, one whose objects have a type of their own.
    fn names_blocks(&self, file: FileId, ty: NodeId, left: u32) -> bool {
        let model = self.file(file);
        let Some(left) = left.checked_sub(1) else { return false };
        model.facts.descendants(ty).into_iter().any(|node| match model.facts.kind(node) {
            Kind::Class(class) => self.is_block_type(file, class),
            Kind::Name(name) => {
                let known = self.index.class_names.get(name).map_or(&[][..], |c| c);
                let blocks = known.iter().any(|c| match self.kind(*c) {
                    Kind::Class(class) => self.is_block_type(c.file, class),
                    _ => false,
                });
                blocks
                    || known.is_empty()
                        && alias(model, name).is_some_and(|value| self.names_blocks(file, value, left))
            }
            _ => false,
        })
    }

    fn is_block_type(&self, file: FileId, class: &Class) -> bool {
        let model = self.file(file);
        match class.kind {
            ClassKind::Enum if variants_have_type(model, class) => true,
            ClassKind::Enum => class.decorators.iter().any(|&d| {
                model.facts.descendants(d).into_iter().any(|node| match model.facts.kind(node) {
                    Kind::Call(call) => call.args.iter().any(|arg| {
                        arg.name.as_deref() == Some("tag")
                            && constant(&model.facts, arg.value).as_deref() == Some("type")
                    }),
                    _ => false,
                })
            }),
            _ => field(model, class, "type").is_some(),
        }
    }
}

/// `enum Block { Text { r#type: String, text: String }, … }`
fn variants_have_type(model: &FileModel, class: &Class) -> bool {
    class.body.iter().flat_map(|&member| model.facts.descendants(member)).any(|node| {
        match model.facts.kind(node) {
            Kind::Assign(a) if a.ty.is_some() => {
                last_name(&model.facts, a.target).is_some_and(|n| matches!(&*n, "r#type" | "type"))
            }
            _ => false,
        }
    })
}

/// The declared type of a field, by its name in JSON.
fn field(model: &FileModel, class: &Class, wanted: &str) -> Option<NodeId> {
    class.body.iter().find_map(|&member| {
        let Kind::Assign(a) = model.facts.kind(member) else { return None };
        let renamed = || {
            a.decorators.iter().any(|&d| {
                let text = model.text_of(d);
                text.contains("rename") && text.contains(&format!("\"{wanted}\""))
            })
        };
        let name = last_name(&model.facts, a.target)?;
        let bare = name.strip_prefix("r#").unwrap_or(&name);
        (bare == wanted || renamed()).then_some(a.ty).flatten()
    })
}

/// What a name of a type stands for in the same file.
fn alias(model: &FileModel, name: &Name) -> Option<NodeId> {
    let mut found = model.facts.ids().filter_map(|node| match model.facts.kind(node) {
        Kind::Assign(a) if matches!(model.facts.kind(a.target), Kind::Name(n) if n == name) => a.value,
        _ => None,
    });
    found.next()
}

/// Whether a file speaks of Claude: by its path or in its text.
fn names_claude(model: &FileModel) -> bool {
    let speaks = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains("claude") || text.contains("anthropic")
    };
    speaks(&model.source.path) || speaks(&model.source.text)
}
