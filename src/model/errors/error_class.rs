//! Which error class an expression names, and what derives from what.

use crate::facts::Kind;
use crate::lang::Language;
use crate::model::Project;
use crate::model::request::{Request, Tri};
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::errors::{ErrorClass, ErrorTree, tree, trees};

/// How deep trees of error classes go.
const MAX_DEPTH: usize = 12;

/// An error class as code names it.
#[derive(Clone, Debug)]
pub struct NamedError {
    /// Where it is named.
    pub at: NodeRef,
    /// Whose it is.
    pub tree: &'static ErrorTree,
    /// Its name.
    pub name: String,
    /// Whether it is taken from the package itself, not from a module within.
    pub public: bool,
}

/// Whether a name says that it is an error, not a client or type.
fn is_error_name(name: &str) -> bool {
    ["Error", "Exception", "Exceeded", "Overloaded", "Unavailable", "Failure"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// The tree that an error class is of by its path, and its name there.
pub(in crate::model) fn tree_of(language: Language, path: &str) -> Option<(&'static ErrorTree, &str)> {
    let (module, name) = path.rsplit_once('.').unwrap_or(("", path));
    // `isAxiosError(error)`
    let name = name.strip_prefix("is").filter(|n| n.starts_with(char::is_uppercase)).unwrap_or(name);
    let found = trees().iter().find(|t| {
        t.language == language
            && t.modules.iter().any(|m| m == module)
            && (t.class.iter().any(|c| c.name == name) || t.whole && is_error_name(name))
    });
    found.map(|tree| (tree, name))
}

impl NamedError {
    /// What the data says of it; several entries where versions differ, none where it is not known.
    pub fn classes(&self) -> impl Iterator<Item = &'static ErrorClass> + '_ {
        self.tree.class.iter().filter(|c| c.name == self.name)
    }

    /// Whether some version of it is so.
    pub fn is(&self, test: impl Fn(&ErrorClass) -> bool) -> bool {
        self.classes().any(test)
    }
}

impl Project {
    /// The error classes an expression may name; empty when it is none that the data knows.
    pub fn named_errors(&self, at: NodeRef) -> Vec<NamedError> {
        let language = self.file(at.file).language;
        let mut out: Vec<NamedError> = Vec::new();
        let mut add = |path: &str| {
            let path = path.trim_end_matches("()");
            let module = path.rsplit_once('.').map_or("", |(module, _)| module);
            if let Some((tree, name)) = tree_of(language, path)
                && !out.iter().any(|o| o.tree.id == tree.id && o.name == name)
            {
                out.push(NamedError {
                    at,
                    tree,
                    name: name.to_string(),
                    public: tree.modules.first().is_some_and(|m| m == module),
                });
            }
        };
        for value in self.eval(at).iter() {
            if let Value::External(e) = value {
                add(&e.path);
            }
        }
        // Names that need no import.
        if let Kind::Name(name) = self.kind(at)
            && self.file(at.file).scopes.lookup(self.facts(at.file), name, at.node).is_empty()
        {
            add(name);
        }
        out
    }

    /// Whether one class certainly is, or derives from, another in the versions this code may run
    /// with.
    pub fn derives(&self, class: &NamedError, base: &NamedError) -> Tri {
        let entries: Vec<&ErrorClass> = class.classes().filter(|c| self.may_have(class, c)).collect();
        if entries.is_empty() {
            return Tri::Unknown;
        }
        let results: Vec<bool> = entries.iter().map(|c| self.reaches(class, c, base)).collect();
        match (results.iter().all(|r| *r), results.iter().any(|r| *r)) {
            (true, _) => Tri::Yes,
            (false, false) => Tri::No,
            _ => Tri::Unknown,
        }
    }

    /// Whether an entry may hold for the version at hand.
    fn may_have(&self, class: &NamedError, entry: &ErrorClass) -> bool {
        let Some(package) = &class.tree.package else { return true };
        let Some(r) = self.requirement(class.at, package) else { return true };
        entry.since.as_ref().is_none_or(|v| r.range.is_at_least(v) != Tri::No)
            && entry.until.as_ref().is_none_or(|v| r.range.is_at_least(v) != Tri::Yes)
    }

    fn reaches(&self, class: &NamedError, entry: &ErrorClass, base: &NamedError) -> bool {
        let language = class.tree.language;
        let (mut tree_now, mut entry): (&ErrorTree, &ErrorClass) = (class.tree, entry);
        for _ in 0..MAX_DEPTH {
            if tree_now.id == base.tree.id && entry.name == base.name {
                return true;
            }
            let Some(up) = &entry.base else { break };
            let (id, name) = up.split_once(':').unwrap_or((&tree_now.id, up));
            let Some(next) = tree(language, id) else { return false };
            let Some(found) = next.class.iter().find(|c| c.name == name) else { return false };
            (tree_now, entry) = (next, found);
        }
        // Whatever has no base here derives from the language's own error.
        base.tree.root.is_some()
            && (base.tree.root.as_deref() == Some(&base.name) || base.name == "Exception")
            && (tree_now.root.is_none())
    }

    /// Whether a class exists in the versions this code may run with; `Unknown` where the data
    /// does not know all of the package.
    pub fn has_class(&self, class: &NamedError) -> Tri {
        if !class.tree.whole {
            return Tri::Unknown;
        }
        let mut entries = class.classes().peekable();
        if entries.peek().is_none() {
            return Tri::No;
        }
        let requirement = class.tree.package.as_ref().and_then(|p| self.requirement(class.at, p));
        let mut result = Tri::No;
        if !class.public {
            return Tri::Unknown;
        }
        for entry in entries {
            let Some(since) = &entry.since else { return Tri::Yes };
            match requirement.as_ref().map(|r| r.range.is_at_least(since)) {
                Some(Tri::Yes) => return Tri::Yes,
                Some(Tri::No) => {}
                _ => result = Tri::Unknown,
            }
        }
        result
    }

    /// Clients and packages that send a request, by their names in the data.
    pub(in crate::model) fn senders_of<'r>(&self, request: &'r Request) -> Vec<&'r str> {
        let mut senders: Vec<&str> = request.clients.iter().map(|c| c.kind.id.as_str()).collect();
        if let Some(function) = request.function {
            senders.extend(function.path.first().and_then(|p| p.split('.').next()));
        }
        senders
    }

    /// Whether what sends a request may raise errors of a tree; `None` where that is not known.
    pub fn raises_of(&self, request: &Request, tree: &ErrorTree) -> Option<bool> {
        if tree.raised_by.is_empty() {
            return None;
        }
        let senders = self.senders_of(request);
        if senders.is_empty() {
            return None;
        }
        let language = self.file(request.at.file).language;
        let known = |sender: &&str| {
            trees().iter().any(|t| t.language == language && t.raised_by.iter().any(|r| r == sender))
        };
        if !senders.iter().all(known) {
            return None;
        }
        Some(senders.iter().any(|s| tree.raised_by.iter().any(|r| r == s)))
    }

    /// Whether what sends a request may raise an error class, or turns it into one of its own; `None` where that
    /// is not known.
    pub fn may_raise(&self, request: &Request, class: &NamedError) -> Option<bool> {
        let raises = self.raises_of(request, class.tree)?;
        let senders = self.senders_of(request);
        let wrapped = class.is(|c| c.is_wrapped_by(&senders));
        Some(raises && !wrapped)
    }

    /// Those of some classes that what sends a request may raise.
    pub fn classes_raised<'n>(&self, request: &Request, names: &[&'n str]) -> Vec<&'n str> {
        let senders = self.senders_of(request);
        let language = self.file(request.at.file).language;
        let raised: Vec<&ErrorTree> = trees()
            .iter()
            .filter(|t| t.language == language && senders.iter().any(|s| t.raised_by.iter().any(|r| r == s)))
            .collect();
        let exists = |name: &&&str| raised.iter().any(|t| t.class.iter().any(|c| c.name == **name));
        names.iter().filter(exists).copied().collect()
    }
}
