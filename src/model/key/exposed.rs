//! Keys that reach a browser.

use super::super::{KeyTarget, Project, Request};
use super::names_claude_key;
use crate::facts::{Kind, NodeId, StrPart};
use crate::model::key::environment::{EnvironmentRead, Source};
use crate::model::names::index::constant;
use crate::model::values::value::{Field, NodeRef};
use crate::sdk::Road;
use crate::sdk::api::api;
use crate::source::FileId;

/// How a key reaches a browser.
#[derive(Clone, Debug, PartialEq)]
pub enum Exposure {
    /// A variable that is built into what browsers load.
    PublicVariable(EnvironmentRead),
    /// An option or header that allows requests from browsers.
    Browser {
        /// The option's or header's value.
        at: NodeRef,
        /// Whether the key is the user's own.
        own: bool,
    },
    /// A request in code that runs in browsers.
    ClientCode {
        /// The request.
        at: NodeRef,
        /// Whether the key is the user's own.
        own: bool,
    },
}

/// What is known of a key by where it comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// It is the program's.
    Program,
    /// It is read from a variable that is reported by itself.
    Public,
    /// It comes from somewhere else: a field that users fill in.
    User,
}

/// Steps along imports.
const MAX_IMPORTS: usize = 3;

impl EnvironmentRead {
    /// Whether the variable is put into what browsers load while that is built: `NEXT_PUBLIC_CLAUDE_KEY`.
    pub fn is_public(&self) -> bool {
        let prefixes = &api().key.public_prefixes;
        names_claude_key(&self.variable) && prefixes.iter().any(|p| self.variable.starts_with(&**p))
    }
}

impl Project {
    /// Every way in which a key reaches a browser, in file order.
    pub fn key_exposures(&self) -> Vec<Exposure> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                if let Some(read) = self.environment_read(at).filter(EnvironmentRead::is_public) {
                    out.push(Exposure::PublicVariable(read));
                } else if let Some(exposure) = self.browser_client(at) {
                    out.push(exposure);
                }
            }
        }
        for request in self.requests() {
            out.extend(self.browser_request(request));
        }
        out.dedup();
        out
    }

    /// A client that is told to run in browsers.
    fn browser_client(&self, at: NodeRef) -> Option<Exposure> {
        let Kind::Call(call) = self.kind(at) else { return None };
        let options = self.file(at.file).sdk.words("browser-options");
        if options.is_empty() {
            return None;
        }
        let kind = self.client_made(at, call)?;
        // A client of another vendor's SDK counts where it is pointed at Claude.
        if let Some(host) = &kind.host {
            let base = kind.base_url.as_deref().map_or(Field::Absent, |option| self.option_of(at, option));
            if !base.nodes().iter().any(|&n| self.text(n).contains(host)) {
                return None;
            }
        }
        if self.is_server_code(at.file) {
            return None;
        }
        let field = options.iter().map(|o| self.option_of(at, o)).find(Field::is_known)?;
        let &[value] = field.nodes() else { return None };
        if self.json(value).bool() != Some(true) {
            return None;
        }
        let key =
            self.key_uses().iter().find(|u| matches!(u.to, KeyTarget::Client { made, .. } if made == at));
        match key.map_or(Owner::Program, |k| self.key_owner(k.at)) {
            Owner::Public => None,
            owner => Some(Exposure::Browser { at: value, own: owner == Owner::User }),
        }
    }

    /// A raw request that a browser sends.
    fn browser_request(&self, request: &Request) -> Option<Exposure> {
        if request.road != Road::Http {
            return None;
        }
        let headers = self.headers(request);
        let key = api().http.key_headers.iter().find_map(|h| headers.get(h));
        let owner = key.map_or(Owner::User, |k| self.key_owner(k));
        let own = match owner {
            Owner::Public => return None,
            owner => owner == Owner::User,
        };
        let client = self.is_client_code(request.at.file);
        if let Some(at) = headers.get(&api().key.browser_header) {
            if self.is_server_code(request.at.file) {
                return None;
            }
            // A server may send the header too; then a key from elsewhere is nobody's in a browser.
            let client = client || self.is_part_of_page(request.at.file);
            return (client || !own).then_some(Exposure::Browser { at, own });
        }
        let client = key.is_some() && self.is_marked_client_code(request.at.file);
        client.then_some(Exposure::ClientCode { at: request.at, own })
    }

    /// Whether a file runs in browsers: it says so, or uses what only browsers have.
    fn is_client_code(&self, file: FileId) -> bool {
        let model = self.file(file);
        let globals = model.sdk.words("browser-globals");
        let is_global = |node| match model.facts.kind(node) {
            Kind::Name(name) => {
                globals.iter().any(|g| *g == **name)
                    && model.scopes.lookup(&model.facts, name, node).is_empty()
            }
            _ => false,
        };
        self.is_marked_client_code(file) || !globals.is_empty() && model.facts.ids().any(is_global)
    }

    /// Whether what a browser shows imports a file, perhaps through others.
    fn is_part_of_page(&self, file: FileId) -> bool {
        let graph = self.programs();
        let of_program = |f: &FileId| !self.file(*f).source.role.is_test;
        let importers = |f| graph.importers_of(f).iter().copied().filter(of_program).collect();
        let reached = files_along_imports(file, &importers);
        reached.iter().any(|&f| self.is_client_code(f) || self.imports_listed(f, "view-packages"))
    }

    /// Whether a file runs in no browser: what no browser has is imported by it, by what it imports, or by
    /// all who import it.
    fn is_server_code(&self, file: FileId) -> bool {
        if self.is_client_code(file) {
            return false;
        }
        let graph = self.programs();
        let reached = files_along_imports(file, &|f| graph.imports_of(f).to_vec());
        let importers = graph.importers_of(file);
        reached.iter().any(|&f| self.imports_server_modules(f))
            || !importers.is_empty()
                && importers.iter().all(|&f| self.imports_server_modules(f) && !self.is_client_code(f))
    }

    /// Whether a file imports what no browser has.
    fn imports_server_modules(&self, file: FileId) -> bool {
        let facts = &self.file(file).facts;
        let of_node = |n| matches!(facts.kind(n), Kind::Import(import) if import.module.starts_with("node:"));
        self.imports_listed(file, "server-modules") || facts.ids().any(of_node)
    }

    /// Whether a file imports a package of a list.
    fn imports_listed(&self, file: FileId, list: &str) -> bool {
        let model = self.file(file);
        model.facts.ids().any(|n| {
            matches!(model.facts.kind(n), Kind::Import(import) if model.sdk.has_word(list, &import.module))
        })
    }

    /// Whether a file says of itself that it runs in browsers.
    fn is_marked_client_code(&self, file: FileId) -> bool {
        let model = self.file(file);
        let facts = &model.facts;
        let marks = model.sdk.words("client-code-marks");
        let Some(Kind::Block { body, .. }) = facts.nodes.first().map(|n| &n.kind) else { return false };
        let texts = body.iter().map_while(|&n| constant(facts, n));
        !marks.is_empty() && texts.into_iter().any(|text| marks.iter().any(|m| *m == *text))
    }

    fn key_owner(&self, key: NodeRef) -> Owner {
        let sources = self.sources(key);
        let variables = || {
            sources.iter().filter_map(|s| match s {
                Source::Environment(read, _) => Some(read),
                _ => None,
            })
        };
        if variables().any(EnvironmentRead::is_public) {
            return Owner::Public;
        }
        let literal = sources.iter().any(
            |s| matches!(s, Source::Literal(at) if self.text(*at).known().is_some_and(|t| t.len() > 20)),
        );
        if literal || variables().next().is_some() { Owner::Program } else { Owner::User }
    }

    /// Every piece of text that stands in the code, with its literal, in file order.
    pub fn literal_texts(&self) -> impl Iterator<Item = (NodeRef, &str)> {
        self.file_ids().flat_map(|(file, model)| {
            let texts = move |node: NodeId| match model.facts.kind(node) {
                Kind::Str(parts) => &parts[..],
                _ => &[],
            };
            model.facts.ids().flat_map(move |node| {
                texts(node).iter().filter_map(move |part| match part {
                    StrPart::Text(text) => Some((NodeRef { file, node }, &**text)),
                    StrPart::Hole(_) => None,
                })
            })
        })
    }
}

/// A file and those that are come to from it along imports, in few steps.
fn files_along_imports(file: FileId, more: &dyn Fn(FileId) -> Vec<FileId>) -> Vec<FileId> {
    let mut reached = vec![file];
    let mut next = 0;
    for _ in 0..MAX_IMPORTS {
        let end = reached.len();
        for at in next..end {
            for file in more(reached[at]) {
                if !reached.contains(&file) {
                    reached.push(file);
                }
            }
        }
        next = end;
    }
    reached
}
