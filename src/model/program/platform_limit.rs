//! Functions that a platform ends after some time: those of serverless services.

use crate::facts::{Function, Kind};
use crate::model::names::index::path_name;
use crate::model::values::value::NodeRef;
use crate::model::{Phase, Project, enclosing_function};

const MAX_CALLERS: usize = 24;
const MAX_DEPTH: u32 = 4;

impl Project {
    /// The function of a serverless platform that this code runs in, on whatever way it is called:
    /// it is killed when its time is up.
    pub fn platform_handler(&self, at: NodeRef) -> Option<NodeRef> {
        let mut left = MAX_CALLERS;
        self.handler_above(at, MAX_DEPTH, &mut left)
    }

    /// Whether a platform loads the program of a place only when a request is there for the handler
    /// that the place is reached from: there is no start before at which it could fail.
    pub fn is_loaded_to_answer(&self, at: NodeRef, handler: NodeRef) -> bool {
        let model = self.file(at.file);
        let path = format!("/{}", model.source.absolute.to_string_lossy().replace('\\', "/"));
        let mut folders = model.sdk.words("platform-folders").iter();
        folders.any(|folder| path.contains(&format!("/{folder}/")))
            || self.platform_handler(at).is_some()
            || self.is_served(handler)
            || self.is_function_of_site(handler)
            || self.is_route_on_platform(handler)
    }

    /// A route of a framework in a package that a platform runs.
    fn is_route_on_platform(&self, handler: NodeRef) -> bool {
        matches!(self.named_phase(handler), Some(Phase::Request(_)))
            && self.manifests().is_on_platform(&self.file(handler.file).source.absolute)
    }

    fn handler_above(&self, at: NodeRef, depth: u32, left: &mut usize) -> Option<NodeRef> {
        *left = left.checked_sub(1)?;
        let model = self.file(at.file);
        let mut function = match model.facts.kind(at.node) {
            Kind::Function(_) => Some(at.node),
            _ => enclosing_function(&model.facts, at.node),
        };
        let mut callers: Vec<NodeRef> = Vec::new();
        while let Some(node) = function {
            let here = at.sibling(node);
            if let Kind::Function(f) = model.facts.kind(node)
                && self.has_time_of_platform(here, f)
            {
                return Some(here);
            }
            callers.extend(self.callers(here).iter().filter(|&&c| !self.is_test(c)));
            function = enclosing_function(&model.facts, node);
        }
        let depth = depth.checked_sub(1)?;
        // Who else calls it may wait for good.
        let handlers = callers.into_iter().map(|call| self.handler_above(call, depth, left));
        handlers.collect::<Option<Vec<_>>>()?.first().copied()
    }

    fn has_time_of_platform(&self, at: NodeRef, function: &Function) -> bool {
        let model = self.file(at.file);
        let names: Vec<&str> = function
            .params
            .iter()
            .filter_map(|p| match model.facts.kind(p.pattern) {
                Kind::Name(n) => Some(n.trim_start_matches('_')),
                _ => None,
            })
            .collect();
        let typed = || {
            function.params.iter().filter_map(|p| p.ty).any(|ty| {
                let named = model.facts.descendants(ty).into_iter().any(
                    |n| matches!(model.facts.kind(n), Kind::Name(n) if model.sdk.has_word("platform-events", n)),
                );
                named || model.sdk.has_word("platform-events", model.text_of(ty))
            })
        };
        let limited = || {
            let mut words = model.sdk.words("platform-time-limits").iter();
            // The framework alone ends nothing.
            function.exported
                && words.any(|w| model.scopes.top_level(w).next().is_some())
                && !self.manifests().is_self_hosted(&model.source.absolute)
        };
        names[..] == ["event", "context"]
            || function.name.as_ref().is_some_and(|n| model.sdk.has_word("platform-names", n))
            || typed()
            || limited()
            || self.is_platform_export(at, function)
    }

    /// `exports.handler = async (event) => …`, `export const handler = …`
    fn is_platform_export(&self, at: NodeRef, function: &Function) -> bool {
        let model = self.file(at.file);
        let facts = &model.facts;
        let target = facts.parent(at.node).and_then(|up| match facts.kind(up) {
            Kind::Assign(a) if a.value == Some(at.node) => path_name(facts, a.target),
            _ => None,
        });
        let name = target.or_else(|| function.exported.then(|| function.name.clone()).flatten());
        let takes_event = function.params.first().is_some_and(|p| match facts.kind(p.pattern) {
            Kind::Name(n) => matches!(n.trim_start_matches('_'), "event" | "evt"),
            _ => false,
        });
        takes_event && name.is_some_and(|n| model.sdk.has_word("platform-exports", &n))
    }

    /// `api/ask.js` of a site without a server.
    fn is_function_of_site(&self, handler: NodeRef) -> bool {
        let file = self.file(handler.file);
        let path = &file.source.path;
        let Some((folders, _)) = path.rsplit_once('/') else { return false };
        let parts: Vec<&str> = folders.split('/').collect();
        let around = parts.len().checked_sub(2).and_then(|i| parts.get(i));
        let of_framework = around.is_some_and(|part| file.sdk.has_word("framework-folders", part));
        let is_function = matches!(self.kind(handler), Kind::Function(f) if f.params.len() <= 2);
        parts.last() == Some(&"api")
            && is_function
            && !of_framework
            && self.is_default_export(handler)
            && !self.manifests().is_self_hosted(&file.source.absolute)
    }

    /// `Deno.serve(handler)`
    fn is_served(&self, handler: NodeRef) -> bool {
        let file = self.file(handler.file);
        let facts = &file.facts;
        let places = std::iter::once(handler).chain(self.mentions(handler).iter().copied());
        places.into_iter().any(|place| {
            let facts = if place.file == handler.file { facts } else { self.facts(place.file) };
            facts.parent(place.node).is_some_and(|up| match facts.kind(up) {
                Kind::Call(call) => path_name(facts, call.callee)
                    .is_some_and(|path| file.sdk.has_word("platform-servers", &path)),
                _ => false,
            })
        })
    }

    /// `export default function`, `module.exports = async (req, res) => …`
    fn is_default_export(&self, function: NodeRef) -> bool {
        let facts = self.facts(function.file);
        facts.parent(function.node).is_some_and(|up| match facts.kind(up) {
            Kind::Export(export) => export.default,
            Kind::Assign(a) => path_name(facts, a.target).is_some_and(|path| &*path == "module.exports"),
            _ => false,
        })
    }
}
