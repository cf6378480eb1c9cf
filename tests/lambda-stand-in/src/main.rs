//! The stand-in as a program, for suites that are not of Rust.
//!
//! It prints the address of the runtime API, as `127.0.0.1:12345`. From then on each line of its input is an event to hand out,
//! `{"request_id": "…", "function_arn": "…", "trace_id": "…", "event": "base64"}`, and each line of its output what came of one,
//! `{"request_id": "…", "is_error": false, "text": "…"}`. It ends when its input does.

use anyhow::{Context, Result, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use hyper::body::Bytes;
use lambda_stand_in::{Invocation, RuntimeApi, Seen};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::mpsc;

/// One line of the input.
#[derive(Debug, Deserialize)]
struct Event {
    request_id: String,
    function_arn: String,
    trace_id: String,
    event: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut api = RuntimeApi::start().await?;
    print_line(&api.address.to_string());
    let mut events = lines_of_input();
    loop {
        tokio::select! {
            line = events.recv() => match line {
                Some(line) => api.hand_out(invocation(&line?)?)?,
                None => return Ok(()),
            },
            seen = api.seen() => if let Some(outcome) = outcome(seen?)? {
                print_line(&outcome);
            },
        }
    }
}

/// The lines of the input, read beside the server, until it ends.
fn lines_of_input() -> mpsc::UnboundedReceiver<std::io::Result<String>> {
    let (sender, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || std::io::stdin().lines().try_for_each(|line| sender.send(line)));
    lines
}

/// Reads a line of the input.
fn invocation(line: &str) -> Result<Invocation> {
    let Event { request_id, function_arn, trace_id, event } = serde_json::from_str(line).context("not an event")?;
    let event = Bytes::from(STANDARD.decode(event).context("not base64")?);
    Ok(Invocation { request_id, event, function_arn, trace_id })
}

/// The line of the output for what the function did; none for a poll.
fn outcome(seen: Seen) -> Result<Option<String>> {
    let (request_id, is_error, text) = match seen {
        Seen::Polled(_) => return Ok(None),
        Seen::Answered { request_id, answer, .. } => (request_id, false, answer),
        Seen::Erred { request_id, error } => (request_id, true, error),
        Seen::Failed(what) => bail!("{what}"),
    };
    let text = std::str::from_utf8(&text).context("an answer that is not UTF-8")?;
    Ok(Some(json!({"request_id": request_id, "is_error": is_error, "text": text}).to_string()))
}

#[expect(clippy::print_stdout, reason = "its output is how it is spoken with")]
fn print_line(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use super::{invocation, outcome};
    use hyper::body::Bytes;
    use lambda_stand_in::Seen;

    #[test]
    fn a_line_of_input_is_an_event_of_any_bytes() {
        let line = r#"{"request_id":"r-1","function_arn":"arn:f","trace_id":"Root=1","event":"e30="}"#;

        let read = invocation(line).expect("an event");

        assert_eq!((read.request_id.as_str(), read.function_arn.as_str()), ("r-1", "arn:f"));
        assert_eq!((read.trace_id.as_str(), &read.event[..]), ("Root=1", &b"{}"[..]));
        assert!(invocation("{}").is_err());
        assert!(invocation(&line.replace("e30=", "%")).is_err());
    }

    #[test]
    fn an_error_of_the_invocation_is_told_from_an_answer() {
        let error = Seen::Erred { request_id: "r-2".to_owned(), error: Bytes::from_static(b"{\"errorType\":\"E\"}") };

        let line = outcome(error).expect("a line");

        assert_eq!(line.as_deref(), Some(r#"{"is_error":true,"request_id":"r-2","text":"{\"errorType\":\"E\"}"}"#));
        assert!(outcome(Seen::Failed("unknown call".to_owned())).is_err());
    }
}
