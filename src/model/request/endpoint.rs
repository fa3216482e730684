//! The addresses requests are sent to.

mod base;
mod cut;

use crate::facts::Kind;
use crate::model::values::value::{Field, NodeRef, Value};
use crate::model::{Project, Request};
use crate::sdk::Road;
use crate::sdk::api::api;

/// An address under the API's own host.
#[derive(Debug, Clone)]
pub struct Address {
    /// Where it is written.
    pub at: NodeRef,
    /// All of it; unknown pieces are left out.
    pub url: String,
    /// Whether all of it is known.
    pub whole: bool,
    /// It is what an SDK puts its own paths behind.
    pub is_base: bool,
}

impl Address {
    /// `http` or `https`.
    pub fn scheme(&self) -> &str {
        self.url.split("://").next().unwrap_or_default()
    }

    /// What stands behind the host, without query and trailing slash.
    pub fn path(&self) -> &str {
        let host = &*api().http.host;
        let rest = self.url.split_once(host).map_or("", |(_, rest)| rest);
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        // A port.
        let rest = rest.strip_prefix(":443").unwrap_or(rest);
        rest.trim_end_matches('/')
    }
}

/// Nodes between an address and the call or record it is written in.
const MAX_AROUND: usize = 4;

impl Project {
    /// Whether a raw HTTP request goes to the API's own host.
    pub fn is_own_api(&self, request: &Request) -> bool {
        let host = &*api().http.host;
        let urls = self.located(request, &request.kind.url);
        let mut texts = urls.iter().flat_map(|&url| self.texts(url));
        texts.any(|(_, t)| t.contains(host))
            || self.request_base(request).contains(host)
            || urls.iter().any(|&url| self.own_beginning(url).is_some())
    }

    /// Whether a request goes to a path of the API's own host that speaks the language of another API.
    pub fn goes_to_compatible(&self, request: &Request) -> bool {
        let listed =
            |a: &Address| api().http.compatible_endpoints.iter().any(|path| a.path().ends_with(path));
        self.own_addresses(request).iter().any(listed)
    }

    /// The address of the API's own host that a URL begins with unless the environment names another.
    fn own_beginning(&self, url: NodeRef) -> Option<String> {
        let mut begins = self.default_beginnings(url);
        let own = begins.iter().all(|text| text.contains(&*api().http.host));
        begins.pop().filter(|_| own)
    }

    /// Whether a request is sent by the official SDK to the first-party API.
    pub fn is_of_own_sdk(&self, request: &Request) -> bool {
        let own = |platform: Option<&str>| platform == Some("anthropic");
        request.road == crate::sdk::Road::Sdk
            && !request.clients.is_empty()
            && request.clients.iter().all(|c| own(c.kind.platform.as_deref()))
    }

    /// Whether nothing but headers could carry the key: no option `auth`, no user in the URL.
    pub fn sends_no_key(&self, request: &Request) -> bool {
        self.option_of(request.at, "auth").is_absent()
            && request.clients.iter().all(|c| self.client_option(c, "auth").is_absent())
    }

    /// Whether a body is certainly meant for the Messages API: its instructions stand beside the messages.
    pub fn is_messages_body(&self, request: &Request) -> bool {
        self.body_field(request, "system").is_known()
    }

    /// Whether a place lies inside another.
    pub fn contains(&self, outer: NodeRef, inner: NodeRef) -> bool {
        let span = |at: NodeRef| self.facts(at.file).span(at.node);
        outer.file == inner.file && span(outer).contains(span(inner))
    }

    /// The addresses under the API's own host that a request goes to.
    pub fn own_addresses(&self, request: &Request) -> Vec<Address> {
        let mut out = Vec::new();
        if request.road == Road::Http {
            let base: Vec<String> =
                request.clients.iter().map(|c| self.base_url(c)).filter(|b| !b.is_empty()).collect();
            let base = match self.request_base(request) {
                host if base.is_empty() && !host.is_empty() => vec![host],
                _ => base,
            };
            for url in self.located(request, &request.kind.url) {
                if self.is_continued_on_its_way(url) {
                    continue;
                }
                for (at, text) in self.texts(url) {
                    // The literal, where it is bound to a name.
                    let at = match &self.eval(at)[..] {
                        [Value::Node(node)] if self.text(*node) == text => *node,
                        _ => at,
                    };
                    let whole = text.known().is_some();
                    let open = text.pieces.first().is_none_or(Option::is_none);
                    let begins = open.then(|| self.own_beginning(at)).flatten();
                    let begins = begins.or_else(|| self.doubled_beginning(at, &text).filter(|_| open));
                    let whole = whole || begins.is_some() && text.pieces.iter().skip(1).all(Option::is_some);
                    let url: String = begins.into_iter().chain(text.pieces.into_iter().flatten()).collect();
                    let url = match &base[..] {
                        [one] if !url.contains("://") => {
                            format!("{}/{}", one.trim_end_matches('/'), url.trim_start_matches('/'))
                        }
                        _ => url,
                    };
                    out.push(Address { at, url, whole, is_base: false });
                }
            }
        } else {
            for client in &request.clients {
                let Some(option) = client.kind.base_url.as_deref() else { continue };
                let Field::Known(nodes) = self.client_option(client, option) else { continue };
                for node in nodes {
                    let mut found = Vec::new();
                    self.base_addresses(node, 0, &mut found);
                    // A path behind the host is what may be cut.
                    found.retain(|a| a.path().is_empty() || !self.is_cut_on_its_way(node, &a.url));
                    out.extend(found);
                }
            }
        }
        out.retain(|a| a.url.contains(&*api().http.host));
        out
    }

    /// Whether an address is written beside the name of another API that is spoken there as well:
    /// `register("openai", base_url=…)`, `{ kind: "openai", baseUrl: … }`.
    pub fn is_for_compatible(&self, at: NodeRef) -> bool {
        let model = self.file(at.file);
        let beside = model
            .facts
            .ancestors(at.node)
            .skip(1)
            .take(MAX_AROUND)
            .find(|&n| matches!(model.facts.kind(n), Kind::Call(_) | Kind::Record(_)));
        beside.is_some_and(|n| {
            let text = model.text_of(n).to_ascii_lowercase();
            model.sdk.words("compatible-parts").iter().any(|word| text.contains(word.as_str()))
        })
    }

    fn base_addresses(&self, at: NodeRef, depth: u32, out: &mut Vec<Address>) {
        if depth > 3 {
            return;
        }
        for value in self.eval(at).iter() {
            if let Value::Node(node) = value
                && let Some(url) = self.text(*node).known()
            {
                out.push(Address { at: *node, url, whole: true, is_base: true });
            }
            if let Some(default) = self.environment_default(value) {
                self.base_addresses(default, depth + 1, out);
            }
        }
    }
}
