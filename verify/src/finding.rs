//! What is wrong with a history, or worth knowing of it: a verdict, the event, and a sentence of what it means.

use serde::Serialize;
use shared::values::event_sort_key::EventSortKey;

/// The name of what was found, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    /// Two histories were signed that cannot both be true.
    Forked,
    /// What was sealed at the end of a history is not there any more.
    Truncated,
    /// Something is not what was sealed.
    Altered,
    /// An event that was sealed is not there.
    Missing,
    /// An event is there that was never sealed.
    Unsealed,
    /// An event came to the log much later than it says that it was recorded.
    Late,
    /// A line of the export stands twice.
    Repeated,
    /// A line of the export is not where it belongs.
    Reordered,
    /// The newest seal is older than it should be.
    Stale,
    /// Parts of an event were taken out as the rules allow; the rest is what was sealed.
    Redacted,
    /// Everything is as it was sealed.
    Ok,
}

impl Verdict {
    /// Its name in capitals.
    pub fn name(self) -> &'static str {
        match self {
            Self::Forked => "FORKED",
            Self::Truncated => "TRUNCATED",
            Self::Altered => "ALTERED",
            Self::Missing => "MISSING",
            Self::Unsealed => "UNSEALED",
            Self::Late => "LATE",
            Self::Repeated => "REPEATED",
            Self::Reordered => "REORDERED",
            Self::Stale => "STALE",
            Self::Redacted => "REDACTED",
            Self::Ok => "OK",
        }
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is.
    pub verdict: Verdict,
    /// Whether somebody must have tampered with the history, or it was lost: the exit code follows from that.
    pub is_tampering: bool,
    /// The position in the account's log, where it is about one.
    pub position: Option<u64>,
    /// The sort key of the event, where it is about one.
    pub sk: Option<String>,
    /// The id of the event, if its sort key is one that writers make.
    pub id: Option<String>,
    /// When the event happened, likewise.
    pub created_at: Option<String>,
    /// What it means, in a sentence.
    pub means: String,
}

impl Finding {
    /// One that is about no single event.
    pub fn of_all(verdict: Verdict, means: impl Into<String>) -> Self {
        let is_tampering = !matches!(verdict, Verdict::Ok | Verdict::Redacted | Verdict::Stale);
        let means = means.into();
        Self { verdict, is_tampering, position: None, sk: None, id: None, created_at: None, means }
    }

    /// One about the event at a position; its sort key may not be known.
    pub fn at(verdict: Verdict, position: u64, sk: Option<&str>, means: impl Into<String>) -> Self {
        Self { position: Some(position), ..Self::of_all(verdict, means) }.named(sk)
    }

    /// The same about the event of a sort key.
    pub fn named(self, sk: Option<&str>) -> Self {
        let parsed = sk.and_then(EventSortKey::parse);
        let created_at = parsed.as_ref().map(|key| key.created_at.to_string());
        let id = parsed.map(|key| key.id.as_str().to_owned());
        Self { sk: sk.map(ToOwned::to_owned), id, created_at, ..self }
    }

    /// The same, where there is an innocent reason.
    pub fn innocent(self) -> Self {
        Self { is_tampering: false, ..self }
    }
}
