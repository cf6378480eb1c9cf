//! The size of a binary, alone and as the archive that Lambda is given.

use std::{
    io::{Cursor, Write},
    path::Path,
};

use anyhow::Result;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Strongest level of deflate, as `zip -9`.
const LEVEL: i64 = 9;

/// The bytes of a binary, and of a zip archive with the binary as `bootstrap`.
pub(crate) fn sizes(path: &Path) -> Result<(u64, u64)> {
    let binary = std::fs::read(path)?;
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .unix_permissions(0o755);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("bootstrap", options)?;
    archive.write_all(&binary)?;
    let archive = archive.finish()?.into_inner();
    Ok((binary.len() as u64, archive.len() as u64))
}
