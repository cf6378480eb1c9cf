//! A reader of CSV by RFC 4180 and nothing else: lines end in CRLF, quotes are doubled inside quotes and stand nowhere else.

/// The records of a text, or why it is not CSV.
///
/// # Errors
/// What is wrong, in words.
pub fn records(text: &str) -> Result<Vec<Vec<String>>, String> {
    let (mut records, mut record, mut rest) = (Vec::new(), Vec::new(), text);
    while !rest.is_empty() {
        let (field, after) = field(rest)?;
        record.push(field);
        if let Some(after) = after.strip_prefix("\r\n") {
            records.push(std::mem::take(&mut record));
            rest = after;
        } else {
            rest = after.strip_prefix(',').ok_or_else(|| format!("neither , nor CRLF after a field: {after:.40}"))?;
        }
    }
    if record.is_empty() { Ok(records) } else { Err("the last line does not end in CRLF".to_owned()) }
}

fn field(text: &str) -> Result<(String, &str), String> {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find([',', '\r', '\n', '"']).unwrap_or(text.len());
        let (field, rest) = text.split_at(end);
        return Ok((field.to_owned(), rest));
    };
    let mut field = String::new();
    loop {
        let (part, after) = rest.split_once('"').ok_or("a quoted field does not end")?;
        field.push_str(part);
        let Some(after_two) = after.strip_prefix('"') else { return Ok((field, after)) };
        field.push('"');
        rest = after_two;
    }
}
