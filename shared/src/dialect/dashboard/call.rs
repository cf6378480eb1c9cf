//! How a dashboard request is read. The order of the checks is part of the contract: body, unknown fields, missing fields,
//! types, credential, and only then anything about the data.

use super::DashboardError;
use crate::credential::{Presented, Scope, Secret};
use crate::http::endpoint::{body_text, media_type};
use crate::http::exchange::Exchange;
use crate::http::request::{header, query_parameters};
use crate::input::json::{Fields, FieldsError, string};
use crate::process::auth::AuthError;
use crate::values::ids::{AccountId, ClientId, UserId};
use lambda_http::Request;
use serde_json::value::RawValue;

/// Longest body, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Fields of the credential, and the headers that may bring them instead.
const CLIENT_ID: (&str, &str) = ("client_id", "plaid-client-id");
const SECRET: (&str, &str) = ("secret", "plaid-secret");

/// A dashboard request whose body has the right fields.
#[derive(Debug)]
pub struct Call<'a> {
    fields: Fields<'a>,
    client_id: Given,
    secret: Given,
}

/// A part of the credential, from the body, a header or both.
#[derive(Debug)]
enum Given {
    Once(String),
    TwiceDifferently,
}

impl<'a> Call<'a> {
    /// Reads the body, which may have the fields `known`, `client_id` and `secret`, and must have `required`. A query parameter
    /// counts as an unknown field: the dialect has none.
    ///
    /// # Errors
    /// [`DashboardError`], by variant, in the order of the contract.
    pub fn read(request: &'a Request, known: &[&str], required: &[&'static str]) -> Result<Self, DashboardError> {
        let mut fields = fields(request)?;
        let is_known = |name: &str| known.contains(&name) || [CLIENT_ID.0, SECRET.0].contains(&name);
        let mut unknown: Vec<_> = fields.names().filter(|name| !is_known(name)).map(ToOwned::to_owned).collect();
        unknown.extend(query_parameters(request));
        if !unknown.is_empty() {
            return Err(DashboardError::UnknownFields(unknown));
        }
        let client_id = given(&mut fields, request, CLIENT_ID);
        let secret = given(&mut fields, request, SECRET);
        let mut missing: Vec<_> = required.iter().copied().filter(|name| !fields.has(name)).collect();
        missing.extend(client_id.is_none().then_some(CLIENT_ID.0));
        missing.extend(secret.is_none().then_some(SECRET.0));
        match (client_id, secret) {
            (Some(client_id), Some(secret)) if missing.is_empty() => {
                Ok(Self { fields, client_id: client_id?, secret: secret? })
            }
            _ => Err(DashboardError::MissingFields(missing)),
        }
    }

    /// The text of a field.
    ///
    /// # Errors
    /// [`DashboardError::InvalidField`] if it is not a string.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, DashboardError> {
        self.parsed(name, string)
    }

    /// A field that may be there, parsed.
    ///
    /// # Errors
    /// [`DashboardError::InvalidField`] if it is not what is accepted.
    pub fn parsed<T>(
        &mut self,
        name: &str,
        parse: impl Fn(&RawValue) -> Result<T, String>,
    ) -> Result<Option<T>, DashboardError> {
        let value = self.fields.take(name).map(parse).transpose();
        value.map_err(|message| DashboardError::InvalidField(format!("{name} {message}")))
    }

    /// The id of a user, in a field that [`Self::read`] required.
    ///
    /// # Errors
    /// [`DashboardError::InvalidField`] if it is not a string, or not an id.
    pub fn user_id(&mut self, name: &'static str) -> Result<UserId, DashboardError> {
        let text = self.text(name)?.unwrap_or_default();
        UserId::parse(&text).map_err(|error| DashboardError::InvalidField(format!("{name} {error}")))
    }

    /// The account of the credential, if that is good and has the scope.
    ///
    /// # Errors
    /// [`DashboardError`], by variant.
    pub async fn authenticate(&self, exchange: &Exchange<'_>, scope: Scope) -> Result<AccountId, DashboardError> {
        let client_id = self.client_id()?;
        let secret = Secret::parse(self.secret.once()?).ok_or(AuthError::Refused("malformed secret"))?;
        Ok(exchange.authenticate(&Presented { client_id, secret }, scope).await?.account)
    }

    /// The public half of the credential.
    ///
    /// # Errors
    /// [`DashboardError::InvalidApiKeys`] if it is none.
    pub fn client_id(&self) -> Result<ClientId, DashboardError> {
        let client_id = ClientId::parse(self.client_id.once()?);
        Ok(client_id.map_err(|_| AuthError::Refused("malformed client id"))?)
    }
}

impl Given {
    fn once(&self) -> Result<&str, AuthError> {
        match self {
            Self::Once(text) => Ok(text),
            Self::TwiceDifferently => Err(AuthError::Refused("body and headers differ")),
        }
    }
}

fn fields(request: &Request) -> Result<Fields<'_>, DashboardError> {
    if media_type(request) != "application/json" {
        return Err(DashboardError::NotJsonType);
    }
    let text = body_text(request).map_err(|_| DashboardError::NotJson)?;
    Fields::parse(text).map_err(|error| match error {
        FieldsError::NotJson(_) | FieldsError::NotObject => DashboardError::NotJson,
        FieldsError::Repeated(name) => DashboardError::InvalidField(format!("{name} must be given once")),
    })
}

/// A part of the credential, from the body or the header; an error if it is not a string or is empty.
fn given(
    fields: &mut Fields<'_>,
    request: &Request,
    (field, header_name): (&str, &str),
) -> Option<Result<Given, DashboardError>> {
    let malformed = || DashboardError::InvalidField(format!("{field} must be a properly formatted, non-empty string"));
    let in_body = fields.take(field).map(string);
    let in_header = header(request, header_name).map(Ok);
    let given = match (in_body, in_header) {
        (None, None) => return None,
        (Some(Ok(body)), Some(Ok(header))) if body != header => return Some(Ok(Given::TwiceDifferently)),
        (Some(text), _) | (None, Some(text)) => text,
    };
    Some(given.ok().filter(|text| !text.trim().is_empty()).map(Given::Once).ok_or_else(malformed))
}
