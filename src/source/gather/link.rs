//! Which file an import means, and the files around those that are linted.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Entry, Gathered};
use crate::lang::Language;
use crate::parallel;
use crate::source::bases::{base_names, declared_types};
use crate::source::config::ConfigFiles;
use crate::source::judge::{Verdict, judge_related};
use crate::source::related::{ImportGraph, Neighbours, Said, Tree};
use crate::source::walk::Found;
use crate::source::{Buffers, skip};

/// Finds out which file an import means, and adds the files around those of the first wave.
pub(super) fn link(
    threads: usize,
    buffers: &Buffers,
    entries: &[Entry],
    configs: ConfigFiles,
    gathered: &mut Gathered,
) {
    let linted = entries.iter().filter(|e| matches!(e.verdict, Verdict::Lint(..)));
    let mut languages: Vec<Language> = linted.map(Entry::language).collect();
    languages.sort_unstable();
    languages.dedup();
    if languages.is_empty() {
        return;
    }
    let entries: Vec<&Entry> = entries.iter().filter(|e| languages.contains(&e.language())).collect();
    // Shown paths may stand above the working directory, where they do not line up.
    gathered.absolute = entries.iter().any(|e| e.context);
    let path = |found: &Found| match gathered.absolute {
        true => found.absolute.to_string_lossy().into_owned(),
        false => found.shown.clone(),
    };
    let paths: Vec<String> = entries.iter().map(|e| path(&e.found)).collect();
    let files: Vec<(&str, Language)> =
        paths.iter().zip(&entries).map(|(path, entry)| (&**path, entry.language())).collect();
    let (packages, notes) = configs.read(gathered.absolute);
    gathered.notes.extend(notes);
    let mut tree = Tree::new(&files, packages);
    let (related, graph) = second_wave(threads, buffers, &entries, &mut tree);
    let files = parallel::map(threads, &related, |&index| {
        let entry = entries[index as usize];
        let file = match &entry.verdict {
            Verdict::Silent => judge_related(&entry.found, buffers)?,
            Verdict::Lint(file, _) if entry.context => file.clone(),
            _ => return None,
        };
        Some(if entry.context { file.as_context() } else { file })
    });
    gathered.files = files.into_iter().flatten().flatten().collect();
    gathered.modules = tree.into_modules();
    gathered.neighbours = Neighbours::new(graph, entries.iter().map(|entry| entry.found.absolute.clone()));
}

/// The files around those of the first wave.
fn second_wave(
    threads: usize,
    buffers: &Buffers,
    entries: &[&Entry],
    tree: &mut Tree,
) -> (Vec<u32>, ImportGraph) {
    let every = |what: fn(&Entry) -> bool| -> Vec<u32> {
        (0..entries.len() as u32).filter(|&index| what(entries[index as usize])).collect()
    };
    let all = entries.iter().any(|entry| entry.holds_code());
    let read = |tree: &Tree, index: usize| match &entries[index].verdict {
        Verdict::Lint(file, _) => tree.read(index, file.text.as_bytes()),
        Verdict::Silent if all => {
            let mut buffer = Vec::new();
            match buffers.read(&entries[index].found.absolute, skip::MAX_SOURCE_BYTES, &mut buffer) {
                Ok(Ok(())) => tree.read(index, &buffer),
                _ => Said::default(),
            }
        }
        Verdict::Silent | Verdict::Note(_) | Verdict::Problem(_) => Said::default(),
    };
    let indexes: Vec<usize> = (0..entries.len()).collect();
    let said = parallel::map(threads, &indexes, |&index| read(tree, index));
    let mut said: Vec<Said> = said.into_iter().map(Option::unwrap_or_default).collect();
    if tree.learn(&said) {
        let again: Vec<usize> = indexes.into_iter().filter(|&index| tree.is_placed(index)).collect();
        let more = parallel::map(threads, &again, |&index| read(tree, index));
        for (index, more) in again.into_iter().zip(more) {
            said[index] = more.unwrap_or_default();
        }
    }
    if !all {
        return Default::default();
    }
    let mut graph = tree.graph(said);
    find_bases(buffers, entries, &mut graph);
    let mut first = every(Entry::draws_in);
    let mut wanted = Vec::new();
    if entries.iter().any(|entry| entry.context) {
        // Whoever asks for a file alone sees the same in it as whoever asks for the project.
        let around = every(|entry| entry.holds_code() && entry.context);
        wanted = graph.related(&around);
        wanted.retain(|&index| entries[index as usize].waits());
        wanted.extend(graph.reached(&wanted, &around));
        first.extend(&wanted);
    }
    wanted.extend(graph.related(&first));
    (wanted, graph)
}

/// Finds the files that declare what the types of those with Claude code are derived from.
fn find_bases(buffers: &Buffers, entries: &[&Entry], graph: &mut ImportGraph) {
    let mut buffer = Vec::new();
    let mut read = |target: u32| -> FxHashSet<String> {
        let entry = entries[target as usize];
        let declared = |text: &str| declared_types(entry.language(), text).map(str::to_string).collect();
        match &entry.verdict {
            Verdict::Lint(file, _) => declared(&file.text),
            Verdict::Silent => {
                match buffers.read(&entry.found.absolute, skip::MAX_SOURCE_BYTES, &mut buffer) {
                    Ok(Ok(())) => {
                        std::str::from_utf8(&buffer).map_or_else(|_| FxHashSet::default(), declared)
                    }
                    _ => FxHashSet::default(),
                }
            }
            Verdict::Note(_) | Verdict::Problem(_) => FxHashSet::default(),
        }
    };
    // What many import is read once.
    let mut known: FxHashMap<u32, FxHashSet<String>> = FxHashMap::default();
    for (index, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.holds_code()) {
        let Verdict::Lint(file, _) = &entry.verdict else { continue };
        let names = base_names(entry.language(), &file.text);
        if names.is_empty() {
            continue;
        }
        graph.find_bases(index as u32, |target| {
            let declared = known.entry(target).or_insert_with(|| read(target));
            names.iter().any(|&name| declared.contains(name))
        });
    }
}
