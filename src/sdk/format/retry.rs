//! The format of what is known of retry libraries and delays.

use serde::Deserialize;

/// What a client retried before a change of a package.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct EarlierRetries {
    /// Packages whose version says so; one of them is enough.
    pub packages: Vec<String>,
    /// The change of `packages.toml`.
    pub change: String,
    /// How often it retried.
    pub retries: u32,
}

/// How the delay of a retry grows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Delay {
    /// Has a random part, or is what the server asked for.
    Jitter,
    /// Grows, without a random part.
    Exponential,
    /// Always the same.
    Constant,
    /// No delay at all.
    None,
    /// Not known, or decided elsewhere.
    Unknown,
}

/// A retry facility of a library.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RetryKind {
    /// Paths of the decorator, wrapper function, class, policy or adapter.
    pub path: Vec<String>,
    /// Methods on a function or future of the project that retry it (`operation.retry(policy)`);
    /// the argument is one of [`DelayKind`].
    #[serde(default)]
    pub method: Vec<String>,
    /// How its delay grows by itself.
    pub delay: Delay,
    /// Option that sets the delay strategy: a [`DelayKind`], a number or a function.
    #[serde(default)]
    pub wait: Option<String>,
    /// Options whose presence makes the delay grow.
    #[serde(default)]
    pub grows: Option<String>,
    /// Option that holds the factor by which the delay grows: one keeps it as it is.
    #[serde(default)]
    pub factor: Option<String>,
    /// Option that switches jitter on or off.
    #[serde(default)]
    pub jitter: Option<String>,
    /// That option takes `true`.
    #[serde(default)]
    pub jitter_is_switch: bool,
    /// Whether jitter is on without that option, as far as the delay grows.
    #[serde(default)]
    pub default_jitter: bool,
    /// The value of that option with which the delay is random, as it is written, where that is no switch.
    #[serde(default)]
    pub jitter_on: Option<String>,
    /// Option that holds the whole policy: another [`RetryKind`]. A number there repeats
    /// connection errors only.
    #[serde(default)]
    pub policy: Option<String>,
    /// Option that sets the number of retries.
    #[serde(default)]
    pub retries: Option<String>,
    /// Option that sets the number of attempts, the first one included.
    #[serde(default)]
    pub attempts: Option<String>,
    /// Further options that end it, such as a total time.
    #[serde(default)]
    pub limit: Option<String>,
    /// Attempts without these options, the first one included; `None` when unbounded.
    #[serde(default)]
    pub default_attempts: Option<u32>,
    /// Whether it never gives up without one of these options.
    #[serde(default)]
    pub endless: bool,
    /// Option that selects what is retried; without it everything is.
    #[serde(default)]
    pub filter: Option<String>,
    /// Option with a function that is told of every failure, and ends it by throwing.
    #[serde(default)]
    pub ended_by: Option<String>,
    /// Locators of the policies that it puts together; what one of them repeats is repeated.
    #[serde(default)]
    pub parts: Vec<String>,
    /// Whether requests by POST are repeated by default.
    #[serde(default = "yes")]
    pub post: bool,
    /// Option that lists the HTTP methods to repeat.
    #[serde(default)]
    pub methods: Option<String>,
    /// Option that lists the HTTP statuses to repeat.
    #[serde(default)]
    pub statuses: Option<String>,
    /// HTTP statuses repeated by default, where it looks at statuses at all.
    #[serde(default)]
    pub default_statuses: Vec<u16>,
    /// Option without which it does not retry.
    #[serde(default)]
    pub needs: Option<String>,
    /// Event of its object that somebody must listen to, whose answer says whether it retries.
    #[serde(default)]
    pub needs_listener: Option<String>,
    /// Locator of the client or function that it gives retries to.
    #[serde(default)]
    pub wraps: Option<String>,
    /// Repeats jobs of a queue.
    #[serde(default)]
    pub queue: bool,
}

/// A delay strategy, given to a retry facility.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct DelayKind {
    /// Paths of the class, function or builder.
    pub path: Vec<String>,
    /// How the delay grows.
    pub delay: Delay,
    /// Option that switches jitter on or off; for builders the step.
    #[serde(default)]
    pub jitter: Option<String>,
    /// Whether jitter is on without that option.
    #[serde(default)]
    pub default_jitter: bool,
    /// What takes the same arguments and gives a random delay of the same growth, in the same module.
    #[serde(default)]
    pub jittered: Option<String>,
    /// The builder's step that adds a random part; `{crate}` stands for the module that it is from.
    #[serde(default)]
    pub jitter_step: Option<String>,
    /// Steps of the builder's own that stand before that one, where that one gives another type.
    #[serde(default)]
    pub jitter_step_behind: Vec<String>,
    /// Option that sets the number of retries.
    #[serde(default)]
    pub retries: Option<String>,
    /// Retries without that option; `None` when unbounded or decided elsewhere.
    #[serde(default)]
    pub default_retries: Option<u32>,
    /// Locators of strategies that it combines; a random one makes the whole random.
    #[serde(default)]
    pub parts: Vec<String>,
}

fn yes() -> bool {
    true
}
