//! The environment that Lambda gives to a function.

use crate::{fixture::Function, settings::Settings};

/// Memory of most functions in `template.yaml`, in MiB.
const MEMORY_MIB: &str = "256";
/// Region the functions are told; nothing is sent there.
const REGION: &str = "us-east-1";

/// Parses `NAME=VALUE`.
pub(crate) fn parse_variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// The whole environment of one process; nothing of our own environment is passed on.
///
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
pub(crate) fn variables(function: &Function, settings: &Settings, runtime_api: &str) -> Vec<(String, String)> {
    let name = &function.name;
    let log_group = format!("/aws/lambda/{name}");
    [
        ("AWS_LAMBDA_FUNCTION_NAME", name.as_str()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", MEMORY_MIB),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", &log_group),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[$LATEST]00000000000000000000000000000000"),
        ("AWS_LAMBDA_RUNTIME_API", runtime_api),
        ("AWS_REGION", REGION),
        ("AWS_DEFAULT_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("AWS_SESSION_TOKEN", "session-token-of-nobody"),
        ("LAMBDA_TASK_ROOT", "/var/task"),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
        ("LANG", "en_US.UTF-8"),
        ("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin"),
        ("TZ", ":UTC"),
        ("_HANDLER", function.handler),
        ("TABLE_NAME", &settings.table),
    ]
    .into_iter()
    .chain(function.variables.iter().copied())
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .chain(settings.variables.iter().cloned())
    .collect()
}

#[cfg(test)]
mod tests {
    use super::parse_variable;

    #[test]
    fn a_variable_has_a_name_and_may_be_empty() {
        assert_eq!(parse_variable("A=b=c"), Ok(("A".to_owned(), "b=c".to_owned())));
        assert_eq!(parse_variable("A="), Ok(("A".to_owned(), String::new())));
        assert!(parse_variable("A").is_err());
        assert!(parse_variable("=b").is_err());
    }
}
