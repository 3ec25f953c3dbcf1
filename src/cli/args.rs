//! What can be asked on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::export::dump::Dump;

/// Take a monolith apart on a map: propose services, move modules and tables, see what every cut would cost.
///
/// PROJECT is a .seamline file, or a folder, which is then imported first. Data goes to standard output, progress
/// and warnings to standard error. Exit status: 0 done, 1 the check or the work failed, 2 wrong usage.
#[derive(Debug, Parser)]
#[command(name = "seamline", version, args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,

    /// A project or a folder to open in the window
    pub(super) path: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Open the window
    Open {
        /// A project or a folder
        path: Option<PathBuf>,
    },
    /// Read a folder into a project; proposals that are in it already are kept
    Import(Import),
    /// Print facts as CSV or JSON
    Dump {
        project: PathBuf,
        #[arg(value_enum)]
        facts: Dump,
        #[arg(long, value_enum, default_value_t)]
        format: RowsFormat,
    },
    /// List the proposals with their figures
    Proposals { project: PathBuf },
    /// Put pieces into a service: the same as a drag in the window
    Place {
        project: PathBuf,
        #[command(flatten)]
        proposal: Chosen,
        /// Modules by path, tables by name; a folder stands for all modules in it
        #[arg(required = true)]
        pieces: Vec<String>,
        /// The service
        #[arg(long)]
        into: String,
        /// Make the service if there is none of that name
        #[arg(long)]
        new: bool,
    },
    /// Take over a split that was made elsewhere, as CSV (piece,kind,service) or RON
    Adopt {
        project: PathBuf,
        /// What the proposal is called; a proposal in RON has a name of its own
        #[arg(long)]
        name: Option<String>,
        /// The file
        split: PathBuf,
    },
    /// Print the figures of a proposal
    Score {
        project: PathBuf,
        #[command(flatten)]
        proposal: Chosen,
        #[arg(long, value_enum, default_value_t)]
        format: TextFormat,
    },
    /// Print the next best moves with their effect
    Suggest {
        project: PathBuf,
        #[command(flatten)]
        proposal: Chosen,
        /// How many moves
        #[arg(long, default_value_t = 10)]
        top: usize,
        #[arg(long, value_enum, default_value_t)]
        format: TextFormat,
    },
    /// Compare two proposals; where a measure needs a reference, it is the second
    Compare {
        project: PathBuf,
        a: String,
        b: String,
        #[arg(long, value_enum, default_value_t)]
        format: TextFormat,
    },
    /// Say why a piece is where it is, and what pulls it elsewhere
    Explain {
        project: PathBuf,
        #[command(flatten)]
        proposal: Chosen,
        piece: String,
        #[arg(long, value_enum, default_value_t)]
        format: TextFormat,
    },
    /// Write a proposal as a plan, data or a picture
    Export {
        project: PathBuf,
        #[command(flatten)]
        proposal: Chosen,
        #[arg(long, value_enum)]
        format: ExportFormat,
        /// Where to; standard output where nothing is said
        #[arg(short, long)]
        output: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The root of the monolith
    pub(super) folder: PathBuf,
    /// The project file; FOLDER.seamline in the current folder where nothing is said
    #[arg(short, long)]
    pub(super) output: Option<PathBuf>,
    /// One more schema file: a dump, migrations, an SQLite database
    #[arg(long, value_name = "PATH")]
    pub(super) schema: Vec<PathBuf>,
    /// The text of a log, in place of the folder's git
    #[arg(long, value_name = "LOG", conflicts_with = "no_history")]
    pub(super) history: Option<PathBuf>,
    /// Leave history out
    #[arg(long)]
    pub(super) no_history: bool,
    /// What to leave out, as in .gitignore
    #[arg(long, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,
    /// Take in tests, generated and vendored code too
    #[arg(long)]
    pub(super) include_excluded: bool,
    /// Threads to use
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) jobs: Option<u16>,
    /// How to print the report
    #[arg(long, value_enum, default_value_t)]
    pub(super) report: TextFormat,
}

#[derive(Debug, Args)]
pub(super) struct Chosen {
    /// Which proposal; not needed where there is only one
    #[arg(long = "proposal", value_name = "NAME")]
    pub(super) name: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum RowsFormat {
    #[default]
    Csv,
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum TextFormat {
    #[default]
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ExportFormat {
    Markdown,
    Html,
    Json,
    Csv,
    Ron,
}

impl ValueEnum for Dump {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.word()))
    }
}
