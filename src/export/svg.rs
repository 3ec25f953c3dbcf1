//! The map as a picture: the same layout that the window shows, as one self-contained SVG in the light look.

use std::{collections::BTreeMap, fmt::Write as _};

use crate::{
    analysis::{
        figures::Crossings,
        grouping::{GroupId, Role},
    },
    facts::{Facts, Piece, PieceId},
    proposal::{
        Proposal, Service, ServiceId,
        map::{Container, Layout, PADDING, Point, Rect, Ribbon, Stream, TITLE, ribbons},
    },
};

/// The same as the window's light service colours.
const SERVICES: [&str; 12] = [
    "#0072B2", "#009E73", "#7A8B00", "#D55E00", "#A0507F", "#B07C00", "#5A55C4", "#00848C",
    "#B4305F", "#4E7A2C", "#8A5A3C", "#5F6B7A",
];
const NEUTRAL: &str = "#5B6675";
const MARGIN: f32 = 40.0;

/// Draws the map. `pairs` is what runs between services, as a scorer tells it.
#[must_use]
pub fn picture(
    facts: &Facts,
    proposal: &Proposal,
    layout: &Layout,
    pairs: &[(GroupId, GroupId, Crossings)],
) -> String {
    let all = layout.bounds.grown(MARGIN);
    let mut svg = String::new();
    let Rect { x, y, width, height } = all;
    put(
        &mut svg,
        format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{x:.0} {y:.0} {width:.0} {height:.0}\" \
             font-family=\"Inter, 'Segoe UI', Helvetica, Arial, sans-serif\">\n\
             <title>{} – {}</title>\n\
             <rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" fill=\"#EEF0F3\"/>\n",
            escape(&facts.name),
            escape(&proposal.name),
        ),
    );
    let streams = streams(pairs);
    let routed = ribbons(layout, &streams);
    let most = streams.iter().map(Stream::count).max().unwrap_or(1);
    for ribbon in &routed {
        draw_ribbon(&mut svg, proposal, ribbon, most);
    }
    for container in &layout.containers {
        if let Some(service) = proposal.service(container.service) {
            draw_container(&mut svg, facts, service, container);
        }
    }
    for ribbon in &routed {
        draw_number(&mut svg, ribbon);
    }
    svg.push_str("</svg>\n");
    svg
}

/// One stream for each two services.
fn streams(pairs: &[(GroupId, GroupId, Crossings)]) -> Vec<Stream> {
    let mut streams: BTreeMap<(ServiceId, ServiceId), Stream> = BTreeMap::new();
    for (from, to, crossings) in pairs {
        let count = crossings.calls
            + crossings.reads
            + crossings.writes
            + crossings.declared_keys
            + crossings.implied_keys
            + crossings.joins;
        let count = u32::try_from(count.max(0)).unwrap_or(u32::MAX);
        let (from, to) = (ServiceId(from.0), ServiceId(to.0));
        let (a, b) = (from.min(to), from.max(to));
        let stream = streams.entry((a, b)).or_insert(Stream { from: a, to: b, there: 0, back: 0 });
        if from == a {
            stream.there = count;
        } else {
            stream.back = count;
        }
    }
    streams.into_values().filter(|stream| stream.count() > 0).collect()
}

fn draw_ribbon(svg: &mut String, proposal: &Proposal, ribbon: &Ribbon, most: u32) {
    let Stream { from, to, there, back } = ribbon.stream;
    let width = 1.5 + 8.0 * (ribbon.stream.count() as f32 / most.max(1) as f32).sqrt();
    let head = 6.0 + width * 0.9;
    let mut line = ribbon.points.clone();
    let mut arrows = String::new();
    for count in [there, back] {
        if count > 0
            && let Some((shorter, arrow)) = with_head(&line, head, width)
        {
            line = shorter;
            arrows += &arrow;
        }
        line.reverse();
    }
    let path: String = line
        .iter()
        .enumerate()
        .map(|(at, point)| {
            format!("{}{:.1} {:.1}", if at == 0 { 'M' } else { 'L' }, point.x, point.y)
        })
        .collect();
    let name =
        |id| escape(proposal.service(id).map_or("", |service: &Service| service.name.as_str()));
    put(
        svg,
        format_args!(
            "<g><title>{} → {}: {there}; back: {back}</title><path d=\"{path}\" fill=\"none\" \
             stroke=\"#C3CAD4\" stroke-width=\"{width:.1}\"/><path d=\"{arrows}\" fill=\"#C3CAD4\"/></g>
",
            name(from),
            name(to),
        ),
    );
}

/// The line without the room for its head, and the head as a path.
fn with_head(points: &[Point], head: f32, width: f32) -> Option<(Vec<Point>, String)> {
    let tip = *points.last()?;
    let before = points.iter().rev().find(|point| point.distance(tip) > head)?;
    let base = tip.towards(*before, head / before.distance(tip));
    let mut line: Vec<Point> =
        points.iter().take_while(|point| *point != before).copied().collect();
    line.extend([*before, base]);
    let (dx, dy) = ((tip.x - base.x) / head, (tip.y - base.y) / head);
    let half = width * 0.5 + head * 0.32;
    let (left, right) = (base.plus(-dy * half, dx * half), base.plus(dy * half, -dx * half));
    let arrow = format!(
        "M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}Z",
        tip.x, tip.y, left.x, left.y, right.x, right.y
    );
    Some((line, arrow))
}

fn draw_number(svg: &mut String, ribbon: &Ribbon) {
    let text = ribbon.stream.count().to_string();
    let width = text.len() as f32 * 7.0 + 14.0;
    let Point { x, y } = ribbon.label;
    put(
        svg,
        format_args!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"18\" rx=\"9\" fill=\"#FFF\" \
             stroke=\"#E1E5EA\"/><text x=\"{x:.1}\" y=\"{:.1}\" font-size=\"11\" font-weight=\"600\" \
             text-anchor=\"middle\" fill=\"#5B6675\">{text}</text>\n",
            x - width / 2.0,
            y - 9.0,
            y + 4.0,
        ),
    );
}

fn colour(service: &Service) -> &'static str {
    match service.role {
        Role::Service | Role::Library => SERVICES[usize::from(service.colour) % SERVICES.len()],
        Role::Remainder | Role::Excluded => NEUTRAL,
    }
}

fn draw_container(svg: &mut String, facts: &Facts, service: &Service, container: &Container) {
    let Rect { x, y, width, height } = container.rect;
    let colour = colour(service);
    let contents = &container.contents;
    let name = escape(&service.name);
    put(
        svg,
        format_args!(
            "<g transform=\"translate({x:.0} {y:.0})\"><title>{name}</title>\n\
             <rect width=\"{width:.0}\" height=\"{height:.0}\" rx=\"8\" fill=\"#FFF\"/>\n\
             <path d=\"M0 {TITLE}V8A8 8 0 0 1 8 0H{:.0}A8 8 0 0 1 {width:.0} 8V{TITLE}Z\" fill=\"{colour}\" \
             fill-opacity=\"0.13\"/>\n\
             <rect x=\"12\" y=\"13\" width=\"4\" height=\"22\" rx=\"2\" fill=\"{colour}\"/>\n\
             <text x=\"24\" y=\"22\" font-size=\"15\" font-weight=\"600\" fill=\"#1B2430\">{name}</text>\n\
             <text x=\"24\" y=\"38\" font-size=\"11.5\" fill=\"#5B6675\">{} lines · {} modules · {} tables</text>\n",
            width - 8.0,
            contents.lines,
            contents.tiles.len(),
            contents.chips.len(),
        ),
    );
    for tile in &contents.tiles {
        draw_tile(svg, facts, tile.piece, &tile.rect, colour);
    }
    if !contents.chips.is_empty() && contents.field.height > 0.0 {
        let at = contents.shelf.y;
        let end = width - PADDING;
        put(svg, format_args!("<path d=\"M{PADDING} {at:.0}H{end:.0}\" stroke=\"#E1E5EA\"/>\n"));
    }
    for chip in &contents.chips {
        draw_chip(svg, facts, chip.piece, &chip.rect, colour);
    }
    put(
        svg,
        format_args!(
            "<rect x=\"0.5\" y=\"0.5\" width=\"{:.0}\" height=\"{:.0}\" rx=\"8\" fill=\"none\" stroke=\"{colour}\" \
             stroke-opacity=\"0.34\"/></g>\n",
            width - 1.0,
            height - 1.0,
        ),
    );
}

fn draw_tile(svg: &mut String, facts: &Facts, piece: PieceId, rect: &Rect, colour: &str) {
    let Piece::Module(id) = facts.piece(piece) else { return };
    let module = facts.module(id);
    let Rect { x, y, width, height } = *rect;
    put(
        svg,
        format_args!(
            "<g><title>{}, {} lines</title><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" \
             height=\"{height:.1}\" rx=\"3\" fill=\"{colour}\" fill-opacity=\"0.22\"/>",
            escape(&module.path),
            module.lines,
        ),
    );
    if width >= 38.0 && height >= 17.0 {
        let stem = module.file_name().split('.').next().unwrap_or_default();
        let text = escape(&cut(stem, width - 10.0, 6.6));
        let (at, below) = (x + 6.0, y + 15.0);
        put(
            svg,
            format_args!(
                "<text x=\"{at:.1}\" y=\"{below:.1}\" font-size=\"11\" fill=\"#1B2430\">{text}</text>"
            ),
        );
    }
    svg.push_str("</g>\n");
}

fn draw_chip(svg: &mut String, facts: &Facts, piece: PieceId, rect: &Rect, colour: &str) {
    let Piece::Table(id) = facts.piece(piece) else { return };
    let table = facts.table(id);
    let Rect { x, y, width, height } = *rect;
    let (left, top, bottom) = (x + 9.0, y + 9.0, y + 17.0);
    let text = escape(&cut(&table.name, width - 34.0, 6.8));
    put(
        svg,
        format_args!(
            "<g><title>{}, {} columns</title><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" \
             height=\"{height:.1}\" rx=\"4\" fill=\"#FFF\" stroke=\"{colour}\" stroke-width=\"1.4\"/>\
             <path d=\"M{left:.1} {top:.1}a5 2 0 0 1 10 0a5 2 0 0 1 -10 0V{bottom:.1}a5 2 0 0 0 10 0V{top:.1}\" \
             fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.3\"/>\
             <text x=\"{:.1}\" y=\"{bottom:.1}\" font-size=\"11.5\" fill=\"#1B2430\">{text}</text></g>\n",
            escape(&table.full_name()),
            table.columns.len(),
            x + 26.0,
        ),
    );
}

/// As much of a text as fits, at that many units a letter.
fn cut(text: &str, width: f32, letter: f32) -> String {
    let most = (width / letter).max(1.0) as usize;
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// Text as XML has it. Control characters, which XML forbids, become spaces.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            letter if letter.is_control() => escaped.push(' '),
            letter => escaped.push(letter),
        }
    }
    escaped
}

fn put(svg: &mut String, text: std::fmt::Arguments<'_>) {
    svg.write_fmt(text).expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use quick_xml::events::Event;

    use super::*;
    use crate::{
        analysis::figures::Scorer,
        facts::notation,
        proposal::{
            apply::apply,
            command::Command,
            map::{Request, arrange},
        },
    };

    fn drawn(text: &str, name: &str) -> String {
        let facts = Arc::new(notation::parse(text).expect("a good notation"));
        let whole = Proposal::undivided("A & B", facts.piece_count());
        let command = Command::NewService {
            name: name.to_owned(),
            role: Role::Service,
            pieces: vec![PieceId(0)],
        };
        let proposal = apply(&whole, &command).expect("possible");
        let scorer = Scorer::new(Arc::clone(&facts), proposal.grouping());
        let layout =
            arrange(&Request { facts: &facts, proposal: &proposal, pulls: &[], previous: None });
        let pairs: Vec<_> = scorer.pairs().collect();
        picture(&facts, &proposal, &layout, &pairs)
    }

    #[test]
    fn the_picture_is_good_xml_with_every_piece_in_it() {
        let svg = drawn("a/x.rb calls a/y.rb\na/y.rb writes orders", "Say \"hi\" <b> & go\u{7}");
        let mut reader = quick_xml::Reader::from_str(&svg);
        loop {
            match reader.read_event() {
                Ok(Event::Eof) => break,
                Ok(_) => {}
                Err(error) => panic!("{error}\n{svg}"),
            }
        }
        for part in ["a/x.rb, 100 lines", "orders, 0 columns", "&lt;b&gt;", "A &amp; B"] {
            assert!(svg.contains(part), "{part} is missing");
        }
        assert!(!svg.contains("http://") || svg.matches("http://").count() == 1);
    }
}
