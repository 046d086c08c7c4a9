//! Everything the knowledge base holds, as it is stored in the program.

use serde::{Deserialize, Serialize};

use super::{Coverage, Limitation, ManagedPolicy, Naming, Need, Release, Service, Variable};

/// The contents of a knowledge base: sorted, checked, not yet indexed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Knowledge {
    /// Releases, oldest first.
    pub releases: Vec<Release>,
    /// Configuration variables, by name.
    pub variables: Vec<Variable>,
    /// How services are called, by name.
    pub services: Vec<Service>,
    /// How AWS names resources, by type.
    pub namings: Vec<Naming>,
    /// What AWS's own policies allow, by name.
    pub policies: Vec<ManagedPolicy>,
    /// What LocalStack needs beside itself, by name.
    pub needs: Vec<Need>,
    /// Coverage, by resource type.
    pub coverage: Vec<Coverage>,
    /// Entries, by id.
    pub limitations: Vec<Limitation>,
}

impl Knowledge {
    /// Puts the contents of `other` over these: what has the same version, name, type or id is replaced, the rest added.
    pub fn overlay(&mut self, other: Knowledge) {
        replace(&mut self.namings, other.namings, |it| it.resource_type.clone());
        replace(&mut self.policies, other.policies, |it| it.name.clone());
        replace(&mut self.variables, other.variables, |it| it.name.clone());
        replace(&mut self.services, other.services, |it| it.name.clone());
        replace(&mut self.needs, other.needs, |it| it.name.clone());
        replace(&mut self.coverage, other.coverage, |it| it.resource_type.clone());
        replace(&mut self.limitations, other.limitations, |it| it.id.clone());
        replace(&mut self.releases, other.releases, |it| semver::Version::parse(&it.version).ok());
    }
}

fn replace<T, K: Ord>(old: &mut Vec<T>, new: Vec<T>, key: impl Fn(&T) -> K) {
    if new.is_empty() {
        return;
    }
    let mut all: std::collections::BTreeMap<K, T> = old.drain(..).map(|it| (key(&it), it)).collect();
    all.extend(new.into_iter().map(|it| (key(&it), it)));
    old.extend(all.into_values());
}
