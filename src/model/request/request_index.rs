//! The requests of the project, found once: all, by place, by file and by client.

use rustc_hash::FxHashMap;

use crate::model::values::value::NodeRef;
use crate::model::{Project, Request};
use crate::source::FileId;

impl Project {
    /// Every request of the project, in file order.
    pub fn requests(&self) -> &[Request] {
        self.requests.get_or_init(|| self.find_requests())
    }

    /// Every request of one file, in order of their places.
    pub fn requests_of_file(&self, file: FileId) -> &[Request] {
        let all = self.requests();
        let from = all.partition_point(|r| r.at.file < file);
        let len = all[from..].partition_point(|r| r.at.file == file);
        &all[from..from + len]
    }

    /// The request a call sends, if it is one.
    pub fn request_at(&self, at: NodeRef) -> Option<&Request> {
        let requests = self.requests();
        requests.binary_search_by_key(&at, |r| r.at).ok().map(|i| &requests[i])
    }

    /// The requests that may go through a client made at a place.
    pub fn requests_through(&self, made: Option<NodeRef>) -> impl Iterator<Item = &Request> {
        let all = self.requests();
        let by_client = self.by_client.get_or_init(|| {
            let mut found: FxHashMap<_, Vec<usize>> = FxHashMap::default();
            for (index, request) in all.iter().enumerate() {
                for client in &request.clients {
                    let of = found.entry(client.made).or_default();
                    if of.last() != Some(&index) {
                        of.push(index);
                    }
                }
            }
            found
        });
        by_client.get(&made).into_iter().flatten().map(|&index| &all[index])
    }
}
