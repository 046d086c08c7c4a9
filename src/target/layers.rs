//! One target out of what several sources say of it, the first of them first.

use std::collections::BTreeMap;

use super::{SINGLE_IMAGE, Source, Sources, Target, TargetError, TargetOptions};
use crate::db::{Db, Plan, Word, parse_release};

/// What one source says of the target; whatever is `None` it does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layer {
    /// A release, as people write it, and who gave it.
    pub release: Option<(String, Source)>,
    /// A plan by its name.
    pub plan: Option<(String, Source)>,
    /// A region.
    pub region: Option<(String, Source)>,
    /// An account id.
    pub account_id: Option<(String, Source)>,
    /// Configuration variables, by name.
    pub config: BTreeMap<String, (String, Source)>,
    /// Whether it only guesses what is meant: what does not fit to the layers above is left out, and told.
    pub is_found: bool,
}

impl Target {
    /// The target that `layers` describe: each value is of the first layer that has one, else the default.
    ///
    /// A plan that a layer found ([`Layer::is_found`]) belongs to the release that it found: it does not count where
    /// a layer above names another release. A found layer with which there is no target is left out; the notes of
    /// the target then say why.
    ///
    /// # Errors
    /// As for [`Target::new`].
    pub fn layered(db: &Db, layers: &[Layer]) -> Result<Target, TargetError> {
        match merge(db, layers) {
            Err(error) if layers.iter().any(|it| it.is_found) => {
                let given: Vec<Layer> = layers.iter().filter(|it| !it.is_found).cloned().collect();
                let mut target = merge(db, &given)?;
                let found = layers.iter().filter(|it| it.is_found).flat_map(Layer::sources).next();
                let place = found.map(|it| format!("{it}: ")).unwrap_or_default();
                target.notes.push(format!("{place}what the project says of its LocalStack is passed over: {error}"));
                Ok(target)
            }
            other => other,
        }
    }
}

impl Layer {
    fn sources(&self) -> impl Iterator<Item = &Source> {
        let fixed = [&self.release, &self.plan, &self.region, &self.account_id].into_iter().flatten();
        fixed.chain(self.config.values()).map(|(_, source)| source)
    }
}

fn merge(db: &Db, layers: &[Layer]) -> Result<Target, TargetError> {
    let first = |pick: fn(&Layer) -> &Option<(String, Source)>| layers.iter().find_map(|it| pick(it).as_ref());
    let release = first(|it| &it.release);
    let plan = layers.iter().find_map(|it| it.plan.as_ref().filter(|_| !it.is_found || is_plan_of(it, release)));
    let (region, account_id) = (first(|it| &it.region), first(|it| &it.account_id));
    let mut config: BTreeMap<&str, &(String, Source)> = BTreeMap::new();
    for layer in layers.iter().rev() {
        config.extend(layer.config.iter().map(|(name, it)| (name.as_str(), it)));
    }
    let settings: Vec<String> = config.iter().map(|(name, (value, _))| format!("{name}={value}")).collect();
    let mut target = Target::new(
        db,
        &TargetOptions {
            release: release.map(|it| it.0.as_str()),
            plan: plan.map(|it| it.0.as_str()),
            region: region.map(|it| it.0.as_str()),
            account_id: account_id.map(|it| it.0.as_str()),
            config: &settings,
        },
    )?;
    let source = |value: Option<&(String, Source)>| value.map(|it| it.1.clone()).unwrap_or_default();
    target.sources = Sources {
        release: source(release),
        plan: source(plan),
        region: source(region),
        account_id: source(account_id),
        config: target.config.keys().filter_map(|it| Some((it.clone(), config.get(it.as_str())?.1.clone()))).collect(),
    };
    Ok(target)
}

/// Whether the plan of a layer holds for this release: one that was found in the name of an image does not where a layer
/// above names a release of which that image is another edition.
fn is_plan_of(layer: &Layer, release: Option<&(String, Source)>) -> bool {
    let is_community = layer.plan.as_ref().is_some_and(|it| it.0 == Plan::Community.word());
    let release = release.and_then(|it| parse_release(&it.0).ok());
    !(layer.is_found && is_community) || release.is_some_and(|it| it < SINGLE_IMAGE)
}

#[cfg(test)]
mod tests {
    use super::super::Place;
    use super::*;

    fn db() -> Db {
        Db::from_dir(std::path::Path::new("tests/db/small")).unwrap()
    }

    fn flags(release: Option<&str>, plan: Option<&str>) -> Layer {
        let given = |it: &str, name| (it.to_owned(), Source::Option(name));
        Layer {
            release: release.map(|it| given(it, "--release")),
            plan: plan.map(|it| given(it, "--plan")),
            ..Layer::default()
        }
    }

    fn found(release: &str, plan: Option<&str>, config: &[(&str, &str)]) -> Layer {
        let source = Source::Project(Place { path: "compose.yaml".into(), line: Some(3), what: String::new() });
        let own = |it: &str| (it.to_owned(), source.clone());
        Layer {
            release: Some(own(release)),
            plan: plan.map(own),
            config: config.iter().map(|(name, value)| ((*name).to_owned(), own(value))).collect(),
            is_found: true,
            ..Layer::default()
        }
    }

    #[test]
    fn the_first_layer_that_says_something_counts() {
        let layers =
            [flags(None, Some("base")), found("4.14", Some("community"), &[("ENFORCE_IAM", "1"), ("SERVICES", "s3")])];
        let target = Target::layered(&db(), &layers).unwrap();
        assert_eq!((target.release_name().as_str(), target.plan), ("4.14", Plan::Base));
        assert_eq!(
            target.sources.line(),
            "release, ENFORCE_IAM and SERVICES: compose.yaml:3 · plan: --plan · region and account: default"
        );
    }

    #[test]
    fn variables_of_all_layers_are_taken_together() {
        let mut above = flags(None, Some("base"));
        above.config.insert("ENFORCE_IAM".into(), ("0".into(), Source::Option("--config-var")));
        let below = found("4.14", None, &[("ENFORCE_IAM", "1"), ("ACTIVATE_PRO", "0")]);
        let target = Target::layered(&db(), &[above, below]).unwrap();
        assert_eq!(target.config.into_iter().collect::<Vec<_>>(), [("ACTIVATE_PRO".to_owned(), "0".to_owned())]);
        assert_eq!(target.sources.config.len(), 1, "what is as by default has no source");
    }

    #[test]
    fn the_edition_of_an_image_goes_with_its_release() {
        let image = found("4.14", Some("community"), &[]);
        let plan = |release| Target::layered(&db(), &[flags(release, None), image.clone()]).unwrap().plan;
        assert_eq!(plan(None), Plan::Community);
        assert_eq!(plan(Some("4.9")), Plan::Community);
        assert_eq!(plan(Some("2026.3")), Plan::Hobby);
    }

    #[test]
    fn what_is_found_never_stops_the_job() {
        let target = Target::layered(&db(), &[flags(None, Some("base")), found("0.11.3", None, &[])]).unwrap();
        assert_eq!((target.release_name().as_str(), target.plan), ("2026.3", Plan::Base));
        assert_eq!(
            target.notes,
            ["compose.yaml:3: what the project says of its LocalStack is passed over: there is no LocalStack release \
              `0.11.3`; near it are `2.3`, `3.0`"]
        );
        let unfit = [flags(None, Some("community")), found("2026.5.1", None, &[])];
        assert_eq!(Target::layered(&db(), &unfit).unwrap().notes.len(), 1);
    }

    #[test]
    fn what_is_asked_for_still_does() {
        assert!(Target::layered(&db(), &[flags(Some("0.11.3"), None), found("4.14", None, &[])]).is_err());
        assert!(Target::layered(&db(), &[flags(Some("2026.5.1"), Some("community"))]).is_err());
    }
}
