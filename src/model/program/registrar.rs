//! What registers a function to run it for each request, message or job: routers, events, cron.

use crate::facts::{Call, Kind};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::values::value::{NodeRef, Value};

impl Project {
    /// Whether something keeps functions that it is given, to run them for each request, message or job:
    /// `axum::routing::any`, `app.post("/ask", …)`, `@app.get("/")`.
    pub(in crate::model) fn is_registrar(&self, callee: NodeRef, call: Option<&Call>) -> bool {
        let model = self.file(callee.file);
        let Some(name) = last_name(&model.facts, callee.node) else { return false };
        let known = self.eval(callee).iter().any(|v| match v {
            Value::External(e) => {
                // A router, however often something was registered with it before: `get(list).post(ask)`.
                let of = |router: &String| e.path.strip_prefix(&**router).is_some_and(|p| p.starts_with('.'));
                model.sdk.in_lists(&["server", "server-decorators", "request-hook"], &e.path)
                    || model.sdk.has_word("registers", &name) && model.sdk.words("routers").iter().any(of)
            }
            _ => false,
        });
        if known || !matches!(self.kind(callee), Kind::Member { .. }) {
            return known;
        }
        // Routers made elsewhere: a method called as in HTTP and a path.
        let routed = call.and_then(|c| c.args.first()).is_some_and(|a| {
            let text = self.text(callee.sibling(a.value));
            text.starts_with("/") || text.known().as_deref() == Some("")
        });
        routed && model.sdk.has_word("route-methods", &name) || model.sdk.has_word("server-methods", &name)
    }
}
