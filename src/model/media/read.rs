//! Where bytes were read from.

use crate::facts::{Call, Kind, NodeId};
use crate::model::Project;
use crate::model::index::last_name;
use crate::model::value::NodeRef;

/// A call that reads bytes whose kind and number the code does not choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRead {
    /// The call.
    pub at: NodeRef,
    /// Whether they come over the network rather than from a file.
    pub is_remote: bool,
}

impl Project {
    /// The reads that the bytes of a value come from; none where they are of a file that is
    /// named in the code.
    pub fn byte_reads(&self, data: NodeRef) -> Vec<ByteRead> {
        let mut out = Vec::new();
        for at in self.made_of(data) {
            let Kind::Call(call) = self.kind(at) else { continue };
            let file = self.file(at.file);
            let Some(name) = last_name(&file.facts, call.callee) else { continue };
            let is_remote = file.sdk.has_word("download-names", &name);
            let is_file = file.sdk.has_word("file-read-names", &name) && !self.names_file(at, call);
            if is_remote || is_file {
                out.push(ByteRead { at, is_remote });
            }
        }
        out
    }

    /// Whether the code says which file it is, or nothing says that it is one.
    fn names_file(&self, at: NodeRef, call: &Call) -> bool {
        let path = match (call.args.first(), self.kind(at.sibling(call.callee))) {
            (Some(arg), _) => at.sibling(arg.value),
            // `path.read_bytes()`
            (None, Kind::Member { object, name, .. }) if &**name == "read_bytes" => at.sibling(*object),
            _ => return true,
        };
        let text = self.text(path);
        let ended = text.pieces.last().is_some_and(|p| p.as_deref().is_some_and(|p| p.contains('.')));
        let made = self.made_of(path);
        // A path put together around a name with a suffix.
        let suffixed = made.iter().any(|&c| {
            let Kind::Call(inner) = self.kind(c) else { return false };
            inner
                .args
                .iter()
                .any(|a| self.text(c.sibling(a.value)).pieces.iter().flatten().any(|p| p.contains('.')))
        });
        ended || suffixed || self.possible_texts(path).is_some()
    }

    /// Whether what happens around a place, in the functions that read the bytes, or in the
    /// direct callers speaks of something: a word of a list.
    pub fn is_spoken_of(&self, places: &[NodeRef], list: &str) -> bool {
        // Where there is no function, the whole file.
        let around = |p: NodeRef| self.function_of(p).unwrap_or(p.sibling(NodeId::ROOT));
        let mut functions: Vec<NodeRef> = places.iter().map(|&p| around(p)).collect();
        let callers = functions.iter().flat_map(|&f| self.callers(f).iter().take(8).map(|&c| around(c)));
        let callers: Vec<NodeRef> = callers.collect();
        functions.extend(callers);
        functions.sort();
        functions.dedup();
        functions.iter().any(|&f| {
            let file = self.file(f.file);
            let text = file.text_of(f.node).to_ascii_lowercase();
            file.sdk.words(list).iter().any(|w| text.contains(&**w))
        })
    }
}
