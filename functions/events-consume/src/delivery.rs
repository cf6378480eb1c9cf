//! One delivery of a message, as Lambda hands it over.

use crate::message::{MessageId, Origin};
use aws_lambda_events::event::sqs::SqsMessage;
use shared::values::timestamp::Timestamp;

/// What SQS calls itself in a record. Other services' batches have `Records` too.
const EVENT_SOURCE: &str = "aws:sqs";

/// One delivery.
#[derive(Debug)]
pub(crate) struct Delivery<'a> {
    pub(crate) origin: Origin,
    /// How often SQS has delivered the message, about.
    pub(crate) receive_count: Option<&'a str>,
    pub(crate) body: &'a str,
}

/// The payload is not a batch of SQS: the field of a record that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the payload is not a batch of SQS messages: {0} is absent or not what SQS sends")]
pub struct NotSqs(&'static str);

impl<'a> Delivery<'a> {
    pub(crate) fn read(message: &'a SqsMessage) -> Result<Self, NotSqs> {
        if message.event_source.as_deref() != Some(EVENT_SOURCE) {
            return Err(NotSqs("eventSource"));
        }
        let attribute = |name| message.attributes.get(name).map(String::as_str);
        let id = message.message_id.as_deref().and_then(|id| MessageId::parse(id).ok());
        let sent_at = attribute("SentTimestamp").and_then(|ms| Timestamp::from_epoch_ms(ms.parse().ok()?));
        Ok(Self {
            origin: Origin {
                id: id.ok_or(NotSqs("messageId"))?,
                sent_at: sent_at.ok_or(NotSqs("attributes.SentTimestamp"))?,
            },
            receive_count: attribute("ApproximateReceiveCount"),
            body: message.body.as_deref().ok_or(NotSqs("body"))?,
        })
    }
}
