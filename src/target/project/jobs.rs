//! The files of continuous integration: services and containers of jobs, the action that sets LocalStack up, and
//! `docker run` in scripts.

use serde_yaml::Value;

use super::code;
use super::expand::{Scope, expand};
use super::image::Image;
use super::sighting::{Kind, Sighting, Text};
use super::yaml;

/// LocalStack's own action of GitHub Actions.
const SETUP: &str = "localstack/setup-localstack@";
/// Versions of it that run the open core when nothing else is said.
const OPEN_BY_DEFAULT: [&str; 2] = ["v0.1", "v0.2"];
/// Under these keys stand variables.
const VARIABLES: [&str; 3] = ["variables", "env", "environment"];
/// Under these keys stands an image.
const IMAGES: [&str; 2] = ["image", "name"];

/// Whether a path, from the project's folder, is of continuous integration.
pub(super) fn is_jobs(path: &str) -> bool {
    let is_yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    let folders = [".github/workflows/", ".github/actions/", ".gitlab/", ".circleci/", ".buildkite/"];
    let files = [".gitlab-ci.", "bitbucket-pipelines.", "azure-pipelines.", ".drone.", ".woodpecker."];
    is_yaml && folders.iter().chain(&files).any(|it| path.starts_with(it))
}

/// Every LocalStack that jobs run.
pub(super) fn sightings(text: Text<'_>, value: &Value) -> Vec<Sighting> {
    // GitLab gives the variables of a job to its services.
    let shares = text.path.to_string_lossy().starts_with(".gitlab");
    let mut reader = Reader { text, shares, found: Vec::new() };
    reader.value(value, &Scope::new());
    reader.found
}

struct Reader<'t> {
    text: Text<'t>,
    shares: bool,
    found: Vec<Sighting>,
}

impl Reader<'_> {
    fn value(&mut self, value: &Value, scope: &Scope) {
        match value {
            Value::Mapping(map) => {
                let own: Scope =
                    VARIABLES.iter().filter_map(|it| map.get(it)).flat_map(|it| yaml::variables(it, scope)).collect();
                let mut inner = scope.clone();
                inner.extend(own.clone());
                let given = if self.shares { &inner } else { &own };
                let image = IMAGES.iter().filter_map(|it| map.get(it)?.as_str()).find(|it| self.is_image(it, &inner));
                if let Some(written) = image {
                    self.image(written, &inner, given);
                }
                if let Some(uses) = map.get("uses").and_then(Value::as_str) {
                    self.setup(uses, map.get("with"), &inner);
                }
                for (key, value) in map {
                    match (key.as_str().unwrap_or_default(), value) {
                        (key, _) if VARIABLES.contains(&key) => {}
                        ("services", Value::Sequence(items)) => items.iter().for_each(|it| self.service(it, &inner)),
                        _ => self.value(value, &inner),
                    }
                }
            }
            Value::Sequence(items) => items.iter().for_each(|it| self.value(it, scope)),
            Value::Tagged(it) => self.value(&it.value, scope),
            Value::String(text) => self.script(text, scope),
            _ => {}
        }
    }

    /// A service of a list, which may be no more than its image.
    fn service(&mut self, value: &Value, scope: &Scope) {
        let Some(image) = value.as_str() else { return self.value(value, scope) };
        let given = if self.shares { scope.clone() } else { Scope::new() };
        self.image(image, scope, &given);
    }

    fn is_image(&self, written: &str, scope: &Scope) -> bool {
        Image::parse(&expand(written, scope)).is_some()
    }

    fn image(&mut self, written: &str, scope: &Scope, given: &Scope) {
        let Some(image) = Image::parse(&expand(written, scope)) else { return };
        let line = self.text.line_of(written, 1);
        self.add(line, image, given);
    }

    /// The LocalStack that the action starts.
    fn setup(&mut self, uses: &str, with: Option<&Value>, scope: &Scope) {
        if !uses.get(..SETUP.len()).is_some_and(|it| it.eq_ignore_ascii_case(SETUP)) {
            return;
        }
        let input = |name: &str| with.and_then(|it| it.get(name)).and_then(yaml::scalar).map(|it| expand(&it, scope));
        let version = &uses[SETUP.len()..];
        let is_licensed = match input("use-pro").as_deref() {
            Some(text) => text == "true",
            None => !OPEN_BY_DEFAULT.iter().any(|it| version.starts_with(it)),
        };
        let repository = if is_licensed { "localstack/localstack-pro" } else { "localstack/localstack" };
        let tag = input("image-tag").unwrap_or_else(|| "latest".to_owned());
        let Some(image) = Image::parse(&format!("{repository}:{tag}")) else { return };
        let mut given = scope.clone();
        let configuration = input("configuration").unwrap_or_default();
        let pairs = configuration.split([' ', ',', '\n']).filter_map(|it| it.split_once('='));
        given.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let line = self.text.line_of(uses, 1);
        self.add(line, image, &given);
    }

    /// What `docker run` starts in a script.
    fn script(&mut self, script: &str, scope: &Scope) {
        for command in code::docker_commands(&expand(script, scope)) {
            let line = self.text.line_of(&command.image.name, 1);
            self.add(line, command.image, &command.variables);
        }
    }

    fn add(&mut self, line: Option<usize>, image: Image, given: &Scope) {
        let mut sighting = Sighting::new(Kind::Jobs, self.text, line, image);
        let text = self.text;
        sighting.set(given, |name| text.line_of(name, line.unwrap_or(1)));
        self.found.push(sighting);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    type Settings = Vec<(String, Option<String>)>;

    fn read(path: &str, content: &str) -> Vec<(String, Settings)> {
        let found = sightings(Text { path: Path::new(path), content }, &yaml::read(content).unwrap());
        let told = |it: Sighting| {
            let settings = it.settings.into_iter().map(|(name, (value, _))| (name, value)).collect();
            (it.place.to_string(), settings)
        };
        found.into_iter().map(told).collect()
    }

    fn setting(name: &str, value: &str) -> (String, Option<String>) {
        (name.to_owned(), Some(value.to_owned()))
    }

    #[test]
    fn files_of_continuous_integration() {
        for path in [".github/workflows/a.yml", ".gitlab-ci.yml", ".circleci/config.yml", "azure-pipelines.yaml"] {
            assert!(is_jobs(path), "{path}");
        }
        for path in ["app/.github/workflows/a.yml", ".github/workflows/a.sh", ".github/dependabot.yml"] {
            assert!(!is_jobs(path), "{path}");
        }
    }

    #[test]
    fn services_of_github() {
        let text = "env: {LS: '4.9', ENFORCE_IAM: 0}\njobs:\n  t:\n    services:\n      aws:\n        image: \
                    localstack/localstack:${{ env.LS }}\n        env:\n          ENFORCE_IAM: 1\n";
        assert_eq!(
            read(".github/workflows/t.yml", text),
            [(
                ".github/workflows/t.yml:6 (image localstack/localstack:4.9)".to_owned(),
                vec![setting("ENFORCE_IAM", "1")]
            )]
        );
    }

    #[test]
    fn the_action_that_sets_localstack_up() {
        let step = |version: &str, with: &str| {
            let uses =
                format!("jobs: {{t: {{steps: [{{uses: LocalStack/setup-localstack@{version}, with: {with}}}]}}}}\n");
            let [(place, settings)] = read(".github/workflows/t.yml", &uses).try_into().unwrap();
            (place, settings)
        };
        let image = |version, with| step(version, with).0.split_once("(image ").unwrap().1.to_owned();
        assert_eq!(image("v0.2.3", "{image-tag: '4.2'}"), "localstack/localstack:4.2)");
        assert_eq!(image("v0.3.2", "{image-tag: '4.2'}"), "localstack/localstack-pro:4.2)");
        assert_eq!(image("v0.3.2", "{image-tag: '4.2', use-pro: 'false'}"), "localstack/localstack:4.2)");
        assert_eq!(image("v0.2.3", "{use-pro: true}"), "localstack/localstack-pro:latest)");
        assert_eq!(
            step("main", "{configuration: 'ENFORCE_IAM=1,DEBUG=1'}").1,
            [setting("DEBUG", "1"), setting("ENFORCE_IAM", "1")]
        );
    }

    #[test]
    fn services_of_gitlab_get_the_variables_of_the_job() {
        let text = "variables: {TAG: '4.9'}\ntest:\n  variables: {ENFORCE_IAM: '1'}\n  services:\n    - \
                    postgres:16\n    - name: localstack/localstack:$TAG\n      alias: aws\nplain:\n  services: \
                    [localstack/localstack:4.2]\n";
        let found = read(".gitlab-ci.yml", text);
        assert_eq!(found[0].0, ".gitlab-ci.yml:6 (image localstack/localstack:4.9)");
        assert_eq!(found[0].1, [setting("ENFORCE_IAM", "1"), setting("TAG", "4.9")]);
        assert_eq!(found[1].0, ".gitlab-ci.yml:9 (image localstack/localstack:4.2)");
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn containers_of_circleci_have_their_own_variables() {
        let text = "jobs:\n  build:\n    environment: {ENFORCE_IAM: 0}\n    docker:\n      - image: cimg/node\n      - \
                    image: localstack/localstack:4.2\n        environment: {ENFORCE_IAM: 1}\n";
        let [(place, settings)] = read(".circleci/config.yml", text).try_into().unwrap();
        assert_eq!(place, ".circleci/config.yml:6 (image localstack/localstack:4.2)");
        assert_eq!(settings, [setting("ENFORCE_IAM", "1")]);
    }

    #[test]
    fn a_name_of_the_image_alone_runs_nothing() {
        let text = "env: {IMAGE_NAME: localstack/localstack}\njobs: {t: {if: localstack/localstack, steps: []}}\n";
        assert_eq!(read(".github/workflows/t.yml", text), []);
    }

    #[test]
    fn scripts_that_run_the_image() {
        let text = "jobs:\n  t:\n    steps:\n      - name: Start localstack/localstack\n        run: |\n          \
                    docker run -d -e ENFORCE_IAM=1 \\\n            -p 4566:4566 localstack/localstack:4.2\n          \
                    git clone https://github.com/localstack/localstack\n";
        let found = read(".github/workflows/t.yml", text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, ".github/workflows/t.yml:7 (image localstack/localstack:4.2)");
        assert_eq!(found[0].1, [setting("ENFORCE_IAM", "1")]);
    }
}
