//! Ways outwards that nothing repeats, beside others that something does.

use rustc_hash::FxHashMap;

use super::Walk;
use crate::facts::Kind;
use crate::model::retry::Callers;
use crate::model::values::value::NodeRef;

/// Ways that are kept for one request.
const MAX_WAYS: usize = 256;

/// What a walk met on its ways: for each the calls that lead there from the request.
#[derive(Default)]
pub(super) struct Ways {
    repeated: Vec<Vec<NodeRef>>,
    /// Something there may repeat it.
    doubtful: Vec<Vec<NodeRef>>,
    lasting: Vec<Vec<NodeRef>>,
    ends: Vec<Vec<NodeRef>>,
    /// Where a function was met first, from which the way goes on.
    met: FxHashMap<NodeRef, Vec<NodeRef>>,
    /// Ways to a function that was met before: what is outwards of it is known from there.
    joins: Vec<(Vec<NodeRef>, NodeRef)>,
}

impl Ways {
    /// Something repeats what is done on a way, `certain`ly or perhaps.
    pub(super) fn repeated(&mut self, trail: &[NodeRef], certain: bool) {
        keep(if certain { &mut self.repeated } else { &mut self.doubtful }, trail);
    }

    /// The calls at which the ways part; none where there are too many ways.
    fn callers(&self) -> Callers {
        let passes = |end: &[NodeRef], all: &[Vec<NodeRef>]| all.iter().any(|t| end.starts_with(t));
        let full =
            [&self.repeated, &self.doubtful, &self.lasting, &self.ends].iter().any(|w| w.len() >= MAX_WAYS);
        let mut out = Callers::default();
        if full {
            return out;
        }
        let open = |way: &[NodeRef]| !passes(way, &self.repeated) && !passes(way, &self.doubtful);
        let ended = self.ends.iter().filter(|end| open(end) && passes(end, &self.lasting));
        let joined = self.joins.iter().filter(|(way, function)| {
            let Some(from) = self.met.get(function).filter(|from| !way.starts_with(from)) else {
                return false;
            };
            let beyond = |all: &[Vec<NodeRef>]| all.iter().any(|t| t.starts_with(from));
            let lasts = passes(way, &self.lasting) || beyond(&self.lasting);
            open(way) && lasts && beyond(&self.ends) && !beyond(&self.repeated) && !beyond(&self.doubtful)
        });
        let bare: Vec<&Vec<NodeRef>> = ended.chain(joined.map(|(way, _)| way)).collect();
        let shared = |a: &[NodeRef], b: &[NodeRef]| a.iter().zip(b).take_while(|(x, y)| x == y).count();
        let depths = bare.iter().flat_map(|end| self.repeated.iter().map(|t| shared(end, t)));
        let Some(depth) = depths.max() else { return out };
        let parts = |ways: &mut dyn Iterator<Item = &Vec<NodeRef>>| {
            let mut calls: Vec<NodeRef> = ways.filter_map(|t| t.get(depth).copied()).collect();
            calls.sort_unstable();
            calls.dedup();
            calls
        };
        out.repeated = parts(&mut self.repeated.iter());
        out.bare = parts(&mut bare.into_iter());
        out.bare.retain(|call| !out.repeated.contains(call));
        out
    }
}

impl Walk<'_> {
    /// Notes whether what is done on the way so far may be done many times in one process.
    pub(in crate::model::retry) fn lasts(&mut self, lasts: bool) {
        self.out.served |= lasts;
        self.loops(lasts);
    }

    /// Notes whether it is done again and again by whoever does it.
    pub(super) fn loops(&mut self, loops: bool) {
        if loops {
            self.out.resident = true;
            keep(&mut self.ways.lasting, &self.trail);
        }
    }

    /// Notes whether it is itself what follows a failure.
    pub(super) fn follows_failure(&mut self, follows: bool) {
        if follows {
            self.out.after_failure = true;
            self.ways.repeated(&self.trail, false);
        }
    }

    /// Notes a function on the way, `again` where another way led to it before.
    pub(super) fn meets(&mut self, function: NodeRef, again: bool) {
        let (ways, trail) = (&mut self.ways, &self.trail);
        match again {
            _ if self.doubt => {}
            false => drop(ways.met.insert(function, trail.clone())),
            true if ways.joins.len() < MAX_WAYS => ways.joins.push((trail.clone(), function)),
            true => {}
        }
    }

    /// Nobody in sight goes on from here.
    pub(super) fn ends(&mut self) {
        if !self.doubt {
            keep(&mut self.ways.ends, &self.trail);
        }
    }

    /// Who calls with a retry, and who without.
    pub(super) fn callers(&self) -> Callers {
        let Callers { repeated, mut bare } = self.ways.callers();
        // An object around another of its kind: who calls it may call either.
        let wraps = |outer: NodeRef, call: NodeRef| {
            let around = self.project.named_function(outer).map(|f| self.project.kind(f));
            let name = self.project.callee_of(call).and_then(|callee| self.project.last_name_at(callee));
            matches!(around, Some(Kind::Function(f)) if f.name == name)
        };
        bare.retain(|&call| !repeated.iter().any(|&outer| wraps(outer, call)));
        Callers { repeated, bare }
    }
}

fn keep(ways: &mut Vec<Vec<NodeRef>>, trail: &[NodeRef]) {
    if ways.len() < MAX_WAYS && !ways.iter().any(|way| way == trail) {
        ways.push(trail.to_vec());
    }
}
