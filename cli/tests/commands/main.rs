//! The `audit` command as its operator meets it: the built binary, an engine beside it, exit codes and what is printed.

mod credential;
mod destination;
mod export;
mod export_again;
mod faults;
mod follow;
mod import;
mod import_faults;
mod import_lines;
mod log;
mod log_signed;
mod place;
mod record;
mod service;
mod tail;
