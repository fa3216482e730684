//! How a request may fail, and what error classes, constants and words stand for it, read from
//! `data/failures.toml`.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::date::Date;
use crate::lang::Language;

/// A way in which a request fails.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Failure {
    /// 400.
    BadRequest,
    /// 401.
    Authentication,
    /// 403.
    Permission,
    /// 404.
    NotFound,
    /// 413.
    TooLarge,
    /// 422.
    Unprocessable,
    /// 429.
    RateLimit,
    /// 500.
    Server,
    /// 503.
    Unavailable,
    /// 529.
    Overloaded,
    /// No answer in time.
    Timeout,
    /// No connection, or one that broke.
    Connection,
    /// An overload in the middle of a stream, with the status that the stream began with.
    LateOverload,
    /// The same, without a status.
    BareOverload,
    /// A connection that broke in the middle of a stream: an error of the HTTP library, not of the SDK.
    LateBreak,
}

impl Failure {
    /// Those that fail again when the same request is sent again.
    pub const PERMANENT: [Failure; 6] = [
        Failure::BadRequest,
        Failure::Authentication,
        Failure::Permission,
        Failure::NotFound,
        Failure::TooLarge,
        Failure::Unprocessable,
    ];

    /// The HTTP status, where there is an answer.
    pub fn status(self) -> Option<u16> {
        Some(match self {
            Failure::BadRequest => 400,
            Failure::Authentication => 401,
            Failure::Permission => 403,
            Failure::NotFound => 404,
            Failure::TooLarge => 413,
            Failure::Unprocessable => 422,
            Failure::RateLimit => 429,
            Failure::Server => 500,
            Failure::Unavailable => 503,
            Failure::Overloaded => 529,
            Failure::LateOverload => 200,
            Failure::Timeout | Failure::Connection | Failure::BareOverload | Failure::LateBreak => {
                return None;
            }
        })
    }

    /// Whether a word of the data stands for it.
    pub fn is(self, word: &str) -> bool {
        match word {
            "all" => true,
            "status" => self.status().is_some(),
            "client" => Failure::PERMANENT.contains(&self),
            "server" => matches!(self, Failure::Server | Failure::Unavailable),
            "timeout" => matches!(self, Failure::Timeout | Failure::LateBreak),
            "connection" => matches!(self, Failure::Connection | Failure::LateBreak),
            "overload" => matches!(self, Failure::Overloaded | Failure::LateOverload | Failure::BareOverload),
            number => self.status().is_some_and(|s| number.parse() == Ok(s)),
        }
    }
}

/// A class that stands for a failure since some version only.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Since {
    /// The class.
    pub class: String,
    /// The failure.
    pub failure: String,
    /// The package.
    pub package: String,
    /// The change of `packages.toml` that made it so.
    pub change: String,
}

/// The error classes of a package.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorLibrary {
    /// The language.
    pub language: Language,
    /// How the paths of its classes begin; none for the language's own.
    pub heads: Vec<String>,
    /// Failures by class.
    pub classes: FxHashMap<String, Vec<String>>,
    /// Whether a connection that breaks in the middle of a stream comes as an error of the HTTP library.
    #[serde(default)]
    pub bare_in_stream: bool,
    /// What depends on the version.
    #[serde(default)]
    pub since: Vec<Since>,
}

impl ErrorLibrary {
    fn is_of(&self, path: &str) -> bool {
        match self.heads.is_empty() {
            true => !path.contains('.'),
            false => {
                self.heads.iter().any(|h| path.strip_prefix(&**h).is_some_and(|r| r.starts_with(['.', '/'])))
            }
        }
    }
}

/// All of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failures {
    /// Where this was read.
    pub source: String,
    /// When.
    pub checked: Date,
    /// Error classes.
    pub library: Vec<ErrorLibrary>,
    /// Failures by the API's type of error.
    pub types: FxHashMap<String, String>,
    /// Statuses by the names of constants.
    pub constants: FxHashMap<String, u16>,
    /// Failures by the name of a predicate that holds for them alone.
    pub predicates: FxHashMap<String, Vec<String>>,
    /// Failures by a word in the error's text.
    pub words: FxHashMap<String, Vec<String>>,
}

impl Failures {
    /// The package and the failures of an error class, by its path.
    pub fn class(&self, language: Language, path: &str) -> Option<(&ErrorLibrary, &str, &[String])> {
        let name = path.rsplit('.').next().unwrap_or(path);
        let libraries = self.library.iter().filter(|l| l.language == language && l.is_of(path));
        libraries.into_iter().find_map(|l| {
            let (name, failures) = l.classes.get_key_value(name)?;
            Some((l, name.as_str(), failures.as_slice()))
        })
    }

    /// The libraries that have a class of that name, and the failures that it stands for there.
    pub fn named<'a>(
        &'a self,
        language: Language,
        name: &'a str,
    ) -> impl Iterator<Item = (&'a ErrorLibrary, &'a [String])> {
        let of = self.library.iter().filter(move |l| l.language == language);
        of.filter_map(move |l| Some((l, l.classes.get(name)?.as_slice())))
    }

    /// Whether a path is of a package that sends requests.
    pub fn knows_library(&self, language: Language, path: &str) -> bool {
        self.library.iter().any(|l| l.language == language && !l.heads.is_empty() && l.is_of(path))
    }
}

/// The data, read at first use.
pub fn failures() -> &'static Failures {
    static FAILURES: OnceLock<Failures> = OnceLock::new();
    FAILURES.get_or_init(|| {
        toml::from_str(include_str!("data/failures.toml"))
            .unwrap_or_else(|e| unreachable!("tests/sdk.rs reads every data file: {e}"))
    })
}
