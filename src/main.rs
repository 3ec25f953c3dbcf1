//! The one binary: a window and a command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(seamline::cli::run())
}
