//! What an expression may stand for.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::facts::{Name, NodeId};
use crate::finding::Location;
use crate::sdk::{ClientKind, RequestKind};
use crate::source::{FileId, Span};

/// A node of a file of the project.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeRef {
    /// The file.
    pub file: FileId,
    /// The node in it.
    pub node: NodeId,
}

impl NodeRef {
    /// Another node of the same file.
    pub fn sibling(self, node: NodeId) -> NodeRef {
        NodeRef { node, ..self }
    }
}

/// Something an expression may evaluate to.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// An expression that stands for itself: a literal, a record, an operation.
    Node(NodeRef),
    /// A function of the project.
    Function(NodeRef),
    /// A type of the project.
    Class(NodeRef),
    /// An object of a project type.
    Instance {
        /// The type.
        class: NodeRef,
        /// The call that made it, where it is in sight.
        made: Option<NodeRef>,
    },
    /// A file of the project.
    Module(FileId),
    /// Something of a package outside the project.
    External(External),
    /// A client, session or request builder that the SDK data knows, or a part of one.
    Client(Arc<Client>),
    /// What a request gave, or a part of it.
    Response(Arc<Response>),
    /// Out of reach.
    Unknown,
}

/// A name of another package: `anthropic.Anthropic`, `os.environ.get()`.
#[derive(Clone, PartialEq, Debug)]
pub struct External {
    /// Dotted path; a call is `()`.
    pub path: Name,
    /// The last call on the path.
    pub made: Option<NodeRef>,
}

/// A client object.
#[derive(Clone, Debug)]
pub struct Client {
    /// What it is.
    pub kind: &'static ClientKind,
    /// Where it was made; `None` when only its type is known.
    pub made: Option<NodeRef>,
    /// Later calls that gave it more options (`with_options`, builder steps), in order.
    pub layers: SmallVec<[NodeRef; 4]>,
    /// The member reached from it: `messages`, `beta.messages`, or empty.
    pub path: Name,
}

/// How a response travelled from the place where it was received.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Hop {
    /// Out of a function, to this call.
    Return(NodeRef),
    /// Into a function, as an argument of this call.
    Argument(NodeRef),
}

/// What a request gave, or a part of it.
#[derive(Clone, Debug)]
pub struct Response {
    /// The call that sent the request.
    pub request: NodeRef,
    /// What kind of request it was.
    pub kind: &'static RequestKind,
    /// How it came here.
    pub hops: SmallVec<[Hop; 4]>,
    /// Fields, `[]` for elements, `name()` for calls.
    pub path: SmallVec<[Name; 4]>,
}

/// Calls that a response is followed through.
const MAX_HOPS: usize = 8;

impl PartialEq for Client {
    fn eq(&self, other: &Client) -> bool {
        std::ptr::eq(self.kind, other.kind)
            && self.made == other.made
            && self.layers == other.layers
            && self.path == other.path
    }
}

impl PartialEq for Response {
    fn eq(&self, other: &Response) -> bool {
        self.request == other.request
            && std::ptr::eq(self.kind, other.kind)
            && self.hops == other.hops
            && self.path == other.path
    }
}

impl Response {
    /// Whether it is one event or piece of a stream rather than the message.
    pub fn is_piece(&self) -> bool {
        self.path.iter().any(|p| matches!(&**p, "delta" | "text_stream" | "textStream"))
            // What is fetched later comes as a list of whole messages.
            || self.path.first().is_some_and(|p| &**p == "[]") && !self.kind.fetches
    }

    /// Whether it came as a line of a streamed body.
    pub fn is_line(&self) -> bool {
        self.kind.lines.iter().any(|lines| {
            let mut steps = self.path.iter();
            lines.split('.').all(|step| steps.next().is_some_and(|s| &**s == step))
        })
    }

    pub(in crate::model) fn step(&self, step: impl Into<Name>) -> Value {
        let mut next = self.clone();
        // Deeper parts than this are all alike to the rules.
        if next.path.len() < 12 {
            next.path.push(step.into());
        }
        Value::Response(Arc::new(next))
    }

    /// Whether it is followed through no more calls: what those do with it is out of sight.
    pub(in crate::model) fn has_come_far(&self) -> bool {
        self.hops.len() >= MAX_HOPS
    }

    pub(in crate::model) fn hop(&self, hop: Hop) -> Value {
        let mut next = self.clone();
        // What comes back out of the call that it was handed to is where it was.
        if let (Hop::Return(call), Some(Hop::Argument(given))) = (hop, next.hops.last())
            && call == *given
        {
            next.hops.pop();
            return Value::Response(Arc::new(next));
        }
        if next.has_come_far() || next.hops.contains(&hop) {
            return Value::Unknown;
        }
        next.hops.push(hop);
        Value::Response(Arc::new(next))
    }
}

/// A field that is known, absent, or out of reach.
#[derive(Clone, PartialEq, Debug)]
pub enum Field {
    /// The nodes it may be.
    Known(Vec<NodeRef>),
    /// Certainly not given.
    Absent,
    /// May be given; the place says why it cannot be known.
    Unknown(Option<NodeRef>),
}

impl Field {
    /// The known nodes; empty otherwise.
    pub fn nodes(&self) -> &[NodeRef] {
        match self {
            Field::Known(nodes) => nodes,
            _ => &[],
        }
    }

    /// Whether it is certainly not given.
    pub fn is_absent(&self) -> bool {
        matches!(self, Field::Absent)
    }

    /// Whether it is given.
    pub fn is_known(&self) -> bool {
        matches!(self, Field::Known(_))
    }
}

/// A string with parts that may be out of reach.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Text {
    /// Known pieces; `None` where something unknown stands.
    pub pieces: Vec<Option<String>>,
}

impl Text {
    /// The whole text, if all of it is known.
    pub fn known(&self) -> Option<String> {
        self.pieces.iter().map(|p| p.as_deref()).collect()
    }

    /// Whether a known piece contains `needle`.
    pub fn contains(&self, needle: &str) -> bool {
        self.pieces.iter().flatten().any(|p| p.contains(needle))
    }

    /// Whether the text certainly starts with `prefix`.
    pub fn starts_with(&self, prefix: &str) -> bool {
        self.pieces.first().is_some_and(|p| p.as_deref().is_some_and(|p| p.starts_with(prefix)))
    }

    /// Whether the text certainly ends with `suffix`.
    pub fn ends_with(&self, suffix: &str) -> bool {
        self.pieces.last().is_some_and(|p| p.as_deref().is_some_and(|p| p.ends_with(suffix)))
    }

    pub(in crate::model) fn push(&mut self, piece: Option<String>) {
        match (self.pieces.last_mut(), piece) {
            (Some(Some(last)), Some(text)) => last.push_str(&text),
            (Some(None), None) => {}
            (_, piece) => self.pieces.push(piece),
        }
    }
}

/// A location from a file and a span.
pub(in crate::model) fn location(file: FileId, span: Span) -> Location {
    Location { file, span }
}
