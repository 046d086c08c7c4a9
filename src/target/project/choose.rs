//! Which LocalStack counts of those that a project's files run, and what to tell about the others.

use std::cmp::Reverse;
use std::path::Path;

use semver::Version;

use super::compose;
use super::image::Release;
use super::sighting::{Kind, Sighting};
use crate::db::{Db, Plan, Word, display_release};
use crate::target::{Layer, Place, Source};

/// Most other files that one note names.
const MOST_OTHERS: usize = 3;

/// What counts, and what a reader should know about it.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub(super) layer: Layer,
    pub(super) notes: Vec<String>,
    /// The same about its release and edition.
    pub(super) release_notes: Vec<String>,
    /// Whether its tag moves on.
    pub(super) moves_on: bool,
}

/// Compose files count before continuous integration, and that before tests; a file whose release is told before one
/// whose is not; then the one nearest to `start`, the folder of what is checked.
pub(super) fn choose(mut found: Vec<Sighting>, start: &Path, db: &Db) -> Chosen {
    found.sort_by_cached_key(|it| rank(it, start, db));
    let Some((first, others)) = found.split_first() else { return Chosen::default() };
    let about = [untold(first, db), different(first, others, db), licence(first, db)];
    let mut release_notes: Vec<String> = about.into_iter().flatten().collect();
    let mut notes = Vec::new();
    if first.image.is_s3_only() {
        release_notes.push(format!("{}: this image has S3 only, no stack deploys on it", first.place));
    }
    let mut layer = Layer { is_found: true, ..Layer::default() };
    let source = Source::Project(first.place.clone());
    if let Some(release) = release(first, db) {
        layer.release = Some((release.to_string(), source.clone()));
    }
    if first.image.is_open(db) == Some(true) {
        layer.plan = Some((Plan::Community.word().to_owned(), source));
    }
    for variable in db.variables() {
        let Some((value, line)) = first.setting(&variable.name) else { continue };
        let place = at(first, *line);
        let Some(value) = value else {
            notes.push(format!(
                "{place} leaves {} to whoever starts it; say with `--config-var` what it is",
                variable.name
            ));
            continue;
        };
        // LocalStack takes a blank for a variable that is not set.
        if value.trim().is_empty() {
            continue;
        }
        notes.extend(differing(&variable.name, value, &place, others));
        layer.config.insert(variable.name.clone(), (value.clone(), Source::Project(place)));
    }
    Chosen { layer, notes, release_notes, moves_on: first.image.release(db) == Release::Newest }
}

fn rank(sighting: &Sighting, start: &Path, db: &Db) -> impl Ord + use<> {
    let path = &sighting.place.path;
    let folder = path.parent().unwrap_or(Path::new(""));
    let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
    let depth = folder.components().count();
    let above = start.starts_with(folder).then_some(Reverse(depth));
    (
        release(sighting, db).is_none(),
        sighting.kind,
        above.is_none(),
        above,
        sighting.kind == Kind::Compose && compose::is_variant(name),
        depth,
        path.clone(),
        sighting.place.line,
    )
}

/// The release; for a tag that moves on, the newest one that is known.
fn release(sighting: &Sighting, db: &Db) -> Option<Version> {
    match sighting.image.release(db) {
        Release::Is(release) => Some(release),
        Release::Newest => db.newest_covered(),
        Release::Untold => None,
    }
}

fn at(sighting: &Sighting, line: Option<usize>) -> Place {
    Place { path: sighting.place.path.clone(), line, what: String::new() }
}

fn untold(first: &Sighting, db: &Db) -> Option<String> {
    let is_untold = first.image.release(db) == Release::Untold;
    is_untold.then(|| format!("{} does not tell the release; say with `--release` which it is", first.place))
}

/// The others whose release or edition is another one.
fn different(first: &Sighting, others: &[Sighting], db: &Db) -> Option<String> {
    let is_other = |it: &&Sighting| {
        release(it, db).is_some()
            && (release(it, db), it.image.is_open(db)) != (release(first, db), first.image.is_open(db))
    };
    let others: Vec<&Sighting> = others.iter().filter(is_other).collect();
    if others.is_empty() {
        return None;
    }
    let mut named: Vec<String> = others.iter().take(MOST_OTHERS).map(|it| it.place.to_string()).collect();
    if others.len() > MOST_OTHERS {
        named.push(format!("{} more", others.len() - MOST_OTHERS));
    }
    let verb = if others.len() == 1 { "does" } else { "do" };
    let first = &first.place;
    let named = named.join(", ");
    Some(format!("the files of the project run different LocalStacks: {first} counts, {named} {verb} not"))
}

fn differing(name: &str, value: &str, place: &Place, others: &[Sighting]) -> Option<String> {
    others.iter().find_map(|it| {
        let (other, line) = it.setting(name)?;
        let other = other.as_deref().filter(|it| *it != value)?;
        let there = at(it, *line);
        Some(format!("{name} is `{value}` in {place}, which counts, and `{other}` in {there}"))
    })
}

/// A licence for an image that is the open core.
fn licence(first: &Sighting, db: &Db) -> Option<String> {
    let is_unused = first.has_licence && first.image.is_open(db) == Some(true);
    let release = release(first, db).filter(|_| is_unused)?;
    let release = display_release(&release);
    Some(format!(
        "{} is given a licence but is the open core; the licensed image of {release} is localstack/localstack-pro",
        first.place
    ))
}
