//! Where bytes were read from.

mod download;
mod upload;

use download::takes_bytes;

use crate::facts::{BinaryOp, Call, Kind, NodeId};
use crate::model::names::index::{constant, last_name};
use crate::model::names::scope::Origin;
use crate::model::values::value::NodeRef;
use crate::model::{FileModel, Project, Topic};

/// A call that reads bytes whose kind and number the code does not choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteRead {
    /// The call.
    pub at: NodeRef,
    /// Where they come from.
    pub origin: ByteOrigin,
}

/// Where bytes come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrigin {
    /// A file.
    File,
    /// The network.
    Download,
    /// What somebody sends to this program.
    Upload,
    /// A data URL, whose own type is cut off.
    DataUrl,
}

/// Steps from a name to the upload it stands for.
const MAX_STEPS: u32 = 4;
/// Steps from a path to the file of the code that it is below.
const MAX_FOLDERS: u32 = 12;
/// Calls of a function whose arguments are looked at.
const MAX_CALLERS: usize = 8;

impl Project {
    /// The reads that the bytes of a value come from; none where they are of a file that is
    /// named in the code, or where what they go through speaks of a topic.
    pub fn byte_reads(&self, data: NodeRef, unspoken: Topic) -> Vec<ByteRead> {
        let mut out = Vec::new();
        for (at, handed) in self.made_unspoken(data, unspoken) {
            let file = self.file(at.file);
            let call = match self.kind(at) {
                Kind::Call(call) => call,
                Kind::Member { object, .. } if self.is_upload(at.sibling(*object), 0) => {
                    out.push(ByteRead { at, origin: ByteOrigin::Upload });
                    continue;
                }
                // `requests.get(url).content`
                Kind::Member { object, name, .. }
                    if &**name == "content" && self.is_download(at.sibling(*object)) =>
                {
                    if self.is_of_known_address(at.sibling(*object)) {
                        continue;
                    }
                    out.push(ByteRead { at, origin: ByteOrigin::Download });
                    continue;
                }
                _ => continue,
            };
            let Some(name) = last_name(&file.facts, call.callee) else { continue };
            let uploaded = match file.facts.kind(call.callee) {
                Kind::Member { object, .. } => self.is_upload(at.sibling(*object), 0),
                _ => false,
            };
            let reads = file.sdk.has_word("file-read-names", &name);
            let received = match file.facts.kind(call.callee) {
                Kind::Member { object, .. } if takes_bytes(file, call) => {
                    self.is_download(at.sibling(*object))
                }
                _ => false,
            };
            let received = received || self.asks_for_bytes(at, call) || self.downloads_from_store(at, call);
            let origin = if uploaded && (reads || &*name == "arrayBuffer") {
                ByteOrigin::Upload
            } else if cuts_type_off(file, &name, call) {
                ByteOrigin::DataUrl
            } else if self.converts_bytes(at, call) {
                continue;
            } else if received || file.sdk.has_word("download-names", &name) {
                let from = match file.facts.kind(call.callee) {
                    Kind::Member { object, .. } => at.sibling(*object),
                    _ => at,
                };
                if self.is_of_known_address(at) || self.is_of_known_address(from) {
                    continue;
                }
                ByteOrigin::Download
            } else if reads && !self.names_file(at, call) {
                match call.args.first().is_some_and(|a| self.is_upload_path(at.sibling(a.value), 0)) {
                    true => ByteOrigin::Upload,
                    // Who hands over a file may have chosen or made it.
                    false if handed => continue,
                    false => ByteOrigin::File,
                }
            } else {
                continue;
            };
            out.push(ByteRead { at, origin });
        }
        out
    }

    /// How many bytes a read takes at most, where it says so: `upload.read(5_000_000)`.
    pub fn most_read(&self, at: NodeRef) -> Option<f64> {
        let Kind::Call(call) = self.kind(at) else { return None };
        let [most] = &call.args[..] else { return None };
        let of_object = matches!(self.kind(at.sibling(call.callee)), Kind::Member { .. });
        self.number(at.sibling(most.value)).filter(|_| of_object)
    }

    /// `input instanceof Blob ? await input.arrayBuffer() : input`, and of a parameter that is declared so:
    /// bytes that are there already take another form.
    fn converts_bytes(&self, at: NodeRef, call: &Call) -> bool {
        let file = self.file(at.file);
        let facts = &file.facts;
        let Kind::Member { object, .. } = facts.kind(call.callee) else { return false };
        let Kind::Name(name) = facts.kind(*object) else { return false };
        let held = |n: NodeId| file.named_in(n, "held-bytes");
        let asked = facts.ancestors(at.node).any(|n| match facts.kind(n) {
            Kind::If { condition, .. } => {
                facts.descendants(*condition).into_iter().any(|n| match facts.kind(n) {
                    Kind::Binary { op: BinaryOp::InstanceOf, left, right } => {
                        matches!(facts.kind(*left), Kind::Name(n) if n == name) && held(*right)
                    }
                    _ => false,
                })
            }
            _ => false,
        });
        let declared = |ty: NodeId| facts.descendants(ty).into_iter().any(held);
        asked
            || file.scopes.lookup(facts, name, *object).iter().any(|def| match &def.origin {
                Origin::Param { function, index, path } if path.is_empty() => match facts.kind(*function) {
                    Kind::Function(f) => {
                        f.params.get(*index as usize).and_then(|p| p.ty).is_some_and(declared)
                    }
                    _ => false,
                },
                _ => false,
            })
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
        // `Path(__file__).parent / "logo.png"`
        let joined = self.is_below_own_code(path, MAX_FOLDERS);
        ended || joined || suffixed || self.possible_texts(path).is_some()
    }

    /// Whether a path is put together below the file of the code itself.
    fn is_below_own_code(&self, path: NodeRef, left: u32) -> bool {
        let Some(left) = left.checked_sub(1) else { return false };
        let file = self.file(path.file);
        let further = |n: NodeId| self.is_below_own_code(path.sibling(n), left);
        match file.facts.kind(path.node) {
            Kind::Name(name) if &**name == "__file__" => true,
            Kind::Name(_) => file.only_value(path.node).is_some_and(further),
            Kind::Binary { op: BinaryOp::Div, left: folder, right } => {
                constant(&file.facts, *right).is_some() && further(*folder)
            }
            Kind::Member { object, .. } => further(*object),
            Kind::Index { object, .. } => further(*object),
            Kind::Call(call) => further(call.callee) || call.args.first().is_some_and(|a| further(a.value)),
            _ => false,
        }
    }
}

/// `url.split(",")`, `url.replace(/^data:image\/\w+;base64,/, "")`: what is before the comma names the type.
fn cuts_type_off(file: &FileModel, name: &str, call: &Call) -> bool {
    let Some(first) = call.args.first() else { return false };
    let text = constant(&file.facts, first.value);
    match name {
        "split" | "split_once" | "partition" => {
            text.is_some_and(|t| matches!(&*t, "," | "base64," | ";base64,"))
        }
        "replace" | "sub" => {
            let pattern = file.text_of(first.value);
            pattern.contains("base64") && ["\\w", "[", ".*", ".+"].iter().any(|p| pattern.contains(p))
        }
        _ => false,
    }
}
