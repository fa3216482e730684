//! The language-neutral model rules are written against.
//!
//! [`Project::new`] links the facts of all files; everything else is worked out on
//! demand and remembered: what expressions stand for ([`Project::eval`]), who calls
//! whom ([`Project::callers`]), which calls are requests ([`Project::requests`]).

mod agent_loop;
mod background;
mod body;
mod client;
mod concurrency;
mod control;
mod edit;
mod errors;
mod file;
mod history;
mod key;
mod models;
mod names;
mod program;
mod project;
mod question;
mod request;
mod response;
mod retry;
mod stop_reason;
mod stream;
mod tools;
mod values;
mod vendor;

pub use agent_loop::tool_runner::ToolRunner;
pub use agent_loop::{AgentLoop, Turn};
pub use background::Background;
pub use body::Encoding;
pub use body::assistant_turn::TextOnlyTurn;
pub use body::cache_loop::RepeatedBreakpoint;
pub use body::empty_turn::EmptyTurn;
pub use body::media::{ByteOrigin, ByteRead, MediaSource, Topic};
pub use body::nullable::NullField;
pub use body::refused_block::RefusedBlock;
pub use control::loop_bound::Bound;
pub use file::FileModel;
pub use history::{GrowingHistory, Life};
pub use key::check::Check;
pub use key::environment::{EnvironmentRead, Source};
pub use key::missing::Missing;
pub use key::{
    Exposure, KeyDefault, KeyLeak, KeyRead, KeyTarget, KeyUse, looks_like_key, names_claude_key, real_key,
};
pub use models::model_guard::{FieldWay, Taken};
pub use models::model_id::{ModelMention, ModelUse};
pub use models::sampling_default::SamplingDefaults;
pub use models::spared_models::SparedModels;
pub use names::modules::Modules;
pub use names::scope::{Def, Origin, Scopes, Step, enclosing_function};
pub use program::phase::Phase;
pub use project::Project;
pub use request::bare_headers::BareHeaders;
pub use request::endpoint::Address;
pub use request::headers::Headers;
pub use request::{Request, Tri};
pub use response::content_block::BlockByPosition;
pub use response::declared::DeclaredResponse;
pub use response::gathered::GATHERED;
pub use response::model_json::{Guard, ModelJson};
pub use response::refusal_words::RefusalByWords;
pub use response::{Use, What};
pub use retry::{Attempts, Growth, Repeat, Retry, RetryDelay, RetryForm, RetryPath, RetryScope, Sender};
pub use stop_reason::closed_reason::{ClosedForm, ClosedReason};
pub use stop_reason::raw_reason::RawReason;
pub use stop_reason::stop_test::{StopHandling, StopTest};
pub use stream::{
    ChunkFault, ChunkUse, PartialFault, PartialJson, Reason, StreamLimit, StreamReader, TextAlone,
};
pub use tools::dispatch::{
    CutCalls, InputUse, ResultMessage, ToldInText, ToolDispatch, ToolRun, Trim, Unanswered,
};
pub use tools::tool_grants::Granted;
pub use tools::tool_id::IdOrigin;
pub use tools::{IdKey, ToolResult, ToolRoad};
pub use values::flow::{End, Sink};
pub use values::json::{Json, JsonEntry, JsonKind};
pub use values::left_out::LeftOut;
pub use values::value::{Client, External, Field, Hop, NodeRef, Response, Text, Value};
pub use vendor::foreign_tokenizer::{ForeignTokenizer, GuessedTokens};

pub use client::built::Rebuilt;
pub use concurrency::fan_out::FanOut;
pub use concurrency::race::Race;
pub use errors::error_class::NamedError;
pub use errors::error_test::ClassTest;
pub use errors::error_words::WordTest;
pub use errors::handler::{Given, Handler, HandlerChain, HandlerForm, Outcome};
pub use request::time_limit::TimeLimit;
pub use tools::lone_call::LoneCall;
