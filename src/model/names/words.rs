//! The words that a name is made of, whatever it was written in.

use crate::sdk::Sdk;

/// A name in the form `snake_case`: `defaultModel`, `DEFAULT_MODEL`, `default-model` → `default_model`.
pub(in crate::model) fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut lower = false;
    for c in name.chars() {
        if c.is_uppercase() {
            if lower {
                out.push('_');
            }
            lower = false;
            out.extend(c.to_lowercase());
        } else {
            lower = c.is_lowercase() || c.is_ascii_digit();
            out.push(if c == '-' || c == '.' || c == ' ' { '_' } else { c });
        }
    }
    out
}

/// A name cut into words: `DEFAULT_MODEL`, `defaultModel`, `default-model` → `default`, `model`.
pub(in crate::model) fn words_of(name: &str) -> Vec<String> {
    let name = snake(name);
    name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_string).collect()
}

/// Whether a name has a word of a list of the data in it.
pub(in crate::model) fn has_word_of(sdk: &Sdk, list: &str, name: &str) -> bool {
    words_of(name).iter().any(|word| sdk.has_word(list, word))
}

/// Whether a name says that something is Claude's.
pub(in crate::model) fn names_claude(name: &str) -> bool {
    words_of(name).iter().any(|word| word == "claude" || word == "anthropic")
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn names_are_cut_where_they_are_written_so() {
        assert_eq!(words_of("defaultModelId"), ["default", "model", "id"]);
        assert_eq!(words_of("ANTHROPIC_MODEL"), ["anthropic", "model"]);
        assert_eq!(words_of("gpt4Model"), ["gpt4", "model"]);
        assert_eq!(words_of("claude-3.5/beta"), ["claude", "3", "5", "beta"]);
    }
}
