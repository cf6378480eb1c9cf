//! The event of a function, as Lambda hands it over.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::SystemTime,
};

use anyhow::{Context, Result};
use hyper::body::Bytes;
use serde_json::Value;

/// What the body calls the address.
const EMAIL_ADDRESS: &str = "email_address";

/// Makes the events of one fixture.
#[derive(Debug)]
pub(crate) enum Event {
    /// The same every time.
    Fixed(Bytes),
    /// With another e-mail address in the body every time: of a user that there must not be yet.
    NewAddress { fixture: Value, body: Value, run: u128, made: AtomicU64 },
}

impl Event {
    /// The fixture, every time.
    pub(crate) fn fixed(fixture: &Value) -> Result<Self> {
        Ok(Self::Fixed(serde_json::to_vec(fixture)?.into()))
    }

    /// The fixture, with an address that is new every time, also in a store that was there before.
    pub(crate) fn new_address(fixture: Value) -> Result<Self> {
        let body = fixture.get("body").and_then(Value::as_str).context("the event has no body")?;
        let body: Value = serde_json::from_str(body).context("the body of the event is not JSON")?;
        body.get(EMAIL_ADDRESS).context("the body of the event has no address")?;
        #[expect(clippy::disallowed_methods, reason = "what is new is new in the life of the store")]
        let run = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis();
        Ok(Self::NewAddress { fixture, body, run, made: AtomicU64::new(0) })
    }

    /// The next event.
    pub(crate) fn next(&self) -> Result<Bytes> {
        match self {
            Self::Fixed(event) => Ok(event.clone()),
            Self::NewAddress { fixture, body, run, made } => {
                let number = made.fetch_add(1, Ordering::Relaxed);
                let (mut event, mut body) = (fixture.clone(), body.clone());
                set(&mut body, EMAIL_ADDRESS, format!("coldstart-{run}-{number}@example.com"))?;
                set(&mut event, "body", body.to_string())?;
                Ok(serde_json::to_vec(&event)?.into())
            }
        }
    }
}

/// Sets a field of an object.
fn set(object: &mut Value, name: &str, text: String) -> Result<()> {
    *object.get_mut(name).with_context(|| format!("the event has no {name}"))? = Value::String(text);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Event;
    use serde_json::{Value, json};

    #[test]
    fn a_new_address_is_another_one_every_time() {
        let fixture = json!({ "path": "/p", "body": r#"{"email_address": "a@example.com", "name": "A"}"# });
        let event = Event::new_address(fixture).expect("a fixture with an address");

        let made = [event.next().expect("an event"), event.next().expect("an event")];

        let bodies = made.map(|event| {
            let event: Value = serde_json::from_slice(&event).expect("JSON");
            assert_eq!(event["path"], "/p");
            serde_json::from_str::<Value>(event["body"].as_str().expect("a body")).expect("JSON")
        });
        assert_eq!((&bodies[0]["name"], &bodies[1]["name"]), (&json!("A"), &json!("A")));
        assert_ne!(bodies[0]["email_address"], bodies[1]["email_address"]);
    }

    #[test]
    fn a_fixture_without_an_address_is_refused() {
        for fixture in [json!({}), json!({ "body": "x" }), json!({ "body": "{}" })] {
            assert!(Event::new_address(fixture).is_err());
        }
    }
}
