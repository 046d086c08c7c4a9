//! The language that a CDK app is written in, by its `cdk.json` and the files beside it.

use std::path::Path;

use crate::report::adapted::Language;

use super::read;

/// Words of the command that runs an app.
const COMMANDS: [(&str, Language); 12] = [
    ("ts-node", Language::TypeScript),
    ("tsx", Language::TypeScript),
    (".ts", Language::TypeScript),
    ("python", Language::Python),
    (".py", Language::Python),
    ("mvn", Language::Java),
    ("gradle", Language::Java),
    ("java ", Language::Java),
    ("dotnet", Language::CSharp),
    ("go ", Language::Go),
    ("node ", Language::JavaScript),
    (".js", Language::JavaScript),
];

/// Files that a project of a language has at its root, by the ends of their names.
const FILES: [(&str, Language); 11] = [
    ("tsconfig.json", Language::TypeScript),
    ("requirements.txt", Language::Python),
    ("pyproject.toml", Language::Python),
    ("setup.py", Language::Python),
    ("pom.xml", Language::Java),
    ("build.gradle", Language::Java),
    ("build.gradle.kts", Language::Java),
    (".sln", Language::CSharp),
    (".csproj", Language::CSharp),
    ("go.mod", Language::Go),
    ("package.json", Language::JavaScript),
];

/// The language of the app that generated `template`: by the nearest `cdk.json` above it, else by what stands beside
/// its assembly.
pub(super) fn language(template: &Path) -> Language {
    let full = template.canonicalize().unwrap_or_else(|_| template.to_owned());
    let config = full.ancestors().map(|it| it.join("cdk.json")).find(|it| it.is_file());
    let parsed = config.as_ref().and_then(|it| read::parse(it, read::bytes(it).ok()?).ok());
    let app = parsed.as_ref().and_then(|it| it.tree.get("app")?.as_str()).unwrap_or_default();
    // What is compiled first says more than what is run.
    let by_command = COMMANDS.iter().find(|(word, _)| app.contains(word)).map(|it| it.1);
    let assembly = full.ancestors().filter(|it| it.join("manifest.json").is_file()).last().and_then(Path::parent);
    let beside = config.as_deref().and_then(Path::parent).or(assembly).and_then(by_files);
    match (by_command, beside) {
        (Some(Language::JavaScript), Some(Language::TypeScript)) => Language::TypeScript,
        (Some(language), _) | (None, Some(language)) => language,
        (None, None) => Language::default(),
    }
}

fn by_files(folder: &Path) -> Option<Language> {
    let names: Vec<String> =
        folder.read_dir().ok()?.flatten().map(|it| it.file_name().to_string_lossy().into_owned()).collect();
    FILES.iter().find(|(end, _)| names.iter().any(|it| it.ends_with(end))).map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(files: &[(&str, &str)]) -> Language {
        let folder = tempfile::tempdir().unwrap();
        let template = folder.path().join("cdk.out/Shop.template.json");
        std::fs::create_dir(folder.path().join("cdk.out")).unwrap();
        std::fs::write(&template, "{}").unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        language(&template)
    }

    #[test]
    fn the_command_of_the_app_tells() {
        let app = |command: &str| of(&[("cdk.json", &format!("{{\"app\": \"{command}\"}}"))]);
        assert_eq!(app("npx ts-node --prefer-ts-exts bin/shop.ts"), Language::TypeScript);
        assert_eq!(app("node bin/shop.js"), Language::JavaScript);
        assert_eq!(app("python3 app.py"), Language::Python);
        assert_eq!(app("mvn -e -q compile exec:java"), Language::Java);
        assert_eq!(app("./gradlew run"), Language::Java);
        assert_eq!(app("dotnet run --project src/Shop/Shop.csproj"), Language::CSharp);
        assert_eq!(app("go mod download && go run shop.go"), Language::Go);
    }

    #[test]
    fn files_tell_where_the_command_does_not() {
        assert_eq!(of(&[("cdk.json", "{\"app\": \"./run\"}"), ("go.mod", "")]), Language::Go);
        assert_eq!(of(&[("cdk.json", "{\"app\": \"node bin/a.js\"}"), ("tsconfig.json", "{}")]), Language::TypeScript);
        assert_eq!(of(&[("cdk.out/manifest.json", "{}"), ("pom.xml", "")]), Language::Java);
    }
}
