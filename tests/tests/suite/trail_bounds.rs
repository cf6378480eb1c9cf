//! `start_date` and `end_date` are both outside the range, to any fineness.

use tests::records::{at_ms, event};
use tests::{Bed, Call, trail_walk};

#[tokio::test]
async fn only_events_after_the_start_and_before_the_end_are_given() {
    let all = ["e-2", "e-1", "e-0"].as_slice();
    let cases: [(&str, &str, &[&str]); 29] = [
        ("", "", all),
        // A start in whole milliseconds, and between them.
        ("2024-01-01T00:00:00.999Z", "", all),
        ("2024-01-01T00:00:01Z", "", &["e-2", "e-1"]),
        ("2024-01-01T00:00:01.0000001Z", "", &["e-2", "e-1"]),
        ("2024-01-01T00:00:01.0009999Z", "", &["e-2", "e-1"]),
        ("2024-01-01T00:00:01.001Z", "", &["e-2"]),
        ("2024-01-01T00:00:01.002Z", "", &[]),
        // An end.
        ("", "2024-01-01T00:00:01.003Z", all),
        ("", "2024-01-01T00:00:01.0020001Z", all),
        ("", "2024-01-01T00:00:01.0020000000000000001Z", all),
        ("", "2024-01-01T00:00:01.0020000000000000000Z", &["e-1", "e-0"]),
        ("", "2024-01-01T00:00:01.002Z", &["e-1", "e-0"]),
        ("", "2024-01-01T00:00:01.0010001Z", &["e-1", "e-0"]),
        ("", "2024-01-01T00:00:01.0000001Z", &["e-0"]),
        ("", "2024-01-01T00:00:01Z", &[]),
        // Both.
        ("2024-01-01T00:00:01.000Z", "2024-01-01T00:00:01.001Z", &[]),
        ("2024-01-01T00:00:01.0001Z", "2024-01-01T00:00:01.0009Z", &[]),
        ("2024-01-01T00:00:01.0001Z", "2024-01-01T00:00:01.0011Z", &["e-1"]),
        // Zones, no zone, dates, and the ends of time.
        ("2024-01-01T02:00:01.001+02:00", "", &["e-2"]),
        ("2024-01-01T00:00:01.001", "", &["e-2"]),
        ("2024-01-01 00:00:01.001", "", &["e-2"]),
        ("2024-01-01t00:00:01.001z", "", &["e-2"]),
        ("2024-01-01 00:00", "2024-01-01 00:00:01.001Z", &["e-0"]),
        ("2024-01-01T01:00:01.001+01", "", &["e-2"]),
        ("2024-01-01", "", all),
        ("", "2024-01-01", &[]),
        ("2023-12-31", "2024-01-02", all),
        ("1970-01-01", "9999-12-31T23:59:59.9999999Z", all),
        ("9999-12-31T23:59:59.998Z", "9999-12-31T23:59:59.999Z", &[]),
    ];
    for bed in Bed::on_each_engine().await {
        let account = bed.account().await;
        let events: Vec<_> = (0..3).map(|ms| event(&format!("e-{ms}"), &at_ms(1, ms))).collect();
        bed.record(&account, &events).await;

        for (start, end, expected) in cases {
            let mut call = Call::trail(&account).query("page_size", "1");
            for (name, date) in [("start_date", start), ("end_date", end)] {
                call = if date.is_empty() { call } else { call.query(name, date) };
            }
            let pages = trail_walk::forwards(&bed, &call).await;
            assert_eq!(trail_walk::ids(&pages), expected, "{}: {start:?} to {end:?}", bed.engine);
            assert_eq!(pages.len(), expected.len().max(1), "{}: a cursor only where there is more", bed.engine);
        }
    }
}
