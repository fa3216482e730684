//! Files that come in with a request.

use super::{ByteRead, MAX_CALLERS, MAX_STEPS};
use crate::facts::{Kind, NodeId};
use crate::model::names::scope::Origin;
use crate::model::values::keyed::keyed;
use crate::model::values::value::{NodeRef, Value};
use crate::model::{FileModel, Project};

impl Project {
    /// Whether a value is a file that came in with a request: a parameter of such a type, or one of the
    /// files of the request.
    pub(super) fn is_upload(&self, at: NodeRef, depth: u32) -> bool {
        if depth > MAX_STEPS {
            return false;
        }
        let file = self.file(at.file);
        let facts = &file.facts;
        // One of the project's own is something else.
        let own = |n: NodeId| self.eval(at.sibling(n)).iter().any(|v| matches!(v, Value::Class(_)));
        let typed = |ty: NodeId| {
            facts.descendants(ty).into_iter().any(|n| file.named_in(n, "upload-types") && !own(n))
        };
        match facts.kind(at.node) {
            Kind::Name(name) => {
                file.scopes.lookup(facts, name, at.node).iter().any(|def| match &def.origin {
                    _ if def.ty.is_some_and(typed) => true,
                    Origin::Param { function, index, path } if path.is_empty() => match facts.kind(*function)
                    {
                        Kind::Function(f) => {
                            f.params.get(*index as usize).and_then(|p| p.ty).is_some_and(typed)
                        }
                        _ => false,
                    },
                    Origin::Value { expr, .. } => self.is_upload(at.sibling(*expr), depth + 1),
                    _ => false,
                })
            }
            Kind::Cast { value, ty } => {
                ty.is_some_and(typed) || self.is_upload(at.sibling(*value), depth + 1)
            }
            Kind::Await(x) => self.is_upload(at.sibling(*x), depth + 1),
            // `req.file`, `request.files`
            Kind::Member { object, name, .. } => {
                let of_request = file.named_in(*object, "handler-requests");
                file.sdk.has_word("upload-members", name) && of_request
                    || self.is_upload(at.sibling(*object), depth + 1)
            }
            // `request.files["image"]`, `request.files.get("image")`
            _ => {
                keyed(facts, at.node).is_some_and(|found| self.is_upload(at.sibling(found.object), depth + 1))
            }
        }
    }

    /// Whether a path is that of an upload which a web framework put down: `req.file.path`.
    pub(super) fn is_upload_path(&self, at: NodeRef, depth: u32) -> bool {
        if depth > MAX_STEPS {
            return false;
        }
        let file = self.file(at.file);
        match file.facts.kind(at.node) {
            Kind::Name(name) => {
                file.scopes.lookup(&file.facts, name, at.node).iter().any(|def| match &def.origin {
                    Origin::Value { expr, path } if path.is_empty() && *expr != at.node => {
                        self.is_upload_path(at.sibling(*expr), depth + 1)
                    }
                    Origin::Param { function, index, path } if path.is_empty() => {
                        let mut given = self.arguments_given(at.sibling(*function), *index, MAX_CALLERS);
                        given.any(|(_, argument)| self.is_upload_path(argument, depth + 1))
                    }
                    _ => false,
                })
            }
            Kind::Member { object, name, .. } if &**name == "path" => self.is_upload(at.sibling(*object), 0),
            Kind::Cast { value, .. } => self.is_upload_path(at.sibling(*value), depth),
            _ => false,
        }
    }

    /// Whether the project sets a limit for what it takes in, or may do so out of sight: what puts the files of a
    /// request to it is asked for that, and is not there in each file that uses them.
    pub fn limits_uploads(&self, read: &ByteRead) -> bool {
        let words = self.file(read.at.file).sdk.words("upload-takers");
        self.says_any_of("upload-limits") || !words.is_empty() && !self.says_any_of("upload-takers")
    }

    /// Whether it sets one for everything that comes in before that can be saved to the file that is read, or for
    /// whatever is taken in where a store of its own reads it again.
    pub fn limits_saved(&self, read: &ByteRead) -> bool {
        self.says_any_of("body-limits")
            || self.class_of(read.at).is_some() && says_one_of(self.file(read.at.file), "upload-limits")
    }

    fn says_any_of(&self, list: &str) -> bool {
        self.files().iter().filter(|f| !f.source.role.is_test).any(|f| says_one_of(f, list))
    }
}

fn says_one_of(file: &FileModel, list: &str) -> bool {
    file.sdk.words(list).iter().any(|word| file.source.text.contains(&**word))
}
