//! Tables and values of a TOML file, read key by key; whatever does not fit is reported and reading goes on.

use std::cell::RefCell;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::document::{Document, Located, start};
use crate::db::Literal;
use crate::db::words::Word;

/// A table whose keys are asked for one by one; [`Table::finish`] reports the keys nobody asked for.
pub(super) struct Table<'a> {
    document: &'a Document,
    table: &'a DeTable<'a>,
    at: usize,
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Table<'a> {
    pub(super) fn new(document: &'a Document, table: &'a DeTable<'a>, at: usize) -> Self {
        Self { document, table, at, asked: RefCell::default() }
    }

    pub(super) fn document(&self) -> &'a Document {
        self.document
    }

    /// Where the table starts.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn report(&self, message: impl Into<String>) {
        self.document.report(self.at, message);
    }

    /// Every key and its value, as written.
    pub(super) fn entries(&self) -> Vec<(Located<String>, Value<'a>)> {
        let mut entries: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| {
                (Located { value: key.get_ref().to_string(), at: start(key) }, Value::new(self.document, value))
            })
            .collect();
        entries.sort_by_key(|(key, _)| key.at);
        entries
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &'static str) -> Option<Value<'a>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key).map(|it| Value::new(self.document, it))
    }

    /// Whether there is such a key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The value of a key that must be there.
    pub(super) fn required(&self, key: &'static str) -> Option<Value<'a>> {
        let value = self.get(key);
        if value.is_none() {
            self.report(format!("`{key}` is missing"));
        }
        value
    }

    /// The values of an array; none when the key is absent.
    pub(super) fn list(&self, key: &'static str) -> Vec<Value<'a>> {
        self.get(key).and_then(|it| it.list()).unwrap_or_default()
    }

    pub(super) fn text(&self, key: &'static str) -> Option<Located<String>> {
        self.get(key)?.text()
    }

    pub(super) fn required_text(&self, key: &'static str) -> Option<Located<String>> {
        self.required(key)?.text()
    }

    /// The texts of an array; none when the key is absent.
    pub(super) fn texts(&self, key: &'static str) -> Vec<Located<String>> {
        self.list(key).into_iter().filter_map(Value::text).collect()
    }

    /// The texts of an array, read by `parse`, whose refusals are reported; none when the key is absent.
    pub(super) fn each<T>(&self, key: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        self.list(key).into_iter().filter_map(|it| it.parsed(&parse)).collect()
    }

    pub(super) fn boolean(&self, key: &'static str) -> Option<bool> {
        self.get(key)?.boolean()
    }

    /// A member of a closed set.
    pub(super) fn required_word<W: Word>(&self, key: &'static str) -> Option<W> {
        self.required(key)?.word()
    }

    /// A text read by `parse`, whose refusal is reported.
    pub(super) fn parsed<T>(&self, key: &'static str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        self.get(key)?.parsed(parse)
    }

    /// Reports every key that was never asked for.
    pub(super) fn finish(self) {
        let asked = self.asked.into_inner();
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if !asked.contains(&name) {
                let mut known: Vec<String> = asked.iter().map(|it| format!("`{it}`")).collect();
                known.dedup();
                self.document.report(start(key), format!("unknown key `{name}`; known here: {}", known.join(", ")));
            }
        }
    }
}

/// One value.
#[derive(Clone, Copy)]
pub(super) struct Value<'a> {
    document: &'a Document,
    value: &'a DeValue<'a>,
    at: usize,
}

impl<'a> Value<'a> {
    fn new(document: &'a Document, value: &'a Spanned<DeValue<'a>>) -> Self {
        Self { document, value: value.get_ref(), at: start(value) }
    }

    pub(super) fn report(self, message: impl Into<String>) {
        self.document.report(self.at, message);
    }

    fn expected<T>(self, what: &str) -> Option<T> {
        self.report(format!("expected {what}, found {} {}", article(self.value.type_str()), self.value.type_str()));
        None
    }

    /// Whether it is a text, without a report when it is none.
    pub(super) fn is_text(self) -> bool {
        self.value.as_str().is_some()
    }

    /// Whether it is an array, without a report when it is none.
    pub(super) fn is_list(self) -> bool {
        self.value.as_array().is_some()
    }

    /// Whether it is a number, without a report when it is none.
    pub(super) fn is_number(self) -> bool {
        number(self.value).is_some()
    }

    pub(super) fn text(self) -> Option<Located<String>> {
        match self.value.as_str() {
            Some(text) => Some(Located { value: text.to_owned(), at: self.at }),
            None => self.expected("a string"),
        }
    }

    /// Whether it is neither an array nor a table.
    pub(super) fn is_scalar(self) -> bool {
        self.value.as_array().is_none() && self.value.as_table().is_none()
    }

    /// A string, or an array of strings.
    pub(super) fn text_or_texts(self) -> Vec<Located<String>> {
        match self.value {
            DeValue::Array(_) => self.list().unwrap_or_default().into_iter().filter_map(Value::text).collect(),
            _ => self.text().into_iter().collect(),
        }
    }

    pub(super) fn boolean(self) -> Option<bool> {
        self.value.as_bool().or_else(|| self.expected("a boolean"))
    }

    pub(super) fn number(self) -> Option<f64> {
        number(self.value).or_else(|| self.expected("a number"))
    }

    /// A whole number from zero.
    pub(super) fn count(self) -> Option<u64> {
        match self.value {
            DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        }
        .or_else(|| self.expected("a whole number from 0"))
    }

    /// A date, as `YYYY-MM-DD`.
    pub(super) fn date(self) -> Option<String> {
        match self.value.as_datetime() {
            Some(toml::value::Datetime { date: Some(date), time: None, offset: None }) => Some(date.to_string()),
            _ => self.expected("a date such as 2026-11-23, without quotes"),
        }
    }

    pub(super) fn list(self) -> Option<Vec<Value<'a>>> {
        match self.value.as_array() {
            Some(array) => Some(array.iter().map(|it| Value::new(self.document, it)).collect()),
            None => self.expected("an array"),
        }
    }

    pub(super) fn is_table(self) -> bool {
        self.value.is_table()
    }

    pub(super) fn table(self) -> Option<Table<'a>> {
        match self.value.as_table() {
            Some(table) => Some(Table::new(self.document, table, self.at)),
            None => self.expected("a table"),
        }
    }

    pub(super) fn word<W: Word>(self) -> Option<W> {
        self.parsed(W::from_word)
    }

    /// A text read by `parse`, whose refusal is reported.
    pub(super) fn parsed<T>(self, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let text = self.text()?;
        parse(&text.value).map_err(|message| self.report(message)).ok()
    }

    /// Any value but a date.
    pub(super) fn literal(self) -> Option<Literal> {
        match self.value {
            DeValue::String(text) => Some(Literal::String(text.to_string())),
            DeValue::Boolean(value) => Some(Literal::Bool(*value)),
            DeValue::Integer(_) | DeValue::Float(_) => self.number().map(Literal::Number),
            DeValue::Array(_) => self.list()?.into_iter().map(Value::literal).collect::<Option<_>>().map(Literal::List),
            DeValue::Table(_) => {
                let entries = self.table()?.entries().into_iter();
                entries.map(|(key, it)| Some((key.value, it.literal()?))).collect::<Option<_>>().map(Literal::Map)
            }
            DeValue::Datetime(_) => self.expected("a value that a template can hold"),
        }
    }
}

fn article(kind: &str) -> &'static str {
    if kind.starts_with(['a', 'i']) { "an" } else { "a" }
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    match value {
        // Integers of a template are far below 2^53; the format has no way to tell them from floats.
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().map(|it| it as f64),
        DeValue::Float(number) => number.as_str().parse().ok(),
        _ => None,
    }
}
