//! Calls `counts-roll` and `log-reconcile`, which the template calls on a schedule: at the start, and then as often as it does.

use std::sync::Arc;
use std::time::Duration;

use shared::process::app::App;
use shared::process::invocation::Invocation;
use shared::process::log::chain;
use tokio::task::JoinHandle;

use super::listener::RequestLog;

/// Time from one call to the next, as in template.yaml.
pub(super) const PERIOD: Duration = Duration::from_secs(6 * 60 * 60);

/// Begins to call them, until the handle is aborted. `log` is told when one fails.
pub(super) fn start(app: Arc<App>, log: RequestLog) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            let invocation = Invocation::default();
            let (rolled, reconciled) =
                tokio::join!(counts_roll::handle(&app, &invocation), log_reconcile::handle(&app, &invocation));
            if let Err(error) = rolled {
                log(&format!("counts-roll failed: {}", chain(&error)));
            }
            if let Err(error) = reconciled {
                log(&format!("log-reconcile failed: {}", chain(&error)));
            }
            tokio::time::sleep(PERIOD).await;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_period_is_the_templates() {
        let template = include_str!("../../../../template.yaml");
        let hours = PERIOD.as_secs() / 3_600;
        assert_eq!(template.matches("Schedule: {Type: Schedule,").count(), 4);
        assert_eq!(template.matches(&format!("Schedule: rate({hours} hours)")).count(), 2);
    }
}
