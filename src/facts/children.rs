//! Walking the lowered tree.

use super::*;

impl FileFacts {
    /// Calls `visit` with every direct child, in source order as far as the node keeps it.
    pub fn for_each_child(&self, id: NodeId, mut visit: impl FnMut(NodeId)) {
        let visit = &mut visit;
        match self.kind(id) {
            Kind::Name(_) | Kind::Number(_) | Kind::Bool(_) | Kind::Null => {}
            Kind::Continue | Kind::Import(_) => {}
            Kind::Block { body, .. } | Kind::List(body) | Kind::Delete(body) | Kind::Opaque(body) => {
                all(body, visit);
            }
            Kind::Member { object, .. } => visit(*object),
            Kind::Index { object, index } => [*object, *index].into_iter().for_each(visit),
            Kind::Slice { start, end, .. } => [start, end].into_iter().flatten().copied().for_each(visit),
            Kind::Call(c) => {
                visit(c.callee);
                c.args.iter().for_each(|a| visit(a.value));
                all(&c.type_args, visit);
            }
            Kind::Str(parts) => {
                for part in parts {
                    if let StrPart::Hole(hole) = part {
                        visit(*hole);
                    }
                }
            }
            Kind::Record(r) => {
                some(r.ty, visit);
                for entry in &r.entries {
                    if let Some(Key::Computed(key)) = entry.key {
                        visit(key);
                    }
                    visit(entry.value);
                }
            }
            Kind::Spread(x) | Kind::Await(x) | Kind::Propagate(x) => visit(*x),
            Kind::Yield(x) | Kind::Return(x) | Kind::Throw(x) | Kind::Break(x) => some(*x, visit),
            Kind::Cast { value, ty } => {
                visit(*value);
                some(*ty, visit);
            }
            Kind::Unary { operand, .. } => visit(*operand),
            Kind::Binary { left, right, .. } => [*left, *right].into_iter().for_each(visit),
            Kind::If { condition, then, otherwise } => {
                visit(*condition);
                visit(*then);
                some(*otherwise, visit);
            }
            Kind::Let { pattern, value } => [*value, *pattern].into_iter().for_each(visit),
            Kind::Assert { condition, message } => {
                visit(*condition);
                some(*message, visit);
            }
            Kind::Export(e) => some(e.value, visit),
            Kind::Function(f) => function(f, visit),
            Kind::Class(c) => {
                all(&c.decorators, visit);
                all(&c.bases, visit);
                c.keywords.iter().for_each(|a| visit(a.value));
                all(&c.body, visit);
            }
            Kind::Assign(a) => {
                all(&a.decorators, visit);
                some(a.ty, visit);
                some(a.value, visit);
                visit(a.target);
                some(a.otherwise, visit);
            }
            _ => self.control_children(id, visit),
        }
    }

    fn control_children(&self, id: NodeId, visit: &mut dyn FnMut(NodeId)) {
        match self.kind(id) {
            Kind::Loop(l) => {
                for part in [l.init, l.iterable, l.pattern, l.condition] {
                    some(part, visit);
                }
                visit(l.body);
                some(l.update, visit);
                some(l.otherwise, visit);
            }
            Kind::Match(m) => {
                visit(m.subject);
                for arm in &m.arms {
                    all(&arm.patterns, visit);
                    some(arm.guard, visit);
                    visit(arm.body);
                }
            }
            Kind::Try(t) => {
                visit(t.body);
                for handler in &t.handlers {
                    all(&handler.types, visit);
                    some(handler.name, visit);
                    visit(handler.body);
                }
                some(t.otherwise, visit);
                some(t.finally, visit);
            }
            Kind::With(w) => {
                for item in &w.items {
                    visit(item.value);
                    some(item.target, visit);
                }
                visit(w.body);
            }
            Kind::Comprehension(c) => {
                for clause in &c.clauses {
                    visit(clause.iterable);
                    visit(clause.pattern);
                    all(&clause.conditions, visit);
                }
                some(c.key, visit);
                visit(c.element);
            }
            _ => {}
        }
    }

    /// The direct children of a node.
    pub fn children(&self, id: NodeId) -> Vec<NodeId> {
        let mut out = Vec::new();
        self.for_each_child(id, |c| out.push(c));
        out
    }

    /// The node and everything below it, parents first.
    pub fn descendants(&self, id: NodeId) -> Vec<NodeId> {
        let mut out = vec![id];
        let mut next = 0;
        while let Some(&at) = out.get(next) {
            self.for_each_child(at, |c| out.push(c));
            next += 1;
        }
        out
    }
}

fn all(list: &[NodeId], visit: &mut dyn FnMut(NodeId)) {
    list.iter().copied().for_each(visit);
}

fn some(node: Option<NodeId>, visit: &mut dyn FnMut(NodeId)) {
    node.into_iter().for_each(visit);
}

fn function(f: &Function, visit: &mut dyn FnMut(NodeId)) {
    all(&f.decorators, visit);
    for param in &f.params {
        all(&param.decorators, visit);
        some(param.ty, visit);
        some(param.default, visit);
        visit(param.pattern);
    }
    some(f.return_type, visit);
    if f.body.is_some() {
        visit(f.body);
    }
}
