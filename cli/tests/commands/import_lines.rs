//! Lines for `audit import`, and what it answers to them.

pub(crate) fn event(id: &str, second: usize, description: &str) -> String {
    format!(
        concat!(
            r#"{{"id":"{}","created_at":"2024-01-01T00:00:{:02}Z","event_type":"INVITED_USER","#,
            r#""event_description":"{}","principal":{{"role":"ADMIN","ip_address":"192.0.2.1"}}}}"#,
            "\n"
        ),
        id, second, description
    )
}

pub(crate) fn without_id(second: usize) -> String {
    event("x", second, "d").replacen(r#""id":"x","#, "", 1)
}

pub(crate) fn user(id: &str, email: &str) -> String {
    format!(
        r#"{{"id":"{id}","email_address":"{email}","status":"active","created_at":"2024-01-01T00:00:00Z"}}{}"#,
        "\n"
    )
}

/// The sum, without the time it took.
pub(crate) fn sum(stdout: &str) -> &str {
    stdout.split_once(';').expect("a sum").0
}

pub(crate) fn ids(found: &[(String, String)]) -> Vec<&str> {
    found.iter().map(|(id, _)| id.as_str()).collect()
}
