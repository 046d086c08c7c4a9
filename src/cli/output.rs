//! Formats, and the files they are written to.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::report::{self, DEFAULT_TEMPLATE, Detail, HTML_TEMPLATE, Report, Style, difference, splice};

/// The shape of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Table,
    Json,
    Markdown,
    Html,
    Sarif,
    Github,
    Gitlab,
    Junit,
    Csv,
}

/// One report to write.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sink {
    /// Its shape.
    pub(super) format: Format,
    /// Its file; standard output when `None`.
    pub(super) file: Option<PathBuf>,
}

/// Pairs formats and outputs in the order given; a format without output goes to standard output (as `-` does), an
/// output without format is written in the one that its extension names.
///
/// # Errors
/// An extension names no format, or two reports for one place.
pub(super) fn pair(formats: &[Format], outputs: &[PathBuf]) -> Result<Vec<Sink>> {
    let formats = if formats.is_empty() && outputs.is_empty() { &[Format::Table] } else { formats };
    let file = |it: &PathBuf| Some(it.clone()).filter(|it| it != Path::new("-"));
    let given =
        formats.iter().enumerate().map(|(at, &format)| Ok(Sink { format, file: outputs.get(at).and_then(file) }));
    let named = outputs.iter().skip(formats.len()).map(|it| Ok(Sink { format: Format::of(it)?, file: file(it) }));
    let sinks: Vec<Sink> = given.chain(named).collect::<Result<_>>()?;
    for (index, sink) in sinks.iter().enumerate() {
        if sinks.iter().take(index).any(|it| it.file == sink.file) {
            let place = sink.file.as_ref().map_or("standard output".to_owned(), |it| format!("`{}`", it.display()));
            bail!("two reports would go to {place}; give each `--format` an `--output` of its own, in the same order");
        }
    }
    Ok(sinks)
}

/// The user's own template, when it is clear which of the reports it is for.
///
/// # Errors
/// None of the reports is made from a template, or more than one format is.
pub(super) fn check_template(template: Option<&Path>, sinks: &[Sink]) -> Result<()> {
    let of = |format| sinks.iter().any(|it| it.format == format);
    match (template, of(Format::Markdown), of(Format::Html)) {
        (Some(_), false, false) => {
            bail!("`--template` is for `--format markdown` and `--format html`; give one of them")
        }
        (Some(_), true, true) => {
            bail!("`--template` is for one format; write `markdown` and `html` with two runs, each with its own")
        }
        _ => Ok(()),
    }
}

/// The built-in template of the one report that is asked for.
///
/// # Errors
/// It is made from none.
pub(super) fn built_in_template(sinks: &[Sink]) -> Result<&'static str> {
    match sinks {
        [Sink { format: Format::Markdown, .. }] => Ok(DEFAULT_TEMPLATE),
        [Sink { format: Format::Html, .. }] => Ok(HTML_TEMPLATE),
        _ => bail!("`--print-template` needs `--format markdown` or `--format html`"),
    }
}

impl Format {
    /// The format that the extension of `path` names; `-` is a table.
    fn of(path: &Path) -> Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let extension = name.rsplit_once('.').map(|(_, it)| it).unwrap_or_default();
        Ok(match extension {
            _ if path == Path::new("-") => Self::Table,
            _ if name.ends_with(".sarif.json") => Self::Sarif,
            // The name under which GitLab's own examples keep the report.
            _ if name == "gl-code-quality-report.json" => Self::Gitlab,
            "json" => Self::Json,
            "md" | "markdown" => Self::Markdown,
            "html" | "htm" => Self::Html,
            "sarif" => Self::Sarif,
            "xml" => Self::Junit,
            "csv" => Self::Csv,
            "txt" => Self::Table,
            _ => bail!(
                "the extension of `{}` names no format (json, md, html, sarif, xml, csv and txt do); give it a \
                 `--format`, in the same order",
                path.display()
            ),
        })
    }
}

/// The report in a format.
///
/// # Errors
/// The template of the document, built in or `template`, cannot be used.
pub(super) fn render(
    report: &Report,
    format: Format,
    template: Option<&Path>,
    detail: Detail,
    style: Style,
) -> Result<String> {
    match format {
        Format::Table => Ok(report::table(report, detail, style)),
        Format::Json => Ok(report::json(report)?),
        Format::Markdown => document(report, template),
        Format::Html => page(report, template),
        Format::Sarif => Ok(report::sarif(report)?),
        Format::Github => Ok(report::github(report)),
        Format::Gitlab => Ok(report::gitlab(report)?),
        Format::Junit => Ok(report::junit(report)?),
        Format::Csv => Ok(report::csv(report)?),
    }
}

/// The compatibility document.
///
/// # Errors
/// As for [`render`].
pub(super) fn document(report: &Report, template: Option<&Path>) -> Result<String> {
    let Some(path) = template else { return Ok(report::markdown(report, DEFAULT_TEMPLATE)?) };
    report::markdown(report, &read_template(path)?).with_context(|| unusable(path))
}

/// The page for a browser.
///
/// # Errors
/// As for [`render`].
fn page(report: &Report, template: Option<&Path>) -> Result<String> {
    let Some(path) = template else { return Ok(report::html(report, HTML_TEMPLATE)?) };
    report::html(report, &read_template(path)?).with_context(|| unusable(path))
}

fn read_template(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("the template `{}` cannot be read", path.display()))
}

fn unusable(path: &Path) -> String {
    format!("the template `{}` cannot be used", path.display())
}

/// Writes a document to a file: between the markers of an existing one, unless `force` replaces all of it.
///
/// # Errors
/// The existing text has no markers to write between, or the file cannot be read or written.
pub(super) fn write_document(path: &Path, document: &str, force: bool) -> Result<()> {
    let existing = existing(path)?.filter(|_| !force).unwrap_or_default();
    let text = splice(&existing, document)
        .with_context(|| format!("`{}` is not overwritten (`docs --force` would)", path.display()))?;
    write_file(path, &text)
}

/// What writing `document` to a file would change; nothing when the file is up to date.
///
/// # Errors
/// The file cannot be read, or has no markers to write between.
pub(super) fn stale(path: &Path, document: &str) -> Result<Option<String>> {
    let name = path.display().to_string();
    let Some(existing) = existing(path)? else {
        return Ok(Some(format!("`{name}` does not exist; `lscompat docs --output {name}` writes it\n")));
    };
    let text = splice(&existing, document).with_context(|| format!("`{name}` cannot be brought up to date"))?;
    Ok(difference(path, &existing, &text))
}

/// The text of a file; nothing where there is none.
fn existing(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("`{}` cannot be read", path.display())),
    }
}

/// The documents directly in `folder` that were written between markers, by name; none when it cannot be read.
pub(super) fn documents(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).into_iter().flatten().flatten().map(|it| it.path());
    let is_ours = |path: &PathBuf| {
        path.extension().is_some_and(|it| it == "md")
            && fs::read_to_string(path).is_ok_and(|text| text.contains(report::BEGIN))
    };
    let mut documents: Vec<PathBuf> = paths.filter(is_ours).collect();
    documents.sort();
    documents
}

/// Writes a file so that a reader sees the old or the new text, never a part.
///
/// # Errors
/// The folder is missing or not writable.
pub(super) fn write_file(path: &Path, text: &str) -> Result<()> {
    replace(path, text).with_context(|| format!("`{}` cannot be written", path.display()))
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    // A link stays a link; a pipe or device cannot be replaced, only written to.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let existing = fs::metadata(&path).ok();
    if existing.as_ref().is_some_and(|it| !it.is_file()) {
        return fs::OpenOptions::new().write(true).open(&path)?.write_all(text.as_bytes());
    }
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = temporary(folder)?;
    file.write_all(text.as_bytes())?;
    if let Some(existing) = existing {
        file.as_file().set_permissions(existing.permissions())?;
    }
    file.persist(&path)?;
    Ok(())
}

fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".lscompat-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What a newly created file has, less the user's mask.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_follow_their_formats() {
        let sinks = pair(&[Format::Json, Format::Table], &["a.json".into()]).unwrap();
        assert_eq!(sinks[0], Sink { format: Format::Json, file: Some("a.json".into()) });
        assert_eq!(sinks[1], Sink { format: Format::Table, file: None });
        assert_eq!(pair(&[], &["-".into()]).unwrap(), [Sink { format: Format::Table, file: None }]);
    }

    #[test]
    fn two_reports_never_share_a_place() {
        assert!(pair(&[Format::Json, Format::Table], &[]).is_err());
        assert!(pair(&[Format::Json, Format::Table], &["a".into(), "a".into()]).is_err());
        assert!(pair(&[Format::Json], &["a.csv".into(), "a.csv".into()]).is_err());
    }

    #[test]
    fn an_extension_names_a_format() {
        let sinks = pair(&[Format::Table], &["-".into(), "a.html".into(), "b/c.sarif.json".into()]).unwrap();
        assert_eq!(sinks[0], Sink { format: Format::Table, file: None });
        assert_eq!(sinks[1], Sink { format: Format::Html, file: Some("a.html".into()) });
        assert_eq!(sinks[2].format, Format::Sarif);
        for (name, format) in [
            ("r.JSON", Format::Json),
            ("r.md", Format::Markdown),
            ("r.xml", Format::Junit),
            ("r.csv", Format::Csv),
            ("r.txt", Format::Table),
            ("out/gl-code-quality-report.json", Format::Gitlab),
        ] {
            assert_eq!(pair(&[], &[name.into()]).unwrap()[0].format, format, "{name}");
        }
        let error = pair(&[], &["report".into()]).unwrap_err().to_string();
        assert!(error.contains("`report` names no format") && error.contains("--format"), "{error}");
    }

    #[test]
    fn a_template_is_for_one_format() {
        let check = |formats: &[Format]| {
            let outputs: Vec<PathBuf> = (0..formats.len()).map(|it| it.to_string().into()).collect();
            check_template(Some(Path::new("own.jinja")), &pair(formats, &outputs).unwrap())
        };
        assert!(check(&[Format::Html, Format::Json]).is_ok());
        assert!(check(&[Format::Markdown]).is_ok());
        assert!(check(&[Format::Json]).is_err());
        assert!(check(&[Format::Html, Format::Markdown]).is_err());
        assert!(check_template(None, &pair(&[], &[]).unwrap()).is_ok());
    }

    #[test]
    fn a_written_file_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        write_file(&path, "one").unwrap();
        write_file(&path, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        write_file(&link, "new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&real).unwrap(), "new");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
