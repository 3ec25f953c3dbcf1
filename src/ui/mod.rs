//! Floor 5: the window. It draws from an open session's immutable state and sends commands.
//!
//! Absent on purpose: anything that reads or writes a file itself, and any figure computed here.
