//! LocalStack in the sources of tests (testcontainers) and in commands. Nothing is parsed for real: an image counts
//! where it is a whole text between quotes, variables count inside the call that sets them.

use super::expand::Scope;
use super::image::Image;
use super::sighting::{Kind, Sighting, Text};

/// In every name of an image of LocalStack.
const IMAGE: &str = "localstack/localstack";
/// In front of the image that another one stands for.
const SUBSTITUTE: &str = "asCompatibleSubstituteFor(";
/// Behind an image whose tag is given apart.
const WITH_TAG: &str = ".withTag(";
/// Calls that set variables, in lower case, and the field of Go's container request.
const SETTERS: [&str; 3] = ["withenv", "with_env", "env: map[string]string"];
/// Extensions of the languages of testcontainers.
const EXTENSIONS: [&str; 14] =
    ["java", "kt", "kts", "groovy", "scala", "ts", "mts", "cts", "js", "mjs", "cjs", "py", "go", "cs"];
/// In the paths of the tests that start containers, in lower case.
const TESTS: [&str; 6] = ["test", "spec", "localstack", "container", "e2e", "/it/"];
/// The longest call that is looked at, in bytes.
const LONGEST_CALL: usize = 4000;
/// What stands for a value that the program decides when it runs.
const LATER: &str = "$";

/// A LocalStack that a command starts.
pub(super) struct Command {
    /// The image.
    pub(super) image: Image,
    /// Variables that it is given.
    pub(super) variables: Scope,
}

/// Whether a path is likely of a test that starts containers.
pub(super) fn is_test(path: &str) -> bool {
    let is_code = path.rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&extension));
    let path = path.to_lowercase();
    is_code && TESTS.iter().any(|it| path.contains(it))
}

/// Every LocalStack that a source starts.
pub(super) fn sightings(text: Text<'_>) -> Vec<Sighting> {
    let mut found: Vec<Sighting> = Vec::new();
    for (index, line) in text.content.lines().enumerate() {
        let is_comment = ["//", "#", "*", "/*", "--"].iter().any(|it| line.trim_start().starts_with(it));
        for image in images(line).filter(|_| !is_comment) {
            if !found.iter().any(|it| it.image == image) {
                found.push(Sighting::new(Kind::Test, text, Some(index + 1), image));
            }
        }
    }
    if !found.is_empty() {
        let variables = variables(text.content);
        found.iter_mut().for_each(|it| it.set(&variables, |name| text.line_of(name, 1)));
    }
    found
}

/// What `docker run` starts in a script.
pub(super) fn docker_commands(script: &str) -> Vec<Command> {
    let script = script.replace("\\\n", " ");
    let commands = script.lines().filter(|it| it.contains("docker run ") && it.contains(IMAGE));
    commands.filter_map(command).collect()
}

fn command(line: &str) -> Option<Command> {
    let words: Vec<String> = line.split_whitespace().map(|it| it.replace(['"', '\''], "")).collect();
    let image = words.iter().find_map(|it| Image::parse(it))?;
    let mut variables = Scope::new();
    for (index, word) in words.iter().enumerate() {
        let setting = match word.as_str() {
            "-e" | "--env" => words.get(index + 1).map(String::as_str),
            other => other.strip_prefix("--env="),
        };
        let Some(setting) = setting else { continue };
        let (name, value) = setting.split_once('=').unwrap_or((setting, LATER));
        variables.insert(name.to_owned(), value.to_owned());
    }
    Some(Command { image, variables })
}

/// The images that are texts of their own on a line.
fn images(line: &str) -> impl Iterator<Item = Image> {
    let starts = line.match_indices(IMAGE).map(|(at, _)| at);
    starts.filter_map(|at| {
        let (before, after) = line.split_at(at);
        let open = before.rfind(['"', '\'', '`'])?;
        let quote = before[open..].chars().next()?;
        let close = after.find(quote)?;
        let name = format!("{}{}", &before[open + 1..], &after[..close]);
        if before[..open].trim_end().ends_with(SUBSTITUTE) {
            return None;
        }
        let rest = after[close + 1..].trim_start_matches([')', ' ']);
        let tag = rest.strip_prefix(WITH_TAG).map(|it| it.split(['"', '\'']).nth(1).unwrap_or(LATER));
        Image::parse(&tag.map_or_else(|| name.clone(), |it| format!("{name}:{it}")))
    })
}

/// The variables that calls of the source set.
fn variables(source: &str) -> Scope {
    let lower = source.to_ascii_lowercase();
    let mut variables = Scope::new();
    for setter in SETTERS {
        for (at, _) in lower.match_indices(setter) {
            let rest = source[at + setter.len()..].trim_start_matches(|it: char| it.is_alphanumeric() || it == '_');
            let tokens = tokens(arguments(rest));
            for (index, token) in tokens.iter().enumerate() {
                let name = match token {
                    Token::Text(it) | Token::Word(it) if is_name(it) => *it,
                    _ => continue,
                };
                let value = match tokens.get(index + 1) {
                    // Kotlin writes `"NAME" to "value"`.
                    Some(Token::Word("to")) => tokens.get(index + 2),
                    other => other,
                };
                let value = match value {
                    Some(Token::Text(it)) if !it.contains('{') => it,
                    Some(Token::Word(it)) if is_literal(it) => it,
                    _ => LATER,
                };
                variables.insert(name.to_owned(), value.to_owned());
            }
        }
    }
    variables
}

enum Token<'t> {
    /// Between quotes.
    Text(&'t str),
    /// A name, a number or a keyword.
    Word(&'t str),
}

/// What stands between the bracket at the start and the one that closes it.
fn arguments(text: &str) -> &str {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices().take(LONGEST_CALL) {
        match character {
            '(' | '{' | '[' => depth += 1,
            ')' | '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    ""
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |it: char| it.is_alphanumeric() || it == '_';
        let after = &rest[first.len_utf8()..];
        rest = if matches!(first, '"' | '\'' | '`') {
            let Some((inner, behind)) = after.split_once(first) else { return tokens };
            tokens.push(Token::Text(inner));
            behind
        } else if is_word(first) {
            let end = rest.find(|it| !is_word(it)).unwrap_or(rest.len());
            tokens.push(Token::Word(&rest[..end]));
            &rest[end..]
        } else {
            after
        };
    }
    tokens
}

/// Whether it is written as the names of variables are.
fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_uppercase())
        && text.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
}

fn is_literal(word: &str) -> bool {
    matches!(word, "true" | "false" | "True" | "False") || word.bytes().all(|it| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    type Settings = Vec<(String, Option<String>)>;

    fn read(path: &str, content: &str) -> Vec<(String, Settings)> {
        let found = sightings(Text { path: Path::new(path), content });
        let told = |it: Sighting| {
            let settings = it.settings.into_iter().map(|(name, value)| (name, value.0)).collect();
            (it.place.to_string(), settings)
        };
        found.into_iter().map(told).collect()
    }

    fn images_of(line: &str) -> Vec<String> {
        images(line).map(|it| it.name).collect()
    }

    #[test]
    fn tests_are_found_by_their_paths() {
        for path in ["src/test/java/a/QueueIT.java", "app/it/Queue.kt", "lib/queue.spec.ts", "tests/conftest.py"] {
            assert!(is_test(path), "{path}");
        }
        for path in ["src/main/java/Queue.java", "src/test/resources/a.json", "docs/testing.md"] {
            assert!(!is_test(path), "{path}");
        }
    }

    #[test]
    fn containers_of_every_language() {
        for line in [
            "new LocalStackContainer(DockerImageName.parse(\"localstack/localstack:4.2\"))",
            "LocalStackContainer(DockerImageName.parse(\"localstack/localstack:4.2\")).apply {",
            "await new LocalstackContainer('localstack/localstack:4.2').start()",
            "with LocalStackContainer(image=\"localstack/localstack:4.2\") as localstack:",
            "localstack.Run(ctx, \"localstack/localstack:4.2\", opts...)",
            "new LocalStackBuilder().WithImage(\"localstack/localstack:4.2\").Build()",
            "DockerImageName.parse(\"localstack/localstack\").withTag(\"4.2\")",
            "const image = `localstack/localstack:4.2`;",
        ] {
            assert_eq!(images_of(line), ["localstack/localstack:4.2"], "{line}");
        }
        assert_eq!(images_of("parse(\"localstack/localstack\")"), ["localstack/localstack"]);
    }

    #[test]
    fn what_is_no_image_of_its_own_does_not_count() {
        for line in [
            "DockerImageName.parse(\"own/stack:1\").asCompatibleSubstituteFor(\"localstack/localstack\")",
            "see(\"https://github.com/localstack/localstack/issues\")",
            "\"run localstack/localstack:4.2 first\"",
            "localstack/localstack:4.2",
        ] {
            assert_eq!(images_of(line), [""; 0], "{line}");
        }
        assert_eq!(read("a.java", "// \"localstack/localstack:4.2\"\n * \"localstack/localstack:4\"\n"), []);
    }

    #[test]
    fn variables_of_every_language() {
        for call in [
            ".withEnv(\"ENFORCE_IAM\", \"1\")",
            ".withEnv(Map.of(\"ENFORCE_IAM\", \"1\"))",
            ".withEnv(mapOf(\"ENFORCE_IAM\" to \"1\"))",
            ".withEnvironment({ ENFORCE_IAM: '1' })",
            ".with_env(\"ENFORCE_IAM\", 1)",
            "testcontainers.WithEnv(map[string]string{\"ENFORCE_IAM\": \"1\"})",
            "Env: map[string]string{\n\t\"ENFORCE_IAM\": \"1\",\n}",
            ".WithEnvironment(\"ENFORCE_IAM\", \"1\")",
        ] {
            let source = format!("x(\"localstack/localstack:4.2\")\n{call}\n");
            let [(place, settings)] = read("test.x", &source).try_into().unwrap();
            assert_eq!(place, "test.x:1 (image localstack/localstack:4.2)");
            assert_eq!(settings, [("ENFORCE_IAM".to_owned(), Some("1".to_owned()))], "{call}");
        }
    }

    #[test]
    fn a_value_that_the_program_decides_is_open() {
        let source = "\"localstack/localstack:4\"\n.withEnv(\"SERVICES\", services())\n.withEnv(\"A\", $\"{b}\")\n";
        let [(_, settings)] = read("a.cs", source).try_into().unwrap();
        assert_eq!(settings, [("A".to_owned(), None), ("SERVICES".to_owned(), None)]);
    }

    #[test]
    fn commands_start_images_with_variables() {
        let script = "docker pull localstack/localstack:4.1\ndocker run -e ENFORCE_IAM=1 --env=\"A=b\" --env TOKEN \\\n  \
                      -p 4566:4566 'localstack/localstack:4.2'\n";
        let [command] = docker_commands(script).try_into().ok().unwrap();
        assert_eq!(command.image.name, "localstack/localstack:4.2");
        let told: Vec<String> = command.variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(told, ["A=b", "ENFORCE_IAM=1", "TOKEN=$"]);
    }
}
