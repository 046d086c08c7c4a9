//! Tells a person at a terminal how far a long scan is; a file or a pipe is told nothing.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::check::Step;
use crate::report::printable;

/// What is over sooner needs no bar.
const PATIENCE: Duration = Duration::from_millis(300);
const LAYOUT: &str = "{bar:24} {pos} of {len} files  {wide_msg}";

/// A bar on standard error, from its first slow step until it is dropped.
pub(super) struct Progress {
    bar: ProgressBar,
    start: Instant,
    is_wanted: bool,
}

impl Progress {
    /// A bar that appears only when `is_wanted` and when there is a terminal.
    pub(super) fn new(is_wanted: bool) -> Self {
        let bar = ProgressBar::hidden();
        if let Ok(style) = ProgressStyle::with_template(LAYOUT) {
            bar.set_style(style.progress_chars("━╸ "));
        }
        Self { bar, start: Instant::now(), is_wanted }
    }

    /// Shows a step.
    pub(super) fn show(&self, step: Step<'_>) {
        if !self.is_wanted || self.start.elapsed() < PATIENCE {
            return;
        }
        if self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_length(step.found as u64);
        self.bar.set_position(step.done as u64);
        self.bar.set_message(printable(&step.path.display().to_string()));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
