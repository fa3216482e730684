//! Whether a way out of a loop or function is certain to be taken.

use super::is_error_pattern;
use crate::facts::Kind;
use crate::lang::Language;
use crate::model::Project;
use crate::model::values::value::NodeRef;

impl Project {
    /// Whether a `break` leaves that loop: it is the nearest one around, or labelled.
    pub(in crate::model) fn breaks(&self, at: NodeRef, root: NodeRef) -> bool {
        let file = self.file(at.file);
        if !matches!(file.facts.kind(root.node), Kind::Loop(_)) {
            return false;
        }
        let nearest = file.facts.ancestors(at.node).skip(1).find(|&n| match file.facts.kind(n) {
            Kind::Loop(_) => true,
            Kind::Match(_) => file.language == Language::TypeScript,
            _ => false,
        });
        // `break outer`, `break 'outer`: of the loops around, one that is no nearer.
        let rest = file.text_of(at.node).trim_start_matches("break").trim();
        let labelled = rest.trim_end_matches(';').starts_with(|c: char| c == '\'' || c.is_alphabetic())
            && (rest.starts_with('\'') || matches!(file.facts.kind(at.node), Kind::Break(None)));
        nearest == Some(root.node) || labelled
    }

    /// Whether a node that has succeeded is certainly followed by a way out of `root`, so that
    /// what is around it only repeats failures.
    pub(in crate::model) fn leaves_after(&self, at: NodeRef, root: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let mut from = at.node;
        for node in facts.ancestors(at.node).skip(1) {
            match facts.kind(node) {
                Kind::Return(_) | Kind::Break(_) => return true,
                Kind::Function(f) if f.body == from => return false,
                Kind::Block { body, .. } => {
                    let after = body.iter().skip_while(|&&s| s != from).skip(1);
                    for &statement in after {
                        if self.continues(at.sibling(statement)) {
                            return false;
                        }
                        if self.leaves_loop(at.sibling(statement)) {
                            return true;
                        }
                    }
                }
                Kind::Try(t) if t.body == from => {
                    if let Some(otherwise) = t.otherwise
                        && self.leaves_loop(at.sibling(otherwise))
                    {
                        return true;
                    }
                }
                // The success of a matched request is in one of the arms.
                Kind::Match(m) if m.subject == from => {
                    let ok = m.arms.iter().filter(|a| {
                        let failed = a.patterns.iter().any(|&p| is_error_pattern(facts, p));
                        !failed
                    });
                    let mut any = false;
                    let all = ok.inspect(|_| any = true).all(|a| self.leaves_loop(at.sibling(a.body)));
                    if any && all {
                        return true;
                    }
                }
                // `if let Ok(x) = send() { return x }`
                Kind::Let { value, .. } if *value == from => {
                    if let Some(parent) = facts.parent(node)
                        && let Kind::If { then, .. } = facts.kind(parent)
                        && self.leaves_loop(at.sibling(*then))
                    {
                        return true;
                    }
                }
                _ => {}
            }
            if node == root.node {
                return false;
            }
            from = node;
        }
        false
    }

    /// Whether a statement may start the next turn of the loop around it.
    pub(in crate::model) fn continues(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        let span = facts.span(at.node);
        facts.descendants(at.node).into_iter().any(|n| {
            matches!(facts.kind(n), Kind::Continue)
                && !facts
                    .ancestors(n)
                    .take_while(|&a| span.contains(facts.span(a)))
                    .any(|a| matches!(facts.kind(a), Kind::Loop(_) | Kind::Function(_)))
        })
    }

    /// Whether a statement certainly ends the loop or function around it.
    fn leaves_loop(&self, at: NodeRef) -> bool {
        let facts = self.facts(at.file);
        match facts.kind(at.node) {
            Kind::Return(_) | Kind::Throw(_) | Kind::Break(_) => true,
            Kind::Block { body, .. } => body
                .iter()
                .take_while(|&&s| !matches!(facts.kind(s), Kind::Continue))
                .any(|&s| self.leaves_loop(at.sibling(s))),
            Kind::If { then, otherwise: Some(other), .. } => {
                self.leaves_loop(at.sibling(*then)) && self.leaves_loop(at.sibling(*other))
            }
            Kind::Try(t) => self.leaves_loop(at.sibling(t.body)),
            Kind::With(w) => self.leaves_loop(at.sibling(w.body)),
            _ => false,
        }
    }
}
