//! What counts as too much: every limit of the diagnosis with its default, where that comes from, and a setting.

use std::collections::{BTreeMap, BTreeSet};

/// One value that the diagnosis compares with, by the name that settings use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setting {
    CrossingCommits,
    ChangedTogether,
    ManyServices,
    Circles,
    CoordinatedReleases,
    ReleaseDays,
    CrossingRequests,
    OperationsPerPair,
    CallsInLoops,
    RequestsThatRan,
    LongestChain,
    Synchronous,
    AuthorsInMany,
    WithoutOwner,
    CrossingAccesses,
    SharedTables,
    MultiWriters,
    CutKeys,
    BrokenJoins,
    SharedModules,
    TypesAcross,
    LibraryReleases,
    SpanningTransactions,
    TornTransactions,
    NeededServices,
    NeedyEntryPoints,
    NeededByMany,
    NeedyRequests,
    SameTeam,
    SameDeployment,
    SameRepository,
    Event,
    Read,
    SmallMonolith,
    FewPeople,
    TwoWeeks,
    ServicesPerTeam,
    TiedToOther,
    FasterChange,
    MoreLoad,
    OneOwner,
}

/// What a setting counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// From 0 to 1.
    Share,
    /// Things.
    Count,
    /// A multiple of something.
    Factor,
}

/// The default of a setting, and why it is that.
struct Standard {
    name: &'static str,
    unit: Unit,
    value: f64,
    source: &'static str,
}

const JUDGEMENT: &str = "a judgement; no study gives a limit";
const OWN_DATA: &str =
    "each service has data of its own (the usual definition of a service); some is a judgement";
const CONTEXT: &str = "a crossing hurts less where it needs no agreement between teams and no \
                       coordinated deployment (“Who says distributed monoliths are bad?”); how much is a judgement";
const STAY: &str = "stay with a monolith when it is small, few people work on it and operations are thin (“Why your \
                    microservices might just be a distributed monolith”); the number is a judgement";

impl Setting {
    pub const ALL: [Self; 41] = [
        Self::CrossingCommits,
        Self::ChangedTogether,
        Self::ManyServices,
        Self::Circles,
        Self::CoordinatedReleases,
        Self::ReleaseDays,
        Self::CrossingRequests,
        Self::OperationsPerPair,
        Self::CallsInLoops,
        Self::RequestsThatRan,
        Self::LongestChain,
        Self::Synchronous,
        Self::AuthorsInMany,
        Self::WithoutOwner,
        Self::CrossingAccesses,
        Self::SharedTables,
        Self::MultiWriters,
        Self::CutKeys,
        Self::BrokenJoins,
        Self::SharedModules,
        Self::TypesAcross,
        Self::LibraryReleases,
        Self::SpanningTransactions,
        Self::TornTransactions,
        Self::NeededServices,
        Self::NeedyEntryPoints,
        Self::NeededByMany,
        Self::NeedyRequests,
        Self::SameTeam,
        Self::SameDeployment,
        Self::SameRepository,
        Self::Event,
        Self::Read,
        Self::SmallMonolith,
        Self::FewPeople,
        Self::TwoWeeks,
        Self::ServicesPerTeam,
        Self::TiedToOther,
        Self::FasterChange,
        Self::MoreLoad,
        Self::OneOwner,
    ];

    #[expect(clippy::too_many_lines, reason = "a table, one entry a setting")]
    fn standard(self) -> Standard {
        use Unit::{Count, Factor, Share};
        let of = |name, unit, value, source| Standard { name, unit, value, source };
        match self {
            Self::CrossingCommits => of("crossing-commits", Share, 0.25, JUDGEMENT),
            Self::ChangedTogether => of(
                "changed-together",
                Share,
                0.30,
                "the least coupling that code-maat reports by default (30 %, from 5 shared revisions)",
            ),
            Self::ManyServices => of(
                "many-services",
                Share,
                0.05,
                "a feature that needs many services is a sign of a distributed monolith (“Why your microservices \
                 might just be a distributed monolith”); the share of commits in three or more is a judgement",
            ),
            Self::Circles => {
                of("circles", Share, 0.0, "the acyclic dependencies principle (Robert C. Martin)")
            }
            Self::CoordinatedReleases => of(
                "coordinated-releases",
                Share,
                0.5,
                "a service should mostly be released alone; half is a judgement",
            ),
            Self::ReleaseDays => of(
                "release-days",
                Count,
                14.0,
                "releases are not read from the monolith; every second week is assumed: set your own",
            ),
            Self::CrossingRequests => of("crossing-requests", Share, 0.25, JUDGEMENT),
            Self::OperationsPerPair => of(
                "operations-per-pair",
                Count,
                10.0,
                "a judgement: “two or three calls” is often quoted, measured by nobody (“Who says distributed \
                 monoliths are bad?”)",
            ),
            Self::CallsInLoops => of("calls-in-loops", Share, 0.05, JUDGEMENT),
            Self::RequestsThatRan => of(
                "requests-that-ran",
                Factor,
                3.0,
                "a judgement: more calls than that for each request that comes in want one coarse operation",
            ),
            Self::LongestChain => of(
                "longest-chain",
                Count,
                3.0,
                "a judgement: each further service adds its latency and its failures",
            ),
            Self::Synchronous => of(
                "synchronous",
                Share,
                0.8,
                "synchronous calls that dominate are a sign of a distributed monolith (“Why your microservices might \
                 just be a distributed monolith”); the share is a judgement",
            ),
            Self::AuthorsInMany => of("authors-in-many", Share, 0.5, JUDGEMENT),
            Self::WithoutOwner => of(
                "without-owner",
                Share,
                0.25,
                "components without a main owner fail more often (Bird et al., “Don't touch my code!”, FSE 2011); the \
                 share is a judgement",
            ),
            Self::CrossingAccesses => of("crossing-accesses", Share, 0.05, OWN_DATA),
            Self::SharedTables => of("shared-tables", Share, 0.10, OWN_DATA),
            Self::MultiWriters => of("multi-writers", Share, 0.0, OWN_DATA),
            Self::CutKeys => of("cut-keys", Share, 0.25, JUDGEMENT),
            Self::BrokenJoins => of("broken-joins", Share, 0.10, JUDGEMENT),
            Self::SharedModules => of("shared-modules", Share, 0.02, JUDGEMENT),
            Self::TypesAcross => of("types-across", Share, 0.10, JUDGEMENT),
            Self::LibraryReleases => of(
                "library-releases",
                Count,
                52.0,
                "a judgement: a shared library that makes somebody deploy every week",
            ),
            Self::SpanningTransactions => of(
                "spanning-transactions",
                Share,
                0.05,
                "a transaction belongs within one service; some is a judgement",
            ),
            Self::TornTransactions => of(
                "torn-transactions",
                Share,
                0.05,
                "transactions across services are a sign of a distributed monolith (“Why your microservices might just be \
                 a distributed monolith”); what is done by several requests is not done as one; some is a judgement",
            ),
            Self::NeededServices => of(
                "needed-services",
                Count,
                2.0,
                "arithmetic: services that are each up 99.9 % of the time are all up 99.6 % when four are needed",
            ),
            Self::NeedyEntryPoints => of("needy-entry-points", Share, 0.10, JUDGEMENT),
            Self::NeededByMany => of(
                "needed-by-many",
                Share,
                0.5,
                "failures that cascade are a sign of a distributed monolith (“Why your microservices might just be a \
                 distributed monolith”); where half of all stands still with one service is a judgement",
            ),
            Self::NeedyRequests => of("needy-requests", Share, 0.10, JUDGEMENT),
            Self::SameTeam => of("same-team", Factor, 0.5, CONTEXT),
            Self::SameDeployment => of("same-deployment", Factor, 0.5, CONTEXT),
            Self::SameRepository => of("same-repository", Factor, 0.8, CONTEXT),
            Self::Event => of(
                "event",
                Factor,
                0.5,
                "a caller that needs no answer can send an event and does not wait; how much is a judgement",
            ),
            Self::Read => of(
                "read",
                Factor,
                0.5,
                "data that is only read can be replicated, or asked for (“Why your microservices might just be a \
                 distributed monolith”), where a write breaks ownership; how much is a judgement",
            ),
            Self::SmallMonolith => of("small-monolith", Count, 20_000.0, STAY),
            Self::FewPeople => of("few-people", Count, 8.0, STAY),
            Self::TwoWeeks => of(
                "two-weeks",
                Count,
                1_000.0,
                "a service is something one could rewrite in two weeks (“Microservice guidelines”, 2021); at a \
                 hundred lines a day",
            ),
            Self::ServicesPerTeam => of(
                "services-per-team",
                Count,
                3.0,
                "a judgement: ten engineers ran seventy services only because a new one was cheap (Segment, 2015)",
            ),
            Self::TiedToOther => of(
                "tied-to-other",
                Factor,
                1.0,
                "what is tied to another service more than to itself is no service of its own",
            ),
            Self::FasterChange => of("faster-change", Factor, 1.5, JUDGEMENT),
            Self::MoreLoad => of("more-load", Factor, 1.5, JUDGEMENT),
            Self::OneOwner => of("one-owner", Share, 0.75, JUDGEMENT),
        }
    }

    /// The name that the command line and JSON use.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.standard().name
    }

    /// What it counts in.
    #[must_use]
    pub fn unit(self) -> Unit {
        self.standard().unit
    }

    /// Its value where nobody set another.
    #[must_use]
    pub fn default_value(self) -> f64 {
        self.standard().value
    }

    /// Where the default comes from.
    #[must_use]
    pub fn source(self) -> &'static str {
        self.standard().source
    }

    /// The setting of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.name() == name)
    }

    /// A value as people read it: shares in percent.
    #[must_use]
    pub fn shown(self, value: f64) -> String {
        match self.unit() {
            Unit::Share => format!("{:.0} %", value * 100.0),
            Unit::Count => format!("{value:.0}"),
            Unit::Factor => format!("{value:.1}"),
        }
    }
}

/// The values that are not their defaults, and what is known of the world outside the monolith.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// By setting, those that somebody set.
    pub set: BTreeMap<Setting, f64>,
    /// Services, by name, that are deployed together by one action.
    pub deployed_together: Vec<BTreeSet<String>>,
    /// All services stay in one repository.
    pub one_repository: bool,
}

impl Settings {
    /// The value of a setting.
    #[must_use]
    pub fn of(&self, setting: Setting) -> f64 {
        self.set.get(&setting).copied().unwrap_or_else(|| setting.default_value())
    }

    /// Whether somebody set it.
    #[must_use]
    pub fn is_set(&self, setting: Setting) -> bool {
        self.set.contains_key(&setting)
    }

    /// Sets a value from `name=value`; shares may be written in percent.
    ///
    /// # Errors
    /// A sentence when there is no such setting, or the value is none for it.
    pub fn set(&mut self, text: &str) -> Result<(), String> {
        let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
        let setting = Setting::named(name.trim()).ok_or_else(|| {
            let names: Vec<&str> = Setting::ALL.iter().map(|setting| setting.name()).collect();
            format!("{} is no setting; there are {}", name.trim(), names.join(", "))
        })?;
        let (number, percent) = match value.trim().strip_suffix('%') {
            Some(number) => (number.trim(), 0.01),
            None => (value.trim(), 1.0),
        };
        let value = number.parse::<f64>().ok().map(|number| number * percent);
        let most = if setting.unit() == Unit::Share { 1.0 } else { f64::MAX };
        match value.filter(|value| value.is_finite() && (0.0..=most).contains(value)) {
            Some(value) => {
                self.set.insert(setting, value);
                Ok(())
            }
            None if most <= 1.0 => Err(format!("{} must be a share from 0 to 1", setting.name())),
            None => Err(format!("{} must be a number from 0 up", setting.name())),
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn every_setting_has_a_name_of_its_own_and_a_source() {
        let names: BTreeSet<&str> = Setting::ALL.iter().map(|setting| setting.name()).collect();
        assert_eq!(names.len(), Setting::ALL.len());
        for setting in Setting::ALL {
            assert_eq!(Setting::named(setting.name()), Some(setting));
            assert!(!setting.source().is_empty());
        }
    }

    #[test]
    fn values_are_set_by_name() {
        let check = |text: &str| {
            let mut settings = Settings::default();
            match settings.set(text) {
                Ok(()) => format!("{:?}", settings.set.into_iter().collect::<Vec<_>>()),
                Err(error) => error,
            }
        };
        assert_eq!(check("crossing-commits=30%"), "[(CrossingCommits, 0.3)]");
        assert_eq!(check(" longest-chain = 4 "), "[(LongestChain, 4.0)]");
        assert_eq!(check("circles=2"), "circles must be a share from 0 to 1");
        assert_eq!(check("few-people=many"), "few-people must be a number from 0 up");
        assert_eq!(check("few-people"), "expected NAME=VALUE");
        assert!(check("fewpeople=3").starts_with("fewpeople is no setting; there are crossing-"));
    }
}
