//! How the words that reports print are chosen and spelled. The lists are `wording.toml` of the knowledge base; what
//! stands in quotation marks or backticks is somebody else's and is not judged.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

static WORDING: LazyLock<Wording> =
    LazyLock::new(|| toml::from_str(include_str!("../../../compat-db/wording.toml")).unwrap_or_default());

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wording {
    vague: Vec<String>,
    circumstances: Vec<String>,
    refused: BTreeMap<String, String>,
    tense: BTreeMap<String, String>,
    spelling: BTreeMap<String, String>,
}

/// What is wrong with any text that a report prints.
pub(super) fn faults(text: &str) -> Vec<String> {
    let (own, mut faults) = (own_words(text), Vec::new());
    if text.contains("  ") {
        faults.push("has two blanks in a row".into());
    }
    for word in words(&own) {
        if is_contraction(word) {
            faults.push(format!("has the contraction `{word}`; write it out"));
        }
    }
    faults.extend(refused(&own, &WORDING.refused));
    for (wrong, right) in &WORDING.spelling {
        if contains_name(&own, wrong) {
            faults.push(format!("spells `{right}` as `{wrong}`"));
        }
    }
    faults
}

/// What is wrong with a text that claims what happens.
pub(super) fn claim_faults(text: &str) -> Vec<String> {
    let own = own_words(text);
    let mut faults: Vec<String> = refused(&own, &WORDING.tense).collect();
    faults.extend(
        own.split(". ")
            .filter_map(vague)
            .map(|word| format!("says `{word}` without saying when; name the circumstances")),
    );
    faults
}

/// The word that leaves open whether something happens, in a sentence that does not tell when.
fn vague(sentence: &str) -> Option<String> {
    let lower: Vec<String> = words(sentence).map(str::to_lowercase).collect();
    if lower.iter().any(|it| WORDING.circumstances.contains(it)) {
        return None;
    }
    lower.into_iter().find(|it| WORDING.vague.contains(it))
}

fn refused<'t>(text: &'t str, list: &'static BTreeMap<String, String>) -> impl Iterator<Item = String> + 't {
    words(text).filter_map(|word| {
        let instead = list.get(&word.to_lowercase())?;
        Some(format!("says `{word}`; {instead}"))
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|it: char| !it.is_alphanumeric() && !['\'', '’'].contains(&it));
    parts.map(|it| it.trim_matches('\'')).filter(|it| !it.is_empty())
}

fn own_words(text: &str) -> String {
    text.split(['`', '"']).step_by(2).collect::<Vec<_>>().join(" ")
}

/// `isn't`, `they're`, and `'s` for `is` where no owner can be meant.
fn is_contraction(word: &str) -> bool {
    let word = word.to_lowercase().replace('’', "'");
    let is_short = ["it's", "that's", "there's", "here's", "what's", "who's", "let's"].contains(&word.as_str());
    is_short || ["n't", "'re", "'ve", "'ll", "'d"].iter().any(|it| word.ends_with(it))
}

/// Whether a name stands in a text by itself, not as a part of an identifier such as `AWS::ApiGateway::Stage`.
fn contains_name(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let mut after = text.get(at + name.len()..).unwrap_or_default().chars();
        let (next, second) = (after.next(), after.next());
        let joins = |it: char| "_-:/.@$".contains(it);
        let inside = |it: char| it.is_alphanumeric() || it == ':';
        let starts = before.is_none_or(|it| !it.is_alphanumeric() && !joins(it));
        starts && next.is_none_or(|it| !(it.is_alphanumeric() || joins(it) && second.is_some_and(inside)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_read() {
        assert!(!WORDING.vague.is_empty() && !WORDING.spelling.is_empty());
        for (wrong, right) in &WORDING.spelling {
            assert!(!contains_name(right, wrong), "`{right}` is refused itself");
        }
    }

    #[test]
    fn what_leaves_open_whether_it_happens_needs_circumstances() {
        let faulty = |text| !claim_faults(text).is_empty();
        assert!(faulty("The alarm may stay in its state."));
        assert!(faulty("It works when called. Later it might not."));
        assert!(!faulty("The alarm may stay in its state until data arrives."));
        assert!(!faulty("The mayor of the stack."));
    }

    #[test]
    fn claims_are_in_the_present_tense() {
        assert_eq!(claim_faults("It will fail."), ["says `will`; say it in the present tense"]);
    }

    #[test]
    fn refused_words_contractions_and_blanks_are_named() {
        assert_eq!(faults("Simply leave it out"), ["says `Simply`; leave it out"]);
        assert_eq!(faults("It doesn't work."), ["has the contraction `doesn't`; write it out"]);
        assert_eq!(faults("It’s the stack's."), ["has the contraction `It’s`; write it out"]);
        assert_eq!(faults("It  works."), ["has two blanks in a row"]);
    }

    #[test]
    fn names_are_spelled_as_their_owners_do() {
        assert_eq!(faults("Use Dynamodb."), ["spells `DynamoDB` as `Dynamodb`"]);
        for sound in ["AWS::ApiGateway::Stage is made.", "Install localstack-core.", "It answers \"Localstack\"."] {
            assert!(faults(sound).is_empty(), "{sound}");
        }
    }
}
