//! Conventions by which frameworks and platforms find the functions that handle requests: names,
//! files, parameters, directives.

use crate::facts::{Kind, Name, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::NodeRef;
use crate::model::{Phase, Project};

impl Project {
    /// The names under which a file gives a function to others, the one it is bound to first.
    fn given_names(&self, function: NodeRef) -> Vec<Name> {
        let facts = self.facts(function.file);
        let model = self.file(function.file);
        let mut names: Vec<Name> = Vec::new();
        if let Kind::Function(f) = facts.kind(function.node) {
            names.extend(f.name.clone());
        }
        // Wrapped on the way out: `export const POST = withAuth(async (req) => …)`.
        let mut at = function.node;
        while let Some(parent) = facts.parent(at) {
            match facts.kind(parent) {
                Kind::Call(c) if c.callee != at => {}
                Kind::Cast { .. } => {}
                Kind::Assign(a) if a.value == Some(at) => names.extend(last_name(facts, a.target)),
                Kind::Export(e) if e.default => names.push("default".into()),
                _ => break,
            }
            at = parent;
        }
        for (exported, local) in &model.export_aliases {
            if names.contains(local) {
                names.push(exported.clone());
            }
        }
        if let Some(&value) = model.exports.get("default")
            && self.hands_on(function.sibling(value), function)
        {
            names.push("default".into());
        }
        names
    }

    /// Whether an expression is a function, or wraps it: `withAuth(handler)`.
    fn hands_on(&self, at: NodeRef, function: NodeRef) -> bool {
        self.function_at(at) == Some(function)
            || matches!(self.kind(at), Kind::Call(c)
                if c.args.iter().any(|a| self.function_at(at.sibling(a.value)) == Some(function)))
    }

    /// By its name and the place of its file, as platforms and frameworks look for them.
    pub(in crate::model) fn named_phase(&self, function: NodeRef) -> Option<Phase> {
        if self.function_of(function).is_some() || self.class_of(function).is_some() {
            return None;
        }
        let model = self.file(function.file);
        let names = self.given_names(function);
        let path = &model.source.path;
        for rule in model.sdk.words("server-files") {
            if let Some(exports) = file_rule(rule, path)
                && names.iter().any(|n| exports.split('|').any(|e| e == &**n))
            {
                return Some(Phase::Request(function));
            }
        }
        if names.iter().any(|n| model.sdk.has_word("server-names", n)) && self.is_exported(function) {
            return Some(Phase::Request(function));
        }
        if names.iter().any(|n| model.sdk.has_word("start-names", n)) {
            return Some(Phase::Start);
        }
        None
    }

    /// Whether a file gives a function to others under a name.
    fn is_exported(&self, function: NodeRef) -> bool {
        let facts = self.facts(function.file);
        let declared = matches!(facts.kind(function.node), Kind::Function(f) if f.exported);
        declared
            || facts.ancestors(function.node).any(|n| matches!(facts.kind(n), Kind::Export(_)))
            || self
                .file(function.file)
                .exports
                .values()
                .any(|&v| self.hands_on(function.sibling(v), function))
            || self
                .given_names(function)
                .iter()
                .any(|n| self.file(function.file).export_aliases.values().any(|local| local == n))
    }

    /// By its parameters: `(req, res)`, `(event, context)`, an HTTP request by its type.
    pub(in crate::model) fn takes_request(&self, function: NodeRef) -> bool {
        let model = self.file(function.file);
        let Kind::Function(f) = model.facts.kind(function.node) else { return false };
        let typed = f.params.iter().filter_map(|p| p.ty).any(|ty| {
            last_name(&model.facts, ty).is_some_and(|n| model.sdk.ends_word("server-types", &n))
                && self.is_listed("server-types", function.sibling(ty))
        });
        let names: Vec<&str> = f
            .params
            .iter()
            .filter_map(|p| match model.facts.kind(p.pattern) {
                Kind::Name(n) => Some(n.trim_start_matches('_')),
                _ => None,
            })
            .filter(|n| !model.sdk.in_lists(&["own-object", "own-type"], n))
            .collect();
        typed || model.sdk.has_word("server-params", &names.join(" "))
    }

    /// Functions that a directive makes callable by browsers.
    pub(in crate::model) fn is_server_action(&self, function: NodeRef) -> bool {
        let model = self.file(function.file);
        let facts = &model.facts;
        let directed = |block: NodeId| match facts.kind(block) {
            Kind::Block { body, .. } => body.first().is_some_and(|&first| {
                constant(facts, first).is_some_and(|text| model.sdk.has_word("server-directives", &text))
            }),
            _ => false,
        };
        let Kind::Function(f) = facts.kind(function.node) else { return false };
        f.body.is_some() && directed(f.body) || directed(NodeId::ROOT) && self.is_exported(function)
    }
}

/// The exports that `folder/stem export|export` asks of a file at a path: `app/…/route GET|POST`.
fn file_rule<'r>(rule: &'r str, path: &str) -> Option<&'r str> {
    let (pattern, exports) = rule.split_once(' ')?;
    let (folders, stem) = pattern.rsplit_once('/').unwrap_or(("", pattern));
    let (place, file) = path.trim_start_matches("./").rsplit_once('/').unwrap_or(("", path));
    let file = file.split('.').next().unwrap_or(file);
    let within = folders.is_empty() || {
        let wanted: Vec<&str> = folders.split('/').collect();
        let there: Vec<&str> = place.split('/').collect();
        there.windows(wanted.len()).any(|w| w == wanted)
    };
    ((stem == "*" || stem == file) && within).then_some(exports)
}

#[cfg(test)]
mod tests {
    use super::file_rule;

    #[test]
    fn files_are_found_by_folder_and_stem() {
        let check = |rule, path| file_rule(rule, path);
        assert_eq!(check("app/route GET|POST", "src/app/api/chat/route.ts"), Some("GET|POST"));
        assert_eq!(check("app/route GET", "src/api/route.ts"), None);
        assert_eq!(check("pages/api/* default", "pages/api/deep/ask.js"), Some("default"));
        assert_eq!(check("pages/api/* default", "pages/ask.js"), None);
        assert_eq!(check("+server GET", "src/routes/+server.ts"), Some("GET"));
        assert_eq!(check("api/* default", "api/claude.js"), Some("default"));
    }
}
