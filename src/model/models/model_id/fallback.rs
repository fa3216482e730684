//! What a model is where nobody gives one.

use crate::facts::Kind;
use crate::model::Project;
use crate::model::names::index::{Member, constant};
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;

impl Project {
    /// The default of the parameter that a name, or a field of the object, gets its value from.
    pub(super) fn default_behind(&self, at: NodeRef, depth: u32) -> Option<NodeRef> {
        let model = self.file(at.file);
        let facts = &model.facts;
        match facts.kind(at.node) {
            Kind::Name(name) => match model.scopes.lookup(facts, name, at.node)[..] {
                [def] => match &def.origin {
                    Origin::Param { function, index, path } if path.is_empty() => {
                        let function = at.sibling(*function);
                        self.param_default(function, *index)
                            .or_else(|| self.default_of_option_of(function, name))
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

    /// The default of the option of the command line that a parameter is given: `@click.option("--model", default="…")`.
    fn default_of_option_of(&self, function: NodeRef, name: &str) -> Option<NodeRef> {
        let Kind::Function(f) = self.kind(function) else { return None };
        let option = format!("--{}", name.replace('_', "-"));
        f.decorators.iter().find_map(|&decorator| {
            let at = function.sibling(decorator);
            let Kind::Call(call) = self.kind(at) else { return None };
            let mut given = call.args.iter().filter_map(|a| constant(self.facts(at.file), a.value));
            given.any(|text| *text == *option).then(|| self.default_beside(at, call))?
        })
    }
}
