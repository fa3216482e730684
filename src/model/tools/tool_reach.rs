//! Which tool results may be part of a request, and which ids the project gives to tool calls itself.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use crate::facts::{Key, Kind};
use crate::model::names::index::last_name;
use crate::model::names::modules::Meant;
use crate::model::names::words::snake;
use crate::model::tools::{IdKey, ToolResult};
use crate::model::values::value::{NodeRef, Value};
use crate::model::{IdOrigin, Project};
use crate::source::FileId;

/// Steps along imports from a file with a request to those whose blocks may be in it.
const NEAR: u32 = 2;

impl Project {
    /// Files whose blocks may go into a request to Claude: those that send one, and those near
    /// them along imports in either direction.
    pub(in crate::model) fn files_near_requests(&self) -> FxHashSet<FileId> {
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

    /// What is sent as the body of a request, or as its messages, as far as that is in sight.
    fn sent_bodies(&self) -> FxHashSet<NodeRef> {
        let mut sent = FxHashSet::default();
        for request in self.requests().iter().filter(|r| !self.is_test(r.at)) {
            for place in self.located(request, &request.kind.body) {
                let json = self.json(place);
                sent.extend([place, json.at]);
                sent.extend(json.get("messages").map(|messages| messages.at));
                sent.extend(self.eval(place).iter().filter_map(|value| match value {
                    Value::Node(node) => Some(*node),
                    _ => None,
                }));
            }
            for body in self.message_bodies(request) {
                sent.insert(body.at);
                sent.extend(body.get("messages").map(|messages| messages.at));
            }
        }
        sent
    }

    /// The tool results that the program sends, in file order: not those of tests, of code that no request is
    /// near, and of what is only shown, measured or converted.
    pub fn sent_tool_results(&self) -> impl Iterator<Item = &ToolResult> {
        let results = self.tool_results();
        let (near, sent) = match results {
            [] => Default::default(),
            _ => (self.files_near_requests(), self.sent_bodies()),
        };
        results.iter().filter(move |result| {
            let aside = self.is_test(result.at) || self.is_dropped(result.at);
            !aside
                && near.contains(&result.at.file)
                && !self.is_unsent(result.at, &sent)
                && !self.is_sent_to_others(result.at)
        })
    }

    /// Whether a tool result stands in a call that has the form of a request and asks another vendor.
    fn is_sent_to_others(&self, result: NodeRef) -> bool {
        let facts = self.facts(result.file);
        let around = facts.ancestors(result.node).skip(1);
        let mut around = around.take_while(|&n| !matches!(facts.kind(n), Kind::Function(_)));
        around.any(|n| {
            let call = result.sibling(n);
            matches!(facts.kind(n), Kind::Call(_))
                && self.request_at(call).is_none()
                && self.eval(call).iter().any(|v| matches!(v, Value::Response(r) if r.request == call))
        })
    }

    /// Whether a tool result opens the conversation of a body that is written out whole and that no request
    /// in sight sends: something to measure or to convert, which no model ever called a tool in.
    fn is_unsent(&self, result: NodeRef, sent: &FxHashSet<NodeRef>) -> bool {
        let messages = self.result_messages(result);
        !messages.is_empty()
            && messages.iter().all(|message| {
                let facts = self.facts(message.at.file);
                let mut around = facts.ancestors(message.at.node).skip(1);
                let (Some(list), Some(body)) = (around.next(), around.next()) else { return false };
                let opens =
                    matches!(facts.kind(list), Kind::List(items) if items.first() == Some(&message.at.node));
                let Kind::Record(record) = facts.kind(body) else { return false };
                let whole = record.value_of("messages") == Some(list)
                    && ["model", "max_tokens"].iter().any(|key| record.value_of(key).is_some());
                let (list, body) = (message.at.sibling(list), message.at.sibling(body));
                opens && whole && !sent.contains(&list) && !sent.contains(&body)
            })
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
