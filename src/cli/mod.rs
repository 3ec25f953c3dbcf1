//! Floor 5: the command line, a second face of the same session.
//!
//! Absent on purpose: anything that the window could not do too.
