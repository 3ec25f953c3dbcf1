//! What two proposals place differently, service by service, and how one takes it over from the other.

use std::{collections::BTreeMap, sync::Arc};

use egui::{ScrollArea, Ui, pos2};

use super::{CompareState, Pane};
use crate::{
    analysis::grouping::Role,
    facts::PieceId,
    proposal::{Proposal, ServiceId, command::Command, compare::Comparison},
    ui::{
        controls::{Button, clickable_row, note, swatch, tabs, write},
        design::{Colours, font},
        names::pieces_name,
        view::{Intent, Selection, service_colour},
    },
};

const ROW: f32 = 34.0;

/// Pieces that one proposal has in one place, and the other in another.
struct Group {
    in_a: ServiceId,
    in_b: ServiceId,
    pieces: Vec<PieceId>,
}

pub(super) fn show(
    ui: &mut Ui,
    panes: &[Pane<'_>],
    state: &mut CompareState,
    intents: &mut Vec<Intent>,
) {
    let others: Vec<(&str, &str)> =
        panes.iter().skip(1).map(|pane| (pane.view.proposal.name.as_str(), "")).collect();
    state.listed = state.listed.min(others.len() - 1);
    ui.horizontal(|ui| {
        if others.len() > 1 {
            if let Some(chosen) = tabs(ui, &others, state.listed) {
                state.listed = chosen;
            }
        } else {
            ui.label(egui::RichText::new("Differences").font(font::semibold(13.0)));
        }
        add_another(ui, panes, intents);
    });
    let (first, other) = (&panes[0], &panes[state.listed + 1]);
    let Some(found) = state.comparison(first.view.proposal, other.view.proposal) else {
        note(ui, "Comparing…");
        return;
    };
    let alike = &found.pieces;
    note(
        ui,
        format!(
            "{} of {} pieces differ · MoJoFM {:.0} % · a2a {:.0} % · adjusted Rand {:.2}",
            found.differences.len(),
            found.compared,
            alike.mojofm,
            alike.a2a,
            alike.adjusted_rand
        ),
    );
    if found.differences.is_empty() {
        note(ui, "Both place every piece in the same way.");
    }
    let groups = groups(found);
    let mut taken = None;
    ScrollArea::vertical().auto_shrink([false, false]).show_rows(
        ui,
        ROW,
        groups.len(),
        |ui, range| {
            for group in &groups[range] {
                taken = row(ui, first, other, found, group, intents).or(taken.take());
            }
        },
    );
    if let Some((at, command)) = taken {
        state.active = Some(at);
        intents.push(Intent::ShowProposal(at));
        intents.push(Intent::Do(command));
    }
}

/// Puts one more proposal beside those that are there.
fn add_another(ui: &mut Ui, panes: &[Pane<'_>], intents: &mut Vec<Intent>) {
    let session = panes[0].view.session;
    let shown: Vec<usize> = panes.iter().map(|pane| pane.at).collect();
    if session.proposals().len() <= panes.len() && panes.len() < 3 {
        return;
    }
    let button = Button::new("Choose…").named("Choose proposals to compare").quiet().show(ui);
    egui::Popup::menu(&button).show(|ui| {
        for (at, history) in session.proposals().iter().enumerate() {
            let name = &history.current().name;
            let mut is_shown = shown.contains(&at);
            if at != shown[0] && ui.checkbox(&mut is_shown, name).clicked() {
                let mut others: Vec<usize> =
                    shown[1..].iter().copied().filter(|other| *other != at).collect();
                if is_shown {
                    others.insert(0, at);
                }
                if !others.is_empty() {
                    intents.push(Intent::ShowProposal(shown[0]));
                    intents.push(Intent::CompareWith(others));
                }
            }
        }
    });
}

/// The largest first.
fn groups(found: &Comparison) -> Vec<Group> {
    let mut by_place: BTreeMap<(ServiceId, ServiceId), Vec<PieceId>> = BTreeMap::new();
    for difference in &found.differences {
        by_place.entry((difference.in_a, difference.in_b)).or_default().push(difference.piece);
    }
    let mut groups: Vec<Group> =
        by_place.into_iter().map(|((in_a, in_b), pieces)| Group { in_a, in_b, pieces }).collect();
    groups.sort_by_key(|group| (std::cmp::Reverse(group.pieces.len()), group.in_a, group.in_b));
    groups
}

fn row(
    ui: &mut Ui,
    first: &Pane<'_>,
    other: &Pane<'_>,
    found: &Comparison,
    group: &Group,
    intents: &mut Vec<Intent>,
) -> Option<(usize, Command)> {
    let colours = Colours::of(ui.ctx());
    let (a, b) = (first.view.proposal, other.view.proposal);
    let name = pieces_name(first.view.facts, &group.pieces);
    let (from, to) = (first.view.service_name(group.in_a), other.view.service_name(group.in_b));
    let label = format!("difference {name}: {from} here, {to} there");
    let chosen = group.pieces.iter().all(|piece| first.view.selection.holds(*piece));
    let width = ui.available_width();
    let (rect, response) = clickable_row(ui, ROW, &label, chosen);
    let y = rect.center().y;
    let end =
        write(ui, pos2(rect.left() + 2.0, y), &name, font::medium(12.5), colours.text, width * 0.3);
    let mut x = (rect.left() + width * 0.32).max(end + 8.0);
    for (proposal, service, arrow) in [(a, group.in_a, false), (b, group.in_b, true)] {
        let Some(service) = proposal.service(service) else { continue };
        if arrow {
            x = write(ui, pos2(x, y), "→", font::regular(12.0), colours.text_faint, 20.0) + 8.0;
        }
        swatch(ui, pos2(x + 4.0, y), 8.0, service_colour(colours, service));
        let most = width * 0.17;
        x = write(
            ui,
            pos2(x + 13.0, y),
            &service.name,
            font::regular(12.0),
            colours.text_soft,
            most,
        ) + 12.0;
    }
    let corner = egui::Rect::from_min_size(
        pos2(rect.right() - 176.0, rect.top() + 2.0),
        egui::vec2(176.0, 30.0),
    );
    let mut taken = None;
    ui.scope_builder(egui::UiBuilder::new().max_rect(corner), |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let label = format!("Take over into {}: {name} to {to}", a.name);
            let button = Button::new("Take over").quiet().named(&label).show(ui);
            if button.on_hover_text(&label).clicked() {
                let partner = found.matches.iter().find(|pair| pair.b == Some(group.in_b));
                let partner = partner.and_then(|pair| pair.a);
                taken = Some((first.at, take_over(a, partner, b, group.in_b, &group.pieces)));
            }
            let label = format!("Take over into {}: {name} to {from}", b.name);
            let button = Button::new("Other way").quiet().named(&label).show(ui);
            if button.on_hover_text(&label).clicked() {
                let partner = found.matches.iter().find(|pair| pair.a == Some(group.in_a));
                let partner = partner.and_then(|pair| pair.b);
                taken = Some((other.at, take_over(b, partner, a, group.in_a, &group.pieces)));
            }
        });
    });
    if response.clicked() && taken.is_none() {
        intents.push(Intent::Select(Selection::of(group.pieces.iter().copied())));
    }
    taken
}

/// The command that puts pieces where the other proposal has them: into the service that stands for that one, or into
/// a new one of the same name.
fn take_over(
    into: &Arc<Proposal>,
    partner: Option<ServiceId>,
    from: &Arc<Proposal>,
    service: ServiceId,
    pieces: &[PieceId],
) -> Command {
    let pieces = pieces.to_vec();
    if let Some(to) = partner {
        return Command::MovePieces { pieces, to };
    }
    let there = from.service(service);
    let role = there.map_or(Role::Service, |service| service.role);
    let wanted = there.map_or("Service", |service| service.name.as_str());
    let numbered = (2_u32..).map(|number| format!("{wanted} {number}"));
    let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
    let name = names.find(|name| into.service_named(name).is_none()).unwrap_or_default();
    let is_taken = role == Role::Remainder && into.remainder().is_some();
    Command::NewService { name, role: if is_taken { Role::Service } else { role }, pieces }
}
