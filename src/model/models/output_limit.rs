//! How many tokens the models of a request can give.

use crate::facts::{Kind, StrPart};
use crate::model::values::eval::{Values, one, union};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{Project, Request};
use crate::sdk::models::{Model, models};

impl Project {
    /// The most tokens that some model this request may be sent to can give, and that model; of any
    /// model where nothing is known of them. `None` where the data has no limit.
    pub fn output_limit(&self, request: &Request) -> Option<(u64, Option<&'static Model>)> {
        let known = self.known_models(request);
        let limits = known.iter().map(|model| Some((model.max_output_tokens?, *model)));
        match limits.max_by_key(|limit| limit.map(|limit| limit.0)) {
            Some(limit) => limit.map(|(limit, model)| (limit, Some(model))),
            None => Some((top()?, None)),
        }
    }

    /// Whether every answer to a request is this short: all of the bodies in sight say so, and no other may be
    /// sent.
    pub fn allows_at_most(&self, request: &Request, tokens: f64) -> bool {
        let limit = self.body_field(request, "max_tokens");
        let places = self.located(request, &request.kind.body).into_iter();
        let open = places.filter(|&place| place != request.at).any(|place| {
            let values = self.in_own_calls(request, place);
            let is = |such: fn(&Value) -> bool| values.iter().any(such);
            is(|v| matches!(v, Value::Node(_))) && is(|v| matches!(v, Value::Unknown))
        });
        if limit.nodes().is_empty() {
            return self.limit_in_text(request).is_some_and(|limit| limit <= tokens);
        }
        !open && limit.nodes().iter().all(|&n| self.number(n).is_some_and(|n| n <= tokens))
    }

    /// What an expression is for the calls that mean Claude, of a function that others call too.
    fn in_own_calls(&self, request: &Request, at: NodeRef) -> Values {
        let own = self.shared_sender(request).unwrap_or_default();
        if own.is_empty() {
            return self.eval(at).iter().cloned().collect();
        }
        union(own.iter().map(|&call| {
            let callee = self.callee_of(call).map(|callee| self.eval(callee));
            match callee.as_deref() {
                Some([Value::Function(function)]) => self.values_in_call(at, *function, call),
                _ => one(Value::Unknown),
            }
        }))
    }

    /// The limit in a body that is written as a text: `r#"{"model": "…", "max_tokens": 1}"#`.
    fn limit_in_text(&self, request: &Request) -> Option<f64> {
        let places =
            self.located(request, &request.kind.body).into_iter().filter(|&place| place != request.at);
        let bodies: Vec<Value> = places.flat_map(|place| self.eval(place).to_vec()).collect();
        let [Value::Node(body)] = bodies[..] else { return None };
        let Kind::Str(parts) = self.kind(body) else { return None };
        parts.iter().find_map(|part| {
            let StrPart::Text(text) = part else { return None };
            let (_, after) = text.split_once("\"max_tokens\"")?;
            let number = after.trim_start().strip_prefix(':')?.trim_start();
            let end = number.find(|c: char| !c.is_ascii_digit())?;
            number[..end].parse().ok()
        })
    }

    /// Whether `max_tokens` of a request is above that limit; certain only where the model is known
    /// or none gives as much.
    pub fn is_over_limit(&self, request: &Request, tokens: f64) -> bool {
        self.output_limit(request).is_some_and(|(limit, _)| tokens > limit as f64)
    }
}

/// The most that any model gives.
fn top() -> Option<u64> {
    models().all().iter().filter_map(|model| model.max_output_tokens).max()
}
