//! What the LocalStack lacks beside itself: found out once, when a claim asks for it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::check::{Miss, Place, is_match};
use super::client::Silence;
use super::cloudformation::CloudFormation;
use super::session::{Session, Template};
use crate::db::{Deploy, Need};

/// The needs of the knowledge base and what is known of them here.
pub(super) struct Needs<'n> {
    place: &'n Place<'n>,
    cloudformation: &'n CloudFormation<'n>,
    all: Vec<(&'n Need, Mutex<Option<Presence>>)>,
}

/// Whether something that LocalStack needs is there.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Presence {
    /// It is there, or nothing shows that it is not.
    There,
    /// It is not, and what needs it fails.
    Lacking(String),
    /// It is not, and what needs it never ends.
    Hangs(String),
}

impl<'n> Needs<'n> {
    /// The needs of the knowledge base; nothing is deployed yet.
    pub(super) fn new(place: &'n Place<'n>, cloudformation: &'n CloudFormation<'n>) -> Self {
        let all = place.db.needs().iter().map(|it| (it, Mutex::new(None))).collect();
        Self { place, cloudformation, all }
    }

    /// Why there is no use in deploying what has these declared needs and these resource types.
    pub(super) fn before(&self, declared: &[String], types: &[&str]) -> Result<Option<String>, Silence> {
        for (need, known) in &self.all {
            let is_declared = declared.contains(&need.name);
            if !is_declared && !types.iter().any(|it| has_type(need, it)) {
                continue;
            }
            match self.presence(need, known)? {
                Presence::Lacking(reason) if is_declared => return Ok(Some(lacks(need, &reason))),
                Presence::Hangs(reason) => return Ok(Some(lacks(need, &reason))),
                Presence::There | Presence::Lacking(_) => {}
            }
        }
        Ok(None)
    }

    /// Why what was seen is no statement about LocalStack: all that stopped it is something that this machine lacks.
    pub(super) fn after(&self, declared: &[String], miss: &Miss) -> Result<Option<String>, Silence> {
        let culprits = miss.stack.culprits();
        for (need, known) in &self.all {
            let shows = |text: &str| need.lacking.as_ref().is_some_and(|it| is_match(it, text));
            let is_its = |kind: &str, reason: &str| has_type(need, kind) || shows(reason);
            let is_stopped = !culprits.is_empty() && culprits.iter().all(|it| is_its(&it.kind, &it.reason));
            if culprits.iter().all(|it| shows(&it.reason)) && is_stopped
                || declared.contains(&need.name) && shows(&miss.seen)
            {
                return Ok(Some(lacks(need, &miss.seen)));
            }
            if is_stopped && let Presence::Lacking(reason) | Presence::Hangs(reason) = self.presence(need, known)? {
                return Ok(Some(lacks(need, &reason)));
            }
        }
        Ok(None)
    }

    /// Finds out, once; who asks meanwhile waits.
    fn presence(&self, need: &Need, known: &Mutex<Option<Presence>>) -> Result<Presence, Silence> {
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(presence) = &*known {
            return Ok(presence.clone());
        }
        let presence = self.find_out(need)?;
        *known = Some(presence.clone());
        Ok(presence)
    }

    fn find_out(&self, need: &Need) -> Result<Presence, Silence> {
        let Some(text) = &need.template else { return Ok(Presence::There) };
        let template = Template { text, parameters: Vec::new() };
        let mut session = Session::new(self.cloudformation, &need.name, BTreeMap::from([(Deploy::Bad, template)]));
        let mut presence = Presence::There;
        for check in &need.observe {
            match self.place.miss(&mut session, check, &[Deploy::Bad]) {
                Ok(None) => {}
                Ok(Some(miss)) if miss.stack.end.is_none() => presence = Presence::Hangs(miss.seen),
                Ok(Some(miss)) => presence = Presence::Lacking(miss.seen),
                Err(silence @ Silence::TimedOut(_)) => presence = Presence::Hangs(silence.to_string()),
                Err(silence) => return Err(silence),
            }
            if presence != Presence::There {
                break;
            }
        }
        session.end()?;
        Ok(presence)
    }
}

fn has_type(need: &Need, kind: &str) -> bool {
    need.types.iter().any(|it| it == kind)
}

fn lacks(need: &Need, reason: &str) -> String {
    format!("LocalStack lacks {} here: {reason}", need.what)
}
