//! `events.ndjson`: each line held against its entry, on all cores, and the results gathered in the order of the lines.

use crate::Unusable;
use crate::chunks::{Chunk, Chunks};
use crate::collated::Collated;
use crate::files::Files;
use crate::held::{Held, Holder, item_to_the_letter};
use crate::line::Line;
use crate::report::Findings;
use crate::sealed::{Bundle, Said, Sealed};
use crate::threads;
use crate::told::{Other, Outcome, Told, What};
use shared::table::attribute;
use shared::values::ids::AccountId;
use shared::values::timestamp::Timestamp;

/// Path of the lines.
pub(crate) const EVENTS: &str = "events.ndjson";

/// Holds all lines against the log.
///
/// # Errors
/// The file is missing or cut, or has a line that is none.
pub(crate) fn read(
    files: &dyn Files,
    account: &AccountId,
    sealed: &Sealed<'_>,
    sealed_at: Timestamp,
    findings: &mut Findings,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<u64, Unusable> {
    let (file, bytes) = files.open(EVENTS)?;
    let mut chunks = Chunks::new(EVENTS, file);
    let holder = Holder::new(account);
    let mut collated = Collated::new(sealed, sealed_at);
    let mut done = 0;
    loop {
        let mut batch = Vec::new();
        while batch.len() < threads::count() * 2
            && let Some(chunk) = chunks.next()?
        {
            batch.push(chunk);
        }
        if batch.is_empty() {
            return collated.finish(findings);
        }
        for told in threads::map(&batch, |chunk| of_chunk(chunk, &holder, sealed)) {
            told?.into_iter().for_each(|told| collated.take(told, findings));
        }
        done += batch.iter().map(|chunk| chunk.text.len() as u64).sum::<u64>();
        progress(done, bytes);
    }
}

fn of_chunk(chunk: &Chunk, holder: &Holder, sealed: &Sealed<'_>) -> Result<Vec<Told>, Unusable> {
    let mut bundle = Bundle::default();
    let lines = (chunk.first_line..).zip(chunk.text.split_terminator('\n'));
    lines
        .map(|(number, text)| {
            let none = || Unusable::new(EVENTS, format!("line {number} is no line of an export"));
            let line = Line::read(text).ok_or_else(none)?;
            let outcome = outcome(&line, text, holder, sealed, &mut bundle)?.ok_or_else(none)?;
            Ok(Told { line: number, position: line.position, outcome })
        })
        .collect()
}

/// What a line is; none if its item can be read in two ways.
fn outcome(
    line: &Line<'_>,
    text: &str,
    holder: &Holder,
    sealed: &Sealed<'_>,
    bundle: &mut Bundle,
) -> Result<Option<Outcome>, Unusable> {
    let position = line.position;
    let is_sound = position < sealed.size && !sealed.unsound.contains(&position);
    let entry = if is_sound { sealed.entry(position, bundle)? } else { None };
    let said = entry.and_then(Said::read);
    let touch = said.as_ref().and_then(|said| sealed.touch(said, position));
    let what = match (&said, &line.item) {
        (None, _) if sealed.unsound.contains(&position) => What::Unsound,
        (None, _) => What::NoEntry,
        (Some(_), None) => What::Gone,
        (Some(said), Some(item)) => match holder.hold(item, said, || item_to_the_letter(json_of_item(text)?)) {
            None => return Ok(None),
            Some(Held::Same) if touch.is_none() => return Ok(Some(Outcome::Same)),
            Some(held) => What::Held(held),
        },
    };
    let own = |name| line.item.as_ref().and_then(|item| item.text(name)).map(ToOwned::to_owned);
    let recorded_at = own(attribute::RECORDED_AT).and_then(|text| Timestamp::parse_fixed(&text));
    let sealed_sk = said.map(|said| said.sk.into_owned());
    Ok(Some(Outcome::Other(Box::new(Other { what, sealed_sk, own_sk: own(attribute::SK), recorded_at, touch }))))
}

/// The JSON of the item in a line as an export has it.
fn json_of_item(line: &str) -> Option<&str> {
    let (_, item) = line.split_once(r#","Item":"#)?;
    item.strip_suffix('}')
}
