//! The files of a run, linked, with everything that is worked out on demand and remembered.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    AgentLoop, Background, Check, EnvironmentRead, FileModel, Json, KeyRead, KeyUse, MediaSource,
    ModelMention, NodeRef, Request, RetryPath, RetryScope, StreamReader, ToolDispatch, ToolResult, Value,
    program, response, retry,
};
use crate::facts::FileFacts;
use crate::model::control::{called_limit, calls, region};
use crate::model::names::{index, modules};
use crate::model::program::phase;
use crate::model::stop_reason::stop_test;
use crate::model::values::{eval, json, value};
use crate::source::FileId;

/// Every candidate file of a run with its facts, linked.
#[derive(Debug)]
pub struct Project {
    pub(super) files: Vec<Arc<FileModel>>,
    pub(super) background: Arc<Background>,
    pub(super) modules: modules::Linked,
    pub(super) index: index::Index,
    pub(super) memo: RefCell<FxHashMap<NodeRef, Arc<[Value]>>>,
    /// What is being evaluated, and at which depth.
    pub(super) active: RefCell<FxHashMap<eval::Asked, u32>>,
    /// Answers that hold while one expression is evaluated.
    pub(super) drafts: RefCell<eval::Drafts>,
    /// Every name that some file exports.
    pub(super) exported: OnceCell<FxHashSet<crate::facts::Name>>,
    pub(super) exporting: RefCell<FxHashSet<(FileId, crate::facts::Name)>>,
    pub(super) eval_depth: Cell<u32>,
    pub(super) eval_steps: Cell<u32>,
    /// How many steps the evaluation may take.
    pub(super) eval_limit: Cell<u32>,
    /// Steps that evaluations took so far.
    pub(super) eval_spent: RefCell<eval::Spent>,
    /// How often an evaluation was cut off.
    pub(super) eval_cuts: Cell<u32>,
    /// Least depth at which something began that depends on itself.
    pub(super) eval_circle: Cell<u32>,
    /// Set while the callers are being collected: parameters cannot be joined yet.
    pub(super) joining: Cell<bool>,
    /// Types by a base they name.
    pub(super) derived: OnceCell<FxHashMap<NodeRef, Vec<NodeRef>>>,
    /// Set while those are being found.
    pub(super) deriving: Cell<bool>,
    /// Calls found without what callers give to parameters, and then with it.
    pub(super) first_calls: OnceCell<calls::Calls>,
    pub(super) calls: OnceCell<calls::Calls>,
    pub(super) requests: OnceCell<Vec<Request>>,
    /// Places in `requests` of what goes through a client, by where it is made.
    pub(super) by_client: OnceCell<FxHashMap<Option<NodeRef>, Vec<usize>>>,
    pub(super) model_mentions: OnceCell<Vec<ModelMention>>,
    /// Names that tables of the project have for ids of models.
    pub(super) model_aliases: OnceCell<FxHashSet<crate::facts::Name>>,
    pub(super) model_renames: OnceCell<FxHashMap<crate::facts::Name, crate::sdk::models::Platform>>,
    /// The code of loops and functions, by these.
    pub(super) regions: RefCell<FxHashMap<NodeRef, Arc<region::Region>>>,
    /// What each file assigns to and how, found at first use.
    pub(super) changes: RefCell<FxHashMap<FileId, Arc<called_limit::Changes>>>,
    /// What functions do to what they are given, by the position of the parameter.
    pub(super) handed_parameters: RefCell<FxHashMap<(NodeRef, u32), json::Handed>>,
    /// Bodies in the form of the Messages API, by request.
    pub(super) bodies: OnceCell<FxHashMap<NodeRef, Vec<Json>>>,
    pub(super) model_objects: OnceCell<Vec<Request>>,
    pub(super) media_sources: OnceCell<Vec<MediaSource>>,
    pub(super) stream_readers: OnceCell<Vec<StreamReader>>,
    pub(super) own_events: OnceCell<FxHashSet<crate::facts::Name>>,
    pub(super) agent_loops: OnceCell<Vec<AgentLoop>>,
    pub(super) tool_results: OnceCell<Vec<ToolResult>>,
    pub(super) tool_dispatches: OnceCell<Vec<ToolDispatch>>,
    pub(super) unanswered_dispatches: OnceCell<Vec<ToolDispatch>>,
    pub(super) uses: OnceCell<response::Uses>,
    /// Own types in the form of a response.
    pub(super) message_types: OnceCell<FxHashSet<NodeRef>>,
    /// The files whose code begins tasks, as far as they were asked.
    pub(super) task_files: RefCell<FxHashMap<FileId, bool>>,
    /// Whether some file of a language registers a handler for whatever others let pass.
    pub(super) boundaries: OnceCell<[bool; 3]>,
    /// Whether anything speaks of the option that allows one call of a tool at a time.
    pub(super) disables_parallel: OnceCell<bool>,
    /// Whether the program sets a time limit for all its connections.
    pub(super) default_timeouts: OnceCell<bool>,
    /// Calls that wait for the next piece of something.
    pub(super) next_pieces: OnceCell<Vec<NodeRef>>,
    pub(super) stop_tests: OnceCell<stop_test::StopTests>,
    pub(super) retries: OnceCell<retry::RetryIndex>,
    pub(super) retry_paths: RefCell<FxHashMap<NodeRef, Arc<RetryPath>>>,
    pub(super) retry_scopes: RefCell<FxHashMap<(NodeRef, NodeRef), Arc<RetryScope>>>,
    /// Whether an error class of the project speaks of answers only.
    pub(super) answer_errors: RefCell<FxHashMap<NodeRef, bool>>,
    /// Whether a file starts a server.
    pub(super) servers: RefCell<FxHashMap<FileId, bool>>,
    /// Methods that send requests, by their type.
    pub(super) sending_methods: OnceCell<FxHashMap<NodeRef, Vec<NodeRef>>>,
    pub(super) returned: RefCell<FxHashMap<NodeRef, Arc<[NodeRef]>>>,
    pub(super) phases: RefCell<phase::Phases>,
    /// Where names stand, for all files together.
    pub(super) spelled: OnceCell<FxHashMap<crate::facts::Name, Vec<NodeRef>>>,
    pub(super) checks: OnceCell<Vec<Check>>,
    pub(super) key_uses: OnceCell<Vec<KeyUse>>,
    pub(super) key_reads: OnceCell<Vec<KeyRead>>,
    /// What else is called like a key.
    pub(super) key_names: OnceCell<Vec<(crate::facts::Name, NodeRef)>>,
    /// The names of all fields that the program reads.
    pub(super) read_names: OnceCell<FxHashSet<crate::facts::Name>>,
    pub(super) programs: OnceCell<program::Programs>,
    pub(super) scripts: RefCell<program::Scripts>,
    pub(super) early_reads: OnceCell<Vec<EnvironmentRead>>,
    /// Variables of the environment that the project sets; `None` for computed names.
    pub(super) set_variables: OnceCell<Vec<Option<crate::facts::Name>>>,
    /// Names of failures that carry the time the server asks for.
    pub(super) wish_carriers: OnceCell<FxHashSet<crate::facts::Name>>,
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
            by_client: OnceCell::new(),
            model_mentions: OnceCell::new(),
            model_aliases: OnceCell::new(),
            model_renames: OnceCell::new(),
            regions: RefCell::default(),
            changes: RefCell::default(),
            handed_parameters: RefCell::default(),
            bodies: OnceCell::new(),
            model_objects: OnceCell::new(),
            media_sources: OnceCell::new(),
            stream_readers: OnceCell::new(),
            own_events: OnceCell::new(),
            agent_loops: OnceCell::new(),
            tool_results: OnceCell::new(),
            tool_dispatches: OnceCell::new(),
            unanswered_dispatches: OnceCell::new(),
            uses: OnceCell::new(),
            message_types: OnceCell::new(),
            task_files: RefCell::default(),
            boundaries: OnceCell::new(),
            disables_parallel: OnceCell::new(),
            default_timeouts: OnceCell::new(),
            next_pieces: OnceCell::new(),
            stop_tests: OnceCell::new(),
            retries: OnceCell::new(),
            retry_paths: RefCell::default(),
            retry_scopes: RefCell::default(),
            answer_errors: RefCell::default(),
            servers: RefCell::default(),
            sending_methods: OnceCell::new(),
            returned: RefCell::default(),
            phases: RefCell::default(),
            spelled: OnceCell::new(),
            checks: OnceCell::new(),
            key_uses: OnceCell::new(),
            key_reads: OnceCell::new(),
            key_names: OnceCell::new(),
            read_names: OnceCell::new(),
            programs: OnceCell::new(),
            scripts: RefCell::default(),
            early_reads: OnceCell::new(),
            set_variables: OnceCell::new(),
            wish_carriers: OnceCell::new(),
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

    /// Whether two places begin on the same line.
    pub fn are_on_one_line(&self, a: NodeRef, b: NodeRef) -> bool {
        let line = |at: NodeRef| {
            let file = self.file(at.file);
            file.source.position(file.facts.span(at.node).start).line
        };
        a.file == b.file && line(a) == line(b)
    }

    /// Where the name of a type or function stands; of anything else where it stands itself.
    pub fn name_location(&self, at: NodeRef) -> crate::finding::Location {
        match self.kind(at) {
            crate::facts::Kind::Class(c) => value::location(at.file, c.name_span),
            crate::facts::Kind::Function(f) if f.name.is_some() => value::location(at.file, f.name_span),
            _ => self.call_location(at),
        }
    }

    /// Where a part of something stands: behind the call that gives it, where that takes several lines.
    pub fn part_location(&self, at: NodeRef) -> crate::finding::Location {
        use crate::facts::Kind;
        let file = self.file(at.file);
        let whole = file.facts.span(at.node);
        let mut inner = at.node;
        while let Kind::Member { object, .. } | Kind::Index { object, .. } = file.facts.kind(inner) {
            inner = *object;
        }
        let given = matches!(file.facts.kind(inner), Kind::Call(_) | Kind::Await(_) | Kind::Propagate(_));
        let end = file.facts.span(inner).end;
        let text = |from: u32, to: u32| file.source.text.get(from as usize..to as usize).unwrap_or("");
        if inner == at.node || !given || !text(whole.start, end).contains('\n') {
            return self.location(at);
        }
        let rest = text(end, whole.end);
        let skipped = rest.len() - rest.trim_start_matches([')', ' ', '\t', '\r', '\n', '?']).len();
        value::location(at.file, crate::source::Span { start: end + skipped as u32, end: whole.end })
    }

    /// Where a node stands.
    pub fn location(&self, at: NodeRef) -> crate::finding::Location {
        value::location(at.file, self.facts(at.file).span(at.node))
    }
}
