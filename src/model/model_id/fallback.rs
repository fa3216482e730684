//! What a model is where nobody gives one.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::index::Member;
use crate::model::scope::Origin;
use crate::model::value::NodeRef;

impl Project {
    /// The default of the parameter that a name, or a field of the object, gets its value from.
    pub(super) fn default_behind(&self, at: NodeRef, depth: u32) -> Option<NodeRef> {
        let model = self.file(at.file);
        let facts = &model.facts;
        match facts.kind(at.node) {
            Kind::Name(name) => match model.scopes.lookup(facts, name, at.node)[..] {
                [def] => match &def.origin {
                    Origin::Param { function, index, path } if path.is_empty() => {
                        self.param_default(at.sibling(*function), *index)
                    }
                    _ => None,
                },
                _ => None,
            },
            Kind::Member { object, name, .. } if depth == 0 && model.is_own_object(*object) => {
                let class = self.class_of(at)?;
                let members = self.index.classes.get(&class)?.members.get(name)?;
                members.iter().find_map(|member| match member {
                    Member::Field { value: Some(value), .. } => self.default_behind(*value, 1),
                    Member::Param { function, index } => self.param_default(*function, *index),
                    _ => None,
                })
            }
            _ => None,
        }
    }
}
