//! Statements of all dialects, and the changes they are read as.
