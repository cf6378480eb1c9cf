//! What Lambda says of the call of a function: the ids under which its own log lines and X-Ray's trace are found.

use lambda_http::Context;

/// The ids of one call, each absent where a function is not called by Lambda.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invocation {
    /// Lambda's id of the call, as in `platform.start` and `platform.report`.
    pub lambda_request_id: Option<String>,
    /// The root of X-Ray's trace, `1-5759e988-bd862e3fe1be46a994272793`.
    pub trace_id: Option<String>,
}

impl Invocation {
    /// What the context says.
    pub fn of(context: &Context) -> Self {
        let request_id = Some(&context.request_id).filter(|id| !id.is_empty());
        Self {
            lambda_request_id: request_id.cloned(),
            trace_id: context.xray_trace_id.as_deref().and_then(root).map(str::to_owned),
        }
    }
}

/// The root in a tracing header, `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`. A caller of
/// the API may have made it up, so anything that is not of this shape is left out of the log.
/// Source: X-Ray developer guide, "Tracing header" and "Sending trace data: trace ID format".
fn root(header: &str) -> Option<&str> {
    let root = header.split(';').find_map(|part| part.trim().strip_prefix("Root="))?;
    let mut parts = root.split('-');
    let hex = |text: Option<&str>, length: usize| {
        text.is_some_and(|text| text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let is_id = parts.next() == Some("1") && hex(parts.next(), 8) && hex(parts.next(), 24) && parts.next().is_none();
    is_id.then_some(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_taken_from_a_tracing_header_and_nothing_else() {
        let id = "1-5759e988-bd862e3fe1be46a994272793";
        for header in ["Root={}", "Root={};Parent=53995c3f42cd8ad8;Sampled=1", "Self=1-2-3; Root={};Sampled=0"] {
            assert_eq!(root(&header.replace("{}", id)), Some(id), "{header}");
        }
        let long = format!("Root={id}0");
        let bad = ["", "Root=", id, "Root=1-5759e988", "Root=2-5759e988-bd862e3fe1be46a994272793", long.as_str()];
        let worse = ["Root=1-5759e988-bd862e3fe1be46a99427279g", "Root=1-5759e988-bd862e3fe1be46a994272793-1"];
        for header in bad.into_iter().chain(worse) {
            assert_eq!(root(header), None, "{header}");
        }
    }

    #[test]
    fn a_call_that_is_not_lambdas_has_no_ids() {
        assert_eq!(Invocation::of(&Context::default()), Invocation::default());
    }
}
