//! Every claim of the knowledge base, made again on a running LocalStack.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::check::{Miss, Place};
use super::client::{Client, Silence};
use super::cloudformation::CloudFormation;
use super::instance::{Instance, LiveError, unreachable};
use super::needs::Needs;
use super::request::Scope;
use super::session::{Session, Template};
use crate::db::{Applies, Db, Deploy, EvidenceKind, Fixture, Fixtures, Limitation, Observation, Word};
use crate::source::{self, SourceFile};
use crate::stack::{self, Inputs};
use crate::target::Target;

/// What is verified, and how.
#[derive(Clone, Copy)]
pub struct Options<'o> {
    /// The running LocalStack: its release, plan and configuration variables.
    pub target: &'o Target,
    /// The entries; all when empty.
    pub ids: &'o [String],
    /// How many claims are made side by side; at least one.
    pub jobs: usize,
    /// Told after each claim how many are done, and of how many.
    pub progress: &'o (dyn Fn(usize, usize) + Sync),
}

/// What became of the claims.
#[derive(Debug, Clone, PartialEq)]
pub struct Verification {
    /// The instance.
    pub instance: Instance,
    /// The claims by id.
    pub claims: Vec<Claim>,
}

/// What became of one entry's claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The entry.
    pub id: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Everything is as it was seen before.
    Holds,
    /// Something is not.
    NoLonger {
        /// The first check that does not hold.
        expected: Box<Observation>,
        /// What was seen instead, on one line.
        seen: String,
    },
    /// The LocalStack lacks what the claim needs.
    NotRun {
        /// What, and how that shows.
        reason: String,
    },
    /// It is about another LocalStack, or nobody has written down what to see.
    Skipped {
        /// Which, or that.
        reason: String,
    },
}

impl Verification {
    /// How many claims have an outcome that `is` names.
    pub fn count(&self, is: impl Fn(&Outcome) -> bool) -> usize {
        self.claims.iter().filter(|it| is(&it.outcome)).count()
    }
}

/// Makes every claim that is about the target again. A claim that does not hold beside others is made once more alone:
/// fixtures may use the same names, and a loaded machine is slow.
///
/// # Errors
/// The LocalStack does not answer (any more), or an id names no entry.
pub fn verify(
    client: &Client,
    instance: Instance,
    db: &Db,
    fixtures: &Fixtures,
    options: Options<'_>,
) -> Result<Verification, LiveError> {
    let entries = entries(db, options.ids)?;
    let target = options.target;
    let scope = Scope { region: &target.region, account_id: &target.account_id };
    let place = Place { client, db, scope };
    let cloudformation = CloudFormation::new(client, scope);
    let needs = Needs::new(&place, &cloudformation);
    let run = Run { place: &place, cloudformation: &cloudformation, needs: &needs, fixtures, target };

    let mut outcomes = run.all(&entries, options)?;
    if options.jobs > 1 {
        for (entry, outcome) in entries.iter().zip(&mut outcomes) {
            if matches!(outcome, Outcome::NoLonger { .. }) {
                *outcome = run.outcome(entry)?;
            }
        }
    }
    let claims = entries.iter().zip(outcomes).map(|(it, outcome)| Claim { id: it.id.clone(), outcome });
    Ok(Verification { instance, claims: claims.collect() })
}

/// The entries that are asked for, or every one that claims to have been seen.
fn entries<'d>(db: &'d Db, ids: &[String]) -> Result<Vec<&'d Limitation>, LiveError> {
    if !ids.is_empty() {
        let entry = |id: &String| db.limitation(id).ok_or_else(|| LiveError::NoSuchEntry(id.clone()));
        return ids.iter().map(entry).collect();
    }
    let is_claim =
        |it: &&Limitation| !it.observe.is_empty() || it.evidence.iter().any(|it| it.kind == EvidenceKind::Probe);
    Ok(db.limitations().iter().filter(is_claim).collect())
}

#[derive(Clone, Copy)]
struct Run<'r> {
    place: &'r Place<'r>,
    cloudformation: &'r CloudFormation<'r>,
    needs: &'r Needs<'r>,
    fixtures: &'r Fixtures,
    target: &'r Target,
}

impl<'r> Run<'r> {
    /// The outcome of each entry, several at once.
    fn all(&self, entries: &[&'r Limitation], options: Options<'_>) -> Result<Vec<Outcome>, LiveError> {
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let results: Mutex<BTreeMap<usize, Result<Outcome, LiveError>>> = Mutex::default();
        let work = || {
            while let Some((at, entry)) = entries.iter().enumerate().nth(next.fetch_add(1, Ordering::Relaxed)) {
                let outcome = self.outcome(entry);
                if outcome.is_err() {
                    // Nobody takes another one.
                    next.store(entries.len(), Ordering::Relaxed);
                }
                results.lock().unwrap_or_else(PoisonError::into_inner).insert(at, outcome);
                (options.progress)(done.fetch_add(1, Ordering::Relaxed) + 1, entries.len());
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..options.jobs.max(1) {
                scope.spawn(work);
            }
        });
        results.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
    }

    fn outcome(&self, entry: &Limitation) -> Result<Outcome, LiveError> {
        if let Some(reason) = self.unfit(entry) {
            return Ok(Outcome::Skipped { reason });
        }
        match self.claim(entry) {
            Ok(outcome) => Ok(outcome),
            Err(silence) => {
                // One service that keeps silent is a thing seen; a LocalStack that does is the end.
                let alive = self.place.client.get("/_localstack/health");
                alive.map_err(|it| unreachable(self.place.client, &it))?;
                let expected = entry.observe.first().cloned();
                Ok(expected.map_or(Outcome::Holds, |it| Outcome::NoLonger {
                    expected: Box::new(it),
                    seen: silence.to_string(),
                }))
            }
        }
    }

    /// Why an entry is not about this LocalStack.
    fn unfit(&self, entry: &Limitation) -> Option<String> {
        if entry.observe.is_empty() {
            return Some("nobody has written down what its probe sees".into());
        }
        let asked = self.templates(entry).map(|(_, it)| it.applies());
        std::iter::once(entry.applies.clone()).chain(asked).find_map(|it| self.mismatch(&it))
    }

    fn mismatch(&self, applies: &Applies) -> Option<String> {
        let (db, target) = (self.place.db, self.target);
        let only = |part: Applies| !target.applies(db, &part);
        if only(Applies { releases: applies.releases.clone(), ..Applies::default() }) {
            return Some(format!("for releases {}", applies.releases.as_deref().unwrap_or_default()));
        }
        if only(Applies { plans: applies.plans.clone(), ..Applies::default() }) {
            let plans: Vec<&str> = applies.plans.iter().map(|it| it.word()).collect();
            return Some(format!("for the plans {}", plans.join(", ")));
        }
        let missing =
            applies.config.iter().find(|it| only(Applies { config: vec![(*it).clone()], ..Applies::default() }));
        missing.map(|(name, value)| {
            format!("for {name}={value}; start LocalStack so, and say it with `--config-var {name}={value}`")
        })
    }

    fn templates(&self, entry: &Limitation) -> impl Iterator<Item = (Deploy, &'r Fixture)> {
        let fixtures = self.fixtures;
        let id = entry.id.clone();
        [Deploy::Bad, Deploy::Good, Deploy::Update].into_iter().filter_map(move |it| Some((it, fixtures.get(&id, it)?)))
    }

    fn claim(&self, entry: &Limitation) -> Result<Outcome, Silence> {
        let needed: Vec<Deploy> = entry.observe.iter().map(|it| it.deploy).collect();
        let templates: BTreeMap<Deploy, Template<'_>> = self
            .templates(entry)
            .map(|(deploy, it)| (deploy, Template { text: &it.text, parameters: it.parameters() }))
            .collect();
        let kinds: Vec<String> = templates.values().flat_map(|it| kinds(it.text)).collect();
        let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
        if let Some(reason) = self.needs.before(&entry.needs, &kinds)? {
            return Ok(Outcome::NotRun { reason });
        }
        let mut session = Session::new(self.cloudformation, &entry.id, templates);
        let checked = self.checked(entry, &mut session, &needed);
        session.end()?;
        let Some((check, miss)) = checked? else { return Ok(Outcome::Holds) };
        if let Some(reason) = self.needs.after(&entry.needs, &miss)? {
            return Ok(Outcome::NotRun { reason });
        }
        Ok(Outcome::NoLonger { expected: Box::new(check.clone()), seen: miss.seen })
    }

    /// The first check that does not hold, and what was seen.
    fn checked<'e>(
        &self,
        entry: &'e Limitation,
        session: &mut Session<'_>,
        needed: &[Deploy],
    ) -> Result<Option<(&'e Observation, Miss)>, Silence> {
        for (at, check) in entry.observe.iter().enumerate() {
            let later = needed.get(at..).unwrap_or_default();
            if let Some(miss) = self.place.miss(session, check, later)? {
                return Ok(Some((check, miss)));
            }
        }
        Ok(None)
    }
}

/// The resource types of a template; none when it cannot be read.
fn kinds(template: &str) -> Vec<String> {
    let file = Arc::new(SourceFile::new(Path::new("fixture.yaml"), template));
    let Ok(tree) = source::parse(&file) else { return Vec::new() };
    stack::read(file, &tree, &Inputs::default()).resources.into_iter().map(|it| it.kind).collect()
}
