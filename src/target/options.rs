//! Targets from what the user says on the command line or in a file.

use std::collections::BTreeMap;

use semver::Version;

use super::{Source, Sources, Target, is_false, same_setting};
use crate::db::{Db, Plan, Word, display_release, parse_release};

/// The last release of the open core.
const LAST_COMMUNITY: Version = Version::new(2026, 3, 0);
/// The services that load, when only some do.
const SERVICES: &str = "SERVICES";
/// Whether that list excludes the others.
const STRICT: &str = "STRICT_SERVICE_LOADING";
const CLOUDFORMATION: &str = "cloudformation";
const DEFAULT_REGION: &str = "us-east-1";
const DEFAULT_ACCOUNT: &str = "000000000000";
/// How many releases before and after an unknown one are named.
const NEIGHBOURS: usize = 2;

/// What the user says about the target; whatever is `None` has a default.
#[derive(Debug, Clone, Copy, Default)]
pub struct TargetOptions<'o> {
    /// A release (`4.14`, `2026.3`); the newest covered one by default.
    pub release: Option<&'o str>,
    /// A plan; `hobby` by default.
    pub plan: Option<&'o str>,
    /// A region; `us-east-1` by default.
    pub region: Option<&'o str>,
    /// An account id; `000000000000` by default.
    pub account_id: Option<&'o str>,
    /// Configuration variables, each `NAME=VALUE`; of two with the same name the later one counts.
    pub config: &'o [String],
}

/// Why no target can be made of what the user says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// Not a release number, or not a plan.
    #[error("{0}")]
    Word(String),
    /// A release that never was.
    #[error("there is no LocalStack release `{release}`; near it are {}", neighbours.join(", "))]
    NoSuchRelease {
        /// As given.
        release: String,
        /// The listed releases around it.
        neighbours: Vec<String>,
    },
    /// The open core in a release that has none.
    #[error("release {0} has no community edition, the last is {last}; use `--plan hobby` or `--release {last}`", last = display_release(&LAST_COMMUNITY))]
    NoCommunity(String),
    /// Not a region.
    #[error("`{0}` is not a region; write it like `eu-central-1`")]
    Region(String),
    /// Not an account id.
    #[error("`{0}` is not an account id; it has twelve digits")]
    Account(String),
    /// Not a setting.
    #[error("`{0}` is not a configuration variable; write `NAME=VALUE`")]
    Setting(String),
    /// A knowledge base that covers no release at all.
    #[error("the knowledge base covers no release; name one with `--release`")]
    NothingCovered,
}

impl Target {
    /// The target that `options` describe.
    ///
    /// A release newer than every listed one, or an unlisted patch of a listed one, is accepted: [`Target::notes`]
    /// then says whose coverage is used.
    ///
    /// # Errors
    /// Something that is not a release, plan, region, account id or setting, or a community edition that never was.
    pub fn new(db: &Db, options: &TargetOptions<'_>) -> Result<Target, TargetError> {
        let release = match options.release {
            Some(text) => known_release(db, text)?,
            None => db.newest_covered().ok_or(TargetError::NothingCovered)?,
        };
        let plan = options.plan.map_or(Ok(Plan::Hobby), Plan::from_word).map_err(TargetError::Word)?;
        if plan == Plan::Community && release > LAST_COMMUNITY {
            return Err(TargetError::NoCommunity(display_release(&release)));
        }
        let region = options.region.unwrap_or(DEFAULT_REGION).to_owned();
        if !is_region(&region) {
            return Err(TargetError::Region(region));
        }
        let account_id = options.account_id.unwrap_or(DEFAULT_ACCOUNT).to_owned();
        if account_id.len() != 12 || !account_id.bytes().all(|it| it.is_ascii_digit()) {
            return Err(TargetError::Account(account_id));
        }
        let config = settings(options.config)?;
        let sources = Sources::default();
        let mut target = Target { release, plan, region, account_id, config, notes: Vec::new(), sources };
        target.note_release(db);
        target.note_settings(db);
        target.note_services(db);
        target.config.retain(|name, value| db.variable(name).is_none_or(|it| !same_setting(&it.default, value)));
        target.sources = sources_of(options, &target.config);
        Ok(target)
    }

    fn note_release(&mut self, db: &Db) {
        let Some(stands_in) = self.coverage_release(db).filter(|it| *it != self.release) else { return };
        let (release, stands_in) = (self.release_name(), display_release(&stands_in));
        self.notes.push(format!("release {release} was never examined; what is known of {stands_in} is used for it"));
    }

    /// Says so when the list of services leaves out the one that deploys stacks.
    fn note_services(&mut self, db: &Db) {
        let loads_all = is_false(self.config_value(db, STRICT));
        let services = self.config_value(db, SERVICES);
        let names = || services.split(',').map(|it| it.split(':').next().unwrap_or_default().trim());
        if !services.is_empty() && !loads_all && !names().any(|it| it == CLOUDFORMATION) {
            let note = format!("`{SERVICES}` leaves out `{CLOUDFORMATION}`: no stack deploys on this LocalStack");
            self.notes.push(note);
        }
    }

    fn note_settings(&mut self, db: &Db) {
        for name in self.config.keys() {
            let Some(variable) = db.variable(name) else {
                self.notes.push(format!("configuration variable `{name}` changes no verdict that is known of"));
                continue;
            };
            if !self.release_reads(variable) {
                let release = self.release_name();
                self.notes.push(format!("configuration variable `{name}` is not read by release {release}"));
            } else if !self.edition_reads(variable) {
                let edition = self.edition().word();
                self.notes.push(format!("configuration variable `{name}` is not read by the {edition} edition"));
            }
        }
    }
}

fn sources_of(options: &TargetOptions<'_>, config: &BTreeMap<String, String>) -> Sources {
    let source = |given: Option<&str>, name| if given.is_some() { Source::Option(name) } else { Source::Default };
    Sources {
        release: source(options.release, "--release"),
        plan: source(options.plan, "--plan"),
        region: source(options.region, "--region"),
        account_id: source(options.account_id, "--account-id"),
        config: config.keys().map(|it| (it.clone(), Source::Option("--config-var"))).collect(),
    }
}

fn known_release(db: &Db, text: &str) -> Result<Version, TargetError> {
    let release = parse_release(text).map_err(TargetError::Word)?;
    let listed: Vec<Version> = db.releases().iter().filter_map(|it| Version::parse(&it.version).ok()).collect();
    let is_patch = listed.iter().any(|it| (it.major, it.minor) == (release.major, release.minor));
    if is_patch || listed.last().is_none_or(|newest| release > *newest) {
        return Ok(release);
    }
    let at = listed.partition_point(|it| *it < release);
    let near = listed.iter().skip(at.saturating_sub(NEIGHBOURS)).take(NEIGHBOURS + at.min(NEIGHBOURS));
    let neighbours = near.map(|it| format!("`{}`", display_release(it))).collect();
    Err(TargetError::NoSuchRelease { release: text.to_owned(), neighbours })
}

/// Two or more words and a number, such as `us-gov-west-1`.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let Some((number, words)) = parts.split_last() else { return false };
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    let is_word = |it: &&str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_lowercase());
    is_number && words.len() >= 2 && words.iter().all(is_word)
}

fn settings(given: &[String]) -> Result<BTreeMap<String, String>, TargetError> {
    given.iter().map(|it| setting(it)).collect()
}

/// The name and the value of a configuration variable that is written `NAME=VALUE`.
///
/// # Errors
/// It has no name, or no `=`.
pub fn setting(text: &str) -> Result<(String, String), TargetError> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err(TargetError::Setting(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn build(options: &TargetOptions<'_>) -> Result<Target, TargetError> {
        Target::new(&Db::from_dir(std::path::Path::new("tests/db/small")).unwrap(), options)
    }

    fn release(text: &str) -> TargetOptions<'_> {
        TargetOptions { release: Some(text), ..TargetOptions::default() }
    }

    #[test]
    fn the_default_is_the_newest_covered_release_on_hobby() {
        let target = build(&TargetOptions::default()).unwrap();
        assert_eq!(target.release_name(), "2026.3");
        assert_eq!((target.plan, target.region.as_str()), (Plan::Hobby, "us-east-1"));
        assert_eq!(target.account_id, "000000000000");
        assert!(target.notes.is_empty());
    }

    #[test]
    fn a_calendar_release_is_one_however_written() {
        for text in ["2026.3", "2026.03", "2026.3.0"] {
            let target = build(&release(text)).unwrap();
            assert_eq!(target.release_name(), "2026.3");
            assert!(target.notes.is_empty());
        }
    }

    #[test]
    fn releases_that_were_never_examined_carry_a_note() {
        for (text, stands_in) in [("2027.1", "2026.3"), ("2026.05.1", "2026.3"), ("4.9.7", "4.9"), ("2.3", "3.0")] {
            let notes = build(&release(text)).unwrap().notes;
            assert_eq!(notes.len(), 1, "{text}");
            assert!(notes[0].ends_with(&format!("what is known of {stands_in} is used for it")), "{notes:?}");
        }
    }

    #[test]
    fn an_unknown_release_is_refused_with_its_neighbours() {
        let error = build(&release("4.10")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no LocalStack release `4.10`; near it are `3.0`, `4.9`, `4.14`, `2026.3`"
        );
        let error = build(&release("0.1")).unwrap_err();
        assert_eq!(error.to_string(), "there is no LocalStack release `0.1`; near it are `2.3`, `3.0`");
        assert!(matches!(build(&release("latest")), Err(TargetError::Word(_))));
    }

    #[test]
    fn the_community_edition_ended() {
        let options = TargetOptions { plan: Some("community"), ..release("2026.5.1") };
        assert_eq!(
            build(&options).unwrap_err().to_string(),
            "release 2026.5.1 has no community edition, the last is 2026.3; use `--plan hobby` or `--release 2026.3`"
        );
        assert!(build(&TargetOptions { plan: Some("community"), ..release("2026.3") }).is_ok());
    }

    #[test]
    fn what_is_not_a_plan_region_account_or_setting_is_refused() {
        let none = TargetOptions::default();
        let message = build(&TargetOptions { plan: Some("free"), ..none }).unwrap_err().to_string();
        assert!(message.starts_with("unknown plan `free`; use one of `community`, `hobby`"), "{message}");
        for region in ["", "moon", "us-east", "us--1", "US-EAST-1", "us-1"] {
            let options = TargetOptions { region: Some(region), ..none };
            assert_eq!(build(&options), Err(TargetError::Region(region.into())));
        }
        assert!(build(&TargetOptions { region: Some("ap-southeast-12"), ..none }).is_ok());
        assert_eq!(build(&TargetOptions { account_id: Some("12"), ..none }), Err(TargetError::Account("12".into())));
        for setting in ["DEBUG", "=1", ""] {
            let config = [setting.to_owned()];
            let options = TargetOptions { config: &config, ..none };
            assert_eq!(build(&options), Err(TargetError::Setting(setting.into())));
        }
    }

    #[test]
    fn only_what_differs_from_its_default_is_kept() {
        let config = ["ENFORCE_IAM=false", "ACTIVATE_PRO=0", "ENFORCE_IAM=true"].map(str::to_owned);
        let target = build(&TargetOptions { config: &config[..2], ..TargetOptions::default() }).unwrap();
        assert_eq!(target.config.into_iter().collect::<Vec<_>>(), [("ACTIVATE_PRO".into(), "0".into())]);
        let target = build(&TargetOptions { config: &config, ..TargetOptions::default() }).unwrap();
        assert_eq!(target.config.get("ENFORCE_IAM").map(String::as_str), Some("true"));
    }

    #[test]
    fn a_list_of_services_without_cloudformation_carries_a_note() {
        let notes = |config: &[&str]| {
            let config: Vec<String> = config.iter().map(|it| (*it).to_owned()).collect();
            let options = TargetOptions { config: &config, ..TargetOptions::default() };
            Target::new(&Db::embedded().unwrap(), &options).unwrap().notes
        };
        let note = "`SERVICES` leaves out `cloudformation`: no stack deploys on this LocalStack";
        assert_eq!(notes(&["SERVICES=s3, sqs"]), [note]);
        assert_eq!(notes(&["SERVICES=s3, cloudformation:4581"]), [""; 0]);
        assert_eq!(notes(&["SERVICES=s3", "STRICT_SERVICE_LOADING=0"]), [""; 0]);
        assert_eq!(notes(&["SERVICES="]), [""; 0]);
    }

    #[test]
    fn settings_without_effect_carry_a_note() {
        let config = ["CFN_IGNORE_UNSUPPORTED_TYPE_CREATE=AWS::A::B", "DEBUG=1", "ENFORCE_IAM=1"].map(str::to_owned);
        let options = TargetOptions { config: &config, plan: Some("community"), ..release("4.9") };
        assert_eq!(
            build(&options).unwrap().notes,
            [
                "configuration variable `CFN_IGNORE_UNSUPPORTED_TYPE_CREATE` is not read by release 4.9",
                "configuration variable `DEBUG` changes no verdict that is known of",
                "configuration variable `ENFORCE_IAM` is not read by the community edition",
            ]
        );
    }
}
