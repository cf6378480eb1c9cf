//! The functions that answer a request, by the name of their folder: the one list of them, for `audit serve` and for the tests.

use std::sync::Arc;

use lambda_http::{Body, Request, Response};
use shared::process::app::App;

use crate::gateway::{Functions, function};

macro_rules! functions {
    ($($folder:literal => $handle:path,)+) => {
        /// The folders.
        pub const FOLDERS: &[&str] = &[$($folder),+];

        /// The answer of the function in that folder; none if there is no such function.
        pub async fn answer(app: &App, folder: &str, request: Request) -> Option<Response<Body>> {
            match folder {
                // Each on the heap: a stack frame would have room for all ten, which is more than the thread of a test has.
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
    "audit-trail" => audit_trail::handle,
    "dashboard-user-create" => dashboard_user_create::handle,
    "dashboard-user-get" => dashboard_user_get::handle,
    "dashboard-user-list" => dashboard_user_list::handle,
    "dashboard-user-update" => dashboard_user_update::handle,
    "events-record" => events_record::handle,
    "user-access-audit" => user_access_audit::handle,
    "user-access-audit-by-user" => user_access_audit_by_user::handle,
    "users-audit" => users_audit::handle,
    "users-audit-by-user" => users_audit_by_user::handle,
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
