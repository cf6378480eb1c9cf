//! The name of a bus.

/// Characters that the name or ARN of a bus may have (API reference of EventBridge, `PutEventsRequestEntry`).
const BUS_LENGTH_MAX: usize = 1_600;

/// A bus: its name, or its ARN if it is another account's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bus(String);

/// Why a text is no bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bus must be a name of letters, digits and /.-_, or the ARN of a bus")]
pub struct BusError;

impl Bus {
    /// Parses the text.
    ///
    /// # Errors
    /// [`BusError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, BusError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/.-_".contains(&byte);
        let is_name = |text: &str| !text.is_empty() && text.bytes().all(plain);
        let arn = text.strip_prefix("arn:").map(|arn| arn.splitn(5, ':').collect::<Vec<_>>());
        let is_bus = match arn.as_deref() {
            None => is_name(text),
            Some(&[partition, "events", region, account, bus]) => {
                let is_owner = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
                is_owner && is_name(partition) && is_name(region) && bus.strip_prefix("event-bus/").is_some_and(is_name)
            }
            Some(_) => false,
        };
        if is_bus && text.len() <= BUS_LENGTH_MAX { Ok(Self(text.to_owned())) } else { Err(BusError) }
    }

    /// The name or ARN.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bus_is_a_name_or_an_arn() {
        let longest = "a".repeat(1_600);
        let arn = "arn:aws:events:eu-central-1:123456789012:event-bus/audit";
        for good in ["default", "audit.trail/eu_1-x", arn, &longest] {
            assert_eq!(Bus::parse(good).map(|bus| bus.as_str().to_owned()), Ok(good.to_owned()));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let too_long = "a".repeat(1_601);
        let rule = "arn:aws:events:eu-central-1:123456789012:rule/audit";
        let queue = "arn:aws:sqs:eu-central-1:123456789012:event-bus/audit";
        let nobody = "arn:aws:events:eu-central-1:12345:event-bus/audit";
        for bad in ["", "a b", "a:b", "ä", "a\n", "arn:", rule, queue, nobody, &too_long] {
            assert_eq!(Bus::parse(bad), Err(BusError), "{bad:?}");
        }
    }
}
