//! The one binary: a window and a command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    let window = |path: Option<&std::path::Path>| {
        seamline::ui::run(path.map(std::path::Path::to_owned)).map_err(|error| error.to_string())
    };
    ExitCode::from(seamline::cli::run(window))
}
