//! What entries may refer to: the resource types, releases, variables and services that the knowledge base has.

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;

use super::document::Located;
use super::table::Table;
use crate::db::knowledge::Knowledge;
use crate::db::release::parse_release;
use crate::db::schema::{Node, Schemas, TypeSchema};
use crate::db::similar::closest;
use crate::db::{Release, Service};

/// Subjects that are not resource types.
pub(crate) const PSEUDO_SUBJECTS: [&str; 3] = ["Template", "Template::Output", "Template::Parameter"];

/// The names that entries are checked against. A set that is empty is not checked: its part of the knowledge base
/// does not exist (yet).
pub(super) struct Context<'s> {
    schemas: &'s Schemas,
    types: BTreeSet<String>,
    /// Each with the day it came out, where that is known.
    releases: BTreeMap<Version, Option<String>>,
    variables: BTreeSet<String>,
    services: BTreeMap<String, Service>,
    needs: BTreeSet<String>,
}

impl<'s> Context<'s> {
    pub(super) fn of<'k>(parts: impl IntoIterator<Item = &'k Knowledge> + Clone, schemas: &'s Schemas) -> Self {
        let all = || parts.clone().into_iter();
        Self {
            schemas,
            types: all().flat_map(|it| &it.coverage).map(|it| it.resource_type.clone()).collect(),
            releases: all().flat_map(|it| &it.releases).filter_map(dated).collect(),
            variables: all().flat_map(|it| &it.variables).map(|it| it.name.clone()).collect(),
            needs: all().flat_map(|it| &it.needs).map(|it| it.name.clone()).collect(),
            services: all().flat_map(|it| &it.services).map(|it| (it.name.clone(), it.clone())).collect(),
        }
    }

    /// These names and more resource types.
    pub(super) fn and_types<'k>(mut self, names: impl Iterator<Item = &'k String>) -> Self {
        self.types.extend(names.cloned());
        self
    }

    /// Reports resource types that nothing is known of; gives the names.
    pub(super) fn resource_types(&self, table: &Table<'_>, names: Vec<Located<String>>) -> Vec<String> {
        for name in &names {
            if !self.knows_type(&name.value) {
                let hint = self.similar_type(&name.value);
                let message = format!("resource type `{}` is in no coverage file; {hint}", name.value);
                table.document().report(name.at, message);
            }
        }
        names.into_iter().map(|it| it.value).collect()
    }

    /// Checks the name of one resource type.
    pub(super) fn resource_type(&self, name: &str) -> Result<(), String> {
        if !name.ends_with('*') && self.knows_type(name) {
            return Ok(());
        }
        Err(format!("resource type `{name}` is in no coverage file; check its spelling"))
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

    fn similar_type(&self, name: &str) -> String {
        match closest(name, self.types.iter().map(String::as_str)).first() {
            Some(known) => format!("did you mean `{known}`?"),
            None => "check its spelling".into(),
        }
    }

    /// What the properties of resource types may be; `None` when the schema of one of them is not known.
    pub(super) fn nodes(&self, types: &[String]) -> Option<Vec<Node<'s>>> {
        Some(self.schemas_of(types)?.into_iter().map(Node::root).collect())
    }

    /// Reads an attribute that at least one of `types` has.
    pub(super) fn attribute(&self, types: &[String], name: &str) -> Result<String, String> {
        let Some(schemas) = self.schemas_of(types) else { return Ok(name.to_owned()) };
        if schemas.iter().any(|it| it.has_attribute(name)) {
            return Ok(name.to_owned());
        }
        let close = closest(name, schemas.iter().flat_map(|it| &it.attributes).map(String::as_str));
        let hint = close.first().map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
        let types = types.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" or ");
        Err(format!("{types} has no attribute `{name}`{hint}"))
    }

    /// The schemas of resource types, or of all that a name with `*` stands for.
    fn schemas_of(&self, types: &[String]) -> Option<Vec<&'s TypeSchema>> {
        let mut schemas = Vec::new();
        for name in types {
            match name.strip_suffix('*') {
                Some(prefix) => {
                    let of_service = self.schemas.iter().filter(|(it, _)| it.starts_with(prefix));
                    schemas.extend(of_service.map(|(_, it)| it));
                }
                None => schemas.push(self.schemas.get(name)?),
            }
        }
        Some(schemas).filter(|it| !it.is_empty())
    }

    /// Reads a release that must be one of the listed ones; three numbers.
    pub(super) fn release(&self, text: &str) -> Result<String, String> {
        let release = parse_release(text)?;
        if !self.releases.is_empty() && !self.releases.contains_key(&release) {
            return Err(format!("release `{text}` is not in `releases.toml`"));
        }
        Ok(release.to_string())
    }

    /// The day on which a release came out, where that is known.
    pub(super) fn release_date(&self, release: &str) -> Option<&str> {
        self.releases.get(&Version::parse(release).ok()?)?.as_deref()
    }

    /// The service of a name.
    pub(super) fn service(&self, name: &str) -> Result<&Service, String> {
        self.services.get(name).ok_or_else(|| format!("service `{name}` is not in `services.toml`"))
    }

    /// Reads the name of something that LocalStack needs beside itself.
    pub(super) fn need(&self, name: &str) -> Result<String, String> {
        if self.needs.contains(name) {
            return Ok(name.to_owned());
        }
        let known: Vec<String> = self.needs.iter().map(|it| format!("`{it}`")).collect();
        Err(format!("`{name}` is not in `needs.toml`; there are {}", known.join(", ")))
    }

    /// Reads the name of a configuration variable.
    pub(super) fn variable(&self, name: &str) -> Result<(), String> {
        if self.variables.is_empty() || self.variables.contains(name) {
            return Ok(());
        }
        Err(format!("configuration variable `{name}` is not in `config.toml`"))
    }
}

fn dated(release: &Release) -> Option<(Version, Option<String>)> {
    Some((Version::parse(&release.version).ok()?, release.date.clone()))
}
