//! `lscompat adapt`: the template that LocalStack takes, as a difference, a file or in place.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::adjust::{Key, Options, Scope};
use crate::analysis::Finding;
use crate::check::{AdaptedStack, Checker};
use crate::db::Word;
use crate::report::adapted::{apply, diff, instructions, objections, question, summary};
use crate::report::{Origin, is_selected};
use crate::source::SourceFile;

use super::config::Config;
use super::options::{Display, StackOptions};
use super::{CLEAN, FAILED, output};

/// Options of `adapt`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The template, or the folder of a CDK assembly
    #[arg(value_name = "TEMPLATE")]
    pub(super) template: PathBuf,
    #[command(flatten)]
    pub(super) stack: StackOptions,
    /// Print what would change as a unified diff (the default)
    #[arg(long)]
    diff: bool,
    /// Write the variant to a file; to a folder when it has several templates. `-` is standard output
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["diff", "in_place"])]
    output: Option<PathBuf>,
    /// Change the template itself
    #[arg(long, conflicts_with = "diff")]
    in_place: bool,
    /// Keep what AWS gets: put every change behind the parameter IsLocalStack (default: false)
    #[arg(long)]
    guard: bool,
    /// Also change what fails on AWS: fixes of the template itself
    #[arg(long)]
    fix_aws: bool,
    /// Ask for each finding whether to change for it
    #[arg(long)]
    interactive: bool,
    /// Say in comments what was changed (YAML)
    #[arg(long)]
    comment: bool,
    /// Also write the compatibility document, with what was changed as the solution applied; of an existing one, only
    /// what was generated between its `lscompat` markers is replaced
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
}

/// Adapts the template and writes what is asked for; nothing when a finding would stay or come.
pub(super) fn run(
    args: &Args,
    config: &Config,
    checker: &Checker<'_>,
    display: &Display,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let (selected, ignored) = args.stack.selectors(config);
    let options = Options { scope: Scope { fix_aws: args.fix_aws }, guard: args.guard, comment: args.comment };
    let answers = RefCell::new(Answers::default());
    let wants = |finding: &Finding, file: &SourceFile| {
        is_selected(finding, &selected, &ignored)
            && (!args.interactive || answers.borrow_mut().ask(finding, file, display))
    };
    let stacks = match checker.adapt(&args.template, options, &wants) {
        Ok(stacks) => stacks,
        Err(errors) => {
            errors.iter().for_each(|it| display.complain(&it.to_string()));
            return Ok(ExitCode::from(FAILED));
        }
    };
    let target = checker.target();
    let (release, plan) = (target.release_name(), target.plan.word());
    display.tell(&format!("for LocalStack {release} ({plan}); {}\n", target.sources.line()));
    let mut is_sound = true;
    for stack in &stacks {
        display.tell(&summary(&stack.before.path().display().to_string(), &stack.adapted));
        for objection in objections(&stack.adapted) {
            display.complain(&format!("{}: {objection}", stack.before.path().display()));
            is_sound = false;
        }
        if stack.adapted.leaves_nothing() {
            display.complain(&format!("{}: no resource would be left", stack.before.path().display()));
            is_sound = false;
        }
    }
    if !is_sound {
        display
            .complain("nothing is written; leave these findings out with `--ignore`, or change the template by hand");
        return Ok(ExitCode::from(FAILED));
    }
    let (generated, own): (Vec<&AdaptedStack>, Vec<&AdaptedStack>) = stacks.iter().partition(|it| is_generated(it));
    for stack in generated {
        explain(stack, out)?;
    }
    let document = args.document.as_deref().map(|it| Ok::<_, anyhow::Error>((it, document(args, checker, &stacks)?)));
    let document = document.transpose()?;
    write(args, &own, out)?;
    if let Some((path, text)) = document {
        output::write_document(path, &text, false)?;
    }
    Ok(ExitCode::from(CLEAN))
}

/// Whether a CDK app makes the template, which is overwritten when the app runs.
fn is_generated(stack: &AdaptedStack) -> bool {
    matches!(stack.origin, Origin::Cdk(_)) || !stack.constructs.is_empty()
}

/// What to change in the app.
fn explain(stack: &AdaptedStack, out: &mut dyn Write) -> io::Result<()> {
    let code = instructions(stack.language, &stack.before, &stack.adapted, &stack.constructs);
    if code.is_empty() {
        return Ok(());
    }
    let name = match &stack.origin {
        Origin::Cdk(name) => name.clone(),
        Origin::Nested(via) => via.join(" > "),
        Origin::Template => stack.before.path().display().to_string(),
    };
    writeln!(out, "`{name}` is generated by a CDK app: change the app, not the template.\n\n{code}")
}

/// The compatibility document of the templates as they were, with what was changed.
fn document(args: &Args, checker: &Checker<'_>, stacks: &[AdaptedStack]) -> Result<String> {
    let mut report = checker.check(std::slice::from_ref(&args.template));
    let adapted: Vec<_> = stacks.iter().map(|it| (it.before.path(), &it.adapted)).collect();
    apply(&mut report, &adapted);
    output::document(&report, None)
}

fn write(args: &Args, stacks: &[&AdaptedStack], out: &mut dyn Write) -> Result<()> {
    let changed = || stacks.iter().filter(|it| it.adapted.text != it.before.text());
    if args.in_place {
        for stack in changed() {
            unchanged_on_disk(&stack.before)?;
        }
        return changed().try_for_each(|it| output::write_file(it.before.path(), &it.adapted.text));
    }
    let Some(path) = &args.output else {
        return changed().try_for_each(|it| {
            Ok(out.write_all(diff(it.before.path(), it.before.text(), &it.adapted.text).as_bytes())?)
        });
    };
    let Some(root) = stacks.first() else { return Ok(()) };
    if path.is_dir() {
        return write_family(path, stacks);
    }
    if changed().any(|it| it.before.path() != root.before.path()) {
        bail!("nested templates change too; give `--output` a folder that exists, or use `--in-place`");
    }
    if path == Path::new("-") {
        return Ok(out.write_all(root.adapted.text.as_bytes())?);
    }
    if path.canonicalize().is_ok_and(|it| root.before.path().canonicalize().is_ok_and(|own| own == it)) {
        bail!("`{}` is the template itself; use `--in-place`", path.display());
    }
    output::write_file(path, &root.adapted.text)
}

/// Writes the template and those it nests below a folder, as they stand to each other.
fn write_family(folder: &Path, stacks: &[&AdaptedStack]) -> Result<()> {
    let root = stacks.first().and_then(|it| it.before.path().parent()).unwrap_or(Path::new(""));
    let mut files: BTreeMap<PathBuf, &str> = BTreeMap::new();
    for stack in stacks {
        let path = stack.before.path();
        let Ok(inside) = path.strip_prefix(root) else {
            bail!("`{}` is not below the folder of its parent; use `--in-place`", path.display());
        };
        files.insert(folder.join(inside), &stack.adapted.text);
    }
    for (path, text) in files {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).with_context(|| format!("`{}` cannot be made", parent.display()))?;
        }
        output::write_file(&path, text)?;
    }
    Ok(())
}

/// The file must be what was read.
fn unchanged_on_disk(before: &SourceFile) -> Result<()> {
    let path = before.path();
    let now = std::fs::read(path).with_context(|| format!("`{}` cannot be read", path.display()))?;
    if now != before.text().as_bytes() {
        bail!("`{}` has changed since it was read; run it again", path.display());
    }
    Ok(())
}

/// What the user said, finding by finding.
#[derive(Debug, Default)]
struct Answers {
    known: BTreeMap<Key, bool>,
    /// The answer for all that follow.
    rest: Option<bool>,
}

impl Answers {
    fn ask(&mut self, finding: &Finding, file: &SourceFile, display: &Display) -> bool {
        let key = Key::of(finding);
        if let Some(answer) = self.known.get(&key).copied().or(self.rest) {
            return answer;
        }
        display.prompt(&question(finding, file));
        let answer = self.read(display);
        self.known.insert(key, answer);
        answer
    }

    fn read(&mut self, display: &Display) -> bool {
        loop {
            display.prompt("change it? [y]es, [n]o, [a]ll that follow, [q]uit asking: ");
            let mut line = String::new();
            let stdin = io::stdin();
            let read = stdin.lock().read_line(&mut line).unwrap_or_default();
            if !stdin.is_terminal() {
                // Nobody has ended the line of the question.
                display.prompt("\n");
            }
            if read == 0 {
                self.rest = Some(false);
                return false;
            }
            match line.trim().to_ascii_lowercase().as_str() {
                "y" | "yes" => return true,
                "n" | "no" => return false,
                "a" | "all" => {
                    self.rest = Some(true);
                    return true;
                }
                "q" | "quit" => {
                    self.rest = Some(false);
                    return false;
                }
                _ => {}
            }
        }
    }
}
