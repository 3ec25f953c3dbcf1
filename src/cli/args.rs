//! What can be asked on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{
    analysis::graph::{Angle, Signal},
    export::dump::Dump,
    proposal::cycles::Level,
    session::exports::Format,
};

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
    /// Propose services, save them into the project, and print them as CSV
    Propose(Propose),
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
    /// Print the next best moves with their effect: single moves, or what is asked for
    Suggest(Suggest),
    /// Compare two proposals; where a measure needs a reference, it is the second. Two or three on one page: --format html
    Compare(Compare),
    /// Say why a piece is where it is, and what pulls it elsewhere
    Explain {
        project: PathBuf,
        #[command(flatten)]
        proposal: Chosen,
        piece: String,
        #[arg(long, value_enum, default_value_t)]
        format: TextFormat,
    },
    /// Look for symptoms of a distributed monolith, and say whether to split at all
    Diagnose(Diagnose),
    /// For continuous integration: fail when something new crosses between services
    Check(Check),
    /// Write drafts of contracts, deployment, catalogue and decisions for each service into a folder
    Drafts {
        project: PathBuf,
        #[command(flatten)]
        proposal: Chosen,
        /// The folder; files that are there already are kept
        #[arg(short, long)]
        output: PathBuf,
    },
    /// Write a proposal as a plan, data or a picture
    Export {
        project: PathBuf,
        #[command(flatten)]
        proposal: Chosen,
        #[arg(long, value_enum)]
        format: Format,
        /// Services that leave first, in this order; the others follow as the plan's rule has it
        #[arg(long, value_name = "A,B", value_delimiter = ',')]
        order: Vec<String>,
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
    /// One more schema: a dump, migrations, an SQLite database, or postgres://… or mysql://… of a running one
    #[arg(long, value_name = "PATH")]
    pub(super) schema: Vec<PathBuf>,
    /// What ran: traces in JSON, statistics of statements as CSV, query logs; a folder stands for its files
    #[arg(long, value_name = "PATH")]
    pub(super) traces: Vec<PathBuf>,
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
pub(super) struct Propose {
    pub(super) project: PathBuf,
    /// What the proposal is called
    #[arg(long)]
    pub(super) name: String,
    /// How many services
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) services: Option<u32>,
    /// No service with fewer pieces
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) smallest: Option<u32>,
    /// No service with more pieces
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) largest: Option<u32>,
    /// Stay near an earlier proposal: what was decided in it is kept, and only what clearly belongs elsewhere moves
    #[arg(long, value_name = "NAME")]
    pub(super) from: Option<String>,
    /// From which side to look; weights that are given too go on top
    #[arg(long, value_enum, default_value_t)]
    pub(super) by: Angle,
    /// How much a signal counts: calls, accesses, keys, transactions, cochange, names, packages,
    /// owners, runtime
    #[arg(long, value_name = "SIGNAL=X", value_parser = weight)]
    pub(super) weight: Vec<(Signal, f64)>,
    /// Pieces that must be in one service
    #[arg(long, value_name = "A,B")]
    pub(super) together: Vec<String>,
    /// Pieces that must be in different services
    #[arg(long, value_name = "A,B")]
    pub(super) apart: Vec<String>,
    /// A piece that must be in the service of that name
    #[arg(long, value_name = "PIECE=SERVICE", value_parser = lock)]
    pub(super) lock: Vec<(String, String)>,
    /// Another number looks at the monolith in another order
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) seed: u64,
}

#[derive(Debug, Args)]
pub(super) struct Suggest {
    pub(super) project: PathBuf,
    #[command(flatten)]
    pub(super) proposal: Chosen,
    /// How many
    #[arg(long, default_value_t = 10)]
    pub(super) top: usize,
    /// Merges, splits and libraries instead of single moves
    #[arg(long, group = "what")]
    pub(super) larger: bool,
    /// The ways to have this table owned by one service, the cheapest first
    #[arg(long, value_name = "TABLE", group = "what")]
    pub(super) owner: Option<String>,
    /// What it takes to put two pieces of one service into different ones: the least that ties them
    #[arg(long, value_name = "A,B", group = "what")]
    pub(super) apart: Option<String>,
    /// The least that has to be cut so that no circle is left
    #[arg(long, value_enum, group = "what")]
    pub(super) cycles: Option<Level>,
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: TextFormat,
}

#[derive(Debug, Args)]
pub(super) struct Compare {
    pub(super) project: PathBuf,
    pub(super) a: String,
    pub(super) b: String,
    /// A third one, for the page
    pub(super) c: Option<String>,
    /// The page has everything side by side, what each difference costs, and a recommendation
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: CompareFormat,
    /// Where to; standard output where nothing is said
    #[arg(short, long)]
    pub(super) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Diagnose {
    pub(super) project: PathBuf,
    #[command(flatten)]
    pub(super) proposal: Chosen,
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: TextFormat,
    /// Another limit or weight than the default; the JSON lists all with their sources
    #[arg(long, value_name = "NAME=VALUE")]
    pub(super) set: Vec<String>,
    /// Services that one action deploys together
    #[arg(long, value_name = "A,B")]
    pub(super) deployed_together: Vec<String>,
    /// All services stay in one repository
    #[arg(long)]
    pub(super) one_repository: bool,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// A folder with source code, or a project file
    pub(super) project: PathBuf,
    /// A proposal as RON or CSV in the repository, or the name of one in the project file; seamline.ron or
    /// seamline.csv in the folder where nothing is said
    #[arg(long, value_name = "FILE|NAME")]
    pub(super) proposal: Option<String>,
    /// The folder with the source code of a project file, to be imported again
    #[arg(long, value_name = "FOLDER")]
    pub(super) source: Option<PathBuf>,
    /// What may cross; without it nothing may
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Take what is fixed out of the baseline, or make it from what crosses now if there is none
    #[arg(long)]
    pub(super) update: bool,
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: CheckFormat,
    /// One more schema file: a dump, migrations, an SQLite database
    #[arg(long, value_name = "PATH")]
    pub(super) schema: Vec<PathBuf>,
    /// What to leave out, as in .gitignore
    #[arg(long, value_name = "GLOB")]
    pub(super) exclude: Vec<String>,
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
pub(super) enum CheckFormat {
    #[default]
    Text,
    Json,
    Sarif,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum CompareFormat {
    #[default]
    Text,
    Json,
    Html,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum TextFormat {
    #[default]
    Text,
    Json,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.word()))
    }
}

impl ValueEnum for Dump {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.word()))
    }
}

impl ValueEnum for Level {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.word()))
    }
}

impl ValueEnum for Angle {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.word()))
    }
}

fn weight(text: &str) -> Result<(Signal, f64), String> {
    let (word, weight) = text.split_once('=').ok_or("expected SIGNAL=X")?;
    let signal = Signal::named(word.trim()).ok_or_else(|| {
        let words: Vec<&str> = Signal::ALL.iter().map(|signal| signal.word()).collect();
        format!("{word} is no signal; there are {}", words.join(", "))
    })?;
    match weight.trim().parse::<f64>() {
        Ok(weight) if weight.is_finite() && weight >= 0.0 => Ok((signal, weight)),
        _ => Err(format!("{weight} is no weight: it must be a number from 0 up")),
    }
}

fn lock(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once('=') {
        Some((piece, service)) if !piece.is_empty() && !service.trim().is_empty() => {
            Ok((piece.to_owned(), service.trim().to_owned()))
        }
        _ => Err("expected PIECE=SERVICE".to_owned()),
    }
}
