//! The shipped template as `audit serve` reads it. It is read once for all tests: a test binary is slow at YAML, and every query that a
//! test sends asks for the table's keys.

use audit_cli::template::Template;
use std::sync::LazyLock;

/// The shipped template.
pub fn shipped_template() -> &'static Template {
    static READ: LazyLock<Template> =
        LazyLock::new(|| Template::built_in().expect("the shipped template is understood"));
    &READ
}
