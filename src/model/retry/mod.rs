//! What repeats a request when it fails: loops, decorators, helpers, libraries, clients.
//!
//! [`Project::retry_path`] goes from a call outwards, through the functions around it and
//! their callers, and collects every construct that would run the call again.

mod address;
mod answer_error;
mod attempts;
mod carried;
mod changed;
mod class_name;
mod control;
mod countdown;
mod counted_down;
mod dead;
mod delay;
mod effects;
mod endless;
mod failure;
mod gives_up;
mod handed;
mod helper;
mod inner;
mod intake;
mod jitter;
mod late;
mod leaving;
mod lexical;
mod library;
mod library_scope;
mod listened;
mod made_up;
mod nothing;
mod other_model;
mod otherwise;
mod outcome;
mod path;
mod pattern;
mod place;
mod predicate;
mod probe;
mod pulled;
mod put_back;
mod raised;
mod reach;
mod reading;
mod recursion;
mod renewal;
mod renewed;
mod repeated_effect;
mod resuming;
mod scope;
mod sender;
mod setting;
mod sleep;
mod status;
mod status_name;
mod stranger;
mod strategy;
mod subject;
mod table;
mod truth;
mod twin;
mod unawaited;
mod unread;
mod unseen;
mod verdict;
mod waiting;
mod wish;

use std::sync::Arc;

use super::request::Tri;
use super::{Project, Request};
use crate::facts::Kind;
use crate::model::names::index::last_name;
use crate::model::values::value::NodeRef;
use crate::sdk;
use crate::source::FileId;

pub(in crate::model) use address::SharedCalls;
pub use scope::{Repeat, RetryScope};
pub(super) use sender::RetryIndex;
pub use sender::Sender;

/// How something is repeated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RetryForm {
    /// A loop of the project: around the call, in a helper or in a decorator.
    Loop,
    /// A function that calls itself again.
    Recursion,
    /// A retry library.
    Library,
    /// A queue or workflow engine repeats the job.
    Queue,
    /// Another model or provider is asked instead.
    Fallback,
    /// Known by its name only.
    Named,
}

/// How often something is tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attempts {
    /// So many times, the first one included.
    Known(u32),
    /// Until it succeeds.
    Unbounded,
    /// Out of reach.
    Unknown,
}

/// How the delay changes from attempt to attempt.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Growth {
    /// No delay.
    None,
    /// Always the same.
    Constant,
    /// By the same amount.
    Linear,
    /// As a table says.
    Table,
    /// By a factor.
    Exponential,
    /// Decided out of sight.
    Unknown,
}

/// A delay between two attempts.
#[derive(Clone, Debug)]
pub struct RetryDelay {
    /// Where it is computed.
    pub at: NodeRef,
    /// How it grows.
    pub growth: Growth,
    /// Whether it has a random part.
    pub random: Tri,
    /// Whether it is what the server asked for.
    pub server: bool,
}

/// A construct that runs a call again when it failed.
#[derive(Clone, Debug)]
pub struct Retry {
    /// The loop, decorator, call or handler.
    pub at: NodeRef,
    /// What it is.
    pub form: RetryForm,
    /// The facility of a library.
    pub library: Option<&'static sdk::RetryKind>,
    /// How often it tries.
    pub attempts: Attempts,
    /// Its delays, in source order.
    pub delays: Vec<RetryDelay>,
    /// How many calls lie between it and the request.
    pub hops: u32,
    /// Whether it repeats the work on one item of a collection.
    pub of_item: bool,
    /// Whether success ends it; a loop that success goes round in as well does more than repeat.
    pub ends_on_success: bool,
    /// Whether it can see the failure: a decorator of a generator returns before anything fails, and what
    /// repeats a call that only begins a stream has ended when that fails.
    pub effective: bool,
    /// Whether it reads what a generator gives, piece by piece, and so sees it fail.
    pub drives: bool,
    /// Bodies of the handlers and branches that lead to another attempt.
    pub handlers: Vec<NodeRef>,
    /// The call that holds the options of a library.
    pub call: Option<NodeRef>,
    /// The call in it that is repeated, where a loop repeats it.
    pub point: Option<NodeRef>,
    /// The request and the calls that lead from it outwards to the retry.
    pub trail: Vec<NodeRef>,
}

impl Retry {
    fn new(at: NodeRef, form: RetryForm) -> Retry {
        Retry {
            at,
            form,
            library: None,
            attempts: Attempts::Unknown,
            delays: Vec::new(),
            hops: 0,
            of_item: false,
            ends_on_success: true,
            effective: true,
            drives: false,
            handlers: Vec::new(),
            call: None,
            point: None,
            trail: Vec::new(),
        }
    }

    /// Whether the server's wish is followed on some path.
    pub fn honours_server(&self) -> bool {
        self.delays.iter().any(|d| d.server)
    }
}

/// What stands between a call and the outside.
#[derive(Clone, Debug, Default)]
pub struct RetryPath {
    /// What repeats it, from the inside out.
    pub retries: Vec<Retry>,
    /// A place out of sight that may repeat it.
    pub unknown: Option<NodeRef>,
    /// Whether it is itself what follows a failure: the second try, or the other model.
    pub after_failure: bool,
    /// Whether it goes through a method of a class whose base is part of the project and out of sight.
    pub foreign_base: bool,
    /// Whether it may run many times in one process: in a loop, a request handler, a library.
    pub resident: bool,
    /// Whether something else than the one run of a program may do it: a request handler, whoever uses a library.
    pub served: bool,
    /// Whether the code of a program's start reaches it.
    pub started: bool,
    /// The files on the way from there, in order.
    pub started_through: Vec<FileId>,
    /// Who calls it with a retry, and who without.
    pub callers: Callers,
    /// What a decorator would repeat it by, were it a function of the other kind.
    twins: Vec<NodeRef>,
}

/// The calls at which ways outwards part into those that something repeats and those that nothing does.
#[derive(Clone, Debug, Default)]
pub struct Callers {
    /// What they do is done again when it fails.
    pub repeated: Vec<NodeRef>,
    /// What they do many times in one process is lost when it fails.
    pub bare: Vec<NodeRef>,
}

impl Callers {
    /// Whether there are some with a retry, and more without.
    pub fn lack_it_mostly(&self) -> bool {
        !self.repeated.is_empty() && self.bare.len() > self.repeated.len()
    }
}

impl RetryPath {
    /// Whether certainly nothing repeats the call.
    pub fn lacks_retry(&self) -> bool {
        self.retries.is_empty() && self.unknown.is_none() && !self.after_failure
    }

    /// Whether it is reached from the start of a program only, and once.
    pub fn is_one_shot(&self) -> bool {
        self.started && !self.resident
    }
}

impl Project {
    /// What repeats a request from outside the client that sends it.
    pub fn retry_path(&self, request: &Request) -> Arc<RetryPath> {
        if let Some(known) = self.retry_paths.borrow().get(&request.at) {
            return known.clone();
        }
        let path = Arc::new(match request.kind.fetches {
            true => RetryPath { unknown: Some(request.at), ..RetryPath::default() },
            false => path::walk(self, request),
        });
        self.retry_paths.borrow_mut().insert(request.at, path.clone());
        path
    }

    /// Whether something around code runs it again when it fails; what a client does by itself is
    /// not around it.
    pub fn is_repeated(&self, at: NodeRef) -> Tri {
        let path = match self.request_at(at) {
            Some(request) => self.retry_path(request),
            None => Arc::new(path::walk_from(self, at)),
        };
        match (path.retries.is_empty(), path.unknown) {
            (false, _) => Tri::Yes,
            (true, Some(_)) => Tri::Unknown,
            (true, None) => Tri::No,
        }
    }

    /// Whether a name contains one of the parts of a list, or the project says that it is one
    /// of those that repeat.
    pub(in crate::model) fn has_part(&self, at: NodeRef, list: &str, name: &str) -> bool {
        if list == "retry-parts" && self.rules_of(at.file).is_retry_helper(name) {
            return true;
        }
        let lower = name.to_lowercase();
        self.file(at.file).sdk.words(list).iter().any(|part| lower.contains(part.as_str()))
    }

    /// The last name of a callee or path.
    pub(super) fn last_name_at(&self, at: NodeRef) -> Option<crate::facts::Name> {
        last_name(self.facts(at.file), at.node)
    }

    /// The callee of a call.
    pub(super) fn callee_of(&self, call: NodeRef) -> Option<NodeRef> {
        match self.kind(call) {
            Kind::Call(c) => Some(call.sibling(c.callee)),
            _ => None,
        }
    }
}
