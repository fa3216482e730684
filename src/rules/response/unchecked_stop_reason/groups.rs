//! The uses of one answer that are told together.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::doubt::SHORT_BY_INTENT;
use crate::model::{End, Hop, NodeRef, Project, Request, Sink, Tri, Use};
use crate::sdk::Road;

/// Places of other users of one answer that are shown.
const MAX_ELSEWHERE: usize = 4;

/// How far a use is from the request: the nearest one is where the fix goes.
fn distance(project: &Project, request: &Request, used: &Use) -> (usize, bool, bool, bool) {
    let function = project.named_function(used.at) != project.named_function(request.at);
    (used.response.hops.len(), used.at.file != request.at.file, function, used.at < request.at)
}

/// Uses of one answer that lack the same look at its stop reason.
pub(super) struct Group<'u> {
    /// The call whose caller leaves unread what it is given beside the text, and where that is read.
    pub(super) left: Option<(NodeRef, NodeRef)>,
    /// The use where the fix goes: the nearest of those with the worst end.
    pub(super) used: &'u Use,
    /// Where it is: the call, if the caller never names the text.
    pub(super) at: NodeRef,
    /// The worst that is done with it.
    pub(super) worst: End,
    /// Whether it is shown as well.
    pub(super) shown: bool,
    /// Where others use it who call the same function, one place of each.
    pub(super) elsewhere: Vec<NodeRef>,
}

pub(super) fn groups<'u>(
    project: &Project,
    request: &Request,
    uses: &'u [Use],
    consumed: Vec<&'u Use>,
) -> Vec<Group<'u>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut unseen = Vec::new();
    // What a function sends for one caller is another request than what it sends for the next.
    let own = project.shared_sender(request).unwrap_or_default();
    let asked = |used: &Use| used.response.returned_by(&own);
    let mut ways = Ways::default();
    let rank = |used: &Use, end: &End| (is_error(end), Reverse(distance(project, request, used)), end.sink);
    for &used in &consumed {
        for end in consumption(project, request, used, &consumed, &mut ways) {
            if uses.iter().any(|other| project.is_seen(other, used, &end)) {
                continue;
            }
            let left =
                uses.iter().find_map(|other| Some((project.left_unread_by(other, used, &end)?, other.at)));
            let through = left.map(|l| l.0);
            let limit = through.or(end.through).and_then(|call| project.limit_given(request, call));
            if limit.is_some_and(|tokens| tokens <= SHORT_BY_INTENT) {
                continue;
            }
            unseen.push(used);
            let same = |g: &&mut Group| g.left.map(|l| l.0) == through && asked(g.used) == asked(used);
            match groups.iter_mut().find(same) {
                None => groups.push(Group {
                    left,
                    used,
                    at: used.at,
                    worst: end,
                    shown: false,
                    elsewhere: Vec::new(),
                }),
                Some(group) => {
                    if rank(used, &end) > rank(group.used, &group.worst) {
                        (group.used, group.at, group.worst) = (used, used.at, end);
                    }
                }
            }
        }
    }
    for group in &mut groups {
        let ends = ways.get(&group.used.at).map_or(&[][..], |ends| ends);
        group.shown = ends.iter().any(|end| end.sink == Sink::Shown);
        // What is done with it later is done with what was taken out of the response first.
        let of_it = |u: &&&Use| {
            let (first, later) = (&u.response, &group.used.response);
            later.hops.starts_with(&first.hops)
                && later.path.starts_with(&first.path)
                && asked(u) == asked(group.used)
        };
        let first = unseen.iter().filter(of_it).min_by_key(|u| distance(project, request, u));
        if let Some(&first) = first {
            (group.used, group.at) = (first, first.at);
        }
        // Where the caller takes the text, or at its call if it never names it.
        let Some((through, _)) = group.left else { continue };
        let own =
            |u: &&&Use| u.at > through && project.named_function(u.at) == project.named_function(through);
        let own = consumed.iter().filter(own).min_by_key(|u| u.at);
        group.at = own.map_or(through, |u| u.at);
    }
    if let [group] = &mut groups[..] {
        let mut told = vec![project.named_function(group.at)];
        for used in unseen {
            let function = project.named_function(used.at);
            if group.elsewhere.len() < MAX_ELSEWHERE && !told.contains(&function) {
                told.push(function);
                group.elsewhere.push(used.at);
            }
        }
    }
    groups
}

/// Where a text goes, by the place of its use.
type Ways = BTreeMap<NodeRef, Vec<End>>;

/// What the text is used for; nothing when it is only shown or tested. Pieces of a stream count
/// where they are put together: each by itself tells nobody that more was to come.
fn consumption(
    project: &Project,
    request: &Request,
    used: &Use,
    consumed: &[&Use],
    ways: &mut Ways,
) -> Vec<End> {
    let streamed = project.is_streamed(request);
    let pieces = used.response.is_piece();
    // Streams read by hand are the matter of other rules. What is decoded as one is none, whatever the
    // request asks for in other cases.
    let whole = used.response.path.iter().any(|part| &**part == "json()");
    let by_hand = pieces || streamed == Tri::Yes && !whole || used.response.is_line();
    if request.road == Road::Http && by_hand {
        return Vec::new();
    }
    let pieces = pieces && streamed != Tri::No;
    let least = if pieces { Sink::Used } else { Sink::Yielded };
    // What came in by a call goes back out by it; of many calls, only some are told apart.
    let entry = |used: &Use| match used.response.hops.last() {
        Some(Hop::Argument(call)) => Some(*call),
        _ => None,
    };
    let own = entry(used);
    let others = || consumed.iter().filter(|other| other.at == used.at && other.response != used.response);
    let goes_back = |end: &End| {
        let Some(through) = end.through.filter(|_| own.is_some() || others().any(|o| entry(o).is_some()))
        else {
            return true;
        };
        let given = project.answers_given(through);
        own == Some(through)
            || !others().any(|other| entry(other) == Some(through))
                && (given.contains(&request.at) || own.is_none() && given.is_empty())
    };
    let ends = ways.entry(used.at).or_insert_with(|| project.sinks_by_caller(used.at));
    let counts = |e: &&End| goes_back(e) && (e.gathered || !pieces) && e.sink >= least;
    ends.iter().filter(counts).filter(|e| !project.is_closed(e, ends)).copied().collect()
}

/// Whether half an answer does harm there that nobody sees.
pub(super) fn is_error(end: &End) -> bool {
    matches!(end.sink, Sink::Parsed | Sink::Written | Sink::Executed)
}
