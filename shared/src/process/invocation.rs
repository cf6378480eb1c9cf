//! What Lambda says of the call of a function: the ids under which its own log lines and X-Ray's trace are found, and when
//! it must have ended.

use crate::values::timestamp::Timestamp;
use lambda_http::Context;
use std::time::Duration;

/// Kept of a function's time to write its answer and its log line.
pub const ANSWER_TIME: Duration = Duration::from_millis(500);

/// One call. Each part is absent where a function is not called by Lambda.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invocation {
    /// Lambda's id of the call, as in `platform.start` and `platform.report`.
    pub lambda_request_id: Option<String>,
    /// The root of X-Ray's trace, `1-5759e988-bd862e3fe1be46a994272793`.
    pub trace_id: Option<String>,
    /// When Lambda ends the function, answered or not.
    pub deadline: Option<Timestamp>,
}

impl Invocation {
    /// What the context says.
    pub fn of(context: &Context) -> Self {
        let request_id = Some(&context.request_id).filter(|id| !id.is_empty());
        Self {
            lambda_request_id: request_id.cloned(),
            trace_id: context.xray_trace_id.as_deref().and_then(root).map(str::to_owned),
            deadline: deadline(context),
        }
    }

    /// How long the work of a call that arrives now may take, so that [`ANSWER_TIME`] is left; `None` if there is no bound.
    ///
    /// A deadline that is over is none: Lambda calls no function too late, and `cargo lambda watch` gives a number of
    /// milliseconds from the call on where Lambda gives them from 1970 on.
    pub fn time_to_work(&self, now: Timestamp) -> Option<Duration> {
        let left_ms = self.deadline?.epoch_ms().saturating_sub(now.epoch_ms());
        let left_ms = u64::try_from(left_ms).ok().filter(|left_ms| *left_ms > 0)?;
        Some(Duration::from_millis(left_ms).saturating_sub(ANSWER_TIME))
    }
}

/// The context's deadline, in epoch milliseconds; 0 stands for none.
fn deadline(context: &Context) -> Option<Timestamp> {
    let epoch_ms = i64::try_from(context.deadline).ok().filter(|epoch_ms| *epoch_ms > 0)?;
    Timestamp::from_epoch_ms(epoch_ms)
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
    fn half_a_second_of_a_calls_time_is_kept_for_its_answer() {
        let at = |epoch_ms| Timestamp::from_epoch_ms(epoch_ms).unwrap();
        let call = Invocation { deadline: Some(at(1_709_285_425_000)), ..Invocation::default() };
        let left_ms = |now| call.time_to_work(at(now)).map(|left| left.as_millis());

        assert_eq!(left_ms(1_709_285_400_000), Some(24_500));
        assert_eq!(left_ms(1_709_285_424_499), Some(1));
        assert_eq!(left_ms(1_709_285_424_500), Some(0));
        assert_eq!(left_ms(1_709_285_424_999), Some(0));
        assert_eq!([left_ms(1_709_285_425_000), left_ms(1_709_285_426_000)], [None; 2], "it is over: there is none");
        assert_eq!(Invocation::default().time_to_work(at(0)), None);
    }

    #[test]
    fn the_deadline_is_the_contexts_and_0_is_none() {
        let mut context = Context::default();
        context.deadline = 1_709_285_425_000;
        assert_eq!(Invocation::of(&context).deadline, Timestamp::from_epoch_ms(1_709_285_425_000));
        for none in [0, u64::MAX] {
            context.deadline = none;
            assert_eq!(Invocation::of(&context).deadline, None);
        }
    }

    #[test]
    fn a_call_that_is_not_lambdas_has_no_ids() {
        assert_eq!(Invocation::of(&Context::default()), Invocation::default());
    }
}
