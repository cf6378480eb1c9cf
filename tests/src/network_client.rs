//! The loop of the network audit's official clients, with both of their ways to stop.

use crate::bed::Bed;
use crate::call::Call;
use crate::reply::Reply;

/// Most pages in a chain: a chain that does not end fails.
const PAGES_MAX: usize = 200;

/// When a client stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopRule {
    /// When there is no token.
    NoToken,
    /// Also when the rows read reach the `totalRecords` of the first page.
    FirstTotal,
    /// Also when the rows read reach the `totalRecords` of the latest page.
    LatestTotal,
}

impl StopRule {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::NoToken, Self::FirstTotal, Self::LatestTotal];
}

/// A page of CSV.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkPage {
    /// `EntityId` of its rows.
    pub ids: Vec<String>,
    /// The header of that name.
    pub total_records: u64,
    /// The header of that name.
    pub next_from_date: Option<String>,
    /// The header of that name.
    pub token: Option<String>,
}

/// The page that a call asks for. Only the last of a chain may have more than 100 records: it brings those that came late.
pub async fn page(bed: &Bed, call: &Call) -> NetworkPage {
    let reply = bed.send(call).await;
    assert_eq!(reply.status, 200, "{}: {}", bed.engine, reply.body);
    let header = |name: &str| reply.header(name).map(ToOwned::to_owned);
    let total_records = header("totalrecords").and_then(|total| total.parse().ok()).expect("a number in totalRecords");
    let page = NetworkPage {
        ids: entity_ids(&reply),
        total_records,
        next_from_date: header("nextfromdate"),
        token: header("nextcontinuationtoken"),
    };
    assert!(page.ids.len() <= 100 || page.token.is_none(), "a page has at most 100 records");
    assert_eq!(page.token.is_some(), page.next_from_date.is_some(), "a token comes with nextFromDate, and only then");
    page
}

fn entity_ids(reply: &Reply) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(reply.body.as_bytes());
    let id = |row: Result<csv::StringRecord, csv::Error>| {
        row.expect("a row of as many cells as the header").get(2).expect("EntityId is the third").to_owned()
    };
    reader.records().map(id).collect()
}

/// The pages that a client reads which stops by that rule; `between` runs after each page but the last.
pub async fn chain(bed: &Bed, call: &Call, stop: StopRule, mut between: impl AsyncFnMut(usize)) -> Vec<NetworkPage> {
    let mut pages = vec![page(bed, call).await];
    loop {
        assert!(pages.len() < PAGES_MAX, "{}: the chain does not end", bed.engine);
        let read: u64 = pages.iter().map(|page| page.ids.len() as u64).sum();
        let first = pages.first().map_or(0, |page| page.total_records);
        let Some(latest) = pages.last() else { return pages };
        let stops = match stop {
            StopRule::NoToken => false,
            StopRule::FirstTotal => read >= first,
            StopRule::LatestTotal => read >= latest.total_records,
        };
        let (Some(token), Some(from)) = (&latest.token, &latest.next_from_date) else { return pages };
        if stops {
            return pages;
        }
        let next = call.clone().query_instead("fromDate", from).query("nextContinuationToken", token);
        between(pages.len()).await;
        pages.push(page(bed, &next).await);
    }
}

/// The ids of all pages, in order.
pub fn ids(pages: &[NetworkPage]) -> Vec<String> {
    pages.iter().flat_map(|page| page.ids.clone()).collect()
}
