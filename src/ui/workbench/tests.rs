//! Every action is done at least once, whatever is selected; none of them breaks the window.

use std::collections::BTreeSet;

use egui::{Context, RawInput, Rect, pos2, vec2};

use super::Workbench;
use crate::{
    facts::{PieceId, notation},
    proposal::{ServiceId, command::Command},
    session::Session,
    ui::{actions::ALL, view::Selection},
};

const SHOP: &str = "\
orders/cart.rb#add calls billing/invoice.rb#draft
billing/invoice.rb#draft writes invoices
orders/cart.rb#add writes orders
orders keys invoices
entry http orders/cart.rb#add POST /cart
commit ada orders/cart.rb billing/invoice.rb
";

fn workbench() -> Workbench {
    let facts = notation::parse(SHOP).expect("a good notation");
    let billing: Vec<PieceId> =
        facts.pieces().filter(|piece| facts.piece_name(*piece).contains("invoice")).collect();
    let mut workbench = Workbench::new(Session::from_facts(facts), "Ada".to_owned());
    let command = Command::NewService {
        name: "Billing".to_owned(),
        role: crate::analysis::grouping::Role::Service,
        pieces: billing,
    };
    assert!(workbench.apply(&command));
    let copied = workbench.session.copy_proposal(0, "Copy");
    assert!(copied.is_ok());
    workbench.follow();
    workbench
}

/// Draws two frames, and does `work` in the first.
fn frames(ctx: &Context, workbench: &mut Workbench, work: impl FnOnce(&mut Workbench, &egui::Ui)) {
    let mut work = Some(work);
    for _ in 0..2 {
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(1400.0, 900.0))),
            ..RawInput::default()
        };
        let mut output = ctx.run_ui(input, |ui| {
            if let Some(work) = work.take() {
                work(workbench, ui);
            }
            workbench.ui(ui);
        });
        output.textures_delta.clear();
    }
}

#[test]
fn every_action_can_be_done_with_whatever_is_selected() {
    let ctx = Context::default();
    crate::ui::install(&ctx);
    let selections = [
        Selection::Nothing,
        Selection::of([PieceId(0)]),
        Selection::of([PieceId(0), PieceId(1)]),
        Selection::Service(ServiceId(1)),
        Selection::Pair(ServiceId(0), ServiceId(1)),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let mut done = BTreeSet::new();
    for selection in &selections {
        for entry in &ALL {
            let mut workbench = workbench();
            // What is written goes beside the project file.
            let saved = workbench.session.save_as(&folder.path().join("shop.seamline"));
            assert!(saved.is_ok());
            workbench.selection = selection.clone();
            frames(&ctx, &mut workbench, |workbench, ui| {
                workbench.act(ui, entry.action);
            });
            assert!(workbench.session.proposal(workbench.at).is_some(), "{}", entry.name);
            done.insert(entry.name);
        }
    }
    assert_eq!(done.len(), ALL.len());
}

#[test]
fn what_is_left_out_goes_to_one_place_and_counts_nowhere() {
    let ctx = Context::default();
    crate::ui::install(&ctx);
    let mut workbench = workbench();
    for piece in [PieceId(0), PieceId(1)] {
        workbench.selection = Selection::of([piece]);
        frames(&ctx, &mut workbench, |workbench, ui| {
            workbench.act(ui, crate::ui::actions::Action::Exclude);
        });
    }
    let proposal = workbench.session.proposal(0).expect("there is one");
    let left_out = proposal.service_named("Left out").expect("it was made");
    assert_eq!(proposal.pieces_of(left_out.id).count(), 2);
    assert_eq!(workbench.session.figures(0).map(|figures| figures.crossing_calls), Some(0));
}
