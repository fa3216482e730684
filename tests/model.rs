//! Resolution: what expressions stand for, within a file and across files.
//!
//! Sources in `fixtures/model/` carry carets under an expression and, behind them, what it
//! evaluates to; a folder is one project of several files.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use claude_lint::facts::{Kind, NodeId};
use claude_lint::lang::Dialect;
use claude_lint::model::{Background, FileModel, NodeRef, Project, Value};
use claude_lint::packages::{ConfigFile, is_config};
use claude_lint::source::{FileId, SourceFile, Span};

#[test]
fn expressions_stand_for_what_the_carets_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/model");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(&root).unwrap().map(|e| e.unwrap().path()).collect();
    cases.sort();
    let mut failures = String::new();
    let mut checked = 0;
    for case in cases {
        let (models, configs) = read(&root, &case);
        let sources: Vec<SourceFile> = models.iter().map(|model| model.source.clone()).collect();
        let modules = Some(claude_lint::source::index(&sources, &configs).into());
        let project = Project::new(models, Background { modules, ..Background::default() });
        for (file, model) in project.file_ids() {
            for caret in carets(&model.source) {
                checked += 1;
                let found = caret.node(model).map(|node| describe(&project, NodeRef { file, node }));
                if found.as_deref() != Some(&*caret.expected) {
                    let _ = writeln!(
                        failures,
                        "{}:{}: expected `{}`, found `{}`",
                        model.source.path,
                        caret.line + 1,
                        caret.expected,
                        found.as_deref().unwrap_or("no such expression")
                    );
                }
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    assert!(checked > 40, "only {checked} carets were found");
}

/// The sources of a case, and the configuration files beside them.
fn read(root: &Path, case: &Path) -> (Vec<FileModel>, Vec<ConfigFile>) {
    let mut paths = Vec::new();
    collect(case, &mut paths);
    paths.sort();
    let base = if case.is_dir() { case } else { root };
    let (mut models, mut configs) = (Vec::new(), Vec::new());
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let shown = path.strip_prefix(base).unwrap().to_str().unwrap().replace('\\', "/");
        if is_config(path.file_name().unwrap().to_str().unwrap()) {
            configs.push(ConfigFile { path: shown.clone(), text: text.clone() });
        }
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if let Some(dialect) = Dialect::from_extension(extension) {
            let facts = dialect.facts(&text);
            models.push(FileModel::new(SourceFile::new(shown, path, &text, dialect), facts));
        }
    }
    (models, configs)
}

fn collect(path: &Path, out: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            collect(&entry.unwrap().path(), out);
        }
    } else {
        out.push(path.to_path_buf());
    }
}

struct Caret {
    line: usize,
    span: Span,
    expected: String,
}

impl Caret {
    /// The outermost expression with exactly this span.
    fn node(&self, model: &FileModel) -> Option<NodeId> {
        model.facts.ids().find(|&id| {
            model.facts.span(id) == self.span
                && !matches!(model.facts.kind(id), Kind::Block { .. } | Kind::Opaque(_))
        })
    }
}

/// The carets of a file: each stands under the code line above it.
fn carets(source: &SourceFile) -> Vec<Caret> {
    let mut out = Vec::new();
    let (mut offset, mut code) = (0, 0);
    for (i, line) in source.text.split_inclusive('\n').enumerate() {
        match (line.find('^'), line.trim_start().starts_with(['#', '/'])) {
            (Some(start), true) => {
                let end = line.rfind('^').unwrap() + 1;
                let span = Span::new(code + start, code + end);
                out.push(Caret { line: i, span, expected: line[end..].trim().to_string() });
            }
            _ => code = offset,
        }
        offset += line.len();
    }
    out
}

fn describe(project: &Project, at: NodeRef) -> String {
    let mut all: Vec<String> = project.eval(at).iter().map(|v| value(project, v)).collect();
    all.sort();
    all.join(" or ")
}

fn value(project: &Project, value: &Value) -> String {
    let named = |at: &NodeRef| match project.kind(*at) {
        Kind::Function(f) => f.name.as_deref().unwrap_or("lambda").to_string(),
        Kind::Class(c) => c.name.to_string(),
        _ => "?".to_string(),
    };
    let path = |file: &FileId| project.file(*file).source.path.clone();
    let line = |at: &NodeRef| {
        let model = project.file(at.file);
        let line = model.source.position(model.facts.span(at.node).start).line;
        format!("{}:{line}", model.source.path.rsplit('/').next().unwrap())
    };
    match value {
        Value::Node(n) => match project.kind(*n) {
            Kind::Str(_) => format!("text {:?}", project.text(*n).known().unwrap_or_default()),
            Kind::Number(n) => format!("number {n}"),
            Kind::Null => "null".to_string(),
            Kind::Bool(b) => b.to_string(),
            Kind::Record(_) => "record".to_string(),
            Kind::List(_) => "list".to_string(),
            _ => "expression".to_string(),
        },
        Value::Function(f) => format!("function {}", named(f)),
        Value::Class(c) => format!("class {}", named(c)),
        Value::Instance { class, .. } => format!("instance {}", named(class)),
        Value::Module(file) => format!("module {}", path(file)),
        Value::External(e) => format!("external {}", e.path),
        Value::Client(c) => {
            let made = c.made.as_ref().map_or("elsewhere".to_string(), line);
            let path = if c.path.is_empty() { String::new() } else { format!(".{}", c.path) };
            let layers = if c.layers.is_empty() { String::new() } else { format!(" +{}", c.layers.len()) };
            format!("client {}{path} made {made}{layers}", c.kind.id)
        }
        Value::Response(r) => {
            let path: String = r.path.iter().map(|p| format!(".{p}")).collect();
            format!("response {}{path} of {}", r.kind.id, line(&r.request))
        }
        Value::Unknown => "unknown".to_string(),
    }
}
