//! Who told us of an event, which is not who did it: the writer says who did it, and we know who the writer is.

use crate::values::ids::ClientId;
use std::fmt;

/// Which writer an event came through. It is no part of what the event says: the same event through two writers is one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorder {
    /// `<client id>`: a request that showed that credential.
    Client(ClientId),
    /// `queue`: a message of the queue.
    Queue,
    /// `import`: an operator, straight into the table.
    Import,
    /// `directory:<client id>`: the directory itself, of a change that it made for that credential.
    Directory(ClientId),
    /// `destination:operator`: the operator's tool, of a change of a destination.
    DestinationOperator,
    /// `destination:events-deliver`: the function, of a destination that it paused.
    DestinationDelivery,
}

const QUEUE: &str = "queue";
const IMPORT: &str = "import";
const DIRECTORY: &str = "directory:";
const DESTINATION_OPERATOR: &str = "destination:operator";
const DESTINATION_DELIVERY: &str = "destination:events-deliver";

/// Kind of entity that a dashboard user is in the network audit. Only the directory writes events of this kind, and operators
/// who import them: whoever else could would tell of changes that never happened.
pub const DIRECTORY_ENTITY_KEY: &str = "Network:User";

impl Recorder {
    /// Reads the text that `Display` writes.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            QUEUE => Some(Self::Queue),
            IMPORT => Some(Self::Import),
            DESTINATION_OPERATOR => Some(Self::DestinationOperator),
            DESTINATION_DELIVERY => Some(Self::DestinationDelivery),
            _ => match text.strip_prefix(DIRECTORY) {
                Some(client_id) => ClientId::parse(client_id).ok().map(Self::Directory),
                None => ClientId::parse(text).ok().map(Self::Client),
            },
        }
    }

    /// Whether an event by this client would be taken for one of another writer: no credential may have such an id.
    pub fn is_ambiguous(client_id: &ClientId) -> bool {
        Self::parse(client_id.as_str()) != Some(Self::Client(client_id.clone()))
    }
}

impl fmt::Display for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(client_id) => write!(f, "{client_id}"),
            Self::Queue => f.write_str(QUEUE),
            Self::Import => f.write_str(IMPORT),
            Self::Directory(client_id) => write!(f, "{DIRECTORY}{client_id}"),
            Self::DestinationOperator => f.write_str(DESTINATION_OPERATOR),
            Self::DestinationDelivery => f.write_str(DESTINATION_DELIVERY),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::input::EventInput;

    fn client(text: &str) -> ClientId {
        ClientId::parse(text).expect("a client id")
    }

    #[test]
    fn a_recorder_reads_back() {
        let all = [
            ("c-1", Recorder::Client(client("c-1"))),
            ("queue", Recorder::Queue),
            ("import", Recorder::Import),
            ("directory:c-1", Recorder::Directory(client("c-1"))),
            ("destination:operator", Recorder::DestinationOperator),
            ("destination:events-deliver", Recorder::DestinationDelivery),
        ];
        for (text, recorder) in all {
            assert_eq!(recorder.to_string(), text);
            assert_eq!(Recorder::parse(text), Some(recorder));
        }
        for bad in ["", "a#b", "directory:", "directory:a#b", "ä"] {
            assert_eq!(Recorder::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_client_cannot_pass_for_another_writer() {
        for bad in
            ["queue", "import", "directory:c-1", "directory:", "destination:operator", "destination:events-deliver"]
        {
            assert!(Recorder::is_ambiguous(&client(bad)), "{bad:?}");
        }
        for good in ["c-1", "Queue", "import-1", "directory", "a:directory:c-1", "events-deliver", "destination:x"] {
            assert!(!Recorder::is_ambiguous(&client(good)), "{good:?}");
        }
    }

    fn admitted(entity_key: &str) -> Result<(), (&'static str, String)> {
        let text = r#"{"event_type":"A","event_description":"b","principal":{"role":"API","ip_address":"::1"},
            "subject":{"category":"users","entity_key":"KEY","entity_id":"x","user_id":"u-1"}}"#;
        EventInput::parse(&text.replace("KEY", entity_key)).expect("an event").details.check_from_outside()
    }

    #[test]
    fn what_the_directory_says_is_refused_from_others() {
        let message = "must not be Network:User: changes of dashboard users are recorded where they are made";
        for bad in ["Network:User", "network:user", " Network:User\\n"] {
            assert_eq!(admitted(bad), Err(("subject.entity_key", message.to_owned())), "{bad:?}");
        }
        for good in ["Network:UserAccess", "Network:Users", "User"] {
            assert_eq!(admitted(good), Ok(()), "{good:?}");
        }
    }
}
