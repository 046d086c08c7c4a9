//! What surrounds the templates and says which LocalStack they are for: the project's files, and a running instance.

use std::path::Path;

use clap::Args;

use crate::db::{Db, parse_release};
use crate::live::Running;
use crate::target::{Layer, Project, Source, Target};

use super::config::Config;
use super::instance;
use super::options::TARGET;

/// How long a LocalStack that is asked is waited for, in seconds.
const PATIENCE: u64 = 10;

/// Where to look for the target.
#[derive(Debug, Clone, Args)]
pub(super) struct Surroundings {
    /// Ask the LocalStack that runs at this address for its release and edition, such as http://localhost:4566
    #[arg(long, value_name = "URL", help_heading = TARGET)]
    endpoint: Option<String>,
    /// Ask one on another machine as well
    #[arg(long, requires = "endpoint", help_heading = TARGET)]
    allow_remote_endpoint: bool,
    /// Do not look into the project's compose files, CI jobs and tests for the LocalStack it runs
    #[arg(long, help_heading = TARGET)]
    no_project_target: bool,
}

/// What was found, the most telling layer first.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// What it says of the target.
    pub(super) layers: Vec<Layer>,
    /// What a reader should know about it.
    notes: Vec<String>,
    /// What a reader should know about the release that the project runs.
    release_notes: Vec<String>,
}

impl Around {
    /// What a reader of `target` should know; nothing about a release that an option names.
    pub(super) fn notes(self, target: &Target) -> Vec<String> {
        let mut notes = self.notes;
        match &target.sources.release {
            Source::Default | Source::Project(_) => notes.extend(self.release_notes),
            source @ (Source::Config(_) | Source::Endpoint(_)) => {
                let release = target.release_name();
                let others = self.layers.iter().filter_map(|it| it.release.as_ref());
                let others = others.filter(|it| parse_release(&it.0).is_ok_and(|it| it != target.release));
                notes.extend(others.map(|(it, of)| format!("{source} names release {release}, {of} names {it}")));
            }
            Source::Option(_) | Source::ParametersFile => {}
        }
        notes
    }
}

impl Surroundings {
    /// Asks the instance and reads the files of the project that `start` belongs to, as far as it is wanted.
    ///
    /// # Errors
    /// A LocalStack that is to be asked does not answer.
    pub(super) fn look(&self, start: &Path, config: &Config, db: &Db) -> anyhow::Result<Around> {
        let mut around = Around::default();
        if let Some(address) = &self.endpoint {
            let running = Running::ask(&instance::client(address, self.allow_remote_endpoint, PATIENCE)?)?;
            around.notes.extend(running.notes());
            around.layers.push(running.layer());
        }
        if !self.no_project_target && config.project_target.unwrap_or(true) {
            let project = Project::read(start, db);
            around.notes.extend(project.notes);
            around.release_notes.extend(project.release_notes);
            around.layers.push(project.layer);
        }
        Ok(around)
    }
}
