//! Where PHP looks names up: in full, a plain function in its namespace and then among the global ones.
//!
//! What `composer.json` says of folders is not needed: every file declares its namespace itself.

use crate::import::code::language::Layout;

/// The rules by which names that a file can't tell itself become full ones.
pub(super) struct PhpLayout;

impl Layout for PhpLayout {
    fn full_names(&self, _path: &str, _namespace: &str, written: &str) -> Vec<String> {
        if written.starts_with('$') {
            return Vec::new();
        }
        let full = written.strip_prefix('.').unwrap_or(written);
        // A dot before it keeps a name without a namespace apart from one that has to be looked up.
        vec![if full.contains('.') { full.to_owned() } else { format!(".{full}") }]
    }
}
