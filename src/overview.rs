//! What was understood of a project: which SDKs it uses in which versions, its clients, requests,
//! wrappers, tool loops and models, each with its place. `claude-lint show-project` prints it;
//! `docs/show-project.md` describes its JSON.
//!
//! Nothing is guessed: what is out of reach is `unknown`, and that is why rules are silent there.

mod clients;
mod requests;

use serde::Serialize;

use crate::finding::Location;
use crate::model::{Bound, NodeRef, Project};
use crate::report::neutralize;
use crate::sdk::models::Status;
use crate::sdk::packages::Registry;
use crate::source::manifest::Range;

/// A project in short. Everything in the order of files and lines.
#[derive(Debug, Default, Serialize)]
pub struct Overview {
    /// Packages that the data knows, as the manifests around the code name them.
    pub packages: Vec<PackageUse>,
    /// Clients that are made.
    pub clients: Vec<ClientUse>,
    /// Calls that reach Claude.
    pub requests: Vec<RequestUse>,
    /// Functions that send a request for their callers.
    pub wrappers: Vec<Wrapper>,
    /// Loops that run tools until the model stops.
    pub tool_loops: Vec<ToolLoop>,
    /// Ids of models that may reach a request or are a setting.
    pub models: Vec<ModelEntry>,
}

/// A place, as people count: from 1, in notebooks within the cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Spot {
    /// Path as shown.
    pub path: String,
    /// Number of the cell in a notebook.
    pub cell: Option<u32>,
    /// Line.
    pub line: u32,
    /// Column in characters.
    pub column: u32,
}

/// A package in a manifest or lock file.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PackageUse {
    /// Its name.
    pub name: String,
    /// `pypi`, `npm` or `crates`.
    pub registry: &'static str,
    /// `0.40.0`, `0.40.0 or later, before 1`, or `any`.
    pub versions: String,
    /// Whether a lock file says so.
    pub locked: bool,
    /// The file.
    pub path: String,
    /// Line in it; `None` where it is not known.
    pub line: Option<u32>,
}

/// A client or session, where it is made.
#[derive(Debug, Serialize)]
pub struct ClientUse {
    /// What is called: `anthropic.Anthropic`.
    pub kind: String,
    /// The road: `sdk`, `http`, `bedrock`, `framework`, `crate`.
    pub road: &'static str,
    /// Where.
    #[serde(flatten)]
    pub at: Spot,
    /// What it is given, in the order written.
    pub options: Vec<OptionUse>,
    /// How many requests of the project go through it.
    pub requests: usize,
}

/// An option as it is written.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct OptionUse {
    /// Its name; `…` where more options come from out of sight.
    pub name: String,
    /// Its value as written, cut where it is long; a key is never shown.
    pub value: String,
}

/// A call that reaches Claude.
#[derive(Debug, Serialize)]
pub struct RequestUse {
    /// What is called, as written.
    pub call: String,
    /// The road.
    pub road: &'static str,
    /// Where.
    #[serde(flatten)]
    pub at: Spot,
    /// The function around it.
    pub function: Option<String>,
    /// Where the clients that may send it are made.
    pub clients: Vec<Spot>,
    /// Ids of the models it may be sent to; empty where they are out of reach.
    pub models: Vec<String>,
    /// `max_tokens` as written, or `absent` or `unknown`.
    pub max_tokens: String,
    /// Whether the answer comes as a stream: `yes`, `no`, `unknown`.
    pub streamed: &'static str,
    /// The API version it sends; `None` where that is out of reach.
    pub api_version: Option<String>,
    /// What repeats it after a failure.
    pub retries: Retries,
    /// What bounds its time: `set`, `default`, `off`, `none`, `unknown`.
    pub timeout: &'static str,
    /// Whether it stands in test code.
    pub test: bool,
}

/// What repeats a request.
#[derive(Debug, Serialize)]
pub struct Retries {
    /// By what sends it: `yes`, `off`, `none`, `unknown`.
    pub client: &'static str,
    /// Places around it that repeat it.
    pub around: Vec<Spot>,
    /// A place out of sight that may repeat it.
    pub unknown: Option<Spot>,
}

/// A function of the project that sends requests for others.
#[derive(Debug, Serialize)]
pub struct Wrapper {
    /// Its name.
    pub function: String,
    /// Where.
    #[serde(flatten)]
    pub at: Spot,
    /// The requests in it.
    pub requests: Vec<Spot>,
    /// The calls of it.
    pub callers: Vec<Spot>,
}

/// A loop that runs tools.
#[derive(Debug, Serialize)]
pub struct ToolLoop {
    /// `loop`, `recursion`, or `runner` where a library loops.
    pub form: &'static str,
    /// Where.
    #[serde(flatten)]
    pub at: Spot,
    /// Whether something limits its turns: `yes`, `no`, `unknown`.
    pub bounded: &'static str,
    /// What does, or may.
    pub bound: Option<Spot>,
}

/// A model.
#[derive(Debug, Serialize)]
pub struct ModelEntry {
    /// The id as written.
    pub id: String,
    /// On the day of the run; `None` for one that the data does not know.
    pub status: Option<Status>,
    /// The day on which it is or was retired.
    pub retires: Option<String>,
    /// Where it is written.
    pub at: Vec<Spot>,
}

/// Works out what was understood of a project.
pub fn overview(project: &Project) -> Overview {
    Overview {
        packages: clients::packages(project),
        clients: clients::clients(project),
        requests: requests::requests(project),
        wrappers: requests::wrappers(project),
        tool_loops: tool_loops(project),
        models: models(project),
    }
}

fn tool_loops(project: &Project) -> Vec<ToolLoop> {
    let mut loops: Vec<ToolLoop> = Vec::new();
    for found in project.agent_loops() {
        let form = if found.recursive_call.is_some() { "recursion" } else { "loop" };
        loops.push(tool_loop(project, form, found.at, found.bound));
    }
    for runner in project.tool_runners() {
        loops.push(tool_loop(project, "runner", runner.at, runner.bound));
    }
    loops.retain(|found| !found.at.path.is_empty());
    loops.sort_by(|a, b| a.at.cmp(&b.at));
    loops
}

fn tool_loop(project: &Project, form: &'static str, at: NodeRef, bound: Bound) -> ToolLoop {
    let (bounded, bound) = match bound {
        Bound::Known(at) => ("yes", Some(at)),
        Bound::Absent => ("no", None),
        Bound::Unknown(at) => ("unknown", Some(at)),
    };
    let spot = |at: NodeRef| Spot::of(project, project.location(at));
    ToolLoop { form, at: Spot::of(project, project.head_location(at)), bounded, bound: bound.map(spot) }
}

fn models(project: &Project) -> Vec<ModelEntry> {
    let mut models: Vec<ModelEntry> = Vec::new();
    for mention in project.model_mentions() {
        let at = Spot::of(project, mention.at);
        match models.iter_mut().find(|model| *model.id == *mention.text) {
            Some(model) => model.at.push(at),
            None => {
                let known = crate::sdk::models::models().find(&mention.text).map(|(model, _)| model);
                models.push(ModelEntry {
                    id: neutralize(&mention.text).into_owned(),
                    status: known.map(|model| model.status_on(project.as_of())),
                    retires: known.and_then(|model| model.retires_on).map(|day| day.to_string()),
                    at: vec![at],
                });
            }
        }
    }
    models.sort_by(|a, b| a.id.cmp(&b.id));
    models
}

impl Spot {
    fn of(project: &Project, at: Location) -> Spot {
        let file = project.source_file(at.file);
        let start = file.position(at.span.start);
        let cell = file.cell(start.line);
        Spot {
            path: neutralize(&file.path).into_owned(),
            cell: cell.map(|cell| cell.number),
            line: cell.map_or(start.line, |cell| cell.line_within(start.line)),
            column: start.column,
        }
    }

    fn of_node(project: &Project, at: NodeRef) -> Spot {
        Spot::of(project, project.location(at))
    }
}

fn registry(registry: Registry) -> &'static str {
    match registry {
        Registry::Pypi => "pypi",
        Registry::Npm => "npm",
        Registry::Crates => "crates",
    }
}

/// A range in words.
fn versions(range: &Range) -> String {
    match (range.exact(), &range.from, &range.below) {
        (Some(version), ..) => version.to_string(),
        (None, Some(from), Some(below)) => format!("{from} or later, before {below}"),
        (None, Some(from), None) => format!("{from} or later"),
        (None, None, Some(below)) => format!("before {below}"),
        (None, None, None) => "any".to_string(),
    }
}

/// Code on one line, cut where it is long; what could harm a terminal is replaced.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut words = text.split_whitespace();
    let mut line = words.next().unwrap_or_default().to_string();
    for word in words.take(LONGEST) {
        line.push(' ');
        line.push_str(word);
    }
    let line = neutralize(&line).into_owned();
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}
