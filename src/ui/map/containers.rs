//! Services as containers: title bar, modules as tiles by package, tables on their shelf. What is said depends on
//! how large it is shown: services, then packages, then modules with names, then functions.

use std::collections::BTreeSet;

use egui::{
    Align2, Color32, CornerRadius, Mesh, Painter, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui,
    WidgetInfo, pos2, vec2,
};

use super::{
    MapState,
    camera::{Lens, crisp},
    hit::{Target, is_block},
    names::subtitle,
    wrapped::{width_of, wrapped},
};
use crate::{
    facts::{Module, Piece, PieceId},
    proposal::{
        Service,
        map::{Container, PackageBox, TITLE},
    },
    ui::{
        controls::{one_line, short_number},
        design::{Colours, font, low_shadow, mix},
        icons::{self, Icon},
        names::{module_name, piece_name},
        view::{Selection, View, service_colour},
    },
};

/// Below this zoom packages are named, and no modules.
const LEAST_ZOOM_FOR_NAMES: f32 = 0.22;
/// Below this height a container is only a name.
const NAME_ONLY: f32 = 54.0;
/// A tile with less than this has no rounded corners: nobody could see them.
const LEAST_ROUNDED: f32 = 24.0;
/// At most so many pieces of the map get a name for screen readers; the explorer has them all.
const MOST_NAMED: usize = 500;

/// How high a title bar is on the screen, which is never so low that the name can't be read.
pub(super) fn title_height(container: f32, zoom: f32) -> f32 {
    if container < NAME_ONLY { container } else { (TITLE * zoom).max(24.0) }
}

/// Draws containers; counts what got a name for screen readers.
pub(super) struct Drawing<'a> {
    pub ui: &'a Ui,
    pub view: &'a View<'a>,
    pub state: &'a MapState,
    pub lens: Lens,
    pub colours: &'static Colours,
    pub hover: Target,
    /// Pieces under way: shown faded where they are.
    pub carried: &'a [PieceId],
    pub named: usize,
    /// Names of services that are too small to hold them: where they stand, and how wide.
    pub outside: Vec<(Rect, String)>,
    /// Where the title bar of the container that is drawn ends: what stands above it can't be seen.
    pub top: f32,
    /// The pieces that were activated with the keyboard or by a screen reader.
    pub activated: Vec<PieceId>,
}

impl Drawing<'_> {
    pub(super) fn painter(&self) -> &Painter {
        self.ui.painter()
    }

    pub(super) fn container(&mut self, container: &Container) {
        let Some(service) = self.view.proposal.service(container.service) else { return };
        let rect = crisp(self.lens.rect(&container.rect));
        if !self.lens.shows(rect.expand(12.0)) {
            return;
        }
        let colour = service_colour(self.colours, service);
        let radius = (8.0 * self.lens.zoom()).clamp(3.0, 10.0);
        let painter = self.painter();
        painter.add(low_shadow(self.colours).as_shape(rect, radius));
        painter.rect_filled(rect, radius, self.colours.panel);
        let title = title_height(rect.height(), self.lens.zoom());
        if title < rect.height() {
            self.packages(container, colour, rect.top() + title);
            self.shelf(container, colour);
        }
        self.title(container, service, rect, title, colour);
        let is_chosen = *self.view.selection == Selection::Service(service.id);
        let pointed = self.hover == Target::Title(service.id);
        let border = match (is_chosen, pointed) {
            (true, _) => Stroke::new(2.0, self.colours.selection),
            (false, true) => Stroke::new(1.0, mix(self.colours.panel, colour, 0.8)),
            (false, false) => Stroke::new(1.0, mix(self.colours.panel, colour, 0.34)),
        };
        self.painter().rect_stroke(rect, radius, border, StrokeKind::Inside);
    }

    fn title(
        &mut self,
        container: &Container,
        service: &Service,
        rect: Rect,
        height: f32,
        colour: Color32,
    ) {
        let radius = (8.0 * self.lens.zoom()).clamp(3.0, 10.0) as u8;
        let bar = Rect::from_min_size(rect.min, vec2(rect.width(), height));
        let corners = if height < rect.height() {
            CornerRadius { nw: radius, ne: radius, sw: 0, se: 0 }
        } else {
            CornerRadius::same(radius)
        };
        self.painter().rect_filled(bar, corners, self.colours.title(colour));
        let response = self.ui.interact(
            bar.intersect(self.lens.screen),
            self.id(("title", service.id)),
            Sense::focusable_noninteractive(),
        );
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Group, true, format!("service {}", service.name))
        });
        if self.state.rename.as_ref().is_none_or(|(id, _)| *id != service.id) {
            self.title_text(container, service, bar, colour);
        }
    }

    fn title_text(&mut self, container: &Container, service: &Service, bar: Rect, colour: Color32) {
        let (painter, colours) = (self.painter().clone(), self.colours);
        let two_lines = bar.height() >= 38.0;
        let large = (15.0 * self.lens.zoom()).round().clamp(12.0, 17.0);
        let side = if bar.height() >= 30.0 { 12.0 } else { 8.0 };
        let inner = bar.shrink2(vec2(side, 0.0));
        let mut x = inner.left();
        let first_line = if two_lines { bar.top() + bar.height() * 0.36 } else { bar.center().y };
        if inner.width() > 60.0 {
            let height = if two_lines { 22.0 } else { 11.0 };
            let mark = Rect::from_center_size(pos2(x + 2.0, bar.center().y), vec2(4.0, height));
            painter.rect_filled(mark, 2.0, colour);
            x += 12.0;
        }
        let right = self.title_right(service, inner, first_line, two_lines);
        let width = right - x - if right < inner.right() { 8.0 } else { 0.0 };
        let fits = |size: &f32| width_of(self.ui, &service.name, &font::semibold(*size)) <= width;
        let sizes = [large, 12.0, 11.0, 10.0];
        let size = sizes.iter().copied().filter(|size| *size <= large).find(fits);
        if size.is_none() && inner.width() < 90.0 {
            self.outside.push((bar, service.name.clone()));
            return;
        }
        let face = font::semibold(size.unwrap_or(11.0));
        let name = one_line(self.ui, &service.name, face, colours.text, width);
        let name_width = name.size().x;
        painter.galley(pos2(x, first_line - name.size().y / 2.0), name, colours.text);
        if service.locked {
            let at = pos2(x + name_width + 11.0, first_line);
            icons::paint(&painter, Icon::Lock, at, 11.0, colours.text_soft);
        }
        if two_lines {
            let parts = subtitle(service, container);
            let room = inner.right() - x;
            let whole = |text: &String| width_of(self.ui, text, &font::regular(11.5)) <= room;
            // What doesn't fit is left out as a whole: half a number is a wrong number.
            let shorter = (1..=parts.len()).rev().map(|count| parts[..count].join(" · "));
            let Some(text) = shorter.into_iter().find(whole) else { return };
            let galley =
                one_line(self.ui, &text, font::regular(11.5), colours.text_soft, inner.right() - x);
            let y = bar.top() + bar.height() * 0.72 - galley.size().y / 2.0;
            painter.galley(pos2(x, y), galley, colours.text_soft);
        }
    }

    /// Writes what goes in and out at the right; answers where that begins.
    fn title_right(&self, service: &Service, inner: Rect, y: f32, two_lines: bool) -> f32 {
        if self.state.carry.is_some() || inner.width() < 190.0 {
            return inner.right();
        }
        let (into, out) = self.state.traffic(service.id);
        let colours = self.colours;
        let size = if two_lines { 11.5 } else { 11.0 };
        let mut x = inner.right();
        for (word, count) in [("out", out), ("in", into)] {
            let painter = self.painter();
            let number = short_number(count);
            let rect = painter.text(
                pos2(x, y),
                Align2::RIGHT_CENTER,
                number,
                font::semibold(size),
                colours.text_soft,
            );
            let word = painter.text(
                pos2(rect.left() - 4.0, y),
                Align2::RIGHT_CENTER,
                word,
                font::regular(size),
                colours.text_soft,
            );
            x = word.left() - 9.0;
        }
        x
    }

    fn packages(&mut self, container: &Container, colour: Color32, top: f32) {
        self.top = top;
        let mut small = Mesh::default();
        let contents = &container.contents;
        for package in &contents.packages {
            let rect = self.lens.inner(&container.rect, &package.rect);
            if !self.lens.shows(rect) {
                continue;
            }
            if is_block(package, self.lens.zoom()) {
                self.block(container, package, rect, colour, &mut small);
                continue;
            }
            for tile in &contents.tiles[package.tiles.clone()] {
                let rect = self.lens.inner(&container.rect, &tile.rect);
                if rect.width().min(rect.height()) < LEAST_ROUNDED {
                    self.small_tile(tile.piece, rect, colour, &mut small);
                }
            }
        }
        if !small.is_empty() {
            self.painter().add(Shape::mesh(small));
        }
        let shared = shared_names(&contents.packages);
        for package in &contents.packages {
            let rect = self.lens.inner(&container.rect, &package.rect);
            // A title bar that is higher than its share of the map hides the top of the field.
            let rect = rect.with_min_y(rect.top().max(top));
            if self.lens.shows(rect) && rect.is_positive() {
                self.package_text(container, package, rect, colour, &shared);
            }
        }
    }

    fn block(
        &self,
        container: &Container,
        package: &PackageBox,
        rect: Rect,
        colour: Color32,
        mesh: &mut Mesh,
    ) {
        let tiles = &container.contents.tiles[package.tiles.clone()];
        let chosen = tiles.iter().filter(|tile| self.view.selection.holds(tile.piece)).count();
        let ground = if let Some(heat) = self.view.heat {
            heat.colour_of(self.colours, tiles.iter().map(|tile| tile.piece))
        } else if chosen > 0 {
            mix(self.colours.tile(colour), self.colours.selection, 0.55)
        } else {
            self.colours.tile(colour)
        };
        let is_far = tiles.iter().all(|tile| self.state.is_far(tile.piece));
        let ground = if is_far { mix(self.colours.panel, ground, 0.25) } else { ground };
        mesh.add_colored_rect(apart(rect), ground);
    }

    fn small_tile(&self, piece: PieceId, rect: Rect, colour: Color32, mesh: &mut Mesh) {
        if self.lens.shows(rect) {
            let ground = if self.view.marked.contains(&piece) {
                mix(self.ground_of(piece, colour), self.colours.caution, 0.5)
            } else {
                self.ground_of(piece, colour)
            };
            mesh.add_colored_rect(apart(rect), ground);
        }
    }

    fn ground_of(&self, piece: PieceId, colour: Color32) -> Color32 {
        let colours = self.colours;
        let ground = match self.view.heat {
            Some(heat) => heat.colour(colours, piece),
            None => colours.tile(colour),
        };
        if self.state.is_far(piece) {
            return mix(colours.panel, ground, 0.25);
        }
        if self.carried.contains(&piece) {
            mix(colours.panel, ground, 0.3)
        } else if self.view.selection.holds(piece) {
            mix(ground, colours.selection, 0.6)
        } else if matches!(self.hover, Target::Piece(_, pointed) if pointed == piece) {
            colours.tile_strong(colour)
        } else {
            ground
        }
    }

    /// Large tiles with their names; or the package's name where tiles have none.
    fn package_text(
        &mut self,
        container: &Container,
        package: &PackageBox,
        rect: Rect,
        colour: Color32,
        shared: &BTreeSet<&str>,
    ) {
        let name = self.view.lookup.package(&package.name);
        let mut has_names = false;
        if !is_block(package, self.lens.zoom()) {
            for index in package.tiles.clone() {
                let tile = &container.contents.tiles[index];
                let rect = self.lens.inner(&container.rect, &tile.rect);
                let large = rect.width().min(rect.height()) >= LEAST_ROUNDED;
                if large && self.lens.shows(rect) {
                    has_names |= self.tile(tile.piece, rect, colour);
                }
            }
        }
        let header = package.header.map(|header| self.lens.inner(&container.rect, &header));
        match header.filter(|header| header.height() >= 11.0) {
            Some(header) => {
                let width = header.width() - 4.0;
                let text =
                    one_line(self.ui, name, font::medium(10.5), self.colours.text_soft, width);
                let at = pos2(header.left() + 2.0, header.center().y - text.size().y / 2.0);
                self.painter().galley(at, text, self.colours.text_soft);
            }
            None if !has_names && rect.width() >= 46.0 && rect.height() >= 17.0 => {
                self.plate(name, package.tiles.len(), rect, colour, shared);
            }
            None => {}
        }
    }

    /// A package's name on its tiles, with how many modules it has where there is room.
    fn plate(
        &self,
        name: &str,
        modules: usize,
        rect: Rect,
        colour: Color32,
        shared: &BTreeSet<&str>,
    ) {
        let colours = self.colours;
        let width = rect.width() - 12.0;
        let fits = |name: &&str| width_of(self.ui, name, &font::medium(11.0)) <= width;
        // The end of a package's name is what tells it from others; half a name tells nothing.
        let (last, two) = ends_of(name);
        let says_something = (!shared.contains(last)).then_some(last);
        let candidates = [Some(name), Some(two), says_something];
        let Some(name) = candidates.into_iter().flatten().find(fits) else { return };
        let colour = if self.view.heat.is_some() { colours.text_faint } else { colour };
        let text = one_line(self.ui, name, font::medium(11.0), colours.text, width);
        let plate = Rect::from_min_size(rect.min + vec2(2.0, 2.0), text.size() + vec2(8.0, 2.0));
        let ground = colours.tile(colour);
        self.painter().rect_filled(plate, 3.0, ground);
        self.painter().galley(plate.min + vec2(4.0, 1.0), text, colours.text);
        if rect.height() >= 36.0 {
            let soft = mix(ground, colours.text, 0.72);
            let text = crate::ui::controls::counted(modules, "module");
            if width_of(self.ui, &text, &font::regular(10.5)) > width {
                return;
            }
            let text = one_line(self.ui, &text, font::regular(10.5), soft, width);
            let plate = Rect::from_min_size(plate.left_bottom(), text.size() + vec2(8.0, 2.0));
            self.painter().rect_filled(plate, 3.0, ground);
            self.painter().galley(plate.min + vec2(4.0, 0.0), text, soft);
        }
    }

    /// A tile with its name; says whether there was room for it.
    fn tile(&mut self, piece: PieceId, rect: Rect, colour: Color32) -> bool {
        let colours = self.colours;
        let rect = crisp(rect);
        let ground = self.ground_of(piece, colour);
        let radius = (rect.width().min(rect.height()) * 0.08).clamp(2.0, 5.0);
        let chosen = self.view.selection.holds(piece);
        let faded = self.carried.contains(&piece);
        let is_warm = self.view.heat.is_some();
        let ground =
            if chosen && !faded && !is_warm { colours.tile_strong(colour) } else { ground };
        self.painter().rect_filled(rect, radius, ground);
        if self.view.marked.contains(&piece) {
            let stroke = Stroke::new(2.0, colours.caution);
            self.painter().rect_stroke(rect, radius, stroke, StrokeKind::Inside);
        }
        if chosen {
            let stroke = Stroke::new(2.0, colours.selection);
            self.painter().rect_stroke(rect, radius, stroke, StrokeKind::Inside);
        }
        let rect = rect.with_min_y(rect.top().max(self.top));
        if rect.width() < 46.0 || rect.height() < 17.0 || self.lens.zoom() < LEAST_ZOOM_FOR_NAMES {
            return false;
        }
        let Piece::Module(id) = self.view.facts.piece(piece) else { return false };
        let module = self.view.facts.module(id);
        let faint = faded || self.state.is_far(piece);
        let text = if faint { colours.text_faint } else { colours.text };
        let Some(below) = self.tile_text(module, rect, ground, text) else {
            self.name(piece, rect);
            return false;
        };
        if self.view.proposal.locked.contains(&piece) {
            let at = rect.right_bottom() - vec2(10.0, 10.0);
            icons::paint(self.painter(), Icon::Lock, at, 10.0, colours.text_soft);
        }
        if rect.width() >= 170.0 && rect.height() >= 96.0 {
            self.functions(id, rect, below + 6.0, ground);
        }
        self.name(piece, rect);
        true
    }

    /// A name in the largest letters in which nothing of it is cut, or in the smallest that can be read.
    fn fitting(&self, name: &str, rect: Rect, width: f32) -> (f32, Vec<String>) {
        let sizes: &[f32] =
            if self.lens.zoom() > 1.3 { &[13.0, 11.5, 10.0] } else { &[11.5, 10.5, 9.5] };
        let mut last = (11.5, Vec::new());
        for size in sizes {
            let font = font::medium(*size);
            let room = ((rect.height() - 7.0) / (size * 1.22)).floor().max(1.0) as usize;
            let lines = wrapped(self.ui, name, &font, width, room.min(3));
            let is_whole = lines.iter().all(|line| width_of(self.ui, line, &font) <= width);
            last = (*size, lines);
            if is_whole {
                break;
            }
        }
        last
    }

    /// Writes a module's name, and its lines where there is room; answers where that ends. Nothing is written where
    /// hardly anything of the name could be read.
    fn tile_text(
        &self,
        module: &Module,
        rect: Rect,
        ground: Color32,
        text: Color32,
    ) -> Option<f32> {
        let width = rect.width() - 9.0;
        let (size, lines) = self.fitting(&module_name(module), rect, width);
        let first = lines.first().map_or(0.0, |line| width_of(self.ui, line, &font::medium(size)));
        if first > width * 1.6 {
            return None;
        }
        let font = font::medium(size);
        let row = size * 1.22;
        let room = ((rect.height() - 8.0) / row).floor().max(1.0) as usize;
        let says_lines = room > lines.len() && rect.width() >= 56.0;
        let used = lines.len() as f32 * row;
        let is_low = rect.height() < 30.0;
        let mut y = if is_low { rect.center().y - used / 2.0 } else { rect.top() + 5.0 };
        for line in &lines {
            let galley = one_line(self.ui, line, font.clone(), text, width);
            self.painter().galley(pos2(rect.left() + 6.0, y), galley, text);
            y += row;
        }
        if says_lines {
            let lines = format!("{} lines", short_number(u64::from(module.lines)));
            let soft = mix(ground, self.colours.text, 0.72);
            let galley = one_line(self.ui, &lines, font::regular(10.5), soft, width);
            self.painter().galley(pos2(rect.left() + 6.0, y + 1.0), galley, soft);
            y += 14.0;
        }
        Some(y)
    }

    fn functions(&self, module: crate::facts::ModuleId, rect: Rect, top: f32, ground: Color32) {
        let colour = mix(ground, self.colours.text, 0.72);
        let mut y = top;
        for id in self.view.lookup.uses.functions(module) {
            if y + 14.0 > rect.bottom() - 4.0 {
                break;
            }
            let name = self.view.facts.function(id).short_name();
            let galley = one_line(self.ui, name, font::code(10.5), colour, rect.width() - 14.0);
            self.painter().galley(pos2(rect.left() + 6.0, y), galley, colour);
            y += 14.0;
        }
    }

    /// Makes a piece known to screen readers and the keyboard.
    pub(super) fn name(&mut self, piece: PieceId, rect: Rect) {
        let rect = rect.intersect(self.lens.screen);
        if self.named >= MOST_NAMED || rect.width() < 4.0 || rect.height() < 4.0 {
            return;
        }
        self.named += 1;
        let kind = match self.view.facts.piece(piece) {
            Piece::Module(_) => "module",
            Piece::Table(_) => "table",
        };
        let chosen = self.view.selection.holds(piece);
        let id = self.id(("piece", piece));
        let response = self.ui.interact(rect, id, Sense::focusable_noninteractive());
        response.widget_info(|| {
            let name = piece_name(self.view.facts, piece);
            let service = self.view.service_of(piece).map_or("", |service| &service.name);
            WidgetInfo::selected(
                Role::ListItem,
                true,
                chosen,
                format!("{kind} {name} in {service}"),
            )
        });
        if response.has_focus() {
            let ring = Stroke::new(2.0, self.colours.selection);
            self.painter().rect_stroke(rect.expand(2.0), 5.0, ring, StrokeKind::Outside);
        }
        let by_keys = response.has_focus()
            && self
                .ui
                .input(|i| i.key_pressed(egui::Key::Enter) || i.key_pressed(egui::Key::Space));
        let by_reader = self
            .ui
            .input(|input| input.has_accesskit_action_request(id, egui::accesskit::Action::Click));
        if by_keys || by_reader {
            self.activated.push(piece);
        }
    }

    fn id(&self, salt: impl std::hash::Hash + std::fmt::Debug) -> egui::Id {
        self.ui.scope_id().with(salt)
    }
}

const SEPARATORS: [char; 4] = ['/', '.', '\\', ':'];

/// The last part of a package's name, and the last two.
fn ends_of(name: &str) -> (&str, &str) {
    let Some(last) = name.rfind(SEPARATORS) else { return (name, name) };
    let two = name[..last].rfind(SEPARATORS).map_or(name, |before| &name[before + 1..]);
    (&name[last + 1..], two)
}

/// Last parts of names that several packages of a service have: alone they tell nothing.
fn shared_names(packages: &[PackageBox]) -> BTreeSet<&str> {
    let mut once = BTreeSet::new();
    packages
        .iter()
        .map(|package| ends_of(&package.name).0)
        .filter(|last| !once.insert(*last))
        .collect()
}

/// On whole pixels, with one pixel free to the right and below: gaps that are all alike, whatever the zoom.
pub(super) fn apart(rect: Rect) -> Rect {
    let rect = crisp(rect);
    let gap = |length: f32| if length > 2.0 { 1.0 } else { 0.0 };
    Rect::from_min_max(rect.min, rect.max - vec2(gap(rect.width()), gap(rect.height())))
}
