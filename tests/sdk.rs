//! The knowledge in `src/sdk/data/` is consistent.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use claude_lint::lang::Language;
use claude_lint::sdk::Sdk;
use claude_lint::sdk::api::api;
use claude_lint::sdk::models::{Status, models};
use claude_lint::sdk::packages::packages;
use regex::Regex;
use toml::{Table, Value};

const FILES: [(Language, &str); 3] = [
    (Language::Python, include_str!("../src/sdk/data/python.toml")),
    (Language::TypeScript, include_str!("../src/sdk/data/typescript.toml")),
    (Language::Rust, include_str!("../src/sdk/data/rust.toml")),
];

fn files() -> impl Iterator<Item = (Language, Table)> {
    FILES.into_iter().map(|(language, text)| (language, text.parse().unwrap()))
}

fn tables<'a>(file: &'a Table, name: &str) -> Vec<&'a Table> {
    let list = file.get(name).and_then(Value::as_array);
    list.into_iter().flatten().map(|t| t.as_table().unwrap()).collect()
}

fn strings<'a>(table: &'a Table, name: &str) -> Vec<&'a str> {
    match table.get(name) {
        Some(Value::Array(list)) => list.iter().map(|s| s.as_str().unwrap()).collect(),
        Some(Value::String(one)) => vec![one],
        _ => Vec::new(),
    }
}

fn duplicates<T: Ord + Clone>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    counts.into_iter().filter(|(_, n)| *n > 1).map(|(item, _)| item).collect()
}

fn is_date(text: &str) -> bool {
    let parts: Vec<Option<u32>> = text.split('-').map(|p| p.parse().ok()).collect();
    text.len() == 10
        && matches!(parts[..], [Some(2020..=2100), Some(1..=12), Some(1..=31)])
        && text.is_char_boundary(4)
        && &text[4..5] == "-"
}

#[test]
fn every_file_reads() {
    for language in [Language::Python, Language::TypeScript, Language::Rust] {
        assert!(Sdk::of(language).may_request("post") || Sdk::of(language).may_request("send"));
    }
    for (language, file) in files() {
        let checked = file["checked"].as_str().unwrap();
        assert!(is_date(checked), "{language:?}: {checked}");
        assert!(!file["source"].as_str().unwrap().is_empty());
    }
}

#[test]
fn requests_are_defined_once_and_used() {
    for (language, file) in files() {
        let defined: Vec<&str> = tables(&file, "request").iter().map(|r| r["id"].as_str().unwrap()).collect();
        assert!(duplicates(defined.clone()).is_empty(), "{language:?}: {:?}", duplicates(defined));
        let clients = tables(&file, "client");
        let methods = clients.iter().flat_map(|c| tables(c, "method"));
        let functions = tables(&file, "function");
        let used: BTreeSet<&str> =
            methods.chain(functions.iter().copied()).map(|m| m["request"].as_str().unwrap()).collect();
        let defined: BTreeSet<&str> = defined.into_iter().collect();
        assert_eq!(used, defined, "{language:?}");
    }
}

#[test]
fn nothing_is_named_twice() {
    for (language, file) in files() {
        let clients = tables(&file, "client");
        let ids = clients.iter().map(|c| c["id"].as_str().unwrap());
        assert_eq!(duplicates(ids), [""; 0], "{language:?} client ids");
        let constructors: Vec<(&str, Option<&str>)> = clients
            .iter()
            .flat_map(|c| {
                let when = c.get("when").or(c.get("given")).map(|w| w.as_str().unwrap());
                strings(c, "new").into_iter().chain(strings(c, "types")).map(move |p| (p, when))
            })
            .collect();
        assert_eq!(duplicates(constructors.clone()), [], "{language:?} constructors");
        let functions: Vec<&str> =
            tables(&file, "function").into_iter().flat_map(|f| strings(f, "path")).collect();
        assert_eq!(duplicates(functions.clone()), [""; 0], "{language:?} functions");
        let made: BTreeSet<&str> = constructors.into_iter().map(|c| c.0).collect();
        let both: Vec<&&str> = functions.iter().filter(|f| made.contains(**f)).collect();
        assert!(both.is_empty(), "{language:?} functions that make clients: {both:?}");
        for kind in ["retry", "delay"] {
            let paths = tables(&file, kind).into_iter().flat_map(|r| strings(r, "path"));
            assert_eq!(duplicates(paths), [""; 0], "{language:?} {kind}");
        }
        for client in clients {
            let methods = tables(client, "method").into_iter().flat_map(|m| {
                let commands = strings(m, "command");
                let command = commands.first().copied();
                strings(m, "path").into_iter().map(move |p| (p, command))
            });
            assert_eq!(duplicates(methods), [], "{language:?} methods of {}", client["id"]);
        }
        for (list, words) in file["words"].as_table().unwrap() {
            let words = words.as_array().unwrap().iter().map(|w| w.as_str().unwrap());
            assert_eq!(duplicates(words), [""; 0], "{language:?} {list}");
        }
    }
}

/// Paths are what the model evaluates to; none may carry the `()` of its own call.
#[test]
fn paths_are_well_formed() {
    let check = |language: Language, path: &str, what: &str| {
        assert!(!path.is_empty(), "{language:?} {what}");
        assert!(!path.contains(char::is_whitespace), "{language:?} {what}: {path}");
        assert!(!path.contains("::"), "{language:?} {what}: {path}");
        assert!(!path.ends_with('.') && !path.starts_with('.'), "{language:?} {what}: {path}");
    };
    for (language, file) in files() {
        for client in tables(&file, "client") {
            for path in strings(client, "new").into_iter().chain(strings(client, "types")) {
                check(language, path, "client");
                assert!(!path.ends_with("()"), "{language:?}: {path}");
            }
            for method in tables(client, "method") {
                for path in strings(method, "path").into_iter().chain(strings(method, "command")) {
                    // The client is called itself.
                    if path.is_empty() && tables(client, "method").len() == 1 {
                        continue;
                    }
                    check(language, path, "method");
                    assert!(!path.ends_with("()"), "{language:?}: {path}");
                }
            }
            for step in strings(client, "derive") {
                check(language, step, "derive");
                assert!(!step.contains(['.', '(']), "{language:?}: {step}");
            }
        }
        for kind in ["function", "retry", "delay"] {
            for entry in tables(&file, kind) {
                assert!(!strings(entry, "path").is_empty(), "{language:?} {kind}");
                for path in strings(entry, "path") {
                    check(language, path, kind);
                }
            }
        }
        for request in tables(&file, "request") {
            for field in ["stop", "content", "text", "root", "status", "lines", "chunks", "types"] {
                for path in strings(request, field) {
                    check(language, path, field);
                }
            }
        }
    }
}

/// `a.b|#0.c()|#0.c(1)`: names, positions and builder steps.
#[test]
fn locators_are_well_formed() {
    let is_part = |part: &str| {
        let step = part.strip_suffix(')').and_then(|step| step.split_once('('));
        let name = match step {
            Some((name, position)) => {
                assert!(position.is_empty() || position.parse::<u8>().is_ok(), "{part}");
                name
            }
            None => part,
        };
        match name.strip_prefix('#') {
            Some(position) => position.parse::<u8>().is_ok(),
            None => {
                let name = name.split_once('#').map_or(name, |(name, n)| {
                    let named = n.chars().all(|c| c.is_ascii_lowercase());
                    assert!(n.parse::<u8>().is_ok() || named && !n.is_empty(), "{part}");
                    name
                });
                name == "*"
                    || name == "[]"
                    || (!name.is_empty()
                        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$')))
            }
        }
    };
    let is_locator = |locator: &str| {
        let locator = locator.strip_prefix('@').unwrap_or(locator);
        locator.strip_prefix(['.', '~']).unwrap_or(locator).split('.').all(is_part)
    };
    for (language, file) in files() {
        for request in tables(&file, "request") {
            for field in ["body", "url", "headers", "options"] {
                for locator in strings(request, field) {
                    assert!(is_locator(locator), "{language:?} {}: {locator}", request["id"]);
                }
            }
            for (name, spellings) in request.get("fields").and_then(Value::as_table).into_iter().flatten() {
                for spelling in spellings.as_str().unwrap().split('|') {
                    assert!(is_locator(spelling), "{language:?} {} {name}: {spelling}", request["id"]);
                }
            }
        }
        for kind in ["client", "function", "retry", "delay"] {
            for entry in tables(&file, kind) {
                for option in [
                    "retries", "attempts", "timeout", "key", "base_url", "headers", "wait", "grows",
                    "jitter", "limit", "filter", "needs", "wraps", "methods", "statuses", "policy",
                ] {
                    for spelling in strings(entry, option).into_iter().flat_map(|o| o.split('|')) {
                        assert!(is_locator(spelling), "{language:?} {kind} {option}: {spelling}");
                    }
                }
            }
        }
    }
}

/// Each kind of request whose answer is read says both where its end and its content are told.
#[test]
fn answers_have_a_stop_reason_and_content() {
    for (language, file) in files() {
        for request in tables(&file, "request") {
            let (stop, content) = (strings(request, "stop"), strings(request, "content"));
            assert_eq!(stop.is_empty(), content.is_empty(), "{language:?} {}", request["id"]);
            let text = strings(request, "text");
            for path in text {
                let covered = content
                    .iter()
                    .any(|c| path == *c || path.strip_prefix(c).is_some_and(|p| p.starts_with('.')));
                assert!(covered, "{language:?} {}: {path} is not content", request["id"]);
            }
        }
    }
}

/// A list that is misspelled says no to everything, and one that nobody asks for says nothing.
#[test]
fn lists_of_words_are_asked_for_and_exist() {
    let common: Table = include_str!("../src/sdk/data/common.toml").parse().unwrap();
    let of_language = files().flat_map(|(_, file)| file["words"].as_table().unwrap().clone());
    let defined: BTreeSet<String> = common.into_iter().chain(of_language).map(|(name, _)| name).collect();
    let code = code_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let one = r#"\b(?:has_word|has_word_of|has_part|named_in|ends_word|is_listed|words)\((?:[^"()]|\([^()]*\))*"([a-z0-9-]+)""#;
    let asked: BTreeSet<String> =
        Regex::new(one).unwrap().captures_iter(&code).map(|c| c[1].to_string()).collect();
    assert!(asked.len() > 300, "{}", asked.len());
    let missing: Vec<_> = asked.difference(&defined).collect();
    assert!(missing.is_empty(), "nobody has the words of {missing:?}");
    let idle: Vec<_> = defined.iter().filter(|name| !code.contains(&format!("\"{name}\""))).collect();
    assert!(idle.is_empty(), "nobody asks for {idle:?}");
}

/// The text of all Rust files below a folder.
fn code_below(folder: &Path) -> String {
    let mut code = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            code.push_str(&code_below(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            code.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
    code
}

/// Rules ask for these lists in every language.
#[test]
fn lists_exist_in_every_language() {
    let lists = [
        "random",
        "sleep",
        "environment",
        "settings",
        "log",
        "loggers",
        "parse",
        "lenient-parse",
        "write",
        "execute",
        "test",
        "looks-at-nothing",
        "limiter",
        "fan-out",
        "race",
        "timeout",
        "thread",
        "cache",
        "server",
        "server-bases",
        "server-names",
        "server-start",
        "entry",
        "entry-bases",
        "callback-same",
        "callback-each",
        "callback-map",
        "filter",
        "find",
        "never-stop",
        "plain-transport",
    ];
    for (language, file) in files() {
        let words = file["words"].as_table().unwrap();
        for list in lists {
            assert!(words.contains_key(list), "{language:?} {list}");
        }
    }
    assert!(Sdk::of(Language::Python).has_word("random", "random.uniform"));
    assert!(!Sdk::of(Language::Python).has_word("random", "time.sleep"));
}

#[test]
fn model_table_has_valid_dates() {
    let text = include_str!("../src/sdk/data/models.json");
    let table: serde_json::Value = serde_json::from_str(text).unwrap();
    assert!(is_date(table["as_of"].as_str().unwrap()));
    let models = table["models"].as_array().unwrap();
    let ids: Vec<&str> = models.iter().map(|m| m["id"].as_str().unwrap()).collect();
    assert_eq!(duplicates(ids.clone()), [""; 0]);
    for model in models {
        for field in ["released", "deprecated_on", "retires_on", "retires_not_before"] {
            if let Some(date) = model[field].as_str() {
                assert!(is_date(date), "{} {field}: {date}", model["id"]);
            }
        }
        if let Some(next) = model["current_successor"].as_str() {
            assert!(ids.contains(&next), "{} is followed by {next}", model["id"]);
        }
    }
    for (id, entry) in table["id_index"].as_object().unwrap() {
        let model = entry["model"].as_str().unwrap();
        assert!(ids.contains(&model), "{id} stands for {model}");
    }
}

#[test]
fn models_are_consistent() {
    let models = models();
    let ids: Vec<&str> = models.first_party_ids().collect();
    assert_eq!(duplicates(ids.clone()), Vec::<&str>::new(), "an id names one model");
    for model in models.all() {
        let id = &model.id;
        for other in [&model.replacement, &model.current_successor].into_iter().flatten() {
            let (found, _) = models.find(other).unwrap_or_else(|| panic!("{id}: no model {other}"));
            assert_eq!(found.status_on(models.as_of), Status::Active, "{id}: {other} is no replacement");
        }
        let dates = [model.released, model.deprecated_on, model.retires_on];
        let known: Vec<_> = dates.into_iter().flatten().collect();
        assert!(known.is_sorted(), "{id}: dates out of order: {known:?}");
        if model.status == Status::Active {
            assert!(model.retires_on.is_none_or(|end| end > models.as_of), "{id}: active after its end");
            assert!(model.max_output_tokens.is_some() && model.context_window.is_some(), "{id}");
        }
        if model.status == Status::Retired {
            assert!(model.retires_on.is_some_and(|end| end <= models.as_of), "{id}: retired without an end");
            assert!(model.replacement.is_some(), "{id}: what instead?");
        }
        assert!(!model.sources.is_empty(), "{id}: where was that read?");
        for alias in &model.aliases {
            assert_eq!(models.find(alias).unwrap().0.id, *id, "{alias}");
        }
        for place in [&model.bedrock, &model.vertex].into_iter().flatten() {
            for other in &place.model_ids {
                assert_eq!(models.find(other).unwrap().0.id, *id, "{other}");
            }
        }
    }
}

#[test]
fn the_api_and_its_packages_are_consistent() {
    let api = api();
    assert!(api.version.iter().map(|v| v.released).is_sorted(), "oldest version first");
    assert!(api.response.truncated.iter().all(|t| api.response.stop_reasons.contains(t)));
    for foreign in &api.request.foreign_fields {
        assert!(!api.request.fields.contains(&foreign.name), "{}", foreign.name);
        assert!(foreign.same_as.iter().all(|f| api.request.fields.contains(f)), "{}", foreign.name);
    }
    assert!(api.content.blocks.iter().all(|b| !api.content.foreign_blocks.contains(b)));
    assert!(!api.http.retryable.iter().any(|s| api.http.not_retryable.contains(s)));
    assert!(api.key.prefixes.iter().any(|p| p.starts_with(&api.key.api)));
    assert!(api.beta.iter().any(|b| b.id == api.key.oauth_beta));
    let names = packages().iter().map(|p| (p.registry as u8, p.name.clone()));
    assert_eq!(duplicates(names), Vec::new());
    for package in packages() {
        let changes = &package.change;
        assert_eq!(duplicates(changes.iter().map(|c| &c.id)), Vec::<&String>::new(), "{}", package.name);
        assert!(changes.iter().map(|c| &c.version).is_sorted(), "{}: oldest change first", package.name);
        let newest = package.newest.as_ref();
        assert!(
            changes.iter().all(|c| newest.is_none_or(|n| c.version <= *n)),
            "{}: from the future",
            package.name
        );
    }
}

#[test]
fn every_word_about_failures_means_one() {
    use claude_lint::sdk::failures::{Failure, failures};
    let known = failures();
    let means = |word: &str| {
        let all = [
            Failure::RateLimit,
            Failure::Server,
            Failure::Unavailable,
            Failure::Overloaded,
            Failure::Timeout,
        ];
        let mut all = Failure::PERMANENT.into_iter().chain(all).chain([Failure::Connection]);
        all.any(|f| f.is(word))
    };
    let classes = known.library.iter().flat_map(|l| &l.classes);
    for (name, words) in classes.chain(&known.predicates).chain(&known.words) {
        for word in words {
            assert!(means(word), "`{word}` of {name} is no failure");
        }
    }
    for (name, word) in &known.types {
        assert!(means(word), "`{word}` of {name} is no failure");
    }
    for since in known.library.iter().flat_map(|l| &l.since) {
        let package = packages().iter().find(|p| p.name == since.package).unwrap();
        assert!(
            package.change.iter().any(|c| c.id == since.change),
            "{} has no {}",
            since.package,
            since.change
        );
    }
}
