//! The program as its users run it.

#![expect(clippy::unwrap_used, reason = "a test fails where something unexpected is missing")]

mod adapt;
mod adjustments;
mod baseline;
mod check;
mod dialects;
mod docs;
mod errors;
mod examples;
mod fake;
mod formats;
mod fuzz;
mod guard;
mod knowledge;
mod layering;
mod limitations;
mod program;
mod project;
mod review;
mod safety;
mod sarif;
mod schema;
mod set_up;
mod since;
mod terminal;
mod verify;
