//! Code that is marked as a test.

use rustc_hash::FxHashSet;

use super::FileModel;
use crate::facts::{Kind, NodeId};

impl FileModel {
    /// Whether code is a test: by the place of its file, or in a function, type or module that is marked
    /// as one.
    pub(in crate::model) fn is_test(&self, node: NodeId) -> bool {
        let marked = || self.tests.get_or_init(|| self.code_of_tests());
        self.source.role.is_test || marked().get(node.0 as usize).is_some_and(|&is_test| is_test)
    }

    /// For every node whether it is in a test; nothing where the file has none. It is asked of every
    /// call of a function, so nobody walks up to the root for the answer.
    fn code_of_tests(&self) -> Box<[bool]> {
        let marks = |decorators: &[NodeId]| {
            decorators.iter().map(|&d| self.text_of(d)).any(|text| {
                text == "test"
                    || text.contains("cfg(test)")
                    || text.ends_with("::test")
                    || text.starts_with("pytest.")
            })
        };
        let marked = self.facts.ids().filter(|&id| match self.facts.kind(id) {
            Kind::Function(f) => marks(&f.decorators),
            Kind::Class(c) => marks(&c.decorators),
            _ => false,
        });
        let marked: FxHashSet<NodeId> = marked.collect();
        if marked.is_empty() {
            return Box::default();
        }
        let mut known: Vec<Option<bool>> = vec![None; self.facts.nodes.len()];
        let mut way = Vec::new();
        for id in self.facts.ids() {
            let mut is_test = false;
            for above in self.facts.ancestors(id) {
                if let Some(known) = known[above.0 as usize] {
                    is_test = known;
                    break;
                }
                way.push(above);
                if marked.contains(&above) {
                    is_test = true;
                    break;
                }
            }
            for node in way.drain(..) {
                known[node.0 as usize] = Some(is_test);
            }
        }
        known.into_iter().map(|known| known == Some(true)).collect()
    }
}
