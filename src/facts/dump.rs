//! The lowered tree as text, for tests and for looking at it.

use std::fmt::Write as _;

use super::*;

impl FileFacts {
    /// An indented outline, one node a line.
    pub fn outline(&self) -> String {
        let mut out = String::new();
        if !self.nodes.is_empty() {
            self.outline_node(NodeId::ROOT, 0, "", &mut out);
        }
        out
    }

    fn outline_node(&self, id: NodeId, depth: usize, role: &str, out: &mut String) {
        let indent = "  ".repeat(depth);
        let role = if role.is_empty() { String::new() } else { format!("{role}: ") };
        let head = self.head(id);
        let _ = writeln!(out, "{indent}{role}{head}");
        let roles = self.roles(id);
        let mut i = 0;
        self.for_each_child(id, |child| {
            let role = roles.iter().find(|r| r.0 == child).map_or("", |r| &r.1).to_string();
            self.outline_node(child, depth + 1, &role, out);
            i += 1;
        });
    }

    fn head(&self, id: NodeId) -> String {
        match self.kind(id) {
            Kind::Name(n) => format!("name {n}"),
            Kind::Member { name, .. } => format!("member .{name}"),
            Kind::Number(n) => format!("number {n}"),
            Kind::Bool(b) => format!("bool {b}"),
            Kind::Str(parts) => {
                let text: String = parts
                    .iter()
                    .map(|p| match p {
                        StrPart::Text(t) => t.to_string(),
                        StrPart::Hole(_) => "{}".into(),
                    })
                    .collect();
                format!("str {text:?}")
            }
            Kind::Call(c) => match c.style {
                CallStyle::Plain => "call".into(),
                style => format!("call ({style:?})"),
            },
            Kind::Function(f) => {
                let name = f.name.as_deref().unwrap_or("<lambda>");
                let mut head = format!("function {name}");
                for (flag, text) in [
                    (f.is_async, " async"),
                    (f.is_block, " block"),
                    (f.is_generator, " generator"),
                    (f.exported, " exported"),
                ] {
                    head.push_str(if flag { text } else { "" });
                }
                head
            }
            Kind::Class(c) => format!("{:?} {}{}", c.kind, c.name, if c.exported { " exported" } else { "" }),
            Kind::Binary { op, .. } => format!("binary {op:?}"),
            Kind::Unary { op, .. } => format!("unary {op:?}"),
            Kind::Loop(l) => format!("loop {:?}", l.kind),
            Kind::Import(i) => format!(
                "import {}{}{} [{}]",
                ".".repeat(i.level as usize),
                i.module,
                if i.reexport { " reexport" } else { "" },
                i.names
                    .iter()
                    .map(|n| format!("{} as {}", n.imported.as_deref().unwrap_or("<module>"), n.local))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            Kind::Export(e) => format!("export{} {:?}", if e.default { " default" } else { "" }, e.names),
            Kind::Assign(a) => format!(
                "assign{}{}",
                if a.declares { " declares" } else { "" },
                a.op.map_or(String::new(), |o| format!(" {o:?}"))
            ),
            Kind::Block { tail: true, .. } => "block with value".into(),
            other => {
                let debug = format!("{other:?}");
                let end = debug.find(|c: char| !c.is_alphanumeric()).unwrap_or(debug.len());
                debug[..end].to_lowercase()
            }
        }
    }

    fn roles(&self, id: NodeId) -> Vec<(NodeId, String)> {
        let mut roles = Vec::new();
        let mut role = |node: Option<NodeId>, name: &str| roles.extend(node.map(|n| (n, name.to_string())));
        match self.kind(id) {
            Kind::Call(c) => {
                role(Some(c.callee), "callee");
                for arg in &c.args {
                    let name = arg.name.as_deref().unwrap_or("");
                    let star = if arg.keyword_spread {
                        "**"
                    } else if arg.spread {
                        "*"
                    } else {
                        ""
                    };
                    role(Some(arg.value), &format!("{star}{name}"));
                }
            }
            Kind::Function(f) => {
                f.params.iter().for_each(|p| {
                    role(p.ty, "type");
                    role(p.default, "default");
                    role(Some(p.pattern), &format!("{:?} param", p.kind).to_lowercase());
                });
                role(f.return_type, "returns");
            }
            Kind::Record(r) => {
                role(r.ty, "type");
                for e in &r.entries {
                    match &e.key {
                        Some(Key::Known(k)) => role(Some(e.value), k),
                        Some(Key::Computed(_)) => role(Some(e.value), "[computed]"),
                        None => role(Some(e.value), "..."),
                    }
                }
            }
            Kind::Slice { start, end, .. } => {
                role(*start, "start");
                role(*end, "end");
            }
            Kind::If { condition, then, otherwise } => {
                role(Some(*condition), "if");
                role(Some(*then), "then");
                role(*otherwise, "else");
            }
            Kind::Assign(a) => {
                role(a.ty, "type");
                role(a.value, "value");
                role(Some(a.target), "target");
            }
            Kind::Loop(l) => {
                role(l.pattern, "for");
                role(l.iterable, "in");
                role(l.condition, "while");
            }
            Kind::Try(t) => {
                for h in &t.handlers {
                    h.types.iter().for_each(|&n| role(Some(n), "catches"));
                    role(h.name, "as");
                    role(Some(h.body), "handler");
                }
                role(t.otherwise, "else");
                role(t.finally, "finally");
            }
            Kind::Match(m) => {
                for a in &m.arms {
                    a.patterns.iter().for_each(|&n| role(Some(n), "case"));
                    role(a.guard, "guard");
                    role(Some(a.body), "arm");
                }
            }
            _ => {}
        }
        roles
    }
}
