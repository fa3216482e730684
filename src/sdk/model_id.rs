//! Ids of models as they are written: with providers in front, in the forms of the platforms.

use super::api::api;
use super::date::Date;
use super::models::{Model, Models, Platform, Status, id_form, models};

/// A text that is meant as the id of one of Claude's models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelId<'a> {
    /// What stands in front for a framework: `anthropic`, `bedrock/us-east-1`.
    pub provider: Option<&'a str>,
    /// The id itself.
    pub id: &'a str,
    /// Its form.
    pub form: Platform,
}

/// Longer texts are no ids.
const MAX_ID: usize = 160;

impl<'a> ModelId<'a> {
    /// Reads an id; `None` for texts that are none, and for names of other vendors' catalogues
    /// (`openrouter/anthropic/claude-3-opus`).
    pub fn parse(text: &'a str) -> Option<ModelId<'a>> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._:@/".contains(c);
        if text.len() > MAX_ID || !text.contains("claude") || !text.chars().all(plain) {
            return None;
        }
        let (provider, id) = if text.starts_with("arn:") {
            (None, text.rsplit('/').next()?)
        } else {
            match api().model.providers.iter().find(|p| text.starts_with(&***p)) {
                // `bedrock/converse/anthropic.claude-…`, `bedrock/us-east-1/…`
                Some(prefix) => {
                    let rest = &text[prefix.len()..];
                    let id = rest.rsplit('/').next()?;
                    (Some(text[..text.len() - id.len()].trim_end_matches(['/', ':'])), id)
                }
                None if text.contains('/') => return None,
                None => (None, text),
            }
        };
        let form = match (id_form(id)?, provider) {
            (Platform::Anthropic, Some(p)) if p.contains("vertex") => Platform::Vertex,
            (form, _) => form,
        };
        Some(ModelId { provider, id, form })
    }

    /// The part that names the model on any platform: without profile, vendor, version and day
    /// behind `@`.
    fn core(&self) -> &'a str {
        let id = self.id.find("claude").map_or(self.id, |at| &self.id[at..]);
        let id = id.split(['@', ':']).next().unwrap_or(id);
        match id.rsplit_once("-v") {
            Some((core, version)) if version.bytes().all(|b| b.is_ascii_digit()) => core,
            _ => id,
        }
    }

    /// Whether every word of it is one that ids are made of, a family or version among them.
    pub fn looks_real(&self) -> bool {
        self.is_made_of_words().is_some_and(|numbers| numbers > 0)
    }

    /// Whether it is a family without a version, `claude-haiku`: what people call one, and no id.
    pub fn is_family_alone(&self) -> bool {
        self.is_made_of_words() == Some(0)
    }

    /// How many numbers it has, where every word of it is one that ids are made of.
    fn is_made_of_words(&self) -> Option<usize> {
        let mut words = self.core().split('-').skip(1).peekable();
        let number = |w: &str| w.starts_with(|c: char| c.is_ascii_digit());
        let begins_with_number = words.peek().is_some_and(|w| number(w));
        let (mut family, mut numbers) = (begins_with_number, 0);
        for word in words {
            if api().model.families.iter().any(|f| f == word) {
                family = true;
            } else if !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
                numbers += 1;
            } else if word != "latest" {
                return None;
            }
        }
        family.then_some(numbers)
    }

    /// Whether it is written with dashes alone, as the ids of the API are; catalogues of others
    /// write `claude-sonnet-4.5`.
    pub fn is_dashed(&self) -> bool {
        !self.core().contains('.')
            || self.core().starts_with("claude-2.")
            || self.core().starts_with("claude-1.")
    }

    /// Whether its version is past every known one of its family: it may be younger than the data.
    pub fn is_newer_than_known(&self) -> bool {
        let Some((family, version)) = family_version(self.core()) else { return false };
        let known = models().all().iter().filter_map(|m| family_version(&m.id));
        known.filter(|(f, _)| *f == family).map(|(_, v)| v).max().is_none_or(|newest| version > newest)
    }

    /// The model, if there is one of this id.
    pub fn model(&self) -> Option<&'static Model> {
        let found = models().find(self.id).map(|(model, _)| model);
        // Platforms have versions of their own that no list is sure to hold.
        found.or_else(|| match self.form {
            Platform::Anthropic => None,
            Platform::Bedrock => {
                let found = models().find(self.core()).map(|(model, _)| model);
                // `…:0`, where no id of the model has a version behind a colon.
                let versioned = |id: &String| id.contains(':');
                found.filter(|model| match &model.bedrock {
                    Some(known) if self.id.contains(':') => {
                        known.model_ids.is_empty() || known.model_ids.iter().any(versioned)
                    }
                    _ => true,
                })
            }
            Platform::Vertex => {
                let name = self.core();
                let dated = self.id.split_once('@').map(|(_, day)| format!("{name}-{day}"));
                models().find(&dated.unwrap_or_default()).or(models().find(name)).map(|(model, _)| model)
            }
        })
    }
}

/// `claude-opus-4-5-20251101` → `opus`, (4, 5).
fn family_version(id: &str) -> Option<(&str, (u32, u32))> {
    let words: Vec<&str> = id.split('-').skip(1).collect();
    let family = *words.iter().find(|w| api().model.families.iter().any(|f| f == **w))?;
    let mut numbers = words.iter().filter(|w| w.len() <= 2).filter_map(|w| w.parse::<u32>().ok());
    Some((family, (numbers.next()?, numbers.next().unwrap_or(0))))
}

/// Whether a model can be used on a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It can, and no end is announced.
    Usable,
    /// It can until a day, where that is known.
    Ending(Option<Date>),
    /// It ended.
    Ended(Date),
}

impl Model {
    /// How it stands with the model on a platform on a day. Platforms set their own dates; those seen
    /// for models that are not being retired are the earliest possible ones and say nothing.
    pub fn standing(&self, platform: Platform, day: Date) -> Standing {
        let status = self.status_on(day);
        let elsewhere = match platform {
            Platform::Anthropic => None,
            Platform::Bedrock => self.bedrock.as_ref(),
            Platform::Vertex => self.vertex.as_ref(),
        };
        let seen = || elsewhere.and_then(|e| e.retirement_dates_seen.iter().max().copied());
        match (platform, status) {
            (_, Status::Active) => Standing::Usable,
            (Platform::Anthropic, Status::Deprecated) => Standing::Ending(self.retires_on),
            (Platform::Anthropic, Status::Retired) => match self.retires_on {
                Some(end) => Standing::Ended(end),
                None => Standing::Ending(None),
            },
            (_, Status::Deprecated) => Standing::Ending(seen().filter(|end| *end > day)),
            (_, Status::Retired) => match seen() {
                Some(end) if end <= day => Standing::Ended(end),
                end => Standing::Ending(end),
            },
        }
    }

    /// The id to use instead on a platform: with the same profile where the form is the same.
    pub fn successor(&self, id: &ModelId<'_>, platform: Platform, day: Date) -> Option<&'static str> {
        let named = [self.current_successor.as_deref(), self.replacement.as_deref()];
        let known = named.into_iter().flatten().filter_map(|id| models().find(id)).map(|(m, _)| m);
        let newest = models().all().iter().filter(|m| m.family == self.family);
        let mut usable = known.chain(newest).filter(|m| m.standing(platform, day) == Standing::Usable);
        usable.find_map(|m| m.id_like(id, platform))
    }

    /// Its id on a platform, with the profile of another.
    fn id_like(&'static self, other: &ModelId<'_>, platform: Platform) -> Option<&'static str> {
        let short = self.aliases.iter().min_by_key(|a| a.len()).unwrap_or(&self.id);
        match platform {
            Platform::Anthropic => Some(short),
            Platform::Vertex => self.vertex.as_ref()?.model_ids.first().map(|id| &**id),
            Platform::Bedrock => {
                let ids = &self.bedrock.as_ref()?.model_ids;
                let profile = |id: &str| id.split("anthropic.").next().unwrap_or_default().to_string();
                let same = ids.iter().find(|i| profile(i) == profile(other.id));
                same.or(ids.first()).map(|id| &**id)
            }
        }
    }
}

impl Models {
    /// The id that can be used on a day and is spelled most like another.
    pub fn nearest(&self, id: &ModelId<'_>, day: Date) -> Option<&'static str> {
        let core = id.core().replace('.', "-");
        let usable = models().all().iter().filter(|m| m.standing(id.form, day) == Standing::Usable);
        let ids = usable.filter_map(|m| Some((m, m.id_like(id, id.form)?)));
        let written = likely_spellings(&core);
        let distance = |m: &Model| {
            let known = m.aliases.iter().chain([&m.id]);
            let likeness = |known| written.iter().map(|w| strsim::damerau_levenshtein(known, w)).min();
            known.filter_map(|known| likeness(known)).min()
        };
        ids.min_by_key(|(m, _)| (distance(m), std::cmp::Reverse(m.released))).map(|(_, id)| id)
    }
}

/// How an id may have been meant: as it is, without a day or `latest` that was made up, and with the family
/// in front of the version, as newer ids have it.
fn likely_spellings(core: &str) -> Vec<String> {
    let mut all = vec![core.to_string()];
    let end = |word: &str| word == "latest" || word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit());
    let bare = core.rsplit_once('-').filter(|(_, word)| end(word)).map_or(core, |(bare, _)| bare);
    all.push(bare.to_string());
    let words: Vec<&str> = bare.split('-').skip(1).collect();
    let is_family = |w: &&str| api().model.families.iter().any(|f| f == *w);
    if let Some(family) = words.iter().copied().find(|w| is_family(w)) {
        let others = words.iter().copied().filter(|w| *w != family);
        all.push(["claude", family].into_iter().chain(others).collect::<Vec<_>>().join("-"));
    }
    all
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn ids_are_read_in_every_form() {
        let form = |text| ModelId::parse(text).map(|id| (id.id, id.form));
        assert_eq!(form("claude-opus-5-5"), Some(("claude-opus-5-5", Platform::Anthropic)));
        assert_eq!(form("anthropic/claude-opus-5-5"), Some(("claude-opus-5-5", Platform::Anthropic)));
        assert_eq!(form("bedrock/converse/us.anthropic.claude-opus-5").map(|f| f.1), Some(Platform::Bedrock));
        assert_eq!(form("claude-opus-4-1@20250805").map(|f| f.1), Some(Platform::Vertex));
        assert_eq!(form("openrouter/anthropic/claude-3-opus"), None);
        assert_eq!(form("the model claude-3 is"), None);
    }

    #[test]
    fn words_tell_ids_from_names() {
        let real = |text| ModelId::parse(text).is_some_and(|id| id.looks_real());
        for id in ["claude-opus-5-6", "claude-3-5-sonnet-20241022", "claude-2.1", "claude-haiku-4-5-latest"] {
            assert!(real(id), "{id}");
        }
        for id in
            ["claude-code", "claude-agent", "claude-opus-4-6-thinking", "claude-sonnet", "claude-test-1"]
        {
            assert!(!real(id), "{id}");
        }
        let alone = |text| ModelId::parse(text).is_some_and(|id| id.is_family_alone());
        assert!(alone("claude-haiku") && alone("claude-sonnet-latest"));
        assert!(!alone("claude") && !alone("claude-code") && !alone("claude-haiku-4-5"));
        assert!(ModelId::parse("claude-opus-9").unwrap().is_newer_than_known());
        assert!(!ModelId::parse("claude-opus-5-1").unwrap().is_newer_than_known());
    }

    #[test]
    fn platforms_have_their_own_ends() {
        let model = |id| ModelId::parse(id).unwrap().model().unwrap();
        let sonnet = model("anthropic.claude-sonnet-4-5-20250929-v1:0");
        let on = |platform| sonnet.standing(platform, day("2026-12-01"));
        assert_eq!(on(Platform::Anthropic), Standing::Ended(day("2026-11-30")));
        assert_eq!(on(Platform::Bedrock), Standing::Ending(Some(day("2027-04-08"))));
        assert_eq!(model("claude-3-haiku@20240307").id, "claude-3-haiku-20240307");
        assert_eq!(model("anthropic.claude-3-haiku-20240307-v1:0").id, "claude-3-haiku-20240307");
    }

    #[test]
    fn replacements_keep_the_form() {
        let id = ModelId::parse("us.anthropic.claude-3-7-sonnet-20250219-v1:0").unwrap();
        let next = id.model().unwrap().successor(&id, Platform::Bedrock, day("2026-11-28"));
        assert_eq!(next, Some("us.anthropic.claude-sonnet-5-5"));
        let next = id.model().unwrap().successor(&id, Platform::Anthropic, day("2026-11-28"));
        assert_eq!(next, Some("claude-sonnet-5-5"));
        let id = ModelId::parse("claude-haiku-4-5-latest").unwrap();
        assert_eq!(models().nearest(&id, day("2026-11-28")), Some("claude-haiku-4-5"));
        let made_up = ModelId::parse("claude-opus-4-7-20250514").unwrap();
        assert_eq!(models().nearest(&made_up, day("2026-11-28")), Some("claude-opus-4-7"));
        let turned = ModelId::parse("claude-4-6-sonnet-latest").unwrap();
        assert_eq!(models().nearest(&turned, day("2026-11-28")), Some("claude-sonnet-4-6"));
    }
}
