//! Packages and clients.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::{ClientUse, OptionUse, PackageUse, Spot, registry, shown, versions};
use crate::facts::{Kind, StrPart};
use crate::model::{Client, Field, NodeRef, Project};
use crate::report::neutralize;
use crate::sdk::Road;

/// Packages that the manifests name.
pub(super) fn packages(project: &Project) -> Vec<PackageUse> {
    let root = root(project);
    let mut packages: Vec<PackageUse> = project
        .manifests()
        .requirements()
        .map(|requirement| PackageUse {
            name: neutralize(&requirement.package).into_owned(),
            registry: registry(requirement.registry),
            versions: versions(&requirement.range),
            locked: requirement.locked,
            path: shown_path(&requirement.file, root.as_deref()),
            line: Some(requirement.line).filter(|&line| line > 0),
        })
        .collect();
    packages.sort();
    packages.dedup();
    packages
}

/// The folder from which paths are shown.
fn root(project: &Project) -> Option<PathBuf> {
    project.source_files().find_map(|file| {
        let depth = Path::new(&file.path).components().count();
        let below = file.absolute.ends_with(&file.path);
        below.then(|| file.absolute.ancestors().nth(depth).map(Path::to_path_buf)).flatten()
    })
}

fn shown_path(path: &Path, root: Option<&Path>) -> String {
    let path = root.and_then(|root| path.strip_prefix(root).ok()).unwrap_or(path);
    neutralize(&path.to_string_lossy().replace('\\', "/")).into_owned()
}

/// Clients that requests are sent through, where they are made, and those of SDKs that none was
/// seen of.
pub(super) fn clients(project: &Project) -> Vec<ClientUse> {
    let mut found: FxHashMap<NodeRef, (Client, usize)> = FxHashMap::default();
    for request in project.requests() {
        for client in &request.clients {
            let Some(made) = client.made else { continue };
            let entry = found.entry(made).or_insert_with(|| (Client::clone(client), 0));
            entry.1 += 1;
            // Options that are given later are shown once, whichever request they are for.
            for &layer in &client.layers {
                if !entry.0.layers.contains(&layer) {
                    entry.0.layers.push(layer);
                }
            }
        }
    }
    // One that serves other vendors too counts only where a request to Claude goes through it.
    for (made, kind) in project.clients_made().into_iter().filter(|(_, kind)| kind.host.is_none()) {
        found.entry(made).or_insert_with(|| {
            (Client { kind, made: Some(made), layers: Default::default(), path: "".into() }, 0)
        });
    }
    let mut made: Vec<_> = found.into_iter().collect();
    made.sort_by_key(|(at, _)| *at);
    let client = |(at, (client, requests)): (NodeRef, (Client, usize))| ClientUse {
        kind: client.kind.new.first().cloned().unwrap_or_else(|| client.kind.id.clone()),
        road: road(client.kind.road),
        at: Spot::of_node(project, at),
        options: options(project, &client),
        requests,
    };
    made.into_iter().map(client).collect()
}

/// What a client is given where it is made and later.
fn options(project: &Project, client: &Client) -> Vec<OptionUse> {
    let key = match &client.kind.key {
        Some(key) => project.client_option(client, key),
        None => Field::Absent,
    };
    let mut options = Vec::new();
    let mut add = |name: &str, value: NodeRef| {
        let secret = key.nodes().contains(&value) && is_written_out(project, value);
        let text = if secret {
            "(written here)".to_string()
        } else {
            shown(project.file(value.file).text_of(value.node))
        };
        let option = OptionUse { name: shown(name), value: text };
        if !options.contains(&option) {
            options.push(option);
        }
    };
    for (name, value) in client.made.iter().flat_map(|&call| project.options_given(call)) {
        add(name.as_deref().unwrap_or("…"), value);
    }
    for (name, value) in client.layers.iter().flat_map(|&call| project.options_given_by(call)) {
        add(name.as_deref().unwrap_or("…"), value);
    }
    options
}

/// Whether a value is a text with letters of its own.
fn is_written_out(project: &Project, value: NodeRef) -> bool {
    match project.kind(value) {
        Kind::Str(parts) => parts.iter().any(|part| matches!(part, StrPart::Text(text) if !text.is_empty())),
        _ => false,
    }
}

/// A road by its name in the data.
pub(super) fn road(road: Road) -> &'static str {
    match road {
        Road::Sdk => "sdk",
        Road::Http => "http",
        Road::Bedrock => "bedrock",
        Road::Framework => "framework",
        Road::Crate => "crate",
    }
}
