//! The operator's tool, as a library: the tests use its engine, template and gateway.
//!
//! From the top, each using only what is below it:
//! - [`cli`]: the command line.
//! - `commands`: what each subcommand does.
//! - [`demo`]: the account that a first start makes.
//! - `feed`: the events of an account in the order in which they arrived, and `origin`: where they are, to read or to record.
//! - `accounts`, `connection`, `service`, `given_event`, `ocsf_mapping`, `given_file`, `stop_signal`: what several commands do: accounts
//!   and credentials, the table they work on, the service they ask, the event, mapping or file that an operator gives, the wish that it ends.
//! - [`functions`]: the functions that `audit serve` runs.
//! - [`gateway`]: API Gateway's look-alike.
//! - [`engine`]: the embedded DynamoDB.
//! - [`port`]: what both of their ports have in common.
//! - [`template`]: what `template.yaml` says.
//! - `exit`, `terminal`: exit codes for programs, lines for people.

pub mod cli;
mod commands;

pub mod demo;

mod feed;
mod origin;

mod accounts;
mod connection;
mod given_event;
mod given_file;
mod ocsf_mapping;
mod service;
mod stop_signal;

pub mod functions;
pub mod gateway;

pub mod engine;

pub mod port;
pub mod template;

mod exit;
mod terminal;

pub use commands::serve;
pub use exit::exit_code;
pub use terminal::error_line;
