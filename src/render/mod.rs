//! Output for people and programs: reports, lessons, and live output.
//!
//! This module does not decide what is shown. How it looks is decided once, in a [`Style`].

mod advice;
mod claims;
mod code;
mod core_bars;
mod definitions;
mod error;
mod figure;
mod format;
mod formatted_table;
mod layout;
mod live;
mod machine;
mod markdown;
mod markup;
mod picture;
mod prose;
mod record_list;
mod style;
mod summary;
mod syntax;
mod text;
mod text_role;

pub use code::write_code;
pub use core_bars::{CoreLoad, write_core_bars};
pub use definitions::write_definitions;
pub use error::{message, write_error, write_warning};
pub use format::{
    Format, FormatReader, ReportEnd, UnfitFormat, is_own_output, rerun_command, write_document,
    write_one_picture, write_part, write_report, write_report_end, write_summary, write_tables,
};
pub use layout::PAGE_BREAK;
pub use live::{DisplayOutput, LiveDisplay, start_display};
pub use machine::write_machine;
pub use markdown::write_markdown;
pub use style::{ColorChoice, OutputStream, ProgressMode, Style, StyleEnvironment};
pub use text::format_worker_line;
pub use text_role::TextRole;
