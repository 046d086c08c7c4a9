//! Regular expressions of the knowledge base, compiled once a process, over texts that may be known in part.
//!
//! A text with unknown parts is decided by walking the expression's automaton with the set of states it can
//! be in: an unknown part reaches every state reachable from there. If all ends match it is yes, if none does
//! it is no. An expression whose automaton is too large answers unknown for such texts, never wrongly.

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use regex::{Regex, bytes};
use regex_automata::dfa::{Automaton, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, util::start};

use super::text::{Part, Text};
use crate::stack::{Reason, Truth};

/// What an unknown part is made of: names, ids and ARNs are printable ASCII on one line.
const UNKNOWN_BYTES: RangeInclusive<u8> = b' '..=b'~';
/// Largest automaton that is built, in bytes.
const AUTOMATON_LIMIT: usize = 1 << 20;

/// An automaton over bytes.
type Dfa = dense::DFA<Vec<u32>>;

/// Most expressions that are kept: more than the knowledge base has; templates may bring as many as they like.
const MAX_KEPT: usize = 4096;

/// The compiled expressions. Compiling one takes longer than most templates take to be analysed.
#[derive(Default)]
pub(super) struct Patterns {
    compiled: Kept<Regex>,
    /// For texts that are ASCII: compiled in a fraction of the time, and the same on these.
    of_ascii: Kept<bytes::Regex>,
    automata: Kept<Dfa>,
}

/// What was made of each expression; `None` for one that nothing can be made of.
struct Kept<T>(RwLock<HashMap<String, Option<Arc<T>>>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<T> Kept<T> {
    fn get(&self, pattern: &str, make: impl Fn() -> Option<T>) -> Option<Arc<T>> {
        // A map is whole even after a panic elsewhere: values are only ever added.
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(pattern) {
            return known.clone();
        }
        let made = make().map(Arc::new);
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MAX_KEPT {
            kept.insert(pattern.to_owned(), made.clone());
        }
        made
    }
}

impl Patterns {
    /// The expressions of this process.
    pub(super) fn shared() -> &'static Self {
        static SHARED: OnceLock<Patterns> = OnceLock::new();
        SHARED.get_or_init(Self::default)
    }

    /// Whether `pattern` matches somewhere in `text`; no for a pattern that does not compile.
    pub(super) fn matches(&self, pattern: &str, text: &Text) -> Truth {
        match (text.whole(), text.reason()) {
            (Some(whole), _) => Truth::from(self.is_match(pattern, whole)),
            (None, Some(reason)) => self.matches_in_part(pattern, text, reason),
            (None, None) => Truth::No,
        }
    }

    /// Whether `pattern` is a regular expression that is understood here.
    pub(super) fn reads(&self, pattern: &str) -> bool {
        self.compiled(pattern).is_some()
    }

    fn matches_in_part(&self, pattern: &str, text: &Text, reason: &Reason) -> Truth {
        let ends = self.automaton(pattern).and_then(|it| ends(&it, text));
        match ends {
            Some(Ends { matching: true, other: false }) => Truth::Yes,
            Some(Ends { matching: false, .. }) => Truth::No,
            _ => Truth::Unknown(reason.clone()),
        }
    }

    fn is_match(&self, pattern: &str, whole: &str) -> bool {
        let of_ascii = || self.of_ascii.get(pattern, || bytes::RegexBuilder::new(pattern).unicode(false).build().ok());
        match whole.is_ascii().then(of_ascii).flatten() {
            Some(regex) => regex.is_match(whole.as_bytes()),
            None => self.compiled(pattern).is_some_and(|it| it.is_match(whole)),
        }
    }

    fn compiled(&self, pattern: &str) -> Option<Arc<Regex>> {
        self.compiled.get(pattern, || Regex::new(pattern).ok())
    }

    fn automaton(&self, pattern: &str) -> Option<Arc<Dfa>> {
        self.automata.get(pattern, || {
            let config = dense::Config::new()
                .dfa_size_limit(Some(AUTOMATON_LIMIT))
                .determinize_size_limit(Some(AUTOMATON_LIMIT));
            dense::Builder::new().configure(config).build(pattern).ok()
        })
    }
}

/// The ways a text can end.
#[derive(Default)]
struct Ends {
    matching: bool,
    other: bool,
}

fn ends(automaton: &Dfa, text: &Text) -> Option<Ends> {
    let start = automaton.start_state(&start::Config::new().anchored(Anchored::No)).ok()?;
    let mut ends = Ends::default();
    let mut states = BTreeSet::from([start]);
    for part in text.parts() {
        states = match part {
            Part::Known(known) => known.bytes().fold(states, |states, byte| {
                let next = states.into_iter().map(|it| automaton.next_state(it, byte));
                settle(automaton, next, &mut ends)
            }),
            Part::Unknown(_) => reachable(automaton, states, &mut ends),
        };
    }
    for state in states {
        match automaton.is_match_state(automaton.next_eoi_state(state)) {
            true => ends.matching = true,
            false => ends.other = true,
        }
    }
    Some(ends)
}

/// Takes the states that have already decided out of `states`: a match stays one, a dead state never becomes one.
fn settle(automaton: &Dfa, states: impl Iterator<Item = StateID>, ends: &mut Ends) -> BTreeSet<StateID> {
    let mut open = BTreeSet::new();
    for state in states {
        if automaton.is_match_state(state) {
            ends.matching = true;
        } else if automaton.is_dead_state(state) || automaton.is_quit_state(state) {
            ends.other = true;
            ends.matching |= automaton.is_quit_state(state);
        } else {
            open.insert(state);
        }
    }
    open
}

fn reachable(automaton: &Dfa, from: BTreeSet<StateID>, ends: &mut Ends) -> BTreeSet<StateID> {
    let mut seen = from.clone();
    let mut queue: Vec<StateID> = from.into_iter().collect();
    while let Some(state) = queue.pop() {
        let next = settle(automaton, UNKNOWN_BYTES.map(|byte| automaton.next_state(state, byte)), ends);
        queue.extend(next.into_iter().filter(|it| seen.insert(*it)));
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, parts: &[Option<&str>]) -> Truth {
        let mut text = Text::default();
        for part in parts {
            match part {
                Some(known) => text.push_known(known),
                None => text.append(Text::unknown(Reason::Parameter("P".into()))),
            }
        }
        Patterns::default().matches(pattern, &text)
    }

    fn open() -> Truth {
        Truth::Unknown(Reason::Parameter("P".into()))
    }

    #[test]
    fn whole_texts_are_searched() {
        assert_eq!(matches("b+", &[Some("abc")]), Truth::Yes);
        assert_eq!(matches("^b", &[Some("abc")]), Truth::No);
    }

    #[test]
    fn texts_beyond_ascii_are_searched_by_character() {
        assert_eq!(matches("^.{3}$", &[Some("aéz")]), Truth::Yes);
        assert_eq!(matches("^.{3}$", &[Some("abz")]), Truth::Yes);
        assert_eq!(matches(r"^\p{Ll}+$", &[Some("abz")]), Truth::Yes, "needs what ASCII has no word for");
        assert_eq!(matches("[^a]", &[Some("é")]), Truth::Yes);
        assert_eq!(matches("^[é]$", &[Some("a")]), Truth::No);
    }

    #[test]
    fn a_known_prefix_decides_an_anchored_expression() {
        assert_eq!(matches("^arn:", &[Some("arn:aws:s3:::"), None]), Truth::Yes);
        assert_eq!(matches("^arn:", &[Some("unknown"), None]), Truth::No);
        assert_eq!(matches("^arn:", &[None]), open());
        assert_eq!(matches("^arn:.*:x$", &[Some("arn:"), None]), open());
    }

    #[test]
    fn a_known_suffix_or_infix_decides_too() {
        assert_eq!(matches(r"\.fifo$", &[None, Some(".fifo")]), Truth::Yes);
        assert_eq!(matches(r"\.fifo$", &[None, Some(".std")]), Truth::No);
        assert_eq!(matches("python3", &[None, Some("python3.9"), None]), Truth::Yes);
        assert_eq!(matches("^[a-z]+$", &[None, Some("A"), None]), Truth::No);
    }

    #[test]
    fn an_expression_that_always_matches_is_yes() {
        assert_eq!(matches("", &[None]), Truth::Yes);
        assert_eq!(matches(".*", &[None]), Truth::Yes);
    }

    #[test]
    fn alternatives_and_the_star_accept_what_they_must() {
        let accepts = r"^(\*|arn:.*)$";
        assert_eq!(matches(accepts, &[Some("unknown/"), None]), Truth::No);
        assert_eq!(matches(accepts, &[Some("arn:aws:"), None, Some(":unknown")]), Truth::Yes);
        assert_eq!(matches(accepts, &[None, Some("unknown")]), open());
    }
}
