//! Compose files, with what is put over them and the environment files beside them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_yaml::Value;

use super::expand::{Scope, environment_file, expand};
use super::image::Image;
use super::sighting::{Kind, Sighting, Text};
use super::yaml;

/// Before the extension of a file that is put over another of the same name.
const OVERRIDE: &str = ".override";

/// A compose file that was read.
pub(super) struct File {
    /// Its path from the project's folder.
    pub(super) path: PathBuf,
    /// Its content.
    pub(super) content: String,
    /// What it says.
    pub(super) value: Value,
}

/// A service, put together from the files that describe it.
#[derive(Default)]
struct Service {
    sighting: Option<Sighting>,
    /// Variables that a file set before another one named the image.
    early: Vec<(Scope, BTreeMap<String, Option<usize>>)>,
}

/// Whether a file is a compose file, by its name.
pub(super) fn is_compose(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml")) else { return false };
    let rest = stem.strip_prefix("docker-compose").or_else(|| stem.strip_prefix("compose"));
    rest.is_some_and(|it| it.is_empty() || it.starts_with(['.', '-', '_']))
}

/// The plain name of a file that is put over one: `compose.yaml` of `compose.override.yaml`.
pub(super) fn overridden(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    Some(format!("{}.{extension}", stem.strip_suffix(OVERRIDE)?))
}

/// Whether it is a variant that only runs when it is named, such as `docker-compose.test.yml`.
pub(super) fn is_variant(name: &str) -> bool {
    !matches!(name, "compose.yaml" | "compose.yml" | "docker-compose.yaml" | "docker-compose.yml")
}

/// Every LocalStack of the services in `files`, the later put over the earlier; `read` gives the content of a file
/// from the project's folder.
pub(super) fn sightings(files: &[File], read: &dyn Fn(&Path) -> Option<String>) -> Vec<Sighting> {
    let Some(folder) = files.first().and_then(|it| it.path.parent()) else { return Vec::new() };
    let scope = read(&folder.join(".env")).map(|it| environment_file(&it)).unwrap_or_default();
    let mut services: BTreeMap<String, Service> = BTreeMap::new();
    for file in files {
        let described = file.value.get("services").and_then(yaml::mapping).into_iter().flatten();
        for (name, value) in described {
            let Some(name) = name.as_str() else { continue };
            services.entry(name.to_owned()).or_default().add(file, name, value, &scope, read);
        }
    }
    services.into_values().filter_map(|it| it.sighting).collect()
}

impl Service {
    fn add(&mut self, file: &File, name: &str, value: &Value, scope: &Scope, read: &dyn Fn(&Path) -> Option<String>) {
        let text = Text { path: &file.path, content: &file.content };
        let block = Block::of(&text, name);
        if let Some(written) = value.get("image").and_then(Value::as_str) {
            let image = Image::parse(&expand(written, scope));
            let before = self.sighting.take();
            self.sighting = image.map(|it| {
                let mut new = Sighting::new(Kind::Compose, text, block.line_of(&text, written), it);
                new.settings.extend(before.into_iter().flat_map(|it| it.settings));
                new
            });
        }
        let folder = file.path.parent().unwrap_or(Path::new(""));
        let mut variables = Scope::new();
        for path in environment_files(value.get("env_file")) {
            variables
                .extend(read(&folder.join(expand(&path, scope))).map(|it| environment_file(&it)).unwrap_or_default());
        }
        variables.extend(value.get("environment").map(|it| yaml::variables(it, scope)).unwrap_or_default());
        let lines = variables.keys().map(|it| (it.clone(), block.line_of(&text, it))).collect();
        self.early.push((variables, lines));
        if let Some(sighting) = &mut self.sighting {
            for (variables, lines) in self.early.drain(..) {
                sighting.set(&variables, |name| lines.get(name).copied().flatten());
            }
        }
    }
}

/// The paths of a service's `env_file`.
fn environment_files(value: Option<&Value>) -> Vec<String> {
    let path = |it: &Value| it.as_str().or_else(|| it.get("path")?.as_str()).map(str::to_owned);
    match value {
        Some(Value::Sequence(items)) => items.iter().filter_map(path).collect(),
        Some(other) => path(other).into_iter().collect(),
        None => Vec::new(),
    }
}

/// The lines that describe one service.
struct Block {
    first: usize,
    last: usize,
}

impl Block {
    fn of(text: &Text<'_>, service: &str) -> Self {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let is_key = |line: &str| line.trim_start().strip_prefix(service).is_some_and(|it| it.starts_with(':'));
        let lines: Vec<&str> = text.content.lines().collect();
        let Some(first) = lines.iter().position(|it| is_key(it) && indent(it) > 0) else {
            return Self { first: 1, last: lines.len() };
        };
        let own = lines.get(first).map_or(0, |it| indent(it));
        let is_after =
            |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#') && indent(line) <= own;
        let length = lines.iter().skip(first + 1).copied().position(is_after);
        Self { first: first + 1, last: length.map_or(lines.len(), |it| first + 1 + it) }
    }

    fn line_of(&self, text: &Text<'_>, needle: &str) -> Option<usize> {
        text.line_of(needle, self.first).filter(|it| *it <= self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, content: &str) -> File {
        File { path: path.into(), content: content.to_owned(), value: yaml::read(content).unwrap() }
    }

    fn nothing(_: &Path) -> Option<String> {
        None
    }

    fn setting<'s>(sighting: &'s Sighting, name: &str) -> Option<(Option<&'s str>, Option<usize>)> {
        sighting.setting(name).map(|(value, line)| (value.as_deref(), *line))
    }

    #[test]
    fn names_of_compose_files() {
        for name in ["compose.yaml", "docker-compose.yml", "docker-compose.test.yml", "compose-ci.yaml"] {
            assert!(is_compose(name), "{name}");
        }
        for name in ["docker.yml", "compose.json", "composer.yml", "my-compose.yml"] {
            assert!(!is_compose(name), "{name}");
        }
        assert_eq!(overridden("compose.override.yaml").as_deref(), Some("compose.yaml"));
        assert_eq!(overridden("compose.yaml"), None);
        assert!(is_variant("compose.ci.yaml") && !is_variant("docker-compose.yml"));
    }

    #[test]
    fn a_service_has_an_image_and_variables_with_their_lines() {
        let text = "services:\n  db:\n    image: postgres\n    environment: [ENFORCE_IAM=0]\n  aws:\n    # the image\n    \
                    image: localstack/localstack:${TAG:-4.2}\n    environment:\n      - ENFORCE_IAM=1\n      - \
                    SERVICES=${LIST}\n      - LOCALSTACK_AUTH_TOKEN=${LOCALSTACK_AUTH_TOKEN:?}\n";
        let [found] = sightings(&[file("app/compose.yaml", text)], &nothing).try_into().unwrap();
        assert_eq!(found.place.to_string(), "app/compose.yaml:7 (image localstack/localstack:4.2)");
        assert_eq!(setting(&found, "ENFORCE_IAM"), Some((Some("1"), Some(9))));
        assert_eq!(setting(&found, "SERVICES"), Some((None, Some(10))));
        assert_eq!(setting(&found, "LOCALSTACK_AUTH_TOKEN"), None, "a licence is never kept");
        assert!(found.has_licence);
    }

    #[test]
    fn environment_files_beside_it_are_read() {
        let text = "services: {aws: {image: 'localstack/localstack:$TAG', env_file: [{path: ls.env}], environment: \
                    {PERSISTENCE: 1}}}\n";
        let read = |path: &Path| match path.to_str()? {
            "app/.env" => Some("TAG=4.9\n".to_owned()),
            "app/ls.env" => Some("LOCALSTACK_ENFORCE_IAM=1\nPERSISTENCE=0\n".to_owned()),
            _ => None,
        };
        let [found] = sightings(&[file("app/compose.yaml", text)], &read).try_into().unwrap();
        assert_eq!(found.image.name, "localstack/localstack:4.9");
        assert_eq!(setting(&found, "ENFORCE_IAM"), Some((Some("1"), None)));
        assert_eq!(setting(&found, "PERSISTENCE"), Some((Some("1"), Some(1))));
    }

    #[test]
    fn a_file_is_put_over_another() {
        let base = "services:\n  aws:\n    image: localstack/localstack:4.2\n    environment: {ENFORCE_IAM: 1}\n";
        let over = "services:\n  aws:\n    environment: {ENFORCE_IAM: 0, PERSISTENCE: 1}\n";
        let files = [file("compose.yaml", base), file("compose.override.yaml", over)];
        let [found] = sightings(&files, &nothing).try_into().unwrap();
        assert_eq!(setting(&found, "ENFORCE_IAM").unwrap().0, Some("0"));
        assert_eq!(setting(&found, "PERSISTENCE").unwrap().0, Some("1"));
        let newer = file("compose.override.yaml", "services:\n  aws:\n    image: localstack/localstack-pro:4.9\n");
        let [found] = sightings(&[file("compose.yaml", base), newer], &nothing).try_into().unwrap();
        assert_eq!(found.place.to_string(), "compose.override.yaml:3 (image localstack/localstack-pro:4.9)");
        assert_eq!(setting(&found, "ENFORCE_IAM").unwrap().0, Some("1"));
    }

    #[test]
    fn other_services_are_no_localstack() {
        let text = "services: {db: {image: postgres}, own: {build: .}, none: }\nvolumes: {aws: }\n";
        assert_eq!(sightings(&[file("compose.yaml", text)], &nothing), []);
    }
}
