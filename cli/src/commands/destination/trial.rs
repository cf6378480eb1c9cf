//! `audit destination test`: sends something that is no event, with the credentials and from the network of whoever calls it.

use super::found::found;
use crate::connection::Connection;
use crate::terminal::say;
use aws_sdk_dynamodb::error::BoxError;
use events_deliver::send::Means;
use events_deliver::send::https::Https;
use events_deliver::send::https::endpoint::Reach;
use events_deliver::send::s3::Objects;
use shared::process::clock;
use shared::values::destination_id::DestinationId;
use std::path::PathBuf;

/// Sends it, and says that it arrived.
///
/// # Errors
/// It did not, and why.
pub(super) async fn run(connection: Connection, id: &DestinationId, objects_dir: PathBuf) -> Result<(), BoxError> {
    let reach = if connection.is_local() { Reach::Loopback } else { Reach::Internet };
    let means = means(&connection, reach, objects_dir).await;
    let destination = found(&connection.open().await?, id).await?;
    let target = events_deliver::target(&destination.target, reach)?;
    let tried = means.try_out(&target, id, &destination.account, clock::now()).await;
    tried.map_err(|why| format!("{} did not take it: {why}", destination.target))?;
    Ok(say(&format!("{} took it.", destination.target))?)
}

async fn means(connection: &Connection, reach: Reach, objects_dir: PathBuf) -> Means {
    let https = Https::new(reach);
    if connection.is_local() {
        return Means { https, objects: Objects::Folder(objects_dir), event_bridge: None };
    }
    let aws = connection.aws().await;
    Means {
        https,
        objects: Objects::S3(aws_sdk_s3::Client::new(&aws)),
        event_bridge: Some(aws_sdk_eventbridge::Client::new(&aws)),
    }
}
