//! Forms over the panels: what a proposal should look like, a note or a decision, a name.

use egui::{Color32, Id, Key, Modifiers, Slider, TextEdit, Ui};

use super::{
    controls::{Button, entered, field, note},
    design::font,
    names::pieces_name,
    view::{Asked, Intent, Selection, View},
};
use crate::{
    analysis::graph::{Angle, Signal, Weights},
    facts::Facts,
    proposal::{Note, ServiceId, command::Command},
};

/// A form and what was written into it so far.
pub(super) struct Form {
    kind: Kind,
    /// Until the first field has the keyboard.
    is_new: bool,
}

enum Kind {
    Propose(Wanted),
    Note(Written),
    ProposalName(String),
    Owner(ServiceId, String),
}

struct Wanted {
    finds_number: bool,
    services: u32,
    most: u32,
    holds_sizes: bool,
    sizes: (u32, u32),
    weights: Weights,
    seed: u64,
    near: bool,
}

struct Written {
    about: Selection,
    text: String,
    author: String,
    is_decision: bool,
}

/// What came of a frame.
enum Came {
    Open,
    Closed,
}

impl Form {
    pub(super) fn propose(facts: &Facts) -> Self {
        let pieces = u32::try_from(facts.piece_count()).unwrap_or(u32::MAX);
        let wanted = Wanted {
            finds_number: true,
            services: 8.min(pieces.max(1)),
            most: pieces.clamp(1, 120),
            holds_sizes: false,
            sizes: (5.min(pieces.max(1)), (pieces / 4).max(1)),
            weights: Weights::default(),
            seed: 0,
            near: false,
        };
        Self { kind: Kind::Propose(wanted), is_new: true }
    }

    /// A note or a decision about what is selected.
    pub(super) fn note(about: &Selection, is_decision: bool, author: &str) -> Self {
        let written = Written {
            about: about.clone(),
            text: String::new(),
            author: author.to_owned(),
            is_decision,
        };
        Self { kind: Kind::Note(written), is_new: true }
    }

    pub(super) fn proposal_name(name: String) -> Self {
        Self { kind: Kind::ProposalName(name), is_new: true }
    }

    pub(super) fn owner(service: ServiceId, owner: String) -> Self {
        Self { kind: Kind::Owner(service, owner), is_new: true }
    }

    /// Draws the form; answers whether it is still open.
    pub(super) fn show(&mut self, ui: &Ui, view: &View<'_>, intents: &mut Vec<Intent>) -> bool {
        let mut came = Came::Open;
        let response = egui::Modal::new(Id::unique("form"))
            .backdrop_color(Color32::from_black_alpha(60))
            .frame(egui::Frame::popup(ui.style()).inner_margin(20.0).corner_radius(12.0))
            .show(ui.ctx(), |ui| {
                ui.set_width(460.0_f32.min(ui.ctx().content_rect().width() - 80.0));
                let is_new = std::mem::take(&mut self.is_new);
                came = match &mut self.kind {
                    Kind::Propose(wanted) => wanted.show(ui, intents),
                    Kind::Note(written) => written.show(ui, view, is_new, intents),
                    Kind::ProposalName(name) => {
                        one_field(ui, ("Rename the proposal", "Name"), name, is_new, |name| {
                            intents.push(Intent::RenameProposal(name));
                        })
                    }
                    Kind::Owner(service, owner) => one_field(
                        ui,
                        ("Who would own it?", "Team or person"),
                        owner,
                        is_new,
                        |owner| {
                            let service = *service;
                            intents.push(Intent::Do(Command::SetOwner { service, owner }));
                        },
                    ),
                };
            });
        matches!(came, Came::Open) && !response.should_close()
    }
}

fn title(ui: &mut Ui, text: &str) {
    ui.label(egui::RichText::new(text).font(font::semibold(17.0)));
}

/// The buttons at the end: answers whether it should be done, and whether it is over.
fn buttons(ui: &mut Ui, name: &str, enabled: bool) -> (bool, bool) {
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let done = Button::new(name).primary().enabled(enabled).show(ui).clicked();
        let cancelled = Button::new("Cancel").show(ui).clicked();
        (done, done || cancelled)
    })
    .inner
}

fn one_field(
    ui: &mut Ui,
    (heading, name): (&str, &str),
    text: &mut String,
    is_new: bool,
    done: impl FnOnce(String),
) -> Came {
    title(ui, heading);
    ui.add_space(4.0);
    let response = field(ui, text, name, name, None);
    if is_new {
        response.request_focus();
    }
    let by_key = entered(ui, &response);
    let (clicked, over) = buttons(ui, "Save", true);
    if by_key || clicked {
        done(text.trim().to_owned());
    }
    if by_key || over { Came::Closed } else { Came::Open }
}

impl Wanted {
    fn show(&mut self, ui: &mut Ui, intents: &mut Vec<Intent>) -> Came {
        title(ui, "Propose services");
        note(
            ui,
            "A new proposal beside this one. What is locked, kept together or apart in the one that is shown stays so.",
        );
        ui.add_space(6.0);
        ui.checkbox(
            &mut self.finds_number,
            "Find the number of services that the monolith itself shows",
        );
        ui.add_enabled_ui(!self.finds_number, |ui| {
            let slider = Slider::new(&mut self.services, 1..=self.most).text("services");
            ui.add(slider).on_hover_text("How many services there should be");
        });
        ui.checkbox(&mut self.holds_sizes, "Hold services within these sizes");
        ui.add_enabled_ui(self.holds_sizes, |ui| {
            let (least, most) = &mut self.sizes;
            let pieces = self.most.max(*most) * 4;
            let slider = Slider::new(least, 1..=pieces).logarithmic(true).text("pieces at least");
            ui.add(slider).on_hover_text("Smaller services join others");
            let slider = Slider::new(most, 1..=pieces).logarithmic(true).text("pieces at most");
            ui.add(slider).on_hover_text("Larger services are divided");
            *most = (*most).max(*least);
        });
        ui.checkbox(&mut self.near, "Stay near the proposal that is shown");
        ui.add_space(6.0);
        ui.label(egui::RichText::new("From which side").font(font::semibold(13.0)));
        ui.horizontal_wrapped(|ui| {
            for angle in Angle::ALL {
                let chosen = self.weights == angle.weights();
                if ui.selectable_label(chosen, angle.word()).clicked() {
                    self.weights = angle.weights();
                }
            }
        });
        ui.add_space(6.0);
        ui.label(egui::RichText::new("What counts how much").font(font::semibold(13.0)));
        for signal in Signal::ALL {
            let mut weight = self.weights.of(signal);
            let slider = Slider::new(&mut weight, 0.0..=3.0).step_by(0.1).text(signal_name(signal));
            if ui.add(slider).changed() {
                self.weights.set(signal, weight);
            }
        }
        ui.add_space(6.0);
        let seed =
            Slider::new(&mut self.seed, 0..=20).text("seed: another one looks in another order");
        ui.add(seed);
        let (clicked, over) = buttons(ui, "Propose", true);
        let by_key = ui.input(|input| input.key_pressed(Key::Enter));
        if clicked || by_key {
            let services = (!self.finds_number).then_some(self.services);
            let sizes = self.holds_sizes.then_some(self.sizes);
            let (weights, seed, near) = (self.weights, self.seed, self.near);
            let asked = Asked { services, sizes, weights, seed, near };
            intents.push(Intent::Propose(Box::new(asked)));
        }
        if over || by_key { Came::Closed } else { Came::Open }
    }
}

fn signal_name(signal: Signal) -> &'static str {
    match signal {
        Signal::Calls => "calls between modules",
        Signal::Accesses => "reads and writes of tables",
        Signal::Keys => "foreign keys and joins",
        Signal::Transactions => "tables written together",
        Signal::CoChange => "changes in the same commits",
        Signal::Names => "words in names",
        Signal::Packages => "folders",
        Signal::Owners => "people and teams",
        Signal::Runtime => "what ran",
    }
}

impl Written {
    fn show(
        &mut self,
        ui: &mut Ui,
        view: &View<'_>,
        is_new: bool,
        intents: &mut Vec<Intent>,
    ) -> Came {
        title(ui, if self.is_decision { "Write down a decision" } else { "Write a note" });
        note(ui, format!("About {}", about(view, &self.about)));
        // Heard before the field takes Enter for a new line; by the event, whatever is held down by now.
        let by_key = ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter));
        ui.add_space(4.0);
        let (hint, name) = if self.is_decision {
            ("What was decided, and why", "Decision")
        } else {
            ("What should be remembered", "Note")
        };
        let text = TextEdit::multiline(&mut self.text)
            .hint_text(hint)
            .desired_rows(4)
            .desired_width(f32::INFINITY)
            .font(font::regular(13.5));
        let response = ui.add(text).accessible_name(name);
        if is_new {
            response.request_focus();
        }
        field(ui, &mut self.author, "Who says so", "Who", None);
        ui.checkbox(&mut self.is_decision, "It is a decision");
        let written = !self.text.trim().is_empty();
        let by_key = by_key && written;
        let (clicked, over) = buttons(ui, "Write it down", written);
        if clicked || by_key {
            intents.push(self.intent());
        }
        if over || by_key { Came::Closed } else { Came::Open }
    }

    fn intent(&self) -> Intent {
        let services = match self.about {
            Selection::Service(id) => vec![id],
            Selection::Pair(a, b) => vec![a, b],
            _ => Vec::new(),
        };
        let note = Note {
            pieces: self.about.pieces(),
            services,
            text: self.text.trim().to_owned(),
            author: self.author.trim().to_owned(),
            time: jiff::Timestamp::now().as_second(),
            decision: self.is_decision,
        };
        Intent::Write(note, self.author.trim().to_owned())
    }
}

/// What a note is about, in words.
fn about(view: &View<'_>, selection: &Selection) -> String {
    match selection {
        Selection::Nothing => format!("{} as a whole", view.proposal.name),
        Selection::Pieces(_) => pieces_name(view.facts, &selection.pieces()),
        Selection::Service(id) => view.service_name(*id).to_owned(),
        Selection::Pair(a, b) => format!("{} and {}", view.service_name(*a), view.service_name(*b)),
    }
}
