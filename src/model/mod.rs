//! The language-neutral model rules are written against.
//!
//! [`Project::new`] links the facts of all files; everything else is worked out on
//! demand and remembered: what expressions stand for ([`Project::eval`]), who calls
//! whom ([`Project::callers`]), which calls are requests ([`Project::requests`]).

mod abilities;
mod advance;
mod agent_loop;
mod aside;
mod assistant_turn;
mod background;
mod bare_headers;
mod body;
mod cache_loop;
mod called_limit;
mod calls;
mod check;
mod closed_reason;
mod content_block;
mod convention;
mod counter;
mod dispatch;
mod edit;
mod endpoint;
mod environment;
mod eval;
mod expected_failure;
mod file;
mod flow;
mod foreign_tokenizer;
mod gathered;
mod headers;
mod history;
mod imports;
mod index;
mod inherit;
mod json;
mod key;
mod literal;
mod locate;
mod loop_bound;
mod loop_input;
mod made_of;
mod media;
mod member;
mod missing;
mod model_id;
mod model_json;
mod modules;
mod nullable;
mod output_limit;
mod phase;
mod platform_limit;
mod program;
mod refusal_words;
mod region;
mod request;
mod response;
mod retry;
mod sampling_default;
mod scope;
mod sdk_removed;
mod stop_test;
mod stop_values;
mod stream;
mod tool_evidence;
mod tool_grants;
mod tool_id;
mod tool_reach;
mod tool_runner;
mod tool_words;
mod tools;
mod translated_call;
mod value;
mod vendor;
mod vendor_branch;
mod wire;

// Failures, time limits and what runs together.
mod blocking;
mod boundary;
mod branch;
mod built;
mod error_class;
mod error_test;
mod fan_out;
mod guarded;
mod handler;
mod race;
mod reach;
mod status;
mod time_limit;

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::FileFacts;
use crate::source::FileId;

pub use agent_loop::{AgentLoop, Turn};
pub use assistant_turn::TextOnlyTurn;
pub use background::Background;
pub use bare_headers::BareHeaders;
pub use body::Encoding;
pub use cache_loop::RepeatedBreakpoint;
pub use check::Check;
pub use closed_reason::{ClosedForm, ClosedReason};
pub use content_block::BlockByPosition;
pub use dispatch::{InputUse, ResultMessage, ToldInText, ToolDispatch, ToolRun, Trim, Unanswered};
pub use endpoint::Address;
pub use environment::{EnvironmentRead, Source};
pub use file::FileModel;
pub use flow::{End, Sink};
pub use foreign_tokenizer::ForeignTokenizer;
pub use gathered::GATHERED;
pub use headers::Headers;
pub use history::{GrowingHistory, Life};
pub use json::{Json, JsonEntry, JsonKind};
pub use key::{
    Exposure, KeyDefault, KeyLeak, KeyRead, KeyTarget, KeyUse, looks_like_key, names_claude_key, real_key,
};
pub use loop_bound::Bound;
pub use media::{ByteOrigin, ByteRead, MediaSource};
pub use missing::Missing;
pub use model_id::{ModelMention, ModelUse};
pub use model_json::{Guard, ModelJson};
pub use modules::Modules;
pub use nullable::NullField;
pub use phase::Phase;
pub use refusal_words::RefusalByWords;
pub use request::{Request, Tri};
pub use response::{Use, What};
pub use retry::{Attempts, Growth, Repeat, Retry, RetryDelay, RetryForm, RetryPath, RetryScope, Sender};
pub use sampling_default::SamplingDefaults;
pub use scope::{Def, Origin, Scopes, Step, enclosing_function};
pub use stop_test::{StopHandling, StopTest};
pub use stream::{ChunkFault, ChunkUse, PartialFault, PartialJson, Reason, StreamLimit, StreamReader};
pub use tool_grants::Granted;
pub use tool_id::IdOrigin;
pub use tool_runner::ToolRunner;
pub use tools::{IdKey, ToolResult, ToolRoad};
pub use value::{Client, External, Field, Hop, NodeRef, Response, Text, Value};

pub use built::Rebuilt;
pub use error_class::NamedError;
pub use error_test::{ClassTest, WordTest};
pub use fan_out::FanOut;
pub use handler::{Given, Handler, HandlerForm, Outcome};
pub use race::Race;
pub use time_limit::TimeLimit;

/// Every candidate file of a run with its facts, linked.
#[derive(Debug)]
pub struct Project {
    files: Vec<Arc<FileModel>>,
    background: Arc<Background>,
    modules: modules::Linked,
    index: index::Index,
    memo: RefCell<FxHashMap<NodeRef, Arc<[Value]>>>,
    /// What is being evaluated, and at which depth.
    active: RefCell<FxHashMap<eval::Asked, u32>>,
    /// Answers that hold while one expression is evaluated.
    drafts: RefCell<eval::Drafts>,
    /// Every name that some file exports.
    exported: OnceCell<FxHashSet<crate::facts::Name>>,
    exporting: RefCell<FxHashSet<(FileId, crate::facts::Name)>>,
    eval_depth: Cell<u32>,
    eval_steps: Cell<u32>,
    /// How many steps the evaluation may take.
    eval_limit: Cell<u32>,
    /// Steps that the expressions of each file took.
    eval_spent: RefCell<FxHashMap<FileId, u64>>,
    /// How often an evaluation was cut off.
    eval_cuts: Cell<u32>,
    /// Least depth at which something began that depends on itself.
    eval_circle: Cell<u32>,
    /// Set while the callers are being collected: parameters cannot be joined yet.
    joining: Cell<bool>,
    /// Types by a base they name.
    derived: OnceCell<FxHashMap<NodeRef, Vec<NodeRef>>>,
    /// Set while those are being found.
    deriving: Cell<bool>,
    /// Calls found without what callers give to parameters, and then with it.
    first_calls: OnceCell<calls::Calls>,
    calls: OnceCell<calls::Calls>,
    requests: OnceCell<Vec<Request>>,
    model_mentions: OnceCell<Vec<ModelMention>>,
    /// The code of loops and functions, by these.
    regions: RefCell<FxHashMap<NodeRef, Arc<region::Region>>>,
    /// What each file assigns to and how, found at first use.
    changes: RefCell<FxHashMap<FileId, Arc<called_limit::Changes>>>,
    /// Bodies in the form of the Messages API, by request.
    bodies: OnceCell<FxHashMap<NodeRef, Vec<Json>>>,
    media_sources: OnceCell<Vec<MediaSource>>,
    stream_readers: OnceCell<Vec<StreamReader>>,
    agent_loops: OnceCell<Vec<AgentLoop>>,
    tool_results: OnceCell<Vec<ToolResult>>,
    tool_dispatches: OnceCell<Vec<ToolDispatch>>,
    uses: OnceCell<response::Uses>,
    /// Whether some file of a language registers a handler for whatever others let pass.
    boundaries: OnceCell<[bool; 3]>,
    /// Whether the program sets a time limit for all its connections.
    default_timeouts: OnceCell<bool>,
    stop_tests: OnceCell<stop_test::StopTests>,
    retries: OnceCell<retry::RetryIndex>,
    retry_paths: RefCell<FxHashMap<NodeRef, Arc<RetryPath>>>,
    retry_scopes: RefCell<FxHashMap<(NodeRef, NodeRef), Arc<RetryScope>>>,
    /// Whether a file starts a server.
    servers: RefCell<FxHashMap<FileId, bool>>,
    /// Methods that send requests, by their type.
    sending_methods: OnceCell<FxHashMap<NodeRef, Vec<NodeRef>>>,
    returned: RefCell<FxHashMap<NodeRef, Arc<[NodeRef]>>>,
    phases: RefCell<FxHashMap<NodeRef, Phase>>,
    checks: OnceCell<Vec<Check>>,
    key_uses: OnceCell<Vec<KeyUse>>,
    key_reads: OnceCell<Vec<KeyRead>>,
    /// What else is called like a key.
    key_names: OnceCell<Vec<(crate::facts::Name, NodeRef)>>,
    programs: OnceCell<program::Programs>,
    early_reads: OnceCell<Vec<EnvironmentRead>>,
    /// Variables of the environment that the project sets; `None` for computed names.
    set_variables: OnceCell<Vec<Option<crate::facts::Name>>>,
}

impl Project {
    /// Links files; their ids are their positions.
    pub fn new<F: Into<Arc<FileModel>>>(files: Vec<F>, background: impl Into<Arc<Background>>) -> Project {
        let background: Arc<Background> = background.into();
        let files: Vec<Arc<FileModel>> = files.into_iter().map(Into::into).collect();
        let modules = background.modules.clone().unwrap_or_else(|| {
            let sources: Vec<_> = files.iter().map(|f| f.source.clone()).collect();
            crate::source::index(&sources, &[]).into()
        });
        let path = |f: &Arc<FileModel>| match background.absolute {
            true => f.source.absolute.to_string_lossy().into_owned(),
            false => f.source.path.clone(),
        };
        let paths: Vec<String> = files.iter().map(path).collect();
        let modules = modules::Linked::new(modules, paths.iter().map(String::as_str));
        let index = index::index(&files);
        Project {
            files,
            background,
            modules,
            index,
            memo: RefCell::default(),
            active: RefCell::default(),
            drafts: RefCell::default(),
            exported: OnceCell::new(),
            exporting: RefCell::default(),
            eval_depth: Cell::new(0),
            eval_steps: Cell::new(0),
            eval_limit: Cell::new(u32::MAX),
            eval_spent: RefCell::default(),
            eval_cuts: Cell::new(0),
            eval_circle: Cell::new(u32::MAX),
            joining: Cell::new(false),
            derived: OnceCell::new(),
            deriving: Cell::new(false),
            first_calls: OnceCell::new(),
            calls: OnceCell::new(),
            requests: OnceCell::new(),
            model_mentions: OnceCell::new(),
            regions: RefCell::default(),
            changes: RefCell::default(),
            bodies: OnceCell::new(),
            media_sources: OnceCell::new(),
            stream_readers: OnceCell::new(),
            agent_loops: OnceCell::new(),
            tool_results: OnceCell::new(),
            tool_dispatches: OnceCell::new(),
            uses: OnceCell::new(),
            boundaries: OnceCell::new(),
            default_timeouts: OnceCell::new(),
            stop_tests: OnceCell::new(),
            retries: OnceCell::new(),
            retry_paths: RefCell::default(),
            retry_scopes: RefCell::default(),
            servers: RefCell::default(),
            sending_methods: OnceCell::new(),
            returned: RefCell::default(),
            phases: RefCell::default(),
            checks: OnceCell::new(),
            key_uses: OnceCell::new(),
            key_reads: OnceCell::new(),
            key_names: OnceCell::new(),
            programs: OnceCell::new(),
            early_reads: OnceCell::new(),
            set_variables: OnceCell::new(),
        }
    }

    /// All files; [`FileId`] is the index.
    pub fn files(&self) -> &[Arc<FileModel>] {
        &self.files
    }

    /// All files with their ids.
    pub fn file_ids(&self) -> impl Iterator<Item = (FileId, &FileModel)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(i as u32), &**f))
    }

    /// The files back, to link them anew.
    pub(crate) fn into_files(self) -> Vec<Arc<FileModel>> {
        self.files
    }

    /// One file.
    pub fn file(&self, id: FileId) -> &FileModel {
        &self.files[id.0 as usize]
    }

    /// The text of a file, of code or of settings.
    pub fn source_file(&self, id: FileId) -> &crate::source::SourceFile {
        let index = id.0 as usize;
        match self.files.get(index) {
            Some(file) => &file.source,
            None => &self.background.settings[index - self.files.len()].source,
        }
    }

    /// The texts of all files, by their ids.
    pub fn source_files(&self) -> impl Iterator<Item = &crate::source::SourceFile> {
        self.files.iter().map(|f| &f.source).chain(self.background.settings.iter().map(|f| &f.source))
    }

    /// The facts of one file.
    pub fn facts(&self, id: FileId) -> &FileFacts {
        &self.file(id).facts
    }

    /// What a node is.
    pub fn kind(&self, at: NodeRef) -> &crate::facts::Kind {
        self.facts(at.file).kind(at.node)
    }

    /// Where a call stands: its callee, so that the place is short.
    pub fn call_location(&self, at: NodeRef) -> crate::finding::Location {
        match self.kind(at) {
            crate::facts::Kind::Call(call) => {
                let facts = self.facts(at.file);
                let span = match facts.kind(call.callee) {
                    crate::facts::Kind::Member { name_span, .. } => *name_span,
                    _ => facts.span(call.callee),
                };
                value::location(at.file, span)
            }
            _ => self.location(at),
        }
    }

    /// Where the name of a type or function stands; of anything else where it stands itself.
    pub fn name_location(&self, at: NodeRef) -> crate::finding::Location {
        match self.kind(at) {
            crate::facts::Kind::Class(c) => value::location(at.file, c.name_span),
            crate::facts::Kind::Function(f) if f.name.is_some() => value::location(at.file, f.name_span),
            _ => self.call_location(at),
        }
    }

    /// Where a node stands.
    pub fn location(&self, at: NodeRef) -> crate::finding::Location {
        value::location(at.file, self.facts(at.file).span(at.node))
    }
}
