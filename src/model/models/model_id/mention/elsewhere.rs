//! Models that are set in code which asks a service of somebody else's for them, or nobody.

use crate::facts::{Call, ClassKind, Kind, NodeId, StrPart};
use crate::model::Project;
use crate::model::names::index::last_name;
use crate::model::values::value::{Client, Field, NodeRef, Value};

/// Variables between a literal and the object that is made with it.
const MAX_NAMES: u32 = 2;

impl Project {
    /// Whether a literal of a function is only looked for among others: `models.indexOf(suggestedModel)`.
    pub(super) fn is_only_looked_for(&self, literal: NodeRef) -> bool {
        self.function_of(literal).is_some() && self.is_only_compared(literal)
    }

    /// Whether a literal is the model of code that only asks an address of somebody else's, in the form of
    /// another API: `self.url = "https://gateway.example/v1/chat/completions"`.
    pub(super) fn is_sent_elsewhere(&self, literal: NodeRef) -> bool {
        let facts = self.facts(literal.file);
        let class = facts.ancestors(literal.node).find(|&n| is_class(facts.kind(n)));
        match class {
            Some(class) => self.asks_elsewhere(&[literal.sibling(class)]),
            // What it is given to sends it: other addresses of the file are for others.
            None => {
                let given = self.is_given_elsewhere(literal, MAX_NAMES);
                given.unwrap_or_else(|| self.asks_elsewhere(&[literal.sibling(NodeId::ROOT)]))
            }
        }
    }

    /// Whether a literal is given to a client that serves several vendors and is pointed at a gateway, who has names
    /// and replacements of his own: `OpenAI(base_url=GATEWAY_URL).chat.completions.create(model="claude-…")`.
    pub(super) fn is_asked_at_gateway(&self, literal: NodeRef) -> bool {
        let facts = self.facts(literal.file);
        let mut at = literal.node;
        let called = facts.ancestors(literal.node).skip(1).find_map(|parent| {
            let inner = std::mem::replace(&mut at, parent);
            match facts.kind(parent) {
                Kind::Call(call) => Some((call.callee != inner).then_some(call.callee)),
                Kind::Record(_) | Kind::Binary { .. } | Kind::Cast { .. } => None,
                _ => Some(None),
            }
        });
        let Some(callee) = called.flatten() else { return false };
        let clients = self.eval(literal.sibling(callee));
        !clients.is_empty()
            && clients.iter().all(|value| match value {
                Value::Client(client) => self.is_pointed_at_gateway(client),
                _ => false,
            })
    }

    /// Whether all that is known of a client's address is that of a gateway. What stands in the environment may be
    /// Claude's own.
    fn is_pointed_at_gateway(&self, client: &Client) -> bool {
        let (Some(own), Some(option)) = (&client.kind.host, &client.kind.base_url) else { return false };
        let Field::Known(addresses) = self.client_option(client, option) else { return false };
        let values: Vec<Value> = addresses.iter().flat_map(|&at| self.eval(at).to_vec()).collect();
        !values.is_empty()
            && values.iter().all(|value| match value {
                Value::Node(at) => self.text(*at).known().is_some_and(|address| {
                    let sdk = self.file(at.file).sdk;
                    let platforms = sdk.words("bedrock-names").iter().chain(sdk.words("vertex-names"));
                    address.contains("://")
                        && !address.contains(&**own)
                        && !platforms.into_iter().any(|name| address.contains(name.as_str()))
                }),
                Value::External(e) => {
                    let named = e.path.to_lowercase();
                    let sdk = client.made.map(|made| self.file(made.file).sdk);
                    e.made.is_none()
                        && sdk.is_some_and(|sdk| {
                            sdk.words("gateways").iter().any(|g| named.starts_with(g.as_str()))
                        })
                }
                _ => false,
            })
    }

    /// Whether classes, or files, send to such an address, and nothing to Claude.
    fn asks_elsewhere(&self, all: &[NodeRef]) -> bool {
        let names = |at: &NodeRef, is_named: &dyn Fn(&str) -> bool| {
            let facts = self.facts(at.file);
            facts.descendants(at.node).into_iter().any(|node| match facts.kind(node) {
                Kind::Str(parts) => parts.iter().any(|p| matches!(p, StrPart::Text(t) if is_named(t))),
                _ => false,
            })
        };
        let sends = |request: NodeRef| {
            let span = self.facts(request.file).span(request.node);
            all.iter().any(|at| at.file == request.file && self.facts(at.file).span(at.node).contains(span))
        };
        let other = |at: &NodeRef| {
            let paths = self.file(at.file).sdk.words("other-paths");
            names(at, &|text| paths.iter().any(|path| text.ends_with(path.as_str())))
        };
        all.iter().any(other)
            && !all.iter().any(|at| names(at, &|text| text.contains("anthropic.com")))
            && !self.requests().iter().any(|request| sends(request.at))
    }

    /// Whether what a literal is given to, perhaps through a variable, sends to such an address. `None` where
    /// nobody in sight makes an object with it.
    fn is_given_elsewhere(&self, literal: NodeRef, left: u32) -> Option<bool> {
        let facts = self.facts(literal.file);
        let left = left.checked_sub(1)?;
        let mut at = literal.node;
        for parent in facts.ancestors(literal.node).skip(1) {
            match facts.kind(parent) {
                Kind::Call(call) if call.callee != at => {
                    let here = literal.sibling(parent);
                    let made = self.classes_made_by(here, call);
                    if !made.is_empty() {
                        return Some(made.into_iter().all(|class| self.object_asks_elsewhere(class, here)));
                    }
                }
                Kind::Assign(a) if a.value == Some(at) => {
                    let readers = self.readers(literal.sibling(a.target));
                    let given: Option<Vec<bool>> =
                        readers.into_iter().map(|reader| self.is_given_elsewhere(reader, left)).collect();
                    return given.filter(|all| !all.is_empty()).map(|all| all.into_iter().all(|x| x));
                }
                Kind::Binary { .. } | Kind::Cast { .. } => {}
                _ => return None,
            }
            at = parent;
        }
        None
    }

    /// The classes whose objects a call makes, at once or when what it gives is called:
    /// `partial(Relay, model="…")`.
    fn classes_made_by(&self, at: NodeRef, call: &Call) -> Vec<NodeRef> {
        let classes = |callee: NodeId| {
            let values = self.eval(at.sibling(callee));
            let class = |v: &Value| match v {
                Value::Class(class) => Some(*class),
                _ => None,
            };
            values.iter().map(class).collect::<Option<Vec<NodeRef>>>().unwrap_or_default()
        };
        let file = self.file(at.file);
        let name = last_name(&file.facts, call.callee).unwrap_or_default();
        match call.args.first() {
            Some(first) if file.sdk.has_word("applies-function", &name) => classes(first.value),
            _ => classes(call.callee),
        }
    }

    /// Whether the object that a call makes sends to such an address: one that it is given there, one of its
    /// class or the bases, or one of the files these stand in.
    fn object_asks_elsewhere(&self, class: NodeRef, call: NodeRef) -> bool {
        let lineage: Vec<NodeRef> = self.lineage(class).collect();
        let files: Vec<NodeRef> = lineage.iter().map(|class| class.sibling(NodeId::ROOT)).collect();
        self.asks_elsewhere(&[call]) || self.asks_elsewhere(&lineage) || self.asks_elsewhere(&files)
    }
}

fn is_class(kind: &Kind) -> bool {
    matches!(kind, Kind::Class(c) if c.kind != ClassKind::Module)
}
