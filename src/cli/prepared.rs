//! Everything that is settled before a command runs: configuration, knowledge, target and settings.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::check::{Checker, Settings};
use crate::db::Db;
use crate::report::{Report, select};
use crate::target::Target;

use super::config::Config;
use super::options::{StackOptions, TargetOptions};

/// What a command works with.
pub(super) struct Prepared {
    /// The configuration file's content.
    pub(super) config: Config,
    /// The folder that is put over the built-in knowledge.
    pub(super) overlay: Option<PathBuf>,
    /// The knowledge.
    pub(super) db: Db,
    /// Which LocalStack is assumed.
    pub(super) target: Target,
    /// What the user says about the deployment.
    pub(super) settings: Settings,
}

impl Prepared {
    /// Settles everything from the options, `config` and the project that `start` is in; `stack` of commands that read
    /// templates.
    ///
    /// # Errors
    /// A file that is named cannot be read, or what is asked for is no target.
    pub(super) fn of(
        options: &TargetOptions,
        stack: Option<&StackOptions>,
        start: &Path,
        config: Config,
    ) -> Result<Self> {
        let overlay = options.db.clone().or_else(|| config.db.clone());
        let db = knowledge(overlay.as_deref())?;
        let given = stack.map(|it| it.given(&config)).transpose()?.unwrap_or_default();
        let around = stack.map(|it| it.surroundings.look(start, &config, &db)).transpose()?.unwrap_or_default();
        let mut target = options.resolve(&given, &config, &around.layers, &db)?;
        let notes = around.notes(&target);
        target.notes.extend(notes);
        let settings = stack.map(|it| it.settings(&given, &config, options)).unwrap_or_default();
        Ok(Self { config, overlay, db, target, settings })
    }

    /// Checks templates with all that.
    pub(super) fn checker(&self) -> Checker<'_> {
        Checker::new(&self.db, &self.target, self.settings.clone())
    }

    /// Leaves the findings out of `report` that are not asked for.
    pub(super) fn select(&self, report: &mut Report, stack: &StackOptions) {
        let (selected, ignored) = stack.selectors(&self.config);
        select(report, &selected, &ignored);
    }
}

/// The built-in knowledge with that of a folder over it.
///
/// # Errors
/// The folder cannot be read, or what it says is no knowledge.
pub(super) fn knowledge(overlay: Option<&Path>) -> Result<Db> {
    let db = Db::embedded()?;
    match overlay {
        None => Ok(db),
        Some(folder) => {
            db.overlay(folder).with_context(|| format!("the knowledge base in `{}` cannot be used", folder.display()))
        }
    }
}
