//! Configuration: what a function is told by its environment, and what it must be.

use tracing::level_filters::LevelFilter;

/// The namespace of the metrics where the environment names none.
pub const METRICS_NAMESPACE: &str = "AuditTrail";

/// What every function reads from its environment, besides what its clients of AWS need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `TABLE_NAME`: the table.
    pub table: String,
    /// `AWS_LAMBDA_LOG_LEVEL`: least severe line that is written; `INFO` if absent.
    pub log_level: LevelFilter,
    /// `AWS_LAMBDA_LOG_FORMAT`: `JSON` or `Text`; `JSON` if absent.
    pub log_format: LogFormat,
    /// `METRICS_NAMESPACE`: the CloudWatch namespace of the metrics; [`METRICS_NAMESPACE`] if absent.
    pub metrics_namespace: String,
    /// `METRICS_PER_ACCOUNT`: whether metrics are kept by account too, each of which is billed; `true` if absent.
    pub metrics_per_account: bool,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// Plain text.
    Text,
}

/// An environment variable that is missing or malformed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("environment variable {variable} {message}")]
pub struct ConfigError {
    /// Its name.
    pub variable: &'static str,
    /// What it must be.
    pub message: &'static str,
}

impl Config {
    /// Reads the variables that a lookup gives.
    ///
    /// # Errors
    /// [`ConfigError`] naming the first variable that is missing or malformed.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let table = lookup("TABLE_NAME").filter(|table| !table.is_empty());
        let log_level = match lookup("AWS_LAMBDA_LOG_LEVEL") {
            None => LevelFilter::INFO,
            Some(level) => level_filter(&level)?,
        };
        let log_format = match lookup("AWS_LAMBDA_LOG_FORMAT").as_deref() {
            None | Some("JSON") => LogFormat::Json,
            Some("Text") => LogFormat::Text,
            Some(_) => return Err(ConfigError { variable: "AWS_LAMBDA_LOG_FORMAT", message: "must be JSON or Text" }),
        };
        let metrics_namespace = match lookup("METRICS_NAMESPACE") {
            None => METRICS_NAMESPACE.to_owned(),
            Some(namespace) => checked_namespace(namespace)?,
        };
        let metrics_per_account = match lookup("METRICS_PER_ACCOUNT").as_deref() {
            None | Some("true") => true,
            Some("false") => false,
            Some(_) => return Err(ConfigError { variable: "METRICS_PER_ACCOUNT", message: "must be true or false" }),
        };
        let missing = ConfigError { variable: "TABLE_NAME", message: "must name the table" };
        Ok(Self { table: table.ok_or(missing)?, log_level, log_format, metrics_namespace, metrics_per_account })
    }
}

/// Lambda knows `FATAL` too, which is no level of ours: nothing is less than an error. `TRACE` is `DEBUG`: we write nothing
/// at that level, and what the Lambda runtime writes is each event whole, its credentials among it.
fn level_filter(level: &str) -> Result<LevelFilter, ConfigError> {
    match level.to_ascii_uppercase().as_str() {
        "TRACE" | "DEBUG" => Ok(LevelFilter::DEBUG),
        "INFO" => Ok(LevelFilter::INFO),
        "WARN" => Ok(LevelFilter::WARN),
        "ERROR" | "FATAL" => Ok(LevelFilter::ERROR),
        _ => Err(ConfigError {
            variable: "AWS_LAMBDA_LOG_LEVEL",
            message: "must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL",
        }),
    }
}

/// Longest name of a CloudWatch namespace, in characters.
const NAMESPACE_LENGTH_MAX: usize = 255;

/// Letters, digits and `.-_/#:`; what begins with `AWS/` is Amazon's.
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html>
fn checked_namespace(namespace: String) -> Result<String, ConfigError> {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || b".-_/#:".contains(&byte);
    let length_is_good = (1..=NAMESPACE_LENGTH_MAX).contains(&namespace.len());
    if length_is_good && namespace.bytes().all(good) && !namespace.starts_with("AWS/") {
        return Ok(namespace);
    }
    let message = "must be 1 to 255 letters, digits and .-_/#: and not begin with AWS/";
    Err(ConfigError { variable: "METRICS_NAMESPACE", message })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(variables: &[(&str, &str)]) -> Result<Config, String> {
        let lookup =
            |name: &str| variables.iter().find(|(given, _)| *given == name).map(|(_, value)| (*value).to_owned());
        Config::from_lookup(lookup).map_err(|error| error.to_string())
    }

    #[test]
    fn a_table_is_enough() {
        let expected = Config {
            table: "audit".to_owned(),
            log_level: LevelFilter::INFO,
            log_format: LogFormat::Json,
            metrics_namespace: "AuditTrail".to_owned(),
            metrics_per_account: true,
        };
        assert_eq!(config(&[("TABLE_NAME", "audit")]), Ok(expected));
    }

    #[test]
    fn the_finest_level_is_debug() {
        for (given, expected) in
            [("TRACE", LevelFilter::DEBUG), ("debug", LevelFilter::DEBUG), ("FATAL", LevelFilter::ERROR)]
        {
            let level =
                config(&[("TABLE_NAME", "audit"), ("AWS_LAMBDA_LOG_LEVEL", given)]).map(|config| config.log_level);
            assert_eq!(level, Ok(expected), "{given}");
        }
    }

    #[test]
    fn metrics_are_kept_by_account_unless_that_is_switched_off() {
        let per_account = |value| {
            config(&[("TABLE_NAME", "audit"), ("METRICS_PER_ACCOUNT", value)]).map(|config| config.metrics_per_account)
        };
        assert_eq!(per_account("true"), Ok(true));
        assert_eq!(per_account("false"), Ok(false));
        for other in ["", "TRUE", "False", "0", "no", " true"] {
            let said = "environment variable METRICS_PER_ACCOUNT must be true or false";
            assert_eq!(per_account(other), Err(said.to_owned()), "{other:?}");
        }
    }

    #[test]
    fn metrics_have_the_namespace_that_is_named() {
        let namespace = |value: &str| {
            config(&[("TABLE_NAME", "audit"), ("METRICS_NAMESPACE", value)]).map(|config| config.metrics_namespace)
        };
        let longest = "n".repeat(255);
        for good in ["A", "AuditTrail/audit-trail", "a.b-c_d/e#f:g", longest.as_str()] {
            assert_eq!(namespace(good).as_deref(), Ok(good));
        }
        let said = "environment variable METRICS_NAMESPACE must be 1 to 255 letters, digits and .-_/#: and not begin with AWS/";
        for bad in ["", "Audit trail", "AWS/Lambda", "Prüfung", &format!("{longest}n")] {
            assert_eq!(namespace(bad), Err(said.to_owned()), "{bad:?}");
        }
    }

    #[test]
    fn a_variable_that_is_missing_or_malformed_is_named() {
        assert_eq!(config(&[]), Err("environment variable TABLE_NAME must name the table".to_owned()));
        assert_eq!(
            config(&[("TABLE_NAME", "audit"), ("AWS_LAMBDA_LOG_LEVEL", "loud")]),
            Err("environment variable AWS_LAMBDA_LOG_LEVEL must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL".to_owned())
        );
        assert_eq!(
            config(&[("TABLE_NAME", "audit"), ("AWS_LAMBDA_LOG_FORMAT", "xml")]),
            Err("environment variable AWS_LAMBDA_LOG_FORMAT must be JSON or Text".to_owned())
        );
    }
}
