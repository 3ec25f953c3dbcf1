//! The one home of colours, sizes and fonts.
//!
//! One calm neutral ground; colour says only *which service*, *better*, *worse* or *this is selected*.

use std::{collections::BTreeMap, sync::Arc};

use egui::{
    Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow,
    Stroke, Style, TextStyle, Theme, Visuals, vec2,
};

/// Colours by what they say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Colours {
    pub ground: Color32,
    pub panel: Color32,
    /// A field or a quiet button on a panel.
    pub well: Color32,
    pub hover: Color32,
    pub border: Color32,
    /// A border that has to be seen, such as that of a field.
    pub edge: Color32,
    pub text: Color32,
    pub text_soft: Color32,
    pub text_faint: Color32,
    pub selection: Color32,
    /// Ground under something selected.
    pub selection_ground: Color32,
    pub on_selection: Color32,
    pub better: Color32,
    pub worse: Color32,
    /// A warning: neither better nor worse.
    pub caution: Color32,
    pub ribbon: Color32,
    /// The hot end of heat.
    pub heat: Color32,
    pub shadow: Color32,
    /// How much of a service's colour its title bar, its tiles and its strong tiles have.
    tint: [f32; 3],
    services: &'static [Color32; 12],
}

const fn hex(rgb: u32) -> Color32 {
    Color32::from_rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

// The first six are apart for every kind of colour-blindness; the rest repeat their hues at another lightness.
const SERVICES_LIGHT: [Color32; 12] = [
    hex(0x0072B2),
    hex(0x009E73),
    hex(0x7A8B00),
    hex(0xD55E00),
    hex(0xA0507F),
    hex(0xB07C00),
    hex(0x5A55C4),
    hex(0x00848C),
    hex(0xB4305F),
    hex(0x4E7A2C),
    hex(0x8A5A3C),
    hex(0x5F6B7A),
];

const SERVICES_DARK: [Color32; 12] = [
    hex(0x56B4E9),
    hex(0x34C79A),
    hex(0xC5CF4A),
    hex(0xFF8A4C),
    hex(0xD98BBB),
    hex(0xE9B949),
    hex(0x9D97FF),
    hex(0x3FC1CC),
    hex(0xF27DA0),
    hex(0x97C46B),
    hex(0xCFA07E),
    hex(0xA0ADBD),
];

const LIGHT: Colours = Colours {
    ground: hex(0xEEF0F3),
    panel: hex(0xFFFFFF),
    well: hex(0xF3F5F8),
    hover: hex(0xE9EDF2),
    border: hex(0xE1E5EA),
    edge: hex(0xC9D0D9),
    text: hex(0x1B2430),
    text_soft: hex(0x5B6675),
    text_faint: hex(0x768191),
    selection: hex(0x2F6FDE),
    selection_ground: hex(0xE3ECFB),
    on_selection: hex(0xFFFFFF),
    better: hex(0x0B7A55),
    worse: hex(0xB3372A),
    caution: hex(0x8A5A00),
    ribbon: hex(0xC3CAD4),
    heat: hex(0xE0662B),
    shadow: Color32::from_rgba_premultiplied(4, 6, 9, 22),
    tint: [0.13, 0.22, 0.36],
    services: &SERVICES_LIGHT,
};

const DARK: Colours = Colours {
    ground: hex(0x12151A),
    panel: hex(0x1C2027),
    well: hex(0x14181E),
    hover: hex(0x272D36),
    border: hex(0x2B323C),
    edge: hex(0x3E4856),
    text: hex(0xE6EAF0),
    text_soft: hex(0xA3AEBD),
    text_faint: hex(0x808C9C),
    selection: hex(0x6FA3FF),
    selection_ground: hex(0x23324E),
    on_selection: hex(0x0D1420),
    better: hex(0x5ED3A5),
    worse: hex(0xFF8A7A),
    caution: hex(0xE9B949),
    ribbon: hex(0x3F4854),
    heat: hex(0xE07B3E),
    shadow: Color32::from_rgba_premultiplied(0, 0, 0, 110),
    tint: [0.26, 0.34, 0.44],
    services: &SERVICES_DARK,
};

impl Colours {
    /// The colours of the theme that is shown.
    pub(super) fn of(ctx: &Context) -> &'static Self {
        Self::of_theme(ctx.theme())
    }

    pub(super) fn of_theme(theme: Theme) -> &'static Self {
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
        }
    }

    /// The full colour of a service.
    pub(super) fn service(&self, colour: u8) -> Color32 {
        self.services[usize::from(colour) % self.services.len()]
    }

    /// How many service colours there are.
    pub(super) fn service_count(&self) -> u8 {
        u8::try_from(self.services.len()).unwrap_or(u8::MAX)
    }

    /// Ground of a title bar.
    pub(super) fn title(&self, service: Color32) -> Color32 {
        mix(self.panel, service, self.tint[0])
    }

    /// Ground of a tile.
    pub(super) fn tile(&self, service: Color32) -> Color32 {
        mix(self.panel, service, self.tint[1])
    }

    /// Ground of a tile that is pointed at, or a bar.
    pub(super) fn tile_strong(&self, service: Color32) -> Color32 {
        mix(self.panel, service, self.tint[2])
    }

    /// The colour of a change: less is better, unless `0`.
    pub(super) fn change(&self, delta: f64, lower_is_better: bool) -> Color32 {
        if delta == 0.0 || !lower_is_better {
            self.text_faint
        } else if delta < 0.0 {
            self.better
        } else {
            self.worse
        }
    }
}

/// `share` of `over` on `under`.
pub(super) fn mix(under: Color32, over: Color32, share: f32) -> Color32 {
    under.lerp_to_gamma(over, share)
}

/// Sizes in points.
pub(super) mod size {
    pub(in crate::ui) const TOP_BAR: f32 = 52.0;
    pub(in crate::ui) const FIGURES: f32 = 92.0;
    pub(in crate::ui) const EXPLORER: f32 = 264.0;
    pub(in crate::ui) const INSPECTOR: f32 = 328.0;
    pub(in crate::ui) const ROW: f32 = 24.0;
    pub(in crate::ui) const BUTTON: f32 = 30.0;
    pub(in crate::ui) const SIDE: f32 = 16.0;
    pub(in crate::ui) const RADIUS: f32 = 6.0;
}

/// Typefaces by what they are for.
pub(super) mod font {
    use super::{FontFamily, FontId};

    pub(in crate::ui) fn regular(size: f32) -> FontId {
        FontId::new(size, FontFamily::Proportional)
    }

    pub(in crate::ui) fn medium(size: f32) -> FontId {
        FontId::new(size, FontFamily::Name("medium".into()))
    }

    pub(in crate::ui) fn semibold(size: f32) -> FontId {
        FontId::new(size, FontFamily::Name("semibold".into()))
    }

    pub(in crate::ui) fn code(size: f32) -> FontId {
        FontId::new(size, FontFamily::Monospace)
    }
}

/// Gives a context its fonts, and both themes their colours and sizes.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts());
    for theme in [Theme::Light, Theme::Dark] {
        ctx.set_style_of(theme, style(theme));
    }
    ctx.options_mut(|options| {
        options.zoom_with_keyboard = false;
        options.fallback_theme = Theme::Light;
    });
}

/// How long something slides or fades, in seconds.
const MOTION: f32 = 0.1;

/// Whether anything slides, fades or flies.
pub(super) fn moves(ctx: &Context) -> bool {
    ctx.global_style().animation_time > 0.0
}

/// Lets things slide, fade and fly, or not.
pub(super) fn set_motion(ctx: &Context, moves: bool) {
    let time = if moves { MOTION } else { 0.0 };
    ctx.all_styles_mut(|style| style.animation_time = time);
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let faces: [(&str, &'static [u8]); 3] = [
        ("Inter", include_bytes!("../../assets/fonts/Inter-Regular.otf")),
        ("Inter Medium", include_bytes!("../../assets/fonts/Inter-Medium.otf")),
        ("Inter SemiBold", include_bytes!("../../assets/fonts/Inter-SemiBold.otf")),
    ];
    for (name, bytes) in faces {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let family = |first: &str| {
        let mut names = vec![first.to_owned()];
        if first != "Inter" {
            names.push("Inter".to_owned());
        }
        names.extend(fallback.iter().cloned());
        // Hack knows arrows and geometric shapes that the emoji fonts lack.
        names.push("Hack".to_owned());
        names
    };
    fonts.families.insert(FontFamily::Proportional, family("Inter"));
    fonts.families.insert(FontFamily::Name("medium".into()), family("Inter Medium"));
    fonts.families.insert(FontFamily::Name("semibold".into()), family("Inter SemiBold"));
    if let Some(code) = fonts.families.get_mut(&FontFamily::Monospace) {
        code.push("Inter".to_owned());
    }
    fonts
}

fn style(theme: Theme) -> Style {
    let mut style = Style { visuals: visuals(theme), ..Style::default() };
    style.text_styles = BTreeMap::from([
        (TextStyle::Small, font::regular(11.0)),
        (TextStyle::Body, font::regular(13.0)),
        (TextStyle::Button, font::medium(13.0)),
        (TextStyle::Heading, font::semibold(18.0)),
        (TextStyle::Monospace, font::code(12.0)),
    ]);
    style.spacing.item_spacing = vec2(8.0, 6.0);
    style.spacing.button_padding = vec2(10.0, 5.0);
    style.spacing.menu_margin = Margin::same(6);
    style.spacing.window_margin = Margin::same(16);
    style.spacing.interact_size = vec2(28.0, 26.0);
    style.spacing.scroll.floating = true;
    style.spacing.scroll.bar_width = 8.0;
    style.spacing.tooltip_width = 340.0;
    style.interaction.tooltip_delay = 0.35;
    style.interaction.selectable_labels = false;
    style.animation_time = MOTION;
    style
}

fn visuals(theme: Theme) -> Visuals {
    let colours = Colours::of_theme(theme);
    let mut visuals = match theme {
        Theme::Light => Visuals::light(),
        Theme::Dark => Visuals::dark(),
    };
    let radius = CornerRadius::same(6);
    visuals.override_text_color = Some(colours.text);
    visuals.weak_text_color = Some(colours.text_soft);
    visuals.panel_fill = colours.panel;
    visuals.window_fill = colours.panel;
    visuals.window_stroke = Stroke::new(1.0, colours.border);
    visuals.window_corner_radius = CornerRadius::same(10);
    visuals.menu_corner_radius = CornerRadius::same(8);
    visuals.extreme_bg_color = colours.well;
    visuals.text_edit_bg_color = Some(colours.well);
    visuals.faint_bg_color = colours.well;
    visuals.code_bg_color = colours.well;
    visuals.hyperlink_color = colours.selection;
    visuals.warn_fg_color = colours.caution;
    visuals.error_fg_color = colours.worse;
    visuals.selection.bg_fill = colours.selection_ground;
    visuals.selection.stroke = Stroke::new(1.0, colours.selection);
    visuals.window_shadow = shadow(colours, 12, 32);
    visuals.popup_shadow = shadow(colours, 6, 18);
    for (widget, fill, border) in [
        (&mut visuals.widgets.noninteractive, colours.panel, colours.border),
        (&mut visuals.widgets.inactive, colours.well, colours.border),
        (&mut visuals.widgets.hovered, colours.hover, colours.edge),
        (&mut visuals.widgets.active, colours.hover, colours.selection),
        (&mut visuals.widgets.open, colours.hover, colours.edge),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::new(1.0, border);
        widget.corner_radius = radius;
        widget.fg_stroke = Stroke::new(1.0, colours.text);
        widget.expansion = 0.0;
    }
    visuals
}

fn shadow(colours: &Colours, down: i8, blur: u8) -> Shadow {
    Shadow { offset: [0, down], blur, spread: 0, color: colours.shadow }
}

/// The quiet shadow under containers of the map.
pub(super) fn low_shadow(colours: &Colours) -> Shadow {
    Shadow { offset: [0, 2], blur: 6, spread: 0, color: colours.shadow.gamma_multiply(0.8) }
}

/// The shadow under what is carried by the pointer, and under panels that float on the map.
pub(super) fn high_shadow(colours: &Colours) -> Shadow {
    shadow(colours, 6, 18)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.1 contrast of two colours, from 1 to 21.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let light = |colour: Color32| {
            let linear = egui::Rgba::from(colour);
            0.2126 * linear.r() + 0.7152 * linear.g() + 0.0722 * linear.b() + 0.05
        };
        let (a, b) = (light(a), light(b));
        a.max(b) / a.min(b)
    }

    #[test]
    fn text_can_be_read_on_every_ground_it_stands_on() {
        for colours in [&LIGHT, &DARK] {
            for ground in [colours.panel, colours.ground, colours.well, colours.selection_ground] {
                assert!(contrast(colours.text, ground) >= 7.0);
                assert!(contrast(colours.text_soft, ground) >= 4.5);
                assert!(contrast(colours.better, ground) >= 4.0, "{ground:?}");
                assert!(contrast(colours.worse, ground) >= 4.0);
            }
            for service in colours.services {
                assert!(contrast(colours.text, colours.tile(*service)) >= 4.5, "{service:?}");
                assert!(contrast(colours.text, colours.tile_strong(*service)) >= 4.0);
            }
        }
    }

    #[test]
    fn the_letters_that_the_window_uses_have_glyphs() {
        let ctx = Context::default();
        install(&ctx);
        let mut shown = Vec::new();
        let output = ctx.run_ui(egui::RawInput::default(), |ui| {
            for font in [font::regular(13.0), font::medium(13.0), font::semibold(13.0)] {
                shown.push(ui.fonts_mut(|fonts| fonts.has_glyphs(&font, "→←↑↓·…−–×±∞⌘⇧✓•“”’%")));
            }
        });
        output.textures_delta.clear_for_test();
        assert_eq!(shown, [true; 3]);
    }

    trait ClearForTest {
        fn clear_for_test(self);
    }

    impl ClearForTest for egui::TexturesDelta {
        fn clear_for_test(mut self) {
            self.clear();
        }
    }
}
