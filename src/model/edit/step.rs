//! Steps that are put into a chain of calls, and what stands behind one.

use super::edit;
use crate::facts::Kind;
use crate::finding::Edit;
use crate::model::Project;
use crate::model::request::Request;
use crate::model::values::value::NodeRef;
use crate::source::Span;

impl Project {
    /// A limit of a time that the way a request is sent takes: a further option, or a step before the last
    /// one of its chain.
    pub fn with_time_limit(&self, request: &Request) -> Option<Edit> {
        let bound_by = match request.function {
            Some(function) => function.bound_by.as_ref().or(request.kind.bound_by.as_ref()),
            None => request.kind.bound_by.as_ref(),
        };
        let (name, value) = bound_by?;
        let link = self.link(request.at).filter(|_| request.kind.options.is_empty());
        if let Some((place, link)) = link {
            let step = format!("{link}{name}({value})");
            return Some(edit(request.at.file, Span::new(place, place), step));
        }
        match self.located(request, &request.kind.options)[..] {
            [options] if options.file == request.at.file && self.contains(request.at, options) => {
                self.with_option(options, name, value)
            }
            _ => None,
        }
    }

    /// The library's own look at the status of what a request got, or what does the same: a statement behind
    /// the one that sends it, or a step where failures of sending go their way.
    pub fn with_status_check(&self, request: &Request) -> Option<Edit> {
        let check = request.kind.check.as_deref()?;
        if check.contains("{name}") {
            // What nobody has waited for yet has no status.
            let facts = self.facts(request.at.file);
            let waited =
                || matches!(facts.parent(request.at.node).map(|p| facts.kind(p)), Some(Kind::Await(_)));
            return (!check.contains("await ") || waited())
                .then(|| self.with_statement(request.at, check))?;
        }
        // What sends for another has failures of its own, and the step has those of the other.
        if !request.clients.iter().all(|client| client.kind.plain) {
            return None;
        }
        let file = self.file(request.at.file);
        let up = |node| file.facts.parent(node);
        let sent = request.at.node;
        let waited = up(sent).filter(|&n| matches!(file.facts.kind(n), Kind::Await(_))).unwrap_or(sent);
        let passed = up(waited).filter(|&n| matches!(file.facts.kind(n), Kind::Propagate(_)))?;
        let (_, link) = self.link(request.at)?;
        let end = file.facts.span(passed).end as usize;
        Some(edit(request.at.file, Span::new(end, end), format!("{link}{check}")))
    }

    /// A further step directly behind one of a chain of calls, joined as its neighbours are.
    pub fn with_next_step(&self, before: NodeRef, step: &str) -> Option<Edit> {
        let facts = self.facts(before.file);
        let next = facts
            .parent(before.node)
            .filter(|&n| matches!(facts.kind(n), Kind::Member { object, .. } if *object == before.node))
            .and_then(|member| facts.parent(member));
        let link = next.and_then(|next| self.link(before.sibling(next))).or_else(|| self.link(before));
        let link = link.map_or_else(|| ".".to_string(), |(_, link)| link);
        let end = facts.span(before.node).end as usize;
        Some(edit(before.file, Span::new(end, end), format!("{link}{step}")))
    }

    /// Where the last step of a chain begins, and what joins it to what is before: a dot, with the line end
    /// and the blanks around it.
    fn link(&self, call: NodeRef) -> Option<(usize, String)> {
        let file = self.file(call.file);
        let Kind::Call(parts) = self.kind(call) else { return None };
        let Kind::Member { object, name_span, .. } = file.facts.kind(parts.callee) else { return None };
        let start = file.facts.span(*object).end as usize;
        let link = file.source.text.get(start..name_span.start as usize)?;
        (link.trim() == ".").then(|| (start, link.to_string()))
    }
}
