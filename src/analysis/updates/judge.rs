//! What happens to each resource of an update, on both sides.

use super::diff::{Change, Difference};
use super::pairs::Pair;
use super::provider::{Seen, by_rules, is_create_only, is_dropped, on_aws};
use super::{Update, UpdateKind, UpdateOutcome, UpdatedProperty};
use crate::analysis::context::Context;
use crate::analysis::coverage::Types;
use crate::analysis::limitations::describe;
use crate::db::{Coverage, Db, Edition, Plan, Schemas, Word};
use crate::source::Span;
use crate::stack::{Edge, EdgeKind, Place, Resource, Truth};
use crate::target::{Support, Target};

/// Releases of this first number were measured.
const MEASURED: u64 = 2026;

/// Judges the resources of one update.
pub(super) struct Judge<'t> {
    db: &'t Db,
    types: &'t Types<'t>,
    schemas: &'t Schemas,
    /// Why nothing about updates is certain for the target.
    unproven: Option<String>,
}

/// A resource of the new version while its neighbours are judged.
struct Draft<'d> {
    differences: &'d [Difference],
    follows: Vec<Follow>,
    is_added: bool,
    localstack: UpdateOutcome,
    aws: UpdateOutcome,
}

/// A property that refers to a resource which gets another identity.
struct Follow {
    path: Vec<String>,
    span: Span,
    to: usize,
    on_localstack: bool,
    on_aws: bool,
}

impl<'t> Judge<'t> {
    /// A judge for `target`; `types` are those of the new version.
    pub(super) fn new(target: &'t Target, db: &'t Db, schemas: &'t Schemas, types: &'t Types<'t>) -> Self {
        let is_measured = target.edition() == Edition::Community && target.release.major == MEASURED;
        let plan = if target.edition() == Edition::Community { Plan::Community } else { target.plan };
        let unproven = (!is_measured).then(|| {
            let name = format!("LocalStack {} ({})", target.release_name(), plan.word());
            format!("whether {name} updates as the open core of {MEASURED}.3 does, which nobody has shown")
        });
        Self { db, types, schemas, unproven }
    }

    /// What is known of a type.
    pub(super) fn row(&self, kind: &str) -> Option<&'t Coverage> {
        self.db.coverage(kind)
    }

    /// The resources of the new version that the update touches.
    pub(super) fn updates(&self, pairs: &[Pair], cx: &Context<'_>) -> Vec<Update> {
        let mut drafts: Vec<Option<Draft<'_>>> = cx.stack.resources.iter().map(|_| None).collect();
        for pair in pairs {
            let (new, differences, is_added): (usize, &[Difference], bool) = match pair {
                Pair::Same { new, differences } => (*new, differences, false),
                Pair::Added { new } => (*new, &[], true),
                Pair::Retyped { .. } | Pair::Removed { .. } => continue,
            };
            let (localstack, aws) = (UpdateOutcome::Unchanged, UpdateOutcome::Unchanged);
            if let Some(slot) = drafts.get_mut(new) {
                *slot = Some(Draft { differences, follows: Vec::new(), is_added, localstack, aws });
            }
        }
        // Each round adds a property that follows another resource, of which there are as many as references.
        loop {
            self.judge(&mut drafts, cx);
            if !follow(&mut drafts, &cx.stack.edges) {
                break;
            }
        }
        let retyped = pairs.iter().filter_map(|it| self.retyped(it, cx));
        let mut updates: Vec<(usize, Update)> = retyped.collect();
        for (index, draft) in drafts.iter().enumerate() {
            if let (Some(draft), Some(resource)) = (draft, cx.stack.resources.get(index)) {
                updates.extend(self.update(draft, resource, cx).map(|it| (index, it)));
            }
        }
        updates.sort_by_key(|(index, _)| *index);
        updates.into_iter().map(|(_, it)| it).collect()
    }

    /// The resources that the update removes, last ones of the old version last.
    pub(super) fn removals(
        &self,
        pairs: &[Pair],
        before: &Context<'_>,
        after: &Context<'_>,
        types: &Types<'_>,
    ) -> Vec<Update> {
        let section = after.stack.template.fields().iter().find(|it| it.key == "Resources");
        let section = section.map_or(after.stack.template.span, |it| it.key_span);
        let removal = |pair: &Pair| {
            let Pair::Removed { old, excluded } = pair else { return None };
            let resource = before.stack.resources.get(*old)?;
            let policy = resource.attributes.get("DeletionPolicy").and_then(|it| it.scalar_text()).unwrap_or_default();
            let aws = match policy.as_str() {
                "Retain" | "RetainExceptOnCreate" => UpdateOutcome::Kept,
                _ => UpdateOutcome::Deleted,
            };
            let localstack = match types.of(*old).map(|it| (&it.pretended, it.support)) {
                _ if excluded.is_some() => UpdateOutcome::NotMade,
                _ if policy == "Retain" => UpdateOutcome::Kept,
                Some((Truth::Yes, _)) => UpdateOutcome::Pretended,
                Some((Truth::No, Support::Supported)) => match self.row(&resource.kind).and_then(|it| it.delete) {
                    Some(true) => UpdateOutcome::Deleted,
                    Some(false) => UpdateOutcome::Kept,
                    None => UpdateOutcome::Unknown,
                },
                _ => UpdateOutcome::Unknown,
            };
            let excluded = excluded.and_then(|it| after.stack.resources.get(it));
            Some(Update {
                logical_id: resource.logical_id.clone(),
                resource_type: resource.kind.clone(),
                kind: UpdateKind::Removed,
                properties: Vec::new(),
                localstack,
                aws,
                depends_on: self.depends_on(localstack, &resource.included, before),
                span: excluded.map_or(section, |it| it.id_span),
            })
        };
        pairs.iter().filter_map(removal).collect()
    }

    fn retyped(&self, pair: &Pair, cx: &Context<'_>) -> Option<(usize, Update)> {
        let Pair::Retyped { new, old } = pair else { return None };
        let resource = cx.stack.resources.get(*new)?;
        let update = Update {
            logical_id: resource.logical_id.clone(),
            resource_type: resource.kind.clone(),
            kind: UpdateKind::Retyped(old.clone()),
            properties: Vec::new(),
            localstack: UpdateOutcome::Replaced,
            aws: UpdateOutcome::Refused,
            depends_on: self.depends_on(UpdateOutcome::Replaced, &resource.included, cx),
            span: resource.kind_span,
        };
        Some((*new, update))
    }

    fn judge(&self, drafts: &mut [Option<Draft<'_>>], cx: &Context<'_>) {
        let touched: Vec<bool> = drafts.iter().map(|it| it.as_ref().is_some_and(Draft::is_touched)).collect();
        for (index, draft) in drafts.iter_mut().enumerate() {
            let (Some(draft), Some(resource)) = (draft, cx.stack.resources.get(index)) else { continue };
            let row = self.row(&resource.kind);
            if draft.is_added {
                draft.localstack = self.creation(index);
                draft.aws = UpdateOutcome::Created;
                continue;
            }
            let engine_replaces = row.is_some_and(|row| {
                let from = |it: &&Edge| it.from == Place::Resource(index) && it.kind == EdgeKind::Value;
                let mut edges = cx.stack.edges.iter().filter(from);
                edges.any(|it| touched.get(it.to) == Some(&true) && is_create_only(row, it.path.split('.').next()))
            });
            draft.localstack = self.on_localstack(index, row, draft, resource, engine_replaces);
            draft.aws = on_aws(self.schemas, &resource.kind, row, &draft.on_aws());
        }
    }

    /// What happens on LocalStack to a new resource.
    fn creation(&self, index: usize) -> UpdateOutcome {
        match self.types.of(index).map(|it| (&it.pretended, it.support)) {
            Some((Truth::Yes, _)) => UpdateOutcome::Pretended,
            Some((Truth::No, Support::Supported)) => UpdateOutcome::Created,
            Some((Truth::No, Support::Unsupported | Support::NeedsPlan)) => UpdateOutcome::Refused,
            _ => UpdateOutcome::Unknown,
        }
    }

    fn on_localstack(
        &self,
        index: usize,
        row: Option<&Coverage>,
        draft: &Draft<'_>,
        resource: &Resource,
        engine_replaces: bool,
    ) -> UpdateOutcome {
        let changes = draft.on_localstack();
        if changes.is_empty() {
            return UpdateOutcome::Unchanged;
        }
        match self.creation(index) {
            UpdateOutcome::Created => {}
            other => return other,
        }
        // What is said of licensed types was read in documents, not seen.
        let Some(row) = row.filter(|it| it.community.is_some()) else { return UpdateOutcome::Unknown };
        // The engine compares the names of top-level properties with the create-only ones.
        if engine_replaces || changes.iter().any(|it| is_create_only(row, it.path.first().map(String::as_str))) {
            return UpdateOutcome::Replaced;
        }
        match row.update {
            None => UpdateOutcome::Unknown,
            Some(false) => UpdateOutcome::NotMade,
            Some(true) => by_rules(row, &changes, resource),
        }
    }

    fn update(&self, draft: &Draft<'_>, resource: &Resource, cx: &Context<'_>) -> Option<Update> {
        if !draft.is_added && !draft.is_touched() {
            return None;
        }
        let certain = draft.differences.iter().any(|it| it.depends_on.is_none()) || !draft.follows.is_empty();
        let undecided = draft.differences.iter().find_map(|it| it.depends_on.as_ref()).filter(|_| !certain);
        let depends_on = undecided.map(|it| describe(cx, it));
        Some(Update {
            logical_id: resource.logical_id.clone(),
            resource_type: resource.kind.clone(),
            kind: if draft.is_added { UpdateKind::Added } else { UpdateKind::Modified },
            properties: self.properties(draft, resource, cx),
            localstack: draft.localstack,
            aws: draft.aws,
            depends_on: depends_on.or_else(|| self.depends_on(draft.localstack, &resource.included, cx)),
            span: resource.id_span,
        })
    }

    fn properties(&self, draft: &Draft<'_>, resource: &Resource, cx: &Context<'_>) -> Vec<UpdatedProperty> {
        let row = self.row(&resource.kind);
        let is_made = |seen: &Seen<'_>| match draft.localstack {
            UpdateOutcome::Unknown | UpdateOutcome::Unchanged => None,
            UpdateOutcome::InPlace | UpdateOutcome::Replaced | UpdateOutcome::Recreated => Some(true),
            UpdateOutcome::PartlyMade => row.map(|it| !is_dropped(it, seen, resource)),
            _ => Some(false),
        };
        let own = draft.differences.iter().map(|it| UpdatedProperty {
            path: it.path.join("."),
            change: it.change,
            follows: None,
            is_made: is_made(&Seen { path: &it.path, change: it.change }),
            span: it.span,
        });
        let followed = draft.follows.iter().map(|it| UpdatedProperty {
            path: it.path.join("."),
            change: Change::Changed,
            follows: cx.stack.resources.get(it.to).map(|it| it.logical_id.clone()),
            is_made: if it.on_localstack { is_made(&Seen { path: &it.path, change: Change::Changed }) } else { None },
            span: it.span,
        });
        own.chain(followed).collect()
    }

    /// What leaves an outcome open beside the values of the template.
    fn depends_on(&self, localstack: UpdateOutcome, included: &Truth, cx: &Context<'_>) -> Option<String> {
        let is_known = matches!(
            localstack,
            UpdateOutcome::Unchanged | UpdateOutcome::Created | UpdateOutcome::Unknown | UpdateOutcome::Pretended
        );
        match included {
            Truth::Unknown(reason) => Some(describe(cx, reason)),
            _ if is_known => None,
            _ => self.unproven.clone(),
        }
    }
}

impl Draft<'_> {
    fn is_touched(&self) -> bool {
        !self.differences.is_empty() || !self.follows.is_empty()
    }

    fn on_localstack(&self) -> Vec<Seen<'_>> {
        self.seen(|it| it.on_localstack)
    }

    fn on_aws(&self) -> Vec<Seen<'_>> {
        self.seen(|it| it.on_aws)
    }

    fn seen(&self, side: impl Fn(&Follow) -> bool) -> Vec<Seen<'_>> {
        let own = self.differences.iter().map(|it| Seen { path: &it.path, change: it.change });
        let follows = self.follows.iter().filter(|it| side(it));
        own.chain(follows.map(|it| Seen { path: &it.path, change: Change::Changed })).collect()
    }
}

/// Lets properties follow resources that get another identity; whether there are new ones.
fn follow(drafts: &mut [Option<Draft<'_>>], edges: &[Edge]) -> bool {
    let mut has_grown = false;
    for edge in edges.iter().filter(|it| it.kind == EdgeKind::Value && !it.path.starts_with('@')) {
        let Some(Some(target)) = drafts.get(edge.to) else { continue };
        let on_localstack = matches!(target.localstack, UpdateOutcome::Replaced | UpdateOutcome::Recreated);
        let on_aws = target.aws == UpdateOutcome::Replaced;
        let Place::Resource(from) = edge.from else { continue };
        let Some(Some(draft)) = drafts.get_mut(from).filter(|_| on_localstack || on_aws) else { continue };
        let path: Vec<String> = edge.path.split('.').map(str::to_owned).collect();
        let is_own = draft.differences.iter().any(|it| path.starts_with(&it.path));
        if draft.is_added || is_own || from == edge.to {
            continue;
        }
        match draft.follows.iter_mut().find(|it| it.path == path && it.to == edge.to) {
            Some(known) => {
                has_grown |= (on_localstack && !known.on_localstack) || (on_aws && !known.on_aws);
                known.on_localstack |= on_localstack;
                known.on_aws |= on_aws;
            }
            None => {
                draft.follows.push(Follow { path, span: edge.span, to: edge.to, on_localstack, on_aws });
                has_grown = true;
            }
        }
    }
    has_grown
}
