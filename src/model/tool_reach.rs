//! Which tool results may be part of a request, and which ids the project gives to tool calls itself.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use super::index::last_name;
use super::modules::Meant;
use super::tool_words::snake;
use super::tools::IdKey;
use super::value::NodeRef;
use super::{IdOrigin, Project};
use crate::facts::{Key, Kind};
use crate::source::FileId;

/// Steps along imports from a file with a request to those whose blocks may be in it.
const NEAR: u32 = 2;

impl Project {
    /// Files whose blocks may go into a request to Claude: those that send one, and those near
    /// them along imports in either direction.
    pub fn files_near_requests(&self) -> FxHashSet<FileId> {
        let mut queue: VecDeque<(FileId, u32)> = VecDeque::new();
        let mut near: FxHashSet<FileId> = FxHashSet::default();
        for (file, model) in self.file_ids() {
            // A module of the project that is called so may do anything.
            let official = model.facts.ids().any(|n| match model.facts.kind(n) {
                Kind::Import(i) if i.module.contains("anthropic") => {
                    !i.module.starts_with(['.', '/'])
                        && self.modules.meant(file, &model.seen_from_file(n, &i.module), i.level)
                            == Meant::Foreign
                }
                _ => false,
            });
            if official && near.insert(file) {
                queue.push_back((file, 0));
            }
        }
        for request in self.requests() {
            if near.insert(request.at.file) {
                queue.push_back((request.at.file, 0));
            }
        }
        while let Some((file, steps)) = queue.pop_front() {
            if steps == NEAR {
                continue;
            }
            for other in self.programs().neighbours(file) {
                if near.insert(other) {
                    queue.push_back((other, steps + 1));
                }
            }
        }
        near
    }

    /// The ids of `tool_use` blocks that the project writes out itself, with what they come from.
    pub fn written_tool_use_ids(&self) -> Vec<(NodeRef, IdOrigin)> {
        let mut out = Vec::new();
        for (file, model) in self.file_ids() {
            let facts = &model.facts;
            for node in facts.ids() {
                let at = NodeRef { file, node };
                let key = match facts.kind(node) {
                    Kind::Record(r) => {
                        let typed = r.ty.and_then(|t| last_name(facts, t)).is_some_and(|n| is_use_type(&n));
                        let block = matches!(
                            self.block_type(at).as_deref(),
                            Some("tool_use" | "server_tool_use" | "mcp_tool_use")
                        );
                        let converse = facts.parent(node).is_some_and(|p| match facts.kind(p) {
                            Kind::Record(outer) => outer.entries.iter().any(|e| {
                                e.value == node && matches!(&e.key, Some(Key::Known(k)) if &**k == "toolUse")
                            }),
                            _ => false,
                        });
                        if converse {
                            "toolUseId"
                        } else if typed || block {
                            "id"
                        } else {
                            continue;
                        }
                    }
                    Kind::Call(c)
                        if last_name(facts, c.callee).is_some_and(|n| is_use_type(&n))
                            || self.block_type(at).as_deref() == Some("tool_use") =>
                    {
                        "id"
                    }
                    _ => continue,
                };
                if let IdKey::Given(id) = self.id_of(at, &[key], &[]) {
                    out.extend(self.id_parts(id));
                }
            }
        }
        out
    }
}

fn is_use_type(name: &str) -> bool {
    let name = snake(name);
    (name.contains("tool_use") || name.contains("tool_call")) && !name.contains("result")
}
