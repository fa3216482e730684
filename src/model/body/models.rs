//! The models that a body asks for.

use crate::model::key::environment::Source;
use crate::model::values::json::Json;
use crate::model::values::value::NodeRef;
use crate::model::{Field, Project, Request};
use crate::sdk::models::{Model, models};

impl Project {
    /// Every model that a body may name; `None` when one may be another.
    pub fn possible_models(&self, request: &Request, body: Option<&Json>) -> Option<Vec<&'static Model>> {
        let mut found = Vec::new();
        for place in self.model_places(request, body)? {
            for (_, id) in self.possible_texts(place)? {
                found.push(models().find(&id)?.0);
            }
        }
        (!found.is_empty()).then_some(found)
    }

    /// Every model that a body may name where the environment names no other; `None` when one may be another all
    /// the same.
    pub fn models_by_default(&self, request: &Request, body: Option<&Json>) -> Option<Vec<&'static Model>> {
        let mut found = Vec::new();
        for place in self.model_places(request, body)? {
            for source in self.sources(place) {
                match source {
                    Source::Literal(literal) => found.push(models().find(&self.text(literal).known()?)?.0),
                    Source::Environment(..) => {}
                    Source::Nothing | Source::Other => return None,
                }
            }
        }
        (!found.is_empty()).then_some(found)
    }

    fn model_places(&self, request: &Request, body: Option<&Json>) -> Option<Vec<NodeRef>> {
        match body.and_then(|b| b.get("model")) {
            Some(model) => Some(vec![model.at]),
            None => match self.body_field(request, "model") {
                Field::Known(nodes) => Some(nodes),
                _ => None,
            },
        }
    }
}
