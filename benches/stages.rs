//! How long each stage of a run takes, on generated code.
#![allow(clippy::unwrap_used, reason = "a measurement may fail")]

use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::AtomicUsize;

use claude_lint::finding::Severity;
use claude_lint::lang::Dialect;
use claude_lint::model::{Background, FileModel, Project};
use claude_lint::selection::Selection;
use claude_lint::source::{Globs, SourceFile, WalkOptions, gather};
use criterion::{BatchSize, Criterion, Throughput};

const FILES: usize = 40;
const METHODS: usize = 12;

/// Files that import each other in a circle; every second one asks Claude.
fn project() -> Vec<(String, String)> {
    (0..FILES).map(|i| (format!("app/part{i}.py"), python(i))).collect()
}

fn python(i: usize) -> String {
    let next = (i + 1) % FILES;
    let mut text = format!("import anthropic\n\nfrom app.part{next} import Agent{next}, run{next}\n\n\n");
    text += &format!("class Agent{i}:\n    def __init__(self, other=None):\n");
    text += &format!(
        "        self.client = anthropic.Anthropic()\n        self.other = other or Agent{next}()\n"
    );
    for m in 0..METHODS {
        text += &format!("\n    def step{m}(self, question, history=None):\n");
        text += "        history = list(history or [])\n        for attempt in range(3):\n            try:\n";
        text += match i % 2 {
            0 => {
                "                answer = self.client.messages.create(\n                    model=\"claude-sonnet-4-5\", max_tokens=1000, messages=history + [question])\n"
            }
            _ => "                answer = self.other.step0(question, history)\n",
        };
        text += "                history.append(answer.content[0].text)\n                break\n";
        text += "            except Exception as error:\n                print(attempt, error)\n";
        text += "        return history\n";
    }
    text += &format!("\n\ndef run{i}(question):\n    return run{next}(Agent{i}().step1(question))\n");
    text
}

fn models() -> Vec<FileModel> {
    let model = |(path, text): (String, String)| {
        let facts = Dialect::Python.facts(&text);
        FileModel::new(SourceFile::new(path.clone(), path, &text, Dialect::Python), facts)
    };
    project().into_iter().map(model).collect()
}

fn linked() -> Project {
    Project::new(models(), Background::default())
}

/// A tree in which nothing mentions Claude.
fn plain_tree(folder: &Path) {
    for i in 0..10 * FILES {
        let text =
            python(i).replace("anthropic", "another").replace("claude", "some").replace("Anthropic", "A");
        let below = folder.join(format!("part{}", i % 20));
        std::fs::create_dir_all(&below).unwrap();
        std::fs::write(below.join(format!("m{i}.py")), text).unwrap();
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args().sample_size(20);

    let folder = tempfile::tempdir().unwrap();
    plain_tree(folder.path());
    let directory = folder.path().canonicalize().unwrap();
    let options = WalkOptions {
        paths: vec![".".into()],
        directory,
        exclude: Vec::new(),
        excluded: Globs::default(),
        rule_folders: Vec::new(),
        wrappers: Default::default(),
        force_exclude: false,
        ignore_files: true,
        threads: 1,
    };
    criterion.bench_function("prefilter", |b| {
        b.iter(|| {
            let gathered = gather(&options, None, &AtomicUsize::new(0)).unwrap();
            assert!(gathered.files.is_empty());
        });
    });

    let files = project();
    let bytes: usize = files.iter().map(|f| f.1.len()).sum();
    let mut group = criterion.benchmark_group("files");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function("parse", |b| {
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(&Dialect::Python.grammar()).unwrap();
        b.iter(|| files.iter().for_each(|f| drop(black_box(parser.parse(&f.1, None)))));
    });
    group.bench_function("facts", |b| {
        b.iter(|| files.iter().for_each(|f| drop(black_box(Dialect::Python.facts(&f.1)))));
    });
    group.finish();

    criterion.bench_function("model", |b| {
        b.iter_batched(
            models,
            |models| {
                let project = Project::new(models, Background::default());
                assert!(!project.requests().is_empty());
                project
            },
            BatchSize::LargeInput,
        );
    });
    let rules = Selection::new(&[], &[], true, Severity::Info).unwrap().rules();
    criterion.bench_function("rules", |b| {
        b.iter_batched(
            linked,
            |project| {
                let mut found = Vec::new();
                rules.iter().for_each(|rule| (rule.check)(&project, &mut found));
                (project, found)
            },
            BatchSize::LargeInput,
        );
    });
    criterion.final_summary();
}
