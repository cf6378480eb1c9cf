//! `POST /audit-trail/viewer-links`: makes a link for somebody else's page, with the scope `audit:read`.

use crate::site::Site;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde::Serialize;
use serde_json::value::RawValue;
use shared::credential::Scope;
use shared::dialect::trail::{self, TrailError};
use shared::http::endpoint::{Endpoint, body_text, media_type};
use shared::http::exchange::{Answer, Exchange};
use shared::input::faults::Faults;
use shared::input::json::{Fields, FieldsError};
use shared::process::secret::secret;
use shared::store::StoreError;
use shared::values::category::Category;
use shared::values::day::Day;
use shared::values::email::EmailAddress;
use shared::values::ids::{EventType, UserId};
use shared::values::timestamp::Timestamp;
use shared::viewer::bounds::EventBounds;
use shared::viewer::frame_origin::FrameOrigin;
use shared::viewer::link::{MINUTES_DEFAULT, MINUTES_MAX, ORIGINS_MAX, ViewerLink};

/// Longest body, in bytes: that with every field at its longest has less than 4,000, if no character is escaped.
const BODY_BYTES_MAX: usize = 16 * 1024;

/// The endpoint.
pub(crate) const ENDPOINT: Endpoint = Endpoint::post(env!("CARGO_PKG_NAME"), BODY_BYTES_MAX);

const MS_PER_MINUTE: i64 = 60_000;

#[derive(Serialize)]
struct Made {
    url: String,
    expires_at: Timestamp,
}

/// What is asked for.
struct NewLink {
    bounds: EventBounds,
    origins: Vec<FrameOrigin>,
    minutes: u32,
}

/// Makes a link, and answers with its URL, the only place where its code ever stands.
///
/// # Errors
/// [`TrailError`], by variant.
pub(crate) async fn make(exchange: &Exchange<'_>, request: &Request) -> Result<Answer, TrailError> {
    let credential = trail::authenticate(exchange, request, Scope::AuditRead).await?;
    if media_type(request) != "application/json" {
        return Err(TrailError::NotJsonType);
    }
    let body = body_text(request).map_err(|error| TrailError::NotJson(error.to_string()))?;
    let NewLink { bounds, origins, minutes } = NewLink::read(body)?;
    let now = exchange.now;
    let ends_at = now.plus_ms(i64::from(minutes) * MS_PER_MINUTE).unwrap_or(Timestamp::MAX);
    let (account, client_id) = (credential.account, credential.client_id);
    let link = ViewerLink { account, client_id, bounds, origins, created_at: now, ends_at, spent_at: None };
    let code = secret().map_err(|error| StoreError::Rejected(error.to_string().into()))?;
    exchange.store().put_viewer_link(code.hash(), &link, &exchange.usage).await?;
    let path = format!("/v/{}", code.reveal());
    let site = Site::of(request);
    let made = Made { url: site.url(&path).unwrap_or_else(|| site.path(&path)), expires_at: ends_at };
    let body = serde_json::to_string(&made).expect("an object of strings serialises");
    Ok(Answer { items: 1, ..Answer::json(StatusCode::CREATED, body) })
}

impl NewLink {
    fn read(body: &str) -> Result<Self, TrailError> {
        let mut fields = Fields::parse(body).map_err(|error| match error {
            FieldsError::Repeated(name) => TrailError::Invalid(Faults::of(&name, "must be given once")),
            FieldsError::NotJson(_) | FieldsError::NotObject => TrailError::NotJson(error.to_string()),
        })?;
        let mut faults = Faults::default();
        let day = |text: &str| Day::parse(text).ok_or("must be a date, such as 2026-11-26");
        let category = |text: &str| Category::parse(text).ok_or("must be users or userAccess");
        let bounds = EventBounds {
            event_type: text(&mut fields, "event_type", &mut faults, EventType::parse),
            user_email: text(&mut fields, "user_email", &mut faults, EmailAddress::parse),
            category: text(&mut fields, "category", &mut faults, category),
            user_id: text(&mut fields, "user_id", &mut faults, UserId::parse),
            from: text(&mut fields, "from", &mut faults, day),
            to: text(&mut fields, "to", &mut faults, day),
        };
        if bounds.from.zip(bounds.to).is_some_and(|(from, to)| to < from) {
            faults.push("to", "must not be before from");
        }
        if let Err(error) = bounds.filter() {
            faults.push("user_id", error.to_string());
        }
        let origins = fields.take("origins").map_or(Ok(Vec::new()), origins);
        let origins = origins.map_err(|said| faults.push("origins", said)).unwrap_or_default();
        let minutes = fields.take("minutes").map_or(Ok(MINUTES_DEFAULT), minutes);
        let minutes = minutes.map_err(|said| faults.push("minutes", said)).unwrap_or_default();
        for name in fields.names() {
            faults.push(name, "is not a field of a viewer link");
        }
        Ok(faults.or(Some(Self { bounds, origins, minutes }))?)
    }
}

/// A field of text, parsed; a fault is noted under its name.
fn text<T, E: ToString>(
    fields: &mut Fields<'_>,
    name: &str,
    faults: &mut Faults,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Option<T> {
    let value = fields.take(name)?;
    let parsed = match serde_json::from_str::<String>(value.get()) {
        Ok(text) => parse(&text).map_err(|error| error.to_string()),
        Err(_) => Err("must be a string".to_owned()),
    };
    parsed.map_err(|said| faults.push(name, said)).ok()
}

fn origins(value: &RawValue) -> Result<Vec<FrameOrigin>, String> {
    let texts: Vec<String> = serde_json::from_str(value.get()).map_err(|_| "must be a list of strings".to_owned())?;
    if texts.len() > ORIGINS_MAX {
        return Err(format!("must be at most {ORIGINS_MAX} origins"));
    }
    texts.iter().map(|text| FrameOrigin::parse(text).map_err(|error| error.to_string())).collect()
}

fn minutes(value: &RawValue) -> Result<u32, String> {
    let minutes = serde_json::from_str(value.get()).ok().filter(|minutes| (1..=MINUTES_MAX).contains(minutes));
    minutes.ok_or_else(|| format!("must be a whole number from 1 to {MINUTES_MAX}"))
}
