//! The functions that answer a request, by the name of their folder: the one list of them, for `audit serve` and for the tests.

use std::sync::Arc;

use lambda_http::{Body, Request, Response};
use shared::process::app::App;

use crate::gateway::{Functions, function};

macro_rules! functions {
    ($($folder:literal => $handle:path, [$($call:literal),+];)+) => {
        /// The folders.
        pub const FOLDERS: &[&str] = &[$($folder),+];

        /// Calls to try each function with, as what `curl` is given: `URL`, `ACCOUNT`, `TOKEN`, `KEYS` (of the dashboard, as members
        /// of JSON), `FROM` and `TO` (two dates) stand for what the service at hand has.
        pub const CALLS: &[&str] = &[$($($call),+),+];

        /// The answer of the function in that folder; none if there is no such function.
        pub async fn answer(app: &App, folder: &str, request: Request) -> Option<Response<Body>> {
            match folder {
                // Each on the heap: a stack frame would have room for all of them, which is more than the thread of a test has.
                $($folder => Some(Box::pin($handle(app, request)).await),)+
                _ => None, // not one of the list
            }
        }

        /// Every function, over one app.
        pub fn functions(app: &Arc<App>) -> Functions {
            Functions::from([$({
                let app = Arc::clone(app);
                let function = function(move |request| {
                    let app = Arc::clone(&app);
                    async move { $handle(&app, request).await }
                });
                ($folder.to_owned(), function)
            }),+])
        }
    };
}

functions! {
    "dashboard-user-list" => dashboard_user_list::handle, [
        "URL/dashboard_user/list -H 'Content-Type: application/json' -d '{KEYS}'"
    ];
    "dashboard-user-get" => dashboard_user_get::handle, [
        r#"URL/dashboard_user/get -H 'Content-Type: application/json' -d '{KEYS, "dashboard_user_id": "usr_demo_00"}'"#
    ];
    "dashboard-user-create" => dashboard_user_create::handle, [
        r#"URL/dashboard_user/create -H 'Content-Type: application/json' -d '{KEYS, "email_address": "grace@example.com", "name": "Grace Hopper"}'"#
    ];
    "dashboard-user-update" => dashboard_user_update::handle, [
        r#"URL/dashboard_user/update -H 'Content-Type: application/json' -d '{KEYS, "dashboard_user_id": "usr_demo_00", "name": "Ada King"}'"#
    ];
    "user-access-audit" => user_access_audit::handle, [
        "'URL/network/audit/accounts/ACCOUNT/userAccess?fromDate=FROMT00:00:00Z&toDate=TOT00:00:00Z' -H 'Authorization: VBrick TOKEN'"
    ];
    "user-access-audit-by-user" => user_access_audit_by_user::handle, [
        "'URL/network/audit/accounts/ACCOUNT/userAccess/usr_demo_00?fromDate=FROMT00:00:00Z&toDate=TOT00:00:00Z' -H 'Authorization: VBrick TOKEN'"
    ];
    "users-audit" => users_audit::handle, [
        "'URL/network/audit/accounts/ACCOUNT/users?fromDate=FROMT00:00:00Z&toDate=TOT00:00:00Z' -H 'Authorization: VBrick TOKEN'"
    ];
    "users-audit-by-user" => users_audit_by_user::handle, [
        "'URL/network/audit/accounts/ACCOUNT/users/usr_demo_00?fromDate=FROMT00:00:00Z&toDate=TOT00:00:00Z' -H 'Authorization: VBrick TOKEN'"
    ];
    "audit-trail" => audit_trail::handle, [
        "'URL/audit-trail?page_size=2' -H 'Authorization: Bearer TOKEN'",
        "'URL/hris/v1/audit-trail?event_type=INVITED_USER&page_size=2' -H 'Authorization: Bearer TOKEN'"
    ];
    "audit-trail-feed" => audit_trail_feed::handle, [
        "'URL/audit-trail/feed?limit=2' -H 'Authorization: Bearer TOKEN'"
    ];
    "system-log" => system_log::handle, [
        "'URL/api/v1/logs?limit=2' -H 'Authorization: SSWS TOKEN'"
    ];
    "log-read" => log_read::handle, [
        "URL/log/checkpoint",
        "URL/log/account/head -H 'Authorization: Bearer TOKEN'",
        "'URL/log/account/proof?position=0&item=true' -H 'Authorization: Bearer TOKEN'"
    ];
    "trail-view" => trail_view::handle, [
        r#"URL/audit-trail/viewer-links -H 'Authorization: Bearer TOKEN' -H 'Content-Type: application/json' -d '{"minutes": 60}'"#
    ];
    "events-record" => events_record::handle, [
        r#"URL/audit-trail/events -H 'Authorization: Bearer TOKEN' -H 'Content-Type: application/json' -d '{"events": [{"event_type": "INVITED_USER", "event_description": "Invited Grace", "principal": {"role": "ADMIN", "ip_address": "192.0.2.1"}}]}'"#
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;
    use crate::gateway::Gateway;
    use crate::template::Template;
    use shared::store::AuditStore;

    #[test]
    fn every_route_of_the_shipped_template_has_its_function() {
        let app = Arc::new(App::new(AuditStore::new(engine::client("http://127.0.0.1:1"), "audit")));
        let template = Template::built_in().unwrap();

        let functions = functions(&app);

        assert!(functions.keys().all(|folder| template.routes.iter().any(|route| route.function == *folder)));
        Gateway::new(&template, functions, "127.0.0.1:3000").unwrap();
    }
}
