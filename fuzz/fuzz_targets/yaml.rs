#![no_main]

#[path = "../../tests/suite/fuzz/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|data: &[u8]| properties::check("yaml", data));
