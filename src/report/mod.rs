//! What was found, written for a reader: one file a format.
//!
//! Rendering never judges and never reads files: everything printed comes from a [`Report`]. The shapes that
//! formats promise (JSON, the document's template context) are types of their own, so that the model can change
//! without them.

pub mod adapted;
mod baseline;
pub mod catalog;
mod claims;
mod csv;
mod document;
pub mod explain;
mod filter;
mod frame;
mod github;
mod gitlab;
mod grid;
mod group;
mod html;
mod items;
mod json;
mod junit;
mod keep;
mod link;
mod markdown;
mod markup;
mod model;
mod operands;
mod predicate;
mod printable;
mod review;
mod sarif;
mod snippet;
mod splice;
mod table;
mod updates;
mod words;

pub use baseline::{Baseline, BaselineError, Known, Matched};
pub use claims::{claims_json, claims_table};
pub use csv::csv;
pub use filter::{Selector, SelectorError, is_selected, select};
pub use github::github;
pub use gitlab::gitlab;
pub use html::{DEFAULT_TEMPLATE as HTML_TEMPLATE, html};
pub use json::{SCHEMA_VERSION, json};
pub use junit::junit;
pub use markdown::{DEFAULT_TEMPLATE, TemplateError, markdown};
pub use model::{FileError, KnowledgeBase, Origin, Range, Report, StackEntry, Summary, TestEntry, UpdatesEntry};
pub use printable::printable;
pub use review::{
    REVIEW_MARKER, Review, Revisions, review_comment, review_github, review_json, review_sarif, review_table,
};
pub use sarif::sarif;
pub use splice::{BEGIN, END, SpliceError, difference, splice};
pub use table::{Detail, Style, table};

#[cfg(test)]
mod sample;
