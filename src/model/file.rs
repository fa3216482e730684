//! One file of the project.

use rustc_hash::FxHashMap;

use super::scope::{self, Scopes};
use crate::facts::{FileFacts, Kind, Name, NodeId};
use crate::lang::Language;
use crate::sdk::Sdk;
use crate::source::SourceFile;

/// A file with what can be said of it alone.
#[derive(Debug)]
pub struct FileModel {
    /// Path, text, role.
    pub source: SourceFile,
    /// Its lowered syntax.
    pub facts: FileFacts,
    /// Its names.
    pub scopes: Scopes,
    /// Its language.
    pub language: Language,
    /// What is known of the SDKs of its language.
    pub sdk: &'static Sdk,
    /// Exports with a value of their own: `default`, CommonJS members.
    pub(super) exports: FxHashMap<Name, NodeId>,
    /// Exported name → local name.
    pub(super) export_aliases: FxHashMap<Name, Name>,
    /// Re-exported names: import and index in it.
    pub(super) reexports: Vec<(NodeId, u32)>,
    /// Wildcard imports.
    pub(super) wildcards: Vec<(NodeId, u32)>,
}

impl FileModel {
    /// Finds the names and exports of a file.
    pub fn new(source: SourceFile, facts: FileFacts) -> FileModel {
        let language = source.dialect.language();
        let scopes = scope::scopes(&facts, language);
        let mut file = FileModel {
            source,
            scopes,
            language,
            sdk: Sdk::of(language),
            exports: FxHashMap::default(),
            export_aliases: FxHashMap::default(),
            reexports: Vec::new(),
            wildcards: Vec::new(),
            facts: FileFacts::default(),
        };
        for id in facts.ids() {
            file.exports_of(&facts, id);
        }
        file.facts = facts;
        file
    }

    fn exports_of(&mut self, facts: &FileFacts, id: NodeId) {
        match facts.kind(id) {
            Kind::Import(import) => {
                for (i, name) in import.names.iter().enumerate() {
                    let wildcard = name.imported.as_deref() == Some("*");
                    if import.reexport || wildcard && self.language == Language::Python {
                        self.reexports.push((id, i as u32));
                    }
                    if wildcard {
                        self.wildcards.push((id, i as u32));
                    }
                }
            }
            Kind::Export(export) => {
                for (local, exported) in &export.names {
                    self.export_aliases.insert(exported.clone(), local.clone());
                }
                if let (true, Some(value)) = (export.default, export.value) {
                    self.exports.insert("default".into(), value);
                }
            }
            // `module.exports = …`, `exports.name = …`, `module.exports.name = …`
            Kind::Assign(a) if self.language == Language::TypeScript => {
                let Some(value) = a.value else { return };
                let Kind::Member { object, name, .. } = facts.kind(a.target) else { return };
                let exports = |n: NodeId| match facts.kind(n) {
                    Kind::Name(n) => &**n == "exports",
                    Kind::Member { object, name, .. } => {
                        &**name == "exports"
                            && matches!(facts.kind(*object), Kind::Name(n) if &**n == "module")
                    }
                    _ => false,
                };
                if exports(a.target) {
                    self.exports.insert("default".into(), value);
                    if let Kind::Record(r) = facts.kind(value) {
                        for entry in &r.entries {
                            if let Some(crate::facts::Key::Known(key)) = &entry.key {
                                self.exports.insert(key.clone(), entry.value);
                            }
                        }
                    }
                } else if exports(*object) {
                    self.exports.insert(name.clone(), value);
                }
            }
            _ => {}
        }
    }

    /// The number a node writes, with its sign.
    pub fn number_of(&self, id: NodeId) -> Option<f64> {
        match self.facts.kind(id) {
            Kind::Number(n) => Some(*n),
            Kind::Unary { op: crate::facts::UnaryOp::Minus, operand } => self.number_of(*operand).map(|n| -n),
            _ => None,
        }
    }

    /// The text of a node.
    pub fn text_of(&self, id: NodeId) -> &str {
        self.source.text.get(self.facts.span(id).range()).unwrap_or("")
    }
}
