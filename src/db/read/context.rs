//! What entries may refer to: the resource types, releases, variables and services that the knowledge base has.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;

use super::document::Located;
use super::table::Table;
use crate::db::Service;
use crate::db::knowledge::Knowledge;
use crate::db::release::parse_release;

/// Subjects that are not resource types.
pub(crate) const PSEUDO_SUBJECTS: [&str; 3] = ["Template", "Template::Output", "Template::Parameter"];

/// The names that entries are checked against. A set that is empty is not checked: its part of the knowledge base
/// does not exist (yet).
pub(super) struct Context {
    types: BTreeSet<String>,
    releases: BTreeSet<Version>,
    variables: BTreeSet<String>,
    services: BTreeMap<String, Service>,
}

impl Context {
    pub(super) fn of<'k>(parts: impl IntoIterator<Item = &'k Knowledge> + Clone) -> Self {
        let all = || parts.clone().into_iter();
        Self {
            types: all().flat_map(|it| &it.coverage).map(|it| it.resource_type.clone()).collect(),
            releases: all().flat_map(|it| &it.releases).filter_map(|it| Version::parse(&it.version).ok()).collect(),
            variables: all().flat_map(|it| &it.variables).map(|it| it.name.clone()).collect(),
            services: all().flat_map(|it| &it.services).map(|it| (it.name.clone(), it.clone())).collect(),
        }
    }

    /// Reports resource types that nothing is known of; gives the names.
    pub(super) fn resource_types(&self, table: &Table<'_>, names: Vec<Located<String>>) -> Vec<String> {
        for name in &names {
            if !self.knows_type(&name.value) {
                let message = format!("resource type `{}` is in no coverage file; check its spelling", name.value);
                table.document().report(name.at, message);
            }
        }
        names.into_iter().map(|it| it.value).collect()
    }

    fn knows_type(&self, name: &str) -> bool {
        if name == "*" || PSEUDO_SUBJECTS.contains(&name) || name.starts_with("Custom::") || self.types.is_empty() {
            return true;
        }
        match name.strip_suffix('*') {
            Some(prefix) => prefix.ends_with("::") && self.types.iter().any(|it| it.starts_with(prefix)),
            None => self.types.contains(name),
        }
    }

    /// Reads a release that must be one of the listed ones; three numbers.
    pub(super) fn release(&self, text: &str) -> Result<String, String> {
        let release = parse_release(text)?;
        if !self.releases.is_empty() && !self.releases.contains(&release) {
            return Err(format!("release `{text}` is not in `releases.toml`"));
        }
        Ok(release.to_string())
    }

    /// The service of a name.
    pub(super) fn service(&self, name: &str) -> Result<&Service, String> {
        self.services.get(name).ok_or_else(|| format!("service `{name}` is not in `services.toml`"))
    }

    /// Reads the name of a configuration variable.
    pub(super) fn variable(&self, name: &str) -> Result<(), String> {
        if self.variables.is_empty() || self.variables.contains(name) {
            return Ok(());
        }
        Err(format!("configuration variable `{name}` is not in `config.toml`"))
    }
}
