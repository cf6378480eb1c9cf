//! Exports that somebody spoiled: verifying one ends, and none is said to be what was sealed but what says the same.
#![no_main]

use audit_verify::files::Files;
use audit_verify::{Question, Unusable, verify};
use fuzz::{RECORD, UNIT};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use shared::proof::key::VerifierKey;
use shared::proof::note;
use shared::values::timestamp::Timestamp;
use std::io::Read;

const KEY: &str = include_str!("../export/key");

const FILES: [(&str, &[u8]); 7] = [
    ("checkpoint", include_bytes!("../export/checkpoint")),
    ("account/head", include_bytes!("../export/account/head")),
    ("tile/entries/000.p/3", include_bytes!("../export/tile/entries/000.p/3")),
    ("tile/0/000.p/3", include_bytes!("../export/tile/0/000.p/3")),
    ("account/tile/0/000.p/5", include_bytes!("../export/account/tile/0/000.p/5")),
    ("account/tile/entries/000.p/5", include_bytes!("../export/account/tile/entries/000.p/5")),
    ("events.ndjson", include_bytes!("../export/events.ndjson")),
];

struct Spoiled(Vec<Vec<u8>>);

// A text: a record for each edit, of `<number of the file>, <from where>, <how many bytes are taken out>, <what is put there>`.
fuzz_target!(|text: &str| {
    let mut spoiled = Spoiled(FILES.iter().map(|(_, bytes)| bytes.to_vec()).collect());
    text.split(RECORD).for_each(|record| spoiled.edit(record));
    let key = VerifierKey::parse(KEY).expect("a key");
    let at = Timestamp::parse_fixed("2026-01-01T00:04:00.000Z").expect("a time");
    let question = Question { key: &key, earlier: None, at, max_age_minutes: 15 };
    if let Ok(report) = verify(&spoiled, question, &|_, _| {})
        && report.total() == 0
    {
        assert_eq!((report.rounds, report.entries, report.events), (3, 5, 5));
        spoiled.says_the_same();
    }
});

impl Spoiled {
    fn edit(&mut self, record: &str) {
        let mut parts = record.splitn(4, UNIT);
        let mut number = || parts.next()?.parse::<usize>().ok();
        let (Some(file), Some(from), Some(count)) = (number(), number(), number()) else { return };
        let Some(bytes) = self.0.get_mut(file) else { return };
        let from = from.min(bytes.len());
        let end = from.saturating_add(count).min(bytes.len());
        bytes.splice(from..end, parts.next().unwrap_or_default().bytes());
    }

    fn says_the_same(&self) {
        let lines = |bytes: &[u8]| {
            let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
            text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect::<Vec<Value>>()
        };
        for ((path, sealed), bytes) in FILES.iter().zip(&self.0) {
            match *path {
                "events.ndjson" => assert_eq!(lines(sealed), lines(bytes)),
                "checkpoint" | "account/head" => assert_eq!(signed(sealed), signed(bytes)), // signatures of others do not count
                _ => assert_eq!(*sealed, bytes.as_slice(), "{path}"),
            }
        }
    }
}

fn signed(bytes: &[u8]) -> Option<&str> {
    note::unverified_text(std::str::from_utf8(bytes).ok()?)
}

impl Files for Spoiled {
    fn open(&self, path: &str) -> Result<(Box<dyn Read + '_>, u64), Unusable> {
        let at = FILES.iter().position(|(name, _)| *name == path);
        let bytes = at.and_then(|at| self.0.get(at)).ok_or_else(|| Unusable::new(path, "is not there"))?;
        Ok((Box::new(bytes.as_slice()), bytes.len() as u64))
    }
}
