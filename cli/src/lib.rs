//! The operator's tool, as a library: the tests use its engine, template and gateway.

pub mod cli;
pub mod credential;
pub mod import;
pub mod record;
pub mod serve;
pub mod tail;

pub mod connection;
pub mod demo;

pub mod functions;
pub mod gateway;

pub mod engine;
pub mod template;

#[cfg(test)]
mod scratch;

/// An error and its causes, in one line.
pub fn error_line(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(|error| error.to_string().replace('\n', " ")).collect::<Vec<_>>().join(": ")
}
