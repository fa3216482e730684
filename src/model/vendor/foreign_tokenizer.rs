//! Tokens of Claude counted with the tokenizer of another vendor.

mod limit;

use rustc_hash::FxHashSet;

use crate::facts::{BinaryOp, Kind};
use crate::model::FileModel;
use crate::model::names::index::last_name;
use crate::model::values::value::NodeRef;
use crate::model::{Project, Request};
use crate::source::FileId;

/// Calls between the counting and the request.
const MAX_HOPS: u32 = 3;
const MAX_PLACES: usize = 120;

/// A tokenizer of another vendor that counts what goes to Claude.
#[derive(Clone, Debug)]
pub struct ForeignTokenizer<'p> {
    /// The call that makes it, or counts.
    pub at: NodeRef,
    /// The request whose tokens it counts.
    pub request: &'p Request,
    /// Whether it is asked for the tokenizer of a Claude model, which it does not have.
    pub names_claude: bool,
    /// Whether its counts decide on what is sent.
    pub decides: bool,
}

/// A guess at the tokens of what goes to Claude that is held against a limit.
#[derive(Clone, Debug)]
pub struct GuessedTokens<'p> {
    /// The division.
    pub at: NodeRef,
    /// The request whose tokens are guessed.
    pub request: &'p Request,
    /// Whether the limit is one of the API.
    pub of_api: bool,
}

/// Whether a request only has the tokens of messages counted: nobody answers them.
fn counts(request: &Request) -> bool {
    let kind = request.kind;
    kind.content.is_empty() && kind.text.is_empty() && kind.required.iter().any(|f| f == "messages")
}

impl Project {
    /// Every such tokenizer, in file order.
    pub fn foreign_tokenizers(&self) -> Vec<ForeignTokenizer<'_>> {
        let mut out = Vec::new();
        if self.requests().is_empty() {
            return out;
        }
        for (file, model) in self.file_ids() {
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                let Kind::Call(call) = model.facts.kind(node) else { continue };
                let Some(name) = last_name(&model.facts, call.callee) else { continue };
                if !model.sdk.ends_word("foreign-tokenizer", &name)
                    || !self.is_listed("foreign-tokenizer", at.sibling(call.callee))
                    || self.is_test(at)
                    || self.speaks_to_others(at.file)
                    || self.is_second_best(at)
                    || self.stands_in_other_branch(at)
                {
                    continue;
                }
                let names_claude = call
                    .args
                    .iter()
                    .any(|a| self.texts(at.sibling(a.value)).iter().any(|(_, t)| t.contains("claude")));
                if let Some(request) = self.counted_for(at) {
                    let decides = self.decides(at);
                    out.push(ForeignTokenizer { at, request, names_claude, decides });
                }
            }
        }
        out
    }

    /// Where characters divided by four are taken for tokens and compared with a limit, in file order.
    pub fn guessed_tokens(&self) -> Vec<GuessedTokens<'_>> {
        let mut out = Vec::new();
        if self.requests().is_empty() {
            return out;
        }
        for (file, model) in self.file_ids() {
            if self.serves_others(model) {
                continue;
            }
            for node in model.facts.ids() {
                let at = NodeRef { file, node };
                let Kind::Binary { op: BinaryOp::Div | BinaryOp::FloorDiv, left, right } =
                    model.facts.kind(node)
                else {
                    continue;
                };
                let per_token = model.number_of(*right).is_some_and(|n| (3.0..=5.0).contains(&n));
                let guesses = per_token && self.is_length(at.sibling(*left));
                if !guesses || self.is_test(at) || self.is_second_best(at) {
                    continue;
                }
                let Some(request) = self.counted_for(at) else { continue };
                let limits = self.limits_of(at);
                if !limits.is_empty() {
                    let of_api = limits.iter().any(|&limit| self.is_window(limit));
                    out.push(GuessedTokens { at, request, of_api });
                }
            }
        }
        out
    }

    /// Whether tokens are counted otherwise where they are Claude's: by the API itself, for which this
    /// stands in when that fails, or in a branch that left before.
    fn is_second_best(&self, at: NodeRef) -> bool {
        let function = self.function_of(at);
        let counted = |r: &Request| counts(r) && function.is_some() && self.function_of(r.at) == function;
        self.is_past_claude_branch(at) || self.requests_of_file(at.file).iter().any(counted)
    }

    /// Whether functions of a file are called after models of other vendors.
    fn serves_others(&self, model: &FileModel) -> bool {
        model.facts.ids().any(|n| match model.facts.kind(n) {
            Kind::Function(f) => f.name.as_deref().is_some_and(|name| {
                let name = name.to_lowercase();
                model.sdk.words("other-families").iter().any(|family| name.contains(family.as_str()))
            }),
            _ => false,
        })
    }

    /// Whether the file also talks to other vendors, whose tokens may be meant.
    pub(in crate::model) fn speaks_to_others(&self, file: FileId) -> bool {
        let model = self.file(file);
        model.facts.ids().any(|n| match model.facts.kind(n) {
            Kind::Import(i) => model.sdk.words("other-vendor-modules").iter().any(|vendor| {
                i.module
                    .strip_prefix(vendor.as_str())
                    .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            }),
            _ => false,
        })
    }

    /// The request that the function around a place, or one that calls it, sends.
    fn counted_for(&self, at: NodeRef) -> Option<&Request> {
        let model = self.file(at.file);
        let mut next: Vec<(NodeRef, u32)> = Vec::new();
        match self.function_of(at) {
            Some(function) => next.push((function, 0)),
            // A tokenizer of the whole file: whoever reads it.
            None => {
                let names = model.scopes.bound_to(at.node).flat_map(|d| model.names(&d.name));
                next.extend(names.filter_map(|&n| self.function_of(at.sibling(n))).map(|f| (f, 0)));
            }
        }
        // A field of an object: all of its methods read it.
        let class = self.class_of(at);
        let mut seen: FxHashSet<NodeRef> = FxHashSet::default();
        let mut i = 0;
        while let Some(&(function, hops)) = next.get(i) {
            i += 1;
            if !seen.insert(function) || seen.len() > MAX_PLACES {
                continue;
            }
            let sends = |r: &&Request| {
                let sender = self.function_of(r.at);
                let calls =
                    |f: NodeRef| self.callers(f).iter().any(|&c| self.function_of(c) == Some(function));
                !self.has_other_callees(r)
                    && !self.are_siblings(class, self.class_of(r.at))
                    && (sender == Some(function)
                        || class.is_some()
                            && self.class_of(r.at) == class
                            && self.callers(function).is_empty()
                        || sender.is_some_and(calls))
            };
            if let Some(request) = self.requests().iter().filter(|r| !counts(r)).find(sends) {
                return Some(request);
            }
            if hops < MAX_HOPS {
                next.extend(
                    self.callers(function).iter().filter_map(|&c| self.function_of(c)).map(|f| (f, hops + 1)),
                );
            }
        }
        None
    }
}
