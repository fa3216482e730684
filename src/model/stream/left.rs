//! Streams that are left before their end although nothing closes them.

use super::super::{Request, Tri};
use super::Project;
use crate::facts::{Kind, NodeId};
use crate::lang::Language;
use crate::model::Sink;
use crate::model::control::region::{Exit, Region};
use crate::model::names::words::has_word_of;
use crate::model::values::came_from::WalkBack;
use crate::model::values::keyed::key_of;
use crate::model::values::value::{NodeRef, Value};
use crate::sdk::Road;

/// Expressions that a stream is followed back through.
const MAX_STEPS: usize = 12;

impl Project {
    /// Loops over a stream, each with the way out by which it is left before its end although nothing
    /// closes it.
    pub fn abandons_stream(&self, request: &Request) -> Vec<(NodeRef, NodeRef)> {
        let model = self.file(request.at.file);
        let facts = &model.facts;
        // Where a value is dropped, so is its connection.
        if model.language == Language::Rust || self.is_streamed(request) != Tri::Yes {
            return Vec::new();
        }
        let abandoned = facts.ids().filter_map(|node| {
            let at = request.at.sibling(node);
            let Kind::Loop(l) = facts.kind(node) else { return None };
            // A loop over an asynchronous iterator closes it by itself in one language.
            let closes = model.language == Language::TypeScript && l.iterable.is_some();
            let reads = !closes
                && match l.iterable {
                    Some(iterable) => self.is_running(at.sibling(iterable), request.at),
                    None => self.reads_answer(at, request.at),
                };
            if !reads || self.is_test(at) {
                return None;
            }
            let exit = self.early_exit(at, request)?;
            let functions = [self.function_of(at)?, self.function_of(request.at)?];
            (!functions.iter().any(|&f| self.closes_stream(f, request))).then_some((at, exit))
        });
        abandoned.collect()
    }

    /// Whether an expression is a stream, or comes out of one that runs: not what is there once all of it
    /// was read, `stream.get_final_message().content`.
    fn is_running(&self, at: NodeRef, request: NodeRef) -> bool {
        let sdk = self.file(at.file).sdk;
        let ended = |step: &str| step.strip_suffix("()").is_some_and(|m| sdk.has_word("stream-end-calls", m));
        let runs = self.eval(at).iter().any(|v| match v {
            Value::Response(r) => r.request == request && !r.path.iter().any(|step| ended(step)),
            _ => false,
        });
        runs && !self.is_part_by_key(at)
    }

    /// Whether an expression is taken out of a record by its key, or is all that one holds: nothing of that
    /// waits for more of the stream.
    fn is_part_by_key(&self, at: NodeRef) -> bool {
        let by_key = |at: NodeRef| match self.kind(at) {
            Kind::Call(call) => {
                let file = self.file(at.file);
                let pairs = |name: &str| file.sdk.has_word("pairs-of", name);
                matches!(file.facts.kind(call.callee), Kind::Member { name, .. } if pairs(name))
                    || key_of(&file.facts, at.node).is_some()
            }
            Kind::Index { .. } => self.key_of(at).is_some(),
            _ => false,
        };
        let step = |at: NodeRef| match self.kind(at) {
            Kind::Call(_) => Vec::new(),
            _ => self.came_from(at),
        };
        WalkBack::new(at, MAX_STEPS, step).take(MAX_STEPS).any(by_key)
    }

    /// Whether a function closes the stream of a request, or leaves that to a context manager.
    fn closes_stream(&self, function: NodeRef, request: &Request) -> bool {
        let model = self.file(function.file);
        let facts = &model.facts;
        facts.descendants(function.node).into_iter().any(|node| match facts.kind(node) {
            Kind::With(w) => w.items.iter().any(|item| {
                let span = facts.span(item.value);
                span.contains(facts.span(request.at.node))
                    || facts.descendants(item.value).into_iter().any(|d| {
                        matches!(facts.kind(d), Kind::Name(_) | Kind::Call(_))
                            && self.is_answer(function.sibling(d), request.at)
                    })
            }),
            Kind::Call(call) => model.named_in(call.callee, "close-names"),
            _ => false,
        })
    }

    /// `await reader.read()` in a loop.
    fn reads_answer(&self, around: NodeRef, request: NodeRef) -> bool {
        let facts = self.facts(around.file);
        facts.descendants(around.node).into_iter().any(|n| match facts.kind(n) {
            Kind::Call(call) => match facts.kind(call.callee) {
                Kind::Member { object, name, .. } => {
                    &**name == "read" && self.is_answer(around.sibling(*object), request)
                }
                _ => false,
            },
            _ => false,
        })
    }

    fn early_exit(&self, around: NodeRef, request: &Request) -> Option<NodeRef> {
        let region = self.loop_region(around);
        let early = region.exits.iter().find(|exit| {
            let leaves = matches!(self.kind(exit.at), Kind::Break(_) | Kind::Return(_));
            let whole = || request.road == Road::Http && self.follows_whole_body(exit.at, &region);
            leaves
                && !exit.fails
                && !exit.conditions.is_empty()
                && !self.says_it_is_over(exit)
                && !self.is_drained_before(exit.at, request)
                && !whole()
                && !exit.conditions.iter().any(|&c| self.is_set_at_the_end(c, &region, request))
        });
        early.map(|e| e.at)
    }

    /// Whether the rest of a stream is read in front of the way out: `for _ in stream: pass`.
    fn is_drained_before(&self, exit: NodeRef, request: &Request) -> bool {
        let facts = self.facts(exit.file);
        let Some(Kind::Block { body, .. }) = facts.parent(exit.node).map(|p| facts.kind(p)) else {
            return false;
        };
        body.iter().take_while(|&&s| s != exit.node).any(|&s| match facts.kind(s) {
            Kind::Loop(l) => l.iterable.is_some_and(|i| self.is_answer(exit.sibling(i), request.at)),
            _ => false,
        })
    }

    /// Whether a way out, or a condition on the way to it, speaks of the end of the stream.
    fn says_it_is_over(&self, exit: &Exit) -> bool {
        exit.conditions.iter().chain([&exit.at]).any(|&c| self.speaks_of_the_end(c))
    }

    fn speaks_of_the_end(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let over = |text: &str| {
            let lower = text.to_lowercase();
            model.sdk.words("stream-over-parts").iter().any(|p| lower.contains(p.as_str()))
                || has_word_of(model.sdk, "stream-over-words", text)
        };
        // `data == SENTINEL`
        let named = |node: NodeId| {
            matches!(model.facts.kind(node), Kind::Name(_))
                && self.texts(at.sibling(node)).iter().any(|(_, text)| text.known().is_some_and(|t| over(&t)))
        };
        over(model.text_of(at.node)) || model.facts.descendants(at.node).into_iter().any(named)
    }

    /// Whether a condition asks for a variable that is set in the loop, and only once all has been read.
    fn is_set_at_the_end(&self, condition: NodeRef, region: &Region, request: &Request) -> bool {
        let file = self.file(condition.file);
        let at_the_end = |binding: NodeRef| {
            let whole = request.road == Road::Http && self.follows_whole_body(binding, region);
            whole || self.is_under_end(binding, region.root)
        };
        file.facts.descendants(condition.node).into_iter().any(|node| {
            let Kind::Name(name) = file.facts.kind(node) else { return false };
            let set = region.nodes.iter().filter(|at| match file.facts.kind(at.node) {
                Kind::Assign(a) => {
                    matches!(file.facts.kind(a.target), Kind::Name(n) if n == name)
                        && a.value
                            .is_some_and(|v| !matches!(file.facts.kind(v), Kind::Null | Kind::Bool(false)))
                }
                _ => false,
            });
            let mut set = set.peekable();
            set.peek().is_some() && set.all(|&at| at_the_end(at))
        })
    }

    /// Whether a place stands behind a condition that speaks of the end of the stream.
    fn is_under_end(&self, at: NodeRef, root: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        facts.ancestors(at.node).skip(1).take_while(|&n| n != root.node).any(|node| {
            let asked = match facts.kind(node) {
                Kind::If { condition, .. } if *condition != from => Some(*condition),
                _ => None,
            };
            let arm = match facts.kind(node) {
                Kind::Match(m) => m.arms.iter().find(|arm| arm.body == from),
                _ => None,
            };
            from = node;
            let patterns = arm.into_iter().flat_map(|arm| arm.patterns.iter().copied());
            asked.into_iter().chain(patterns).any(|n| self.speaks_of_the_end(at.sibling(n)))
        })
    }

    /// Whether a place is reached only once the body, or all that came of it so far, was parsed: nothing
    /// is left of it then.
    fn follows_whole_body(&self, at: NodeRef, region: &Region) -> bool {
        let facts = self.facts(at.file);
        let before = |node: NodeRef| facts.span(node.node).start < facts.span(at.node).end;
        region.nodes.iter().filter(|&&node| before(node)).any(|&node| {
            let Kind::Call(call) = facts.kind(node.node) else { return false };
            self.known_sink(node, call.callee) == Some(Sink::Parsed)
                && call.args.first().is_some_and(|a| self.is_body_so_far(node.sibling(a.value), region))
                && self.passes(node, at, region.root)
        })
    }

    /// Whether what happens at `at` certainly succeeded where `then` is reached.
    fn passes(&self, at: NodeRef, then: NodeRef, root: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let within = |node: NodeId| facts.ancestors(then.node).any(|n| n == node);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1).take_while(|&n| n != root.node) {
            let open = match facts.kind(node) {
                // Lines of it, each by itself.
                Kind::Loop(_) | Kind::Function(_) => return false,
                Kind::Try(t) if t.body == from => {
                    within(t.body)
                        || t.otherwise.is_some_and(within)
                        || !t.handlers.iter().any(|h| within(h.body))
                            && t.handlers.iter().all(|h| self.leaves_block(at.sibling(h.body)))
                }
                Kind::If { then: branch, otherwise, .. } if *branch == from || *otherwise == Some(from) => {
                    within(from)
                }
                _ => true,
            };
            if !open {
                return false;
            }
            from = node;
        }
        true
    }

    /// A piece of the body as it came, or what pieces were put together in.
    fn is_body_so_far(&self, at: NodeRef, region: &Region) -> bool {
        let file = self.file(at.file);
        if self.is_piece_of_body(at) {
            return true;
        }
        let Kind::Name(name) = file.facts.kind(at.node) else { return false };
        region.nodes.iter().any(|n| match file.facts.kind(n.node) {
            Kind::Assign(a) => {
                a.op.is_some() && matches!(file.facts.kind(a.target), Kind::Name(n) if n == name)
            }
            _ => false,
        })
    }
}
