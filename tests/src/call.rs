//! One call of a function: the REST proxy event that API Gateway would send.

mod log;
mod page;

use crate::account::Account;
use crate::reply::{Reply, invoke};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use shared::process::app::App;

/// Start of the range that the network calls ask for, unless a test says otherwise.
pub const FROM_DATE: &str = "2024-01-01T00:00:00.000Z";
/// End of that range.
pub const TO_DATE: &str = "2025-01-01T00:00:00.000Z";

/// A call of a function.
#[derive(Debug, Clone)]
pub struct Call {
    /// The function, by its folder.
    pub function: &'static str,
    method: &'static str,
    resource: &'static str,
    path_parameters: Vec<(&'static str, String)>,
    path: Option<String>,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    fields: Option<Map<String, Value>>,
    body: Option<Vec<u8>>,
    source_ip: String,
}

impl Call {
    fn new(function: &'static str, method: &'static str, resource: &'static str) -> Self {
        let (path_parameters, query, headers) = (Vec::new(), Vec::new(), Vec::new());
        let (path, fields, body, source_ip) = (None, None, None, "192.0.2.1".to_owned());
        Self { function, method, resource, path_parameters, path, query, headers, fields, body, source_ip }
    }

    /// `GET /audit-trail`
    pub fn trail(account: &Account) -> Self {
        Self::new("audit-trail", "GET", "/audit-trail").header("Authorization", &format!("Bearer {}", account.token()))
    }

    /// `GET /{category}/v1/audit-trail`
    pub fn trail_of(account: &Account, category: &str) -> Self {
        Self { resource: "/{category}/v1/audit-trail", ..Self::trail(account) }.path_parameter("category", category)
    }

    /// `GET /audit-trail/feed`
    pub fn feed(account: &Account) -> Self {
        Self::new("audit-trail-feed", "GET", "/audit-trail/feed")
            .header("Authorization", &format!("Bearer {}", account.token()))
    }

    /// `GET /api/v1/logs`
    pub fn system_log(account: &Account) -> Self {
        Self::new("system-log", "GET", "/api/v1/logs")
            .header("Authorization", &format!("SSWS {}", account.token()))
            .header("Host", "audit.example.com")
    }

    /// `POST /audit-trail/events`
    pub fn record(account: &Account, events: &[Value]) -> Self {
        Self::new("events-record", "POST", "/audit-trail/events")
            .header("Authorization", &format!("Bearer {}", account.token()))
            .header("Content-Type", "application/json")
            .field("events", json!(events))
    }

    /// `GET .../users`, all users or one
    pub fn users_audit(account: &Account, user: Option<&str>) -> Self {
        match user {
            None => Self::network("users-audit", "/network/audit/accounts/{accountId}/users", account),
            Some(user) => {
                let resource = "/network/audit/accounts/{accountId}/users/{userId}";
                Self::network("users-audit-by-user", resource, account).path_parameter("userId", user)
            }
        }
    }

    /// `GET .../userAccess`, all users or one
    pub fn user_access_audit(account: &Account, user: Option<&str>) -> Self {
        match user {
            None => Self::network("user-access-audit", "/network/audit/accounts/{accountId}/userAccess", account),
            Some(user) => {
                let resource = "/network/audit/accounts/{accountId}/userAccess/{userId}";
                Self::network("user-access-audit-by-user", resource, account).path_parameter("userId", user)
            }
        }
    }

    fn network(function: &'static str, resource: &'static str, account: &Account) -> Self {
        Self::new(function, "GET", resource)
            .header("Authorization", &format!("VBrick {}", account.token()))
            .path_parameter("accountId", account.id.as_str())
            .query("fromDate", FROM_DATE)
            .query("toDate", TO_DATE)
    }

    /// `POST /dashboard_user/get`
    pub fn get_user(account: &Account, user: &str) -> Self {
        let call = Self::dashboard("dashboard-user-get", "/dashboard_user/get", account);
        call.field("dashboard_user_id", json!(user))
    }

    /// `POST /dashboard_user/list`
    pub fn list_users(account: &Account) -> Self {
        Self::dashboard("dashboard-user-list", "/dashboard_user/list", account)
    }

    /// `POST /dashboard_user/create`
    pub fn create_user(account: &Account, email_address: &str) -> Self {
        let call = Self::dashboard("dashboard-user-create", "/dashboard_user/create", account);
        call.field("email_address", json!(email_address))
    }

    /// `POST /dashboard_user/update`
    pub fn update_user(account: &Account, user: &str) -> Self {
        let call = Self::dashboard("dashboard-user-update", "/dashboard_user/update", account);
        call.field("dashboard_user_id", json!(user))
    }

    fn dashboard(function: &'static str, resource: &'static str, account: &Account) -> Self {
        Self::new(function, "POST", resource)
            .header("Content-Type", "application/json")
            .field("client_id", json!(account.client_id))
            .field("secret", json!(account.secret))
    }

    /// A good call of every function that reads, about one user.
    pub fn every(account: &Account, user: &str) -> Vec<Self> {
        let mut every = vec![Self::get_user(account, user), Self::list_users(account)];
        every.extend(Self::every_network(account, user));
        every.extend([Self::trail(account), Self::trail_of(account, "hris")]);
        every
    }

    /// A good call of every function of the network audit.
    pub fn every_network(account: &Account, user: &str) -> Vec<Self> {
        let users = [None, Some(user)];
        let both = |user| [Self::users_audit(account, user), Self::user_access_audit(account, user)];
        users.into_iter().flat_map(both).collect()
    }

    /// The same with one more query parameter, even if it is there already.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with this query parameter in place of the one there.
    #[must_use]
    pub fn query_instead(self, name: &str, value: &str) -> Self {
        self.without_query(name).query(name, value)
    }

    /// The same without a query parameter.
    #[must_use]
    pub fn without_query(mut self, name: &str) -> Self {
        self.query.retain(|(given, _)| given != name);
        self
    }

    /// The same with one more header, even if it is there already.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same without a header.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers.retain(|(given, _)| given != name);
        self
    }

    /// The same with this path parameter.
    #[must_use]
    pub fn path_parameter(mut self, name: &'static str, value: &str) -> Self {
        self.path_parameters.retain(|(given, _)| *given != name);
        self.path_parameters.push((name, value.to_owned()));
        self
    }

    /// The same with this path, whatever its parameters are.
    #[must_use]
    pub fn path(self, path: &str) -> Self {
        Self { path: Some(path.to_owned()), ..self }
    }

    /// The same with another method.
    #[must_use]
    pub fn method(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    /// The same with this field in the body.
    #[must_use]
    pub fn field(mut self, name: &str, value: Value) -> Self {
        self.fields.get_or_insert_default().insert(name.to_owned(), value);
        self
    }

    /// The same without a field in the body.
    #[must_use]
    pub fn without_field(mut self, name: &str) -> Self {
        self.fields.get_or_insert_default().remove(name);
        self
    }

    /// The same with this body, whatever its fields are.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The same from another address.
    #[must_use]
    pub fn from_address(self, source_ip: &str) -> Self {
        Self { source_ip: source_ip.to_owned(), ..self }
    }

    /// The body as text.
    pub fn body_text(&self) -> String {
        let fields = self.fields.clone().map(|fields| Value::Object(fields).to_string());
        self.body.as_ref().map_or(fields.unwrap_or_default(), |body| String::from_utf8_lossy(body).into_owned())
    }

    /// The event.
    pub fn event(&self) -> String {
        let path = self.path_parameters.iter().fold(self.resource.to_owned(), |path, (name, value)| {
            path.replace(&format!("{{{name}}}"), value).replace(&format!("{{{name}+}}"), value)
        });
        let path = self.path.clone().unwrap_or(path);
        let bytes = self.body.clone().unwrap_or_else(|| self.body_text().into_bytes());
        let (body, is_base64_encoded) = match String::from_utf8(bytes) {
            Ok(text) if text.is_empty() => (Value::Null, false),
            Ok(text) => (Value::String(text), false),
            Err(error) => (Value::String(STANDARD.encode(error.as_bytes())), true),
        };
        let path_parameters: Map<_, _> =
            self.path_parameters.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        json!({
            "resource": self.resource, "path": path, "httpMethod": self.method,
            "headers": last_values(&self.headers), "multiValueHeaders": all_values(&self.headers),
            "queryStringParameters": last_values(&self.query),
            "multiValueQueryStringParameters": all_values(&self.query),
            "pathParameters": path_parameters, "stageVariables": null,
            "requestContext": {
                "accountId": "123456789012", "apiId": "abcdef1234", "httpMethod": self.method, "path": format!("/v1{path}"),
                "identity": {"sourceIp": self.source_ip}, "protocol": "HTTP/1.1", "requestId": "request-1",
                "resourceId": "abc123", "resourcePath": self.resource, "stage": "v1",
            },
            "body": body, "isBase64Encoded": is_base64_encoded,
        })
        .to_string()
    }

    /// The function's answer.
    pub async fn send(&self, app: &App) -> Reply {
        invoke(app, self.function, &self.event()).await
    }
}

fn last_values(given: &[(String, String)]) -> Map<String, Value> {
    given.iter().map(|(name, value)| (name.clone(), json!(value))).collect()
}

fn all_values(given: &[(String, String)]) -> Map<String, Value> {
    let mut values = Map::new();
    for (name, value) in given {
        let of_name = values.entry(name.as_str()).or_insert_with(|| json!([]));
        of_name.as_array_mut().expect("a list was put there").push(json!(value));
    }
    values
}
