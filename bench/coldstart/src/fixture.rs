//! A function under measurement: its program, its event, and the answer that the event must get.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::{event::Event, package::Package};

/// The function that all others are compared with, kept beside this tool.
const MINIMAL: &str = "minimal";
/// The function that has ports to other languages.
pub(crate) const PORTED: &str = "audit-trail";
/// The same endpoint in other languages, kept beside this tool, each with its handler.
const PORTS: [(&str, &str); 2] = [("python", "lambda_function.lambda_handler"), ("node", "index.handler")];
/// The handler of a function that is an executable.
const EXECUTABLE: &str = "bootstrap";
/// What an API fixture is answered with unless `--expect` says otherwise.
const STATUS_DEFAULT: u16 = 200;
/// The same of [`CREATING`].
const STATUS_CREATED: u16 = 201;
/// Functions whose fixture makes something, and that say so; in the dialect of `dashboard-user-create` that is 200 too.
const CREATING: [&str; 2] = ["events-record", "trail-view"];

/// One function.
#[derive(Debug)]
pub(crate) struct Function {
    /// Folder name, which is also the name of its binary and its fixture.
    pub(crate) name: String,
    /// What is started.
    pub(crate) executable: PathBuf,
    /// What its archive holds.
    pub(crate) package: Package,
    /// What its runtime is told to call.
    pub(crate) handler: &'static str,
    /// Its events.
    pub(crate) event: Event,
    /// Further variables of its environment, which `template.yaml` gives to it alone.
    pub(crate) variables: &'static [(&'static str, &'static str)],
    /// Whether it is called: not where that asks for more than the store.
    pub(crate) is_called: bool,
    /// What must come back.
    expected: Expected,
}

/// The right answer to an event.
#[derive(Debug, PartialEq)]
enum Expected {
    /// An API Gateway event: this `statusCode`.
    Status(u16),
    /// A queue's batch: no message failed.
    NoBatchItemFailures,
    /// A schedule's event: nothing of what it went through failed.
    NothingFailed,
}

impl Function {
    /// Reads a function's fixture, `events/<function>.json`, and finds its program.
    pub(crate) fn load(
        name: String,
        profile_dir: &Path,
        ports_dir: &Path,
        expectations: &[(String, u16)],
    ) -> Result<Self> {
        let path = event_path(&name);
        let event = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let json: Value = serde_json::from_slice(&event).with_context(|| format!("{} is not JSON", path.display()))?;
        let expected = match expectations.iter().find(|(function, _)| *function == name) {
            Some((_, status)) => Expected::Status(*status),
            None if json.get("Records").is_some() => Expected::NoBatchItemFailures,
            None if json.get("detail-type").is_some() => Expected::NothingFailed,
            None if CREATING.contains(&name.as_str()) => Expected::Status(STATUS_CREATED),
            None => Expected::Status(STATUS_DEFAULT),
        };
        let port = PORTS.into_iter().find(|(port, _)| *port == name);
        let (executable, handler) = match port {
            Some((_, handler)) => (ports_dir.join(&name).join("bootstrap"), handler),
            None => (profile_dir.join(&name), EXECUTABLE),
        };
        ensure!(executable.is_file(), "{} is not there; build it first", executable.display());
        let executable = executable.canonicalize()?;
        let package = match port {
            Some(_) => Package::Folder(ports_dir.join(&name).join("package")),
            None => Package::Binary(executable.clone()),
        };
        let event = if is_maker(&name) { Event::new_address(json)? } else { Event::fixed(&json)? };
        let started_only = STARTED_ONLY.iter().find(|(function, _)| *function == name);
        let (variables, is_called) = (started_only.map_or(&[][..], |(_, variables)| variables), started_only.is_none());
        Ok(Self { name, executable, package, handler, event, variables, is_called, expected })
    }

    /// Whether it is [`PORTED`] in another language.
    pub(crate) fn is_port(&self) -> bool {
        PORTS.iter().any(|(port, _)| *port == self.name)
    }

    /// Refuses an answer that is not the one the fixture must get: a failed invocation is an error, not a number.
    pub(crate) fn check(&self, answer: &[u8]) -> Result<()> {
        check(&self.expected, answer)
    }
}

/// Functions of which only the start is measured, and what they ask their environment for: an answer takes a key in KMS and a bucket, which
/// the bench does not have.
const STARTED_ONLY: [(&str, &[(&str, &str)]); 1] = [(
    "log-sign",
    &[("LOG_ORIGIN", "log.example.com/audit"), ("LOG_KEY_ID", "alias/audit-log"), ("CHECKPOINT_BUCKET", "checkpoints")],
)];

/// Functions that make something new at every invocation, which others would then read: they are measured after those.
const MAKERS: [&str; 1] = ["dashboard-user-create"];

/// Whether that is the name of a function that makes something new at every invocation.
pub(crate) fn is_maker(name: &str) -> bool {
    MAKERS.contains(&name)
}

/// Every folder of `functions/`, sorted, after the minimal function and the ports.
pub(crate) fn all_functions() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir("functions").context("no functions/ here; run from the root of the repository")? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    let yardsticks = [MINIMAL].into_iter().chain(PORTS.map(|(port, _)| port));
    names.splice(0..0, yardsticks.map(str::to_owned));
    Ok(names)
}

/// Parses `FUNCTION=STATUS`.
pub(crate) fn parse_expectation(text: &str) -> Result<(String, u16), String> {
    text.split_once('=')
        .and_then(|(name, status)| Some((name.to_owned(), status.parse().ok()?)))
        .ok_or_else(|| "expected FUNCTION=STATUS".to_owned())
}

/// The fixture of a function: the repository's, or the minimal function's own.
fn event_path(name: &str) -> PathBuf {
    match name {
        MINIMAL => PathBuf::from("bench/minimal/event.json"),
        _ if PORTS.iter().any(|(port, _)| *port == name) => PathBuf::from(format!("events/{PORTED}.json")),
        _ => PathBuf::from(format!("events/{name}.json")),
    }
}

/// Refuses a port whose answer has another body than that of [`PORTED`]: it would not be the same endpoint.
pub(crate) fn check_port(ported: &[u8], port: &[u8]) -> Result<()> {
    let (ported, port) = (body(ported)?, body(port)?);
    ensure!(ported == port, "{PORTED} answers {ported}, the port {port}");
    Ok(())
}

/// The body of an API answer, which must be JSON; the order of its fields does not count.
fn body(answer: &[u8]) -> Result<Value> {
    let answer: Value = serde_json::from_slice(answer).context("the answer is not JSON")?;
    let body = answer.get("body").and_then(Value::as_str).context("the answer has no body")?;
    serde_json::from_str(body).context("the body is not JSON")
}

/// Compares an answer with what is expected.
fn check(expected: &Expected, answer: &[u8]) -> Result<()> {
    let json: Value = serde_json::from_slice(answer).context("the answer is not JSON")?;
    let right = match expected {
        Expected::Status(status) => json.get("statusCode").and_then(Value::as_u64) == Some(u64::from(*status)),
        Expected::NoBatchItemFailures => {
            json.get("batchItemFailures").and_then(Value::as_array).is_some_and(Vec::is_empty)
        }
        Expected::NothingFailed => {
            ["accounts_failed", "destinations_failing"].iter().any(|count| json.get(*count) == Some(&Value::from(0)))
        }
    };
    if !right {
        bail!("expected {expected:?}, answered {json}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Expected, check, check_port, parse_expectation};

    #[test]
    fn another_status_is_refused() {
        assert!(check(&Expected::Status(200), br#"{"statusCode":200,"body":"{}"}"#).is_ok());
        assert!(check(&Expected::Status(200), br#"{"statusCode":404}"#).is_err());
        assert!(check(&Expected::Status(200), br#"{"errorMessage":"x"}"#).is_err());
        assert!(check(&Expected::Status(200), b"").is_err());
    }

    #[test]
    fn a_batch_with_a_failure_is_refused() {
        assert!(check(&Expected::NoBatchItemFailures, br#"{"batchItemFailures":[]}"#).is_ok());
        assert!(check(&Expected::NoBatchItemFailures, br#"{"batchItemFailures":[{"itemIdentifier":"1"}]}"#).is_err());
        assert!(check(&Expected::NoBatchItemFailures, b"{}").is_err());
    }

    #[test]
    fn a_schedule_whose_work_failed_is_refused() {
        for (answer, is_right) in [
            (br#"{"accounts_failed":0}"#.as_slice(), true),
            (br#"{"destinations_failing":0}"#, true),
            (br#"{"accounts_failed":1}"#, false),
            (br#"{"destinations_failing":2}"#, false),
            (b"{}", false),
        ] {
            assert_eq!(check(&Expected::NothingFailed, answer).is_ok(), is_right, "{answer:?}");
        }
    }

    #[test]
    fn a_port_must_answer_with_the_same_body() {
        let ported = br#"{"statusCode":200,"body":"{\"next\":null,\"results\":[1]}"}"#;
        assert!(check_port(ported, br#"{"statusCode":200,"body":"{\"results\":[1],\"next\":null}"}"#).is_ok());
        assert!(check_port(ported, br#"{"statusCode":200,"body":"{\"next\":null,\"results\":[2]}"}"#).is_err());
        assert!(check_port(ported, br#"{"statusCode":200}"#).is_err());
    }

    #[test]
    fn an_expectation_names_a_function_and_a_status() {
        assert_eq!(parse_expectation("events-record=201"), Ok(("events-record".to_owned(), 201)));
        assert!(parse_expectation("events-record").is_err());
        assert!(parse_expectation("events-record=created").is_err());
    }
}
