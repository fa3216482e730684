//! Agent loops: code that sends requests and runs tools, turn after turn, until the model stops.

pub(in crate::model) mod advance;
pub(in crate::model) mod asks_model;
mod recursion;
pub(in crate::model) mod tool_evidence;
pub(in crate::model) mod tool_runner;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Project;
use super::request::Tri;
use crate::facts::Kind;
use crate::model::agent_loop::asks_model::Asking;
use crate::model::control::loop_bound::Bound;
use crate::model::control::region::Region;
use crate::model::names::index::constant;
use crate::model::names::scope::Origin;
use crate::model::names::words::snake;
use crate::model::values::value::NodeRef;
use recursion::MAX_RECURSIONS;

/// The stop reason with which the API pauses tools of its own.
const PAUSE: &str = "pause_turn";
/// Functions between a loop and its request.
const MAX_HOPS: usize = 5;
/// The same for a request that offers no tools: the loop reads what to run out of the text.
const MAX_TEXT_HOPS: usize = 1;
const MAX_SITES: usize = 400;

/// Requests of one function, its own and those it leads to, that are followed to its callers: more
/// turns than this are not told apart.
const MAX_REQUESTS: u32 = 64;

/// A loop or recursion that sends requests and runs tools until the model stops.
#[derive(Clone, Debug)]
pub struct AgentLoop {
    /// The loop; of a recursion the function.
    pub at: NodeRef,
    /// The call that starts the next turn of a recursion.
    pub recursive_call: Option<NodeRef>,
    /// The requests it sends.
    pub turns: Vec<Turn>,
    /// Where tools are run or their results given back.
    pub answers: Vec<NodeRef>,
    /// What limits the number of turns.
    pub bound: Bound,
    /// Whether every turn waits for a person or another outside source.
    pub waits: Tri,
    /// A way out that does not depend on the model.
    pub other_exit: Option<NodeRef>,
}

/// A request of an agent loop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Turn {
    /// The request, or the call in the loop that leads to it.
    pub site: NodeRef,
    /// The request.
    pub request: NodeRef,
    /// The calls from the loop's to the one in the function that sends the request.
    pub hops: Vec<NodeRef>,
}

/// A place from which a request is reached.
#[derive(Clone, Debug)]
pub(super) struct Reach {
    /// Calls from here to the request, the request last.
    pub(super) path: Vec<NodeRef>,
    /// Functions on the way, from the request's outwards.
    pub(super) functions: Vec<NodeRef>,
}

impl Project {
    /// Every agent loop of the project, in file order.
    pub fn agent_loops(&self) -> &[AgentLoop] {
        self.agent_loops.get_or_init(|| {
            let mut found = Vec::new();
            let mut climbs = FxHashMap::default();
            for request in self.requests() {
                // One that stops after a turn or a few leaves the loop to the program.
                if !request.kind.tool_loop || request.kind.default_turns.is_some() {
                    self.climb(request.at, &mut climbs, &mut found);
                }
            }
            found.sort_by_key(|l: &AgentLoop| (l.at, l.recursive_call));
            found
        })
    }

    /// From a request outwards, through callers, to the loops that repeat it.
    fn climb(&self, request: NodeRef, climbs: &mut FxHashMap<NodeRef, u32>, found: &mut Vec<AgentLoop>) {
        let mut seen: FxHashSet<NodeRef> = FxHashSet::default();
        let sent = self.request_at(request);
        let shared = sent.and_then(|request| self.shared_calls(request));
        let max_hops = match sent.map(|request| self.offers_tools(request)) {
            Some(Tri::No) => MAX_TEXT_HOPS,
            _ => MAX_HOPS,
        };
        let may_be_own =
            |function, call| shared.as_ref().is_none_or(|shared| shared.may_be_own(self, function, call));
        let mut next = vec![Reach { path: vec![request], functions: Vec::new() }];
        let mut at = 0;
        while at < next.len() && at < MAX_SITES {
            let reach = next[at].clone();
            at += 1;
            let Some(&site) = reach.path.first() else { continue };
            let (repeats, function) = self.loop_around(&reach);
            if let Some(found_loop) = repeats {
                add(found, found_loop, &reach);
                continue;
            }
            let Some(function) = function else { continue };
            if !seen.insert(function) || reach.functions.contains(&function) {
                continue;
            }
            let count = climbs.entry(function).or_default();
            *count += 1;
            if *count > MAX_REQUESTS {
                continue;
            }
            let mut functions = reach.functions.clone();
            functions.push(function);
            let calls: Vec<NodeRef> = self
                .callers(function)
                .iter()
                .copied()
                .chain(self.mentions(function).iter().filter_map(|&m| self.handed_to(m)))
                .filter(|&c| c != site && may_be_own(function, c))
                .collect();
            let mut recursive = false;
            let mut tried = 0;
            for &call in &calls {
                let around = self.named_function(call);
                let inside = around.is_some_and(|f| functions.contains(&f));
                tried += usize::from(inside);
                if inside
                    && tried <= MAX_RECURSIONS
                    && let Some(recursion) = self.recursion(call, &functions, &reach)
                {
                    recursive = true;
                    add(found, recursion, &reach);
                }
            }
            if recursive || reach.path.len() > max_hops {
                continue;
            }
            for call in calls {
                let mut path = vec![call];
                path.extend(&reach.path);
                next.push(Reach { path, functions: functions.clone() });
            }
        }
    }

    /// The call that a function named as an argument is handed to.
    fn handed_to(&self, mention: NodeRef) -> Option<NodeRef> {
        let facts = self.facts(mention.file);
        let parent = facts.parent(mention.node)?;
        matches!(facts.kind(parent), Kind::Call(_)).then(|| mention.sibling(parent))
    }

    /// The innermost agent loop around a site within its function, and that function.
    fn loop_around(&self, reach: &Reach) -> (Option<AgentLoop>, Option<NodeRef>) {
        let Some(&site) = reach.path.first() else { return (None, None) };
        let facts = self.facts(site.file);
        let function = self.named_function(site);
        let mut from = site.node;
        for node in facts.ancestors(site.node).skip(1) {
            if function.is_some_and(|f| f.node == node) {
                break;
            }
            if let Kind::Loop(l) = facts.kind(node)
                && l.iterable != Some(from)
                && l.init != Some(from)
                && let Some(found) = self.as_agent_loop(site.sibling(node), reach)
            {
                return (Some(found), function);
            }
            from = node;
        }
        (None, function)
    }

    fn as_agent_loop(&self, at: NodeRef, reach: &Reach) -> Option<AgentLoop> {
        let &site = reach.path.first()?;
        if self.leaves_after(site, at) || self.is_started_apart(site, at) {
            return None;
        }
        let region = self.loop_region(at);
        let answers = match self.tool_answers(&region).is_empty() {
            true => self.answers(&self.without_resuming(&region), reach),
            false => self.answers(&region, reach),
        };
        if answers.is_empty() {
            return None;
        }
        let mut asking = Asking::new(self, &region, reach);
        let mut by_model = false;
        let mut other_exit = None;
        let mut any = false;
        for exit in region.exits.iter().filter(|e| !e.fails) {
            any = true;
            if exit.conditions.iter().any(|&c| asking.is_about_model(c)) {
                by_model = true;
            } else if other_exit.is_none()
                && !exit.conditions.iter().any(|&c| self.is_constant_flag(c, &region))
            {
                other_exit = Some(exit.at);
            }
        }
        let endless = !any && reach.path.len() == 1;
        if !by_model && !endless {
            return None;
        }
        Some(AgentLoop {
            at,
            recursive_call: None,
            turns: Vec::new(),
            answers,
            bound: self.loop_bound(&region),
            waits: self.waits_for_input(&region, site, reach, &mut asking),
            other_exit,
        })
    }

    /// Whether a loop only starts what a site does, and turns whatever comes of it.
    fn is_started_apart(&self, site: NodeRef, around: NodeRef) -> bool {
        let facts = self.facts(site.file);
        facts.ancestors(site.node).take_while(|&n| n != around.node).any(|n| {
            let at = site.sibling(n);
            let starts = |callee: NodeRef| {
                self.last_name_at(callee)
                    .is_some_and(|name| self.file(site.file).sdk.has_word("starts-apart", &name))
            };
            self.is_statement(at) && self.callee_of(at).is_some_and(starts)
        })
    }

    /// A region without what is done where the API paused its own tools: the turn is sent back as it is, and
    /// no tool is run there.
    fn without_resuming(&self, region: &Region) -> Region {
        let names_pause = |at: &NodeRef| match self.kind(*at) {
            Kind::Str(_) => constant(self.facts(at.file), at.node).is_some_and(|t| &*t == PAUSE),
            Kind::Name(name) | Kind::Member { name, .. } => snake(name) == PAUSE,
            _ => false,
        };
        let mut rest = region.clone();
        if region.nodes.iter().any(names_pause) {
            let paused = |condition: NodeRef| {
                let facts = self.facts(condition.file);
                facts.descendants(condition.node).into_iter().any(|n| names_pause(&condition.sibling(n)))
            };
            rest.nodes.retain(|&at| !self.conditions_of(at, region).into_iter().any(paused));
        }
        rest
    }

    /// A local flag that nothing in the loop changes.
    fn is_constant_flag(&self, condition: NodeRef, region: &Region) -> bool {
        let flag = match self.kind(condition) {
            Kind::Unary { operand, .. } => condition.sibling(*operand),
            _ => condition,
        };
        let Kind::Name(name) = self.kind(flag) else { return false };
        let model = self.file(flag.file);
        let defs = model.scopes.lookup(&model.facts, name, flag.node);
        let local = defs.iter().all(|d| match &d.origin {
            Origin::Value { expr, path } => {
                path.is_empty() && matches!(model.facts.kind(*expr), Kind::Bool(_))
            }
            _ => false,
        });
        local
            && !defs.is_empty()
            && !region.nodes.iter().any(|&n| match self.kind(n) {
                Kind::Assign(a) => matches!(self.kind(n.sibling(a.target)), Kind::Name(t) if t == name),
                _ => false,
            })
    }
}

fn add(found: &mut Vec<AgentLoop>, mut new: AgentLoop, reach: &Reach) {
    let (Some(&site), Some(&request)) = (reach.path.first(), reach.path.last()) else { return };
    let turn = Turn { site, request, hops: reach.path[..reach.path.len() - 1].to_vec() };
    match found.iter_mut().find(|l| l.at == new.at && l.recursive_call == new.recursive_call) {
        Some(known) => {
            if !known.turns.contains(&turn) && known.turns.len() < 16 {
                known.turns.push(turn);
            }
        }
        None => {
            new.turns.push(turn);
            found.push(new);
        }
    }
}
