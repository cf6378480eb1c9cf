//! The operator's mapping of event types to OCSF, out of a file.

use crate::given_file::no_utf_8;
use shared::input::json::without_byte_order_mark;
use shared::process::ocsf_mapping::OcsfMapping;
use std::fs;
use std::path::Path;

/// Reads the file, if one is given.
///
/// # Errors
/// It cannot be read, or is no mapping.
pub(crate) fn read(path: Option<&Path>) -> Result<OcsfMapping, String> {
    let Some(path) = path else { return Ok(OcsfMapping::default()) };
    let named = |what: &str| format!("{}: {what}", path.display());
    let bytes = fs::read(path).map_err(|error| named(&error.to_string()))?;
    if let Some(fault) = no_utf_8(&bytes) {
        return Err(named(fault));
    }
    let text = String::from_utf8(bytes).map_err(|_| named("is not UTF-8"))?;
    OcsfMapping::parse(without_byte_order_mark(&text)).map_err(|faults| named(&faults.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_a_mapping_or_every_fault_of_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ocsf.json");
        let given = |text: &[u8]| {
            fs::write(&path, text).unwrap();
            read(Some(&path)).map_err(|said| said.replace(&path.display().to_string(), "FILE"))
        };

        let mapping = given("\u{feff}{\"PAID\": \"entity_management.update\"}".as_bytes()).unwrap();
        assert_eq!(
            mapping.get("PAID").map(|meaning| meaning.activity.name()).as_deref(),
            Some("entity_management.update")
        );

        let faults = br#"{"paid": "authentication.logon", "A": {"activity": "authentication.logoff", "x": 1}}"#;
        let said = "FILE: paid must be 1 to 64 capital letters, digits and _, beginning with a letter; A.x is not a known field";
        assert_eq!(given(faults), Err(said.to_owned()));
        assert_eq!(given(b"{\"A\": \"\xff\"}"), Err("FILE: is not UTF-8".to_owned()));
        let packed = "FILE: is a gzip file: unpack it first, as `gunzip` does";
        assert_eq!(given(&[0x1f, 0x8b, 8]), Err(packed.to_owned()));
    }
}
