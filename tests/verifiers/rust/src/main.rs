//! Holds what the log exports against the crates `signed_note` and `tlog_tiles`, which nobody here wrote. What stands here is where
//! their answers are looked for in our files.
//!
//! ```text
//! verifier export FOLDER KEY    an export with proofs: checkpoint, tiles and entries of the rounds, head and tiles of an account
//! verifier proof FILE KEY       a proof file, of a head or of an event
//! ```
//!
//! It prints a line that begins with "accepted:" and ends with 0, or one that begins with "refused:" and ends with 1. Any other end is
//! a fault of the verifier.

mod checkpoint;
mod export;
mod proof;
mod tiles;

use std::process::ExitCode;

/// Why something is refused.
type Refused = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, path, key] = arguments.as_slice() else {
        eprintln!("usage: verifier export FOLDER KEY | verifier proof FILE KEY");
        return ExitCode::from(2);
    };
    match verify(what, path, key) {
        Ok(accepted) => {
            println!("accepted: {accepted}");
            ExitCode::SUCCESS
        }
        Err(refused) => {
            println!("refused: {refused}");
            ExitCode::FAILURE
        }
    }
}

fn verify(what: &str, path: &str, key: &str) -> Result<String, Refused> {
    match what {
        "export" => export::verify(path.as_ref(), key),
        "proof" => proof::verify(&std::fs::read_to_string(path)?, key),
        other => Err(format!("nothing is called {other:?}").into()),
    }
}
