//! What cannot be done is one clear line and exit code 1; a wrong command line is exit code 2.

use crate::place::{Place, audit, run};
use std::net::TcpListener;
use std::process::Command;

const EVENT: &str = concat!(
    r#"{"created_at":"2024-01-01T00:00:00Z","event_type":"A","event_description":"d","#,
    r#""principal":{"role":"ADMIN","ip_address":"192.0.2.1"}}"#
);

/// Commands that each need the table.
fn commands(more: &[&str]) -> Vec<Command> {
    let import = ["import", "events", "-", "--account", "a"];
    let create = ["credential", "create", "--account", "a", "--scope", "audit:read"];
    let list = ["credential", "list", "--account", "a"];
    [&import[..], &create, &list, &["credential", "revoke", "c"], &["credential", "rotate", "c"]]
        .map(|arguments| audit(&[arguments, more].concat()))
        .into()
}

fn with_credentials(mut command: Command) -> Command {
    command.env("AWS_ACCESS_KEY_ID", "local").env("AWS_SECRET_ACCESS_KEY", "local").env("AWS_MAX_ATTEMPTS", "1");
    command
}

/// The one line on standard error of a command that fails with exit code 1.
fn line(mut command: Command) -> String {
    let run = run(&mut command);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    let line = run.stderr.strip_suffix('\n').expect("the line ends").to_owned();
    assert!(line.starts_with("audit: ") && !line.contains('\n'), "one line: {line}");
    line
}

#[test]
fn without_a_region_it_says_how_to_give_one() {
    for command in commands(&["--table", "audit"]) {
        let expected = "audit: no AWS region: give --region, set AWS_REGION, or configure one for the profile";
        assert_eq!(line(with_credentials(command)), expected);
    }
}

#[test]
fn a_table_that_is_not_there_is_told() {
    let place = Place::new();
    for arguments in [&["list", "--account", "a"][..], &["revoke", "c"]] {
        let run = place.audit(&[&["credential"], arguments, &["--table", "no-such-table"]].concat());
        assert_eq!((run.code, run.stderr.lines().count()), (1, 1), "{}", run.stderr);
        assert!(run.stderr.starts_with("audit: the store rejected the request: "), "{}", run.stderr);
        assert!(run.stderr.contains("ResourceNotFoundException"), "{}", run.stderr);
    }
    let run = place.import("events", EVENT, &["--table", "no-such-table"]);
    assert_eq!((run.code, run.stderr.lines().count()), (1, 1), "{}", run.stderr);
    assert!(run.stderr.starts_with("audit: the store rejected the request: "), "{}", run.stderr);
}

#[test]
fn an_endpoint_that_nobody_answers_is_told() {
    // A port that was free a moment ago: bound, and closed again.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let endpoint = format!("http://127.0.0.1:{port}");
    for command in commands(&["--table", "audit", "--region", "eu-central-1", "--endpoint-url", &endpoint]) {
        let line = line(with_credentials(command));
        assert!(line.contains("the store is unavailable: "), "{line}");
    }
}

#[test]
fn without_credentials_it_fails_in_one_line() {
    for mut command in
        commands(&["--table", "audit", "--region", "eu-central-1", "--endpoint-url", "http://127.0.0.1:1"])
    {
        command.env("AWS_MAX_ATTEMPTS", "1");
        let line = line(command);
        assert!(line.contains("credentials"), "{line}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told() {
    let place = Place::new();
    let missing = format!("{}/no-such-file", env!("CARGO_TARGET_TMPDIR"));
    let folder = env!("CARGO_TARGET_TMPDIR");
    for (file, reason) in [(missing.as_str(), "No such file or directory (os error 2)"), (folder, "is a folder")] {
        let run = place.audit(&["import", "users", file, "--account", "a"]);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""));
        assert_eq!(run.stderr, format!("audit: {file}: {reason}\n"));
    }
}

#[test]
fn a_wrong_command_line_is_exit_code_2_and_says_what_is_wrong() {
    for (arguments, said) in [
        (&["credential", "create", "--account", "a", "--local"][..], "--scope"),
        (
            &["credential", "create", "--account", "a", "--scope", "all", "--local"],
            "users:read, users:write, audit:read",
        ),
        (
            &["credential", "create", "--account", "a#b", "--scope", "audit:read", "--local"],
            "must be 1 to 64 characters",
        ),
        (&["credential", "list", "--local"], "--account"),
        (&["credential", "list", "--account", "a"], "--table"),
        (&["credential", "rotate", "c", "--retire", "--json", "--local"], "--json"),
        (&["import", "trails", "x", "--account", "a", "--local"], "users, events"),
        (&["import", "events", "--account", "a", "--local"], "<FILE>"),
        (&["import", "events", "x", "--account", "a", "--local", "--region", "r"], "--region"),
        (&["import", "events", "x", "--account", "a", "--local", "port"], "invalid digit"),
        (&["exprot"], "unrecognized subcommand"),
        (&[], "Usage"),
    ] {
        let run = run(&mut audit(arguments));
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
    }
}
