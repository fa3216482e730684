//! Which files run together: a program is what its first file reaches by imports.
//!
//! A repository may hold many programs. A check in one of them says nothing of another.

pub(in crate::model) mod convention;
pub(in crate::model) mod phase;
pub(in crate::model) mod platform_limit;
pub(in crate::model) mod registrar;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Project;
use crate::facts::Kind;
use crate::lang::Language;
use crate::model::names::index::{constant, last_name};
use crate::model::values::value::NodeRef;
use crate::source::FileId;

/// Imports between the files of the project, in both directions.
#[derive(Debug, Default)]
pub(super) struct Programs {
    imports: Vec<Vec<FileId>>,
    importers: Vec<Vec<FileId>>,
    /// Last parts of imports that lead nowhere in sight, by file.
    open: Vec<Vec<String>>,
}

/// Which code people run by hand: what calls a function asks that anew for each call.
#[derive(Debug, Default)]
pub(super) struct Scripts {
    files: FxHashMap<FileId, bool>,
    /// Functions that only scripts call, by how many calls lie behind them.
    functions: FxHashMap<(NodeRef, u32), bool>,
}

/// Functions between a script and what it calls.
const MAX_SCRIPT_CALLS: u32 = 3;

/// Longest text that may name a module.
const MAX_NAME: usize = 80;

impl Project {
    /// The graph of imports.
    pub(super) fn programs(&self) -> &Programs {
        self.programs.get_or_init(|| {
            let count = self.files().len();
            let mut found = Programs {
                imports: vec![Vec::new(); count],
                importers: vec![Vec::new(); count],
                open: vec![Vec::new(); count],
            };
            for (file, model) in self.file_ids() {
                for node in model.facts.ids() {
                    match model.facts.kind(node) {
                        Kind::Import(import) => {
                            let target = self.modules.import(file, import).file();
                            if let Some(target) = target {
                                found.link(file, target);
                            } else {
                                let last = import.module.rsplit(['/', '.']).find(|p| !p.is_empty());
                                found.open[file.0 as usize].extend(last.map(str::to_string));
                            }
                            // `from app import settings` may mean a file of the folder.
                            if model.language == Language::Python {
                                for name in import.names.iter().filter_map(|n| n.imported.as_deref()) {
                                    let dot = if import.module.is_empty() { "" } else { "." };
                                    let path = format!("{}{dot}{name}", import.module);
                                    match self.modules.file(file, &path, import.level) {
                                        Some(target) => found.link(file, target),
                                        None if target.is_none() => {
                                            found.open[file.0 as usize].push(name.to_string())
                                        }
                                        None => {}
                                    }
                                }
                            }
                        }
                        Kind::Str(_) => {
                            if let Some(target) = self.named_module(NodeRef { file, node }) {
                                found.link(file, target);
                            }
                        }
                        _ => {}
                    }
                }
            }
            found
        })
    }

    /// A file that a text names: `uvicorn.run("app.main:app")`, `new Worker("./worker.js")`.
    fn named_module(&self, at: NodeRef) -> Option<FileId> {
        let model = self.file(at.file);
        let text = constant(&model.facts, at.node)?;
        if text.len() > MAX_NAME || text.contains([' ', '\n']) {
            return None;
        }
        match model.language {
            Language::Python => {
                let path = text.split(':').next().unwrap_or(&text);
                let dotted = path.contains('.') || text.contains(':');
                let names = path.split('.').all(|p| {
                    p.starts_with(|c: char| c.is_alphabetic() || c == '_')
                        && p.chars().all(|c| c.is_alphanumeric() || c == '_')
                });
                // `"worker.py"` alone is a file that is written about, `[python, "worker.py"]` may be run.
                if !dotted || !names || path.ends_with(".py") && !self.is_given_to_call(at) {
                    return None;
                }
                // `"app.settings.Production"` names a part of the module.
                self.modules
                    .file(at.file, path, 0)
                    .or_else(|| self.modules.file(at.file, path.rsplit_once('.')?.0, 0))
            }
            Language::TypeScript => {
                let loads =
                    |n: &str| matches!(n, "import" | "require" | "Worker" | "fork" | "URL" | "register");
                let called = model.facts.parent(at.node).is_some_and(|p| match model.facts.kind(p) {
                    Kind::Call(c) => last_name(&model.facts, c.callee).is_some_and(|n| loads(&n)),
                    _ => false,
                });
                called.then(|| self.modules.file(at.file, &text, 0)).flatten()
            }
            Language::Rust => None,
        }
    }

    /// Whether a call is given an expression, by itself or in a list.
    fn is_given_to_call(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut around = facts.ancestors(at.node).skip(1).map(|n| facts.kind(n));
        around.find(|kind| !matches!(kind, Kind::List(_))).is_some_and(|kind| matches!(kind, Kind::Call(_)))
    }

    /// Whether code stands in a script that people run by hand, or in a function that only such
    /// scripts call.
    pub(super) fn is_script(&self, at: NodeRef) -> bool {
        self.is_script_after(at, 0)
    }

    fn is_script_after(&self, at: NodeRef, calls: u32) -> bool {
        self.is_script_file(at.file)
            || calls < MAX_SCRIPT_CALLS
                && self.function_of(at).is_some_and(|function| self.is_called_by_scripts(function, calls))
    }

    /// Whether a file is in a folder of scripts, and imported by nothing.
    fn is_script_file(&self, file: FileId) -> bool {
        if let Some(&known) = self.scripts.borrow().files.get(&file) {
            return known;
        }
        let model = self.file(file);
        let (folders, _) = model.source.path.rsplit_once('/').unwrap_or_default();
        let scripts = |folder| model.sdk.has_word("script-folders", folder);
        let placed = model.source.role.is_example || folders.split('/').any(scripts);
        let is_script = placed && self.programs().importers[file.0 as usize].is_empty();
        self.scripts.borrow_mut().files.insert(file, is_script);
        is_script
    }

    /// Whether only scripts call a function, seen from so many calls further on.
    fn is_called_by_scripts(&self, function: NodeRef, calls: u32) -> bool {
        if let Some(&known) = self.scripts.borrow().functions.get(&(function, calls)) {
            return known;
        }
        let mut callers = self.callers(function).iter().filter(|&&c| !self.is_test(c)).peekable();
        let scripted = callers.peek().is_some() && callers.all(|&call| self.is_script_after(call, calls + 1));
        self.scripts.borrow_mut().functions.insert((function, calls), scripted);
        scripted
    }

    /// The files that certainly or perhaps run in the same program as one of these.
    pub(super) fn same_program(&self, files: &[FileId]) -> Program<'_> {
        let graph = self.programs();
        let above = spread(files.iter().copied(), |f| {
            let importers = graph.importers[f.0 as usize].iter().copied();
            importers.filter(|&f| !self.file(f).source.role.is_test).collect()
        });
        let within = spread(above.into_iter(), |f| graph.imports[f.0 as usize].clone());
        Program { project: self, within }
    }
}

/// Files that run together.
pub(super) struct Program<'p> {
    project: &'p Project,
    within: FxHashSet<FileId>,
}

impl Program<'_> {
    /// Whether a file runs in the program, as far as that can be seen.
    pub(super) fn may_run(&self, file: FileId) -> bool {
        if self.within.contains(&file) {
            return true;
        }
        let graph = self.project.programs();
        let roots = spread([file].into_iter(), |f| graph.importers[f.0 as usize].clone());
        roots.into_iter().filter(|f| graph.importers[f.0 as usize].is_empty()).any(|root| {
            let stem = self.stem(root);
            self.project.file(root).sdk.has_word("loaded-by-name", &stem)
                || self.within.iter().any(|f| graph.open[f.0 as usize].contains(&stem))
        })
    }

    fn stem(&self, file: FileId) -> String {
        let path = &self.project.file(file).source.path;
        let name = path.rsplit('/').next().unwrap_or(path);
        name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_string()
    }
}

impl Programs {
    fn link(&mut self, from: FileId, to: FileId) {
        if from != to && !self.imports[from.0 as usize].contains(&to) {
            self.imports[from.0 as usize].push(to);
            self.importers[to.0 as usize].push(from);
        }
    }

    /// Files that a file imports.
    pub(super) fn imports_of(&self, file: FileId) -> &[FileId] {
        &self.imports[file.0 as usize]
    }

    /// Files that import a file.
    pub(super) fn importers_of(&self, file: FileId) -> &[FileId] {
        &self.importers[file.0 as usize]
    }

    /// Files that import a file or are imported by it.
    pub(super) fn neighbours(&self, file: FileId) -> impl Iterator<Item = FileId> + '_ {
        let file = file.0 as usize;
        self.imports[file].iter().chain(&self.importers[file]).copied()
    }
}

/// Everything reached from some files.
fn spread(from: impl Iterator<Item = FileId>, next: impl Fn(FileId) -> Vec<FileId>) -> FxHashSet<FileId> {
    let mut queue: Vec<FileId> = from.collect();
    let mut seen: FxHashSet<FileId> = queue.iter().copied().collect();
    while let Some(file) = queue.pop() {
        for other in next(file) {
            if seen.insert(other) {
                queue.push(other);
            }
        }
    }
    seen
}
