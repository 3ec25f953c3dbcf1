//! The timeline of a piece: how often it was changed, from the beginning of the history to its end.

use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use super::parts::day;
use crate::{
    facts::Facts,
    ui::design::{Colours, mix},
};

/// Bars side by side.
const BARS: usize = 48;
const HEIGHT: f32 = 34.0;

/// Commits by stretch of time, the oldest first: ordinary ones and bulk ones.
pub(super) struct Timeline {
    bars: Vec<[u32; 2]>,
    begin: i64,
    end: i64,
}

impl Timeline {
    /// `None` where there is no commit.
    pub(super) fn of(facts: &Facts, commits: impl Iterator<Item = usize>) -> Option<Self> {
        let times = || facts.commits.iter().map(|commit| commit.time);
        let (begin, end) = (times().min()?, times().max()?);
        let span = end.saturating_sub(begin).max(1);
        let mut bars = vec![[0; 2]; BARS];
        let mut is_empty = true;
        for commit in commits.map(|at| &facts.commits[at]) {
            let part = i128::from(commit.time - begin) * BARS as i128 / i128::from(span);
            let at = usize::try_from(part).unwrap_or(0).min(BARS - 1);
            bars[at][usize::from(commit.bulk.is_some())] += 1;
            is_empty = false;
        }
        (!is_empty).then_some(Self { bars, begin, end })
    }

    pub(super) fn show(&self, ui: &mut Ui) {
        let colours = Colours::of(ui.ctx());
        let size = vec2(ui.available_width(), HEIGHT);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        let most = self.bars.iter().map(|bar| bar[0] + bar[1]).max().unwrap_or(1).max(1);
        let label = format!(
            "Changes from {} to {}, at most {most} in {} days",
            day(self.begin),
            day(self.end),
            self.days()
        );
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
        let width = rect.width() / BARS as f32;
        let ground = pos2(rect.left(), rect.bottom() - 1.0);
        let line = Rect::from_min_size(ground, vec2(rect.width(), 1.0));
        ui.painter().rect_filled(line, 0.0, colours.border);
        for (at, [ordinary, bulk]) in self.bars.iter().enumerate() {
            let mut bottom = rect.bottom() - 1.0;
            let quiet = mix(colours.panel, colours.text_faint, 0.5);
            for (count, colour) in [(ordinary, colours.selection), (bulk, quiet)] {
                let height = (HEIGHT - 2.0) * *count as f32 / most as f32;
                let left = rect.left() + at as f32 * width;
                let bar = Rect::from_min_max(
                    pos2(left, bottom - height),
                    pos2(left + (width - 1.0).max(1.0), bottom),
                );
                ui.painter().rect_filled(bar, 0.0, colour);
                bottom -= height;
            }
        }
        if let Some(pointer) = response.hover_pos() {
            let at = ((pointer.x - rect.left()) / width).clamp(0.0, (BARS - 1) as f32) as usize;
            response.on_hover_text(self.told(at));
        }
    }

    /// Days that one bar stands for.
    fn days(&self) -> i64 {
        ((self.end - self.begin) / (86_400 * BARS as i64)).max(1)
    }

    fn told(&self, at: usize) -> String {
        let span = (self.end - self.begin) / BARS as i64;
        let begin = self.begin + span * at as i64;
        let [ordinary, bulk] = self.bars[at];
        let bulk = if bulk > 0 { format!(", {bulk} bulk commits") } else { String::new() };
        let commits = if ordinary == 1 { "commit" } else { "commits" };
        format!("{} to {}: {ordinary} {commits}{bulk}", day(begin), day(begin + span))
    }
}
