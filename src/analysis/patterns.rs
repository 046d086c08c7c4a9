//! Regular expressions of the knowledge base, compiled once an analysis, over texts that may be known in part.
//!
//! A text with unknown parts is decided by walking the expression's automaton with the set of states it can
//! be in: an unknown part reaches every state reachable from there. If all ends match it is yes, if none does
//! it is no. An expression whose automaton is too large answers unknown for such texts, never wrongly.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::rc::Rc;

use regex::Regex;
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

/// The compiled expressions.
#[derive(Default)]
pub(super) struct Patterns {
    compiled: RefCell<HashMap<String, Option<Rc<Regex>>>>,
    automata: RefCell<HashMap<String, Option<Rc<Dfa>>>>,
}

impl Patterns {
    /// Whether `pattern` matches somewhere in `text`; no for a pattern that does not compile.
    pub(super) fn matches(&self, pattern: &str, text: &Text) -> Truth {
        match (text.whole(), text.reason()) {
            (Some(whole), _) => Truth::from(self.compiled(pattern).is_some_and(|it| it.is_match(whole))),
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

    fn compiled(&self, pattern: &str) -> Option<Rc<Regex>> {
        let mut compiled = self.compiled.borrow_mut();
        if let Some(known) = compiled.get(pattern) {
            return known.clone();
        }
        let regex = Regex::new(pattern).ok().map(Rc::new);
        compiled.insert(pattern.to_owned(), regex.clone());
        regex
    }

    fn automaton(&self, pattern: &str) -> Option<Rc<Dfa>> {
        let mut automata = self.automata.borrow_mut();
        if let Some(known) = automata.get(pattern) {
            return known.clone();
        }
        let config =
            dense::Config::new().dfa_size_limit(Some(AUTOMATON_LIMIT)).determinize_size_limit(Some(AUTOMATON_LIMIT));
        let automaton = dense::Builder::new().configure(config).build(pattern).ok().map(Rc::new);
        automata.insert(pattern.to_owned(), automaton.clone());
        automaton
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
