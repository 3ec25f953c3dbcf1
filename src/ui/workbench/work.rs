//! Long work beside the window: proposing, comparing, suggesting, planning, cutting, exporting. Each runs as a job and
//! hands back what it made; nothing here waits.

use std::{path::PathBuf, sync::Arc};

use egui::Context;

use super::{
    Workbench,
    ready::{Arranged, Ready},
};
use crate::{
    analysis::{figures::Scorer, propose::Wish},
    export::{
        html::comparison_page,
        plan::{Plan, plan},
    },
    facts::Facts,
    proposal::{
        Proposal, ServiceId,
        advice::{Advice, Question},
        command::Command,
        compare::{Comparison, compare},
        cut::best_cut,
        diagnosis::{Diagnosis, Settings, diagnose},
        map::Layout,
        suggest::{Suggestion, suggest},
    },
    session::{
        exports::Format,
        job::Job,
        pictures::{save_picture, save_text},
        project::Watch,
        propose::{Outcome, wish_from, wish_near, work},
        reimport::Followed,
        snapshot::{Fresh, Prepared},
    },
    ui::{
        controls::{counted, number},
        map::MapState,
    },
};

/// How many larger moves of each kind are suggested, and how many ways with what is selected.
const MOST_WAYS: usize = 6;
/// How many moves are suggested.
const MOST_MOVES: usize = 40;

/// A proposal with its figures and its map.
pub(super) struct Made {
    outcome: Outcome,
    scorer: Scorer,
    layout: Layout,
}

impl Made {
    fn of(facts: &Arc<Facts>, wish: &Wish) -> Self {
        let outcome = work(facts, wish);
        let proposal = Arc::new(outcome.proposal("made"));
        let scorer = Scorer::new(Arc::clone(facts), proposal.grouping());
        let layout = Arranged::new(facts, &proposal, &scorer, None).layout;
        Self { outcome, scorer, layout }
    }
}

/// What a job made.
pub(super) enum Done {
    Proposed(Box<Made>),
    Saved(Result<PathBuf, String>),
    Compared(Arc<Proposal>, Arc<Proposal>, Comparison),
    Suggested(Arc<Proposal>, Vec<Suggestion>),
    Advised(Arc<Proposal>, Question, Result<Vec<Advice>, String>),
    Planned(Arc<Proposal>, Box<Plan>),
    Diagnosed(Arc<Proposal>, Diagnosis),
    Cut(Arc<Proposal>, Option<Command>),
    Imported(Result<Fresh, String>),
    Prepared(Fresh, Result<Box<(Prepared, Ready)>, String>),
}

impl Workbench {
    fn start(
        &mut self,
        ctx: &Context,
        name: &str,
        work: impl FnOnce(&dyn Watch) -> Done + Send + 'static,
    ) {
        let wake = ctx.clone();
        self.works.push(Job::start(name, move || wake.request_repaint(), work));
    }

    fn is_under_way(&self, name: &str) -> bool {
        self.works.iter().any(|job| job.name() == name)
    }

    /// Takes in what is finished.
    pub(super) fn take_finished(&mut self, ctx: &Context) {
        let mut running = Vec::new();
        let mut finished = Vec::new();
        for mut job in std::mem::take(&mut self.works) {
            match job.poll() {
                None => running.push(job),
                Some(result) => finished.push(result),
            }
        }
        self.works = running;
        for result in finished {
            match result {
                Ok(done) => self.take_in(ctx, done),
                Err(broken) => self.tell(Err(broken)),
            }
            ctx.request_repaint();
        }
    }

    fn take_in(&mut self, ctx: &Context, done: Done) {
        match done {
            Done::Proposed(made) => self.take_proposed(*made),
            Done::Saved(saved) => self.tell(saved.map(|path| format!("Saved {}", path.display()))),
            Done::Compared(a, b, comparison) => self.stages.compare.take(a, b, comparison),
            Done::Suggested(of, suggestions) => self.stages.moves.take(of, suggestions),
            Done::Advised(of, question, answer) => {
                self.stages.moves.advice.take(of, question, answer);
            }
            Done::Planned(of, plan) => self.stages.plan.take(of, *plan),
            Done::Diagnosed(of, diagnosis) => self.stages.diagnosis.take(of, diagnosis),
            Done::Cut(of, cut) => self.take_cut(&of, cut),
            Done::Imported(Err(trouble)) => self.tell(Err(trouble)),
            Done::Imported(Ok(facts)) => self.prepare(ctx, facts),
            Done::Prepared(facts, Ok(made)) => self.take_prepared(ctx, facts, *made),
            Done::Prepared(_, Err(trouble)) => self.tell(Err(trouble)),
        }
    }

    /// Lets the clusterer work; what people decided in the proposal that is shown stays, and with `near` all that does not
    /// clearly belong elsewhere.
    pub(super) fn propose_as(&mut self, ctx: &Context, wish: Wish, near: bool) {
        const NAME: &str = "Proposing services";
        let Some(proposal) = self.session.proposal(self.at) else { return };
        if self.is_under_way(NAME) {
            return;
        }
        let wish = if near { wish_near(proposal, wish) } else { wish_from(proposal, wish) };
        let facts = Arc::clone(self.session.facts());
        self.start(ctx, NAME, move |_| Done::Proposed(Box::new(Made::of(&facts, &wish))));
    }

    fn take_proposed(&mut self, made: Made) {
        let name = self.next_name();
        let Made { outcome, scorer, layout } = made;
        match self.session.add_scored(&name, &outcome, scorer) {
            Ok(at) => {
                self.follow();
                if let Some(proposal) = self.session.proposal(at) {
                    self.maps[at] = MapState::arranged(Arc::clone(proposal), layout);
                }
                self.show_proposal(at);
                let services = self.session.figures(at).map_or(0, |figures| figures.services);
                let mut said = vec![format!("Proposed {} services", number(services))];
                said.push(outcome.proposed.reason.clone());
                said.extend(outcome.proposed.remarks.iter().cloned());
                self.tell(Ok::<_, String>(said.join(" · ")));
            }
            Err(trouble) => self.tell(Err(trouble)),
        }
    }

    /// Writes the proposal in a format.
    pub(super) fn export(&mut self, ctx: &Context, format: Format) {
        let Some(proposal) = self.session.proposal(self.at).map(Arc::clone) else { return };
        let facts = Arc::clone(self.session.facts());
        let layout = self.maps[self.at].layout().clone();
        let layout = (!layout.containers.is_empty()).then_some(layout);
        let folder = self.session.path().map(PathBuf::from);
        let name = format!("{}-{}", file_name(&facts.name), file_name(&proposal.name));
        self.start(ctx, &format!("Writing: {}", format.name()), move |_| {
            let text = format.text(&facts, &proposal, layout.as_ref());
            let name = format!("{name}.{}", format.ending());
            Done::Saved(save_text(folder.as_deref(), &name, &text))
        });
    }

    /// Writes the page on which the proposals that stand side by side are decided.
    pub(super) fn export_comparison(&mut self, ctx: &Context) {
        let chosen = self.stages.compare.proposals(self.at, self.session.proposals().len());
        let proposals: Vec<Arc<Proposal>> =
            chosen.iter().filter_map(|at| self.session.proposal(*at).map(Arc::clone)).collect();
        if proposals.len() < 2 {
            return self.tell(Err("There is only one proposal: make another to compare with"));
        }
        let facts = Arc::clone(self.session.facts());
        let folder = self.session.path().map(PathBuf::from);
        let name = format!("{}-comparison.html", file_name(&facts.name));
        self.start(ctx, "Writing the comparison", move |_| {
            let text = comparison_page(&facts, &proposals);
            Done::Saved(save_text(folder.as_deref(), &name, &text))
        });
    }

    /// Writes what is on the screen, as soon as it is drawn.
    pub(super) fn export_screen(&mut self, ctx: &Context) {
        let (send, receive) = std::sync::mpsc::channel();
        ctx.request_screenshot(move |image| {
            // Nobody waits any more when the window is closed.
            drop(send.send(image));
        });
        let folder = self.session.path().map(PathBuf::from);
        let name = format!("{}-screen.png", file_name(&self.session.facts().name));
        let wake = ctx.clone();
        self.start(ctx, "Writing the screen as PNG", move |watch| {
            let patience = std::time::Duration::from_millis(50);
            let mut tries = 0;
            let image = loop {
                match receive.recv_timeout(patience) {
                    Ok(image) => break Some(image),
                    Err(_) if watch.cancelled() || tries > 200 => break None,
                    Err(_) => wake.request_repaint(),
                }
                tries += 1;
            };
            let Some(image) = image else {
                return Done::Saved(Err("The screen could not be read".to_owned()));
            };
            let [width, height] = image.size;
            let bytes: Vec<u8> =
                image.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect();
            Done::Saved(save_picture(folder.as_deref(), &name, (width, height), &bytes))
        });
    }

    /// Compares the proposals that stand side by side, the first with each of the others.
    pub(super) fn compare(&mut self, ctx: &Context) {
        const NAME: &str = "Comparing";
        if self.is_under_way(NAME) {
            return;
        }
        let chosen = self.stages.compare.proposals(self.at, self.session.proposals().len());
        let proposals: Vec<Arc<Proposal>> =
            chosen.iter().filter_map(|at| self.session.proposal(*at).map(Arc::clone)).collect();
        let modules = self.session.facts().modules.len();
        let Some((first, others)) = proposals.split_first() else { return };
        for other in others {
            if !self.stages.compare.knows(first, other) {
                let (a, b) = (Arc::clone(first), Arc::clone(other));
                self.start(ctx, NAME, move |_| {
                    let comparison = compare(&a, &b, modules);
                    Done::Compared(a, b, comparison)
                });
            }
        }
    }

    /// Looks for the next best moves.
    pub(super) fn suggest(&mut self, ctx: &Context) {
        const NAME: &str = "Looking for better places";
        let Some(proposal) = self.session.proposal(self.at).map(Arc::clone) else { return };
        if self.is_under_way(NAME) {
            return;
        }
        let facts = Arc::clone(self.session.facts());
        self.start(ctx, NAME, move |_| {
            let scorer = Scorer::new(facts, proposal.grouping());
            let suggestions = suggest(&proposal, &scorer, MOST_MOVES);
            Done::Suggested(proposal, suggestions)
        });
    }

    /// Looks for larger moves, or for ways with what is selected.
    pub(super) fn advise(&mut self, ctx: &Context, question: Question) {
        let Some(proposal) = self.session.proposal(self.at).map(Arc::clone) else { return };
        let facts = Arc::clone(self.session.facts());
        self.start(ctx, "Looking for ways to go on", move |_| {
            let scorer = Scorer::new(facts, proposal.grouping());
            let answer = question.answer(&proposal, &scorer, MOST_WAYS);
            Done::Advised(proposal, question, answer)
        });
    }

    /// Makes the extraction plan of the proposal that is shown.
    pub(super) fn make_plan(&mut self, ctx: &Context) {
        const NAME: &str = "Planning";
        let Some(proposal) = self.session.proposal(self.at).map(Arc::clone) else { return };
        if self.is_under_way(NAME) {
            return;
        }
        let facts = Arc::clone(self.session.facts());
        self.start(ctx, NAME, move |_| {
            let plan = plan(&facts, &proposal);
            Done::Planned(proposal, Box::new(plan))
        });
    }

    /// Looks for the signs of a distributed monolith in the proposal that is shown.
    pub(super) fn diagnose(&mut self, ctx: &Context) {
        const NAME: &str = "Examining the proposal";
        let Some(proposal) = self.session.proposal(self.at).map(Arc::clone) else { return };
        if self.is_under_way(NAME) {
            return;
        }
        let facts = Arc::clone(self.session.facts());
        self.start(ctx, NAME, move |_| {
            let scorer = Scorer::new(facts, proposal.grouping());
            let diagnosis = diagnose(&scorer, &proposal, &Settings::default());
            Done::Diagnosed(proposal, diagnosis)
        });
    }

    /// Looks for the best cut of a service.
    pub(super) fn split(&mut self, ctx: &Context, service: ServiceId) {
        let Some(proposal) = self.session.proposal(self.at).map(Arc::clone) else { return };
        let facts = Arc::clone(self.session.facts());
        self.start(ctx, "Looking for the best cut", move |_| {
            let cut = best_cut(&facts, &proposal, service);
            Done::Cut(proposal, cut)
        });
    }

    fn take_cut(&mut self, of: &Arc<Proposal>, cut: Option<Command>) {
        let is_current = self.session.proposal(self.at).is_some_and(|now| Arc::ptr_eq(now, of));
        match cut {
            Some(command) if is_current => {
                self.apply(&command);
            }
            Some(_) => self.tell(Err("The proposal has changed meanwhile: split again")),
            None => self.tell(Err("There is no cut: nothing in it can be taken apart")),
        }
    }

    /// Reads the monolith again; proposals are kept.
    pub(super) fn import_again(&mut self, ctx: &Context) {
        const NAME: &str = "Importing again";
        if self.is_under_way(NAME) {
            return;
        }
        let Some(options) = self.session.import_options() else {
            return self.tell(Err("Where the source is isn't known: open its folder once"));
        };
        let known = self.session.kept_history();
        self.start(ctx, NAME, move |watch| {
            let imported = crate::session::reimport::read(&options, &known, watch);
            Done::Imported(imported.map(Fresh::from).map_err(|error| error.to_string()))
        });
    }

    /// Follows the proposals to new facts, beside the window.
    fn prepare(&mut self, ctx: &Context, fresh: Fresh) {
        let snapshot = self.session.snapshot();
        self.start(ctx, "Following the proposals", move |_| {
            let prepared = snapshot.prepare(fresh.clone()).map_err(|error| error.to_string());
            let ready = |prepared: Prepared| Box::new((prepared, Ready::of(fresh.facts())));
            let made = prepared.map(ready);
            Done::Prepared(fresh, made)
        });
    }

    fn take_prepared(&mut self, ctx: &Context, fresh: Fresh, made: (Prepared, Ready)) {
        let (prepared, ready) = made;
        let followed = match self.session.take_prepared(prepared) {
            Err(trouble) => return self.tell(Err(trouble)),
            // Somebody went on working meanwhile: what was done since has to be followed too.
            Ok(None) => return self.prepare(ctx, fresh),
            Ok(Some(followed)) => followed,
        };
        let (author, at) = (std::mem::take(&mut self.author), self.at);
        let empty = crate::session::Session::from_facts(Facts::default());
        let session = std::mem::replace(&mut self.session, empty);
        *self = Self::with(session, author, ready);
        self.show_proposal(at);
        self.tell(Ok::<_, String>(what_changed(&followed)));
    }

    /// The next letter that no proposal has.
    pub(super) fn next_name(&self) -> String {
        let letter =
            char::from(b'A' + u8::try_from(self.session.proposals().len() % 26).unwrap_or(0));
        self.session.free_name(&format!("Proposal {letter}"))
    }
}

/// What a new import brought, in a sentence.
fn what_changed(followed: &Followed) -> String {
    let counts = [
        (followed.arrived.len(), "new"),
        (followed.renamed.len(), "renamed"),
        (followed.vanished.len(), "gone"),
    ];
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", counted(count, "piece")))
        .collect();
    if parts.is_empty() {
        return "Imported again: the same pieces as before".to_owned();
    }
    let look = if followed.arrived.is_empty() { "" } else { " · Filter shows only what is new" };
    format!("Imported again: {}{look}", parts.join(", "))
}

/// A name without what file names can't hold.
fn file_name(name: &str) -> String {
    let letter = |letter: char| if letter.is_alphanumeric() { letter } else { '-' };
    let name: String = name.to_lowercase().chars().map(letter).collect();
    name.trim_matches('-').to_owned()
}
