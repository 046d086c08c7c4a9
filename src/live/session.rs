//! The stacks that one claim deploys: made when a check first speaks of them, deleted at its end.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use super::client::Silence;
use super::cloudformation::{CloudFormation, Deployed};
use crate::db::Deploy;

/// CloudFormation's limit for the name of a stack.
const LONGEST_NAME: usize = 100;
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// A template to deploy.
#[derive(Debug, Clone)]
pub(super) struct Template<'t> {
    pub(super) text: &'t str,
    pub(super) parameters: Vec<(String, String)>,
}

/// The stacks of one claim.
pub(super) struct Session<'s> {
    cloudformation: &'s CloudFormation<'s>,
    name: &'s str,
    templates: BTreeMap<Deploy, Template<'s>>,
    stacks: BTreeMap<Role, Stack>,
}

/// A stack by what it is made of; an update is the bad stack's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Bad,
    Good,
}

struct Stack {
    name: String,
    is_updated: bool,
    deployed: Deployed,
}

impl<'s> Session<'s> {
    /// A session without stacks; `name` becomes part of their names.
    pub(super) fn new(
        cloudformation: &'s CloudFormation<'s>,
        name: &'s str,
        templates: BTreeMap<Deploy, Template<'s>>,
    ) -> Self {
        Self { cloudformation, name, templates, stacks: BTreeMap::new() }
    }

    /// The stack that a check speaks of, deployed now if it is not yet; `None` without a template for it. Stacks that are
    /// not among those `needed` later are deleted before: fixtures may use the same names.
    pub(super) fn stack(&mut self, deploy: Deploy, needed: &[Deploy]) -> Result<Option<&Deployed>, Silence> {
        let role = Role::of(deploy);
        if !self.stacks.contains_key(&role) {
            self.forget(|it| needed.iter().any(|later| Role::of(*later) == it))?;
            let first = if role == Role::Good { Deploy::Good } else { Deploy::Bad };
            let Some(template) = self.templates.get(&first) else { return Ok(None) };
            let number = NUMBER.fetch_add(1, Ordering::Relaxed);
            let mut name = format!("lscompat-{}-{number}-{}", std::process::id(), self.name);
            name.truncate(LONGEST_NAME);
            let name = name.trim_end_matches('-').to_owned();
            let deployed = self.cloudformation.create(&name, template.text, &template.parameters);
            let deployed = deployed.inspect_err(|_| drop(self.cloudformation.delete(&name)))?;
            self.stacks.insert(role, Stack { name, is_updated: false, deployed });
        }
        let update = self.templates.get(&deploy).filter(|_| deploy == Deploy::Update);
        let Some(stack) = self.stacks.get_mut(&role) else { return Ok(None) };
        if deploy == Deploy::Update && !stack.is_updated {
            let Some(update) = update else { return Ok(None) };
            stack.deployed = self.cloudformation.update(&stack.name, update.text, &update.parameters)?;
            stack.is_updated = true;
        }
        Ok(Some(&stack.deployed))
    }

    /// Deletes every stack.
    pub(super) fn end(mut self) -> Result<(), Silence> {
        self.forget(|_| false)
    }

    fn forget(&mut self, keeps: impl Fn(Role) -> bool) -> Result<(), Silence> {
        let all = std::mem::take(&mut self.stacks);
        for (role, stack) in all {
            if keeps(role) {
                self.stacks.insert(role, stack);
            } else {
                self.cloudformation.delete(&stack.name)?;
            }
        }
        Ok(())
    }
}

impl Role {
    fn of(deploy: Deploy) -> Self {
        if deploy == Deploy::Good { Self::Good } else { Self::Bad }
    }
}
