//! Plain tables of the knowledge base.

use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, presets::UTF8_HORIZONTAL_ONLY};

/// A table of `width` columns with a header and no rows.
pub(super) fn empty_table(width: u16, header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()));
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.force_no_tty().set_width(width).set_header(header.to_vec());
    table
}

/// Keeps the first column on one line as long as half of the width is left for the others.
pub(super) fn keep_whole(table: &mut Table, width: u16) {
    let widest = table.column_max_content_widths().first().copied().unwrap_or_default();
    if let Some(column) = table.column_mut(0).filter(|_| widest <= width / 2) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
}
