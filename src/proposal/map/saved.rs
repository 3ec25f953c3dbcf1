//! Where containers stand, as text that outlives the window: what a new layout starts from.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Container, Contents, Layout, Rect};
use crate::proposal::ServiceId;

/// The place of one container.
#[derive(Serialize, Deserialize)]
struct Place {
    service: ServiceId,
    rect: Rect,
}

impl Layout {
    /// Where every container stands, as JSON.
    #[must_use]
    pub fn saved(&self) -> String {
        let place =
            |container: &Container| Place { service: container.service, rect: container.rect };
        let places: Vec<Place> = self.containers.iter().map(place).collect();
        serde_json::to_string(&places).unwrap_or_default()
    }

    /// The layout that was saved, with empty containers: a previous layout that [`super::arrange`] fills again.
    /// `None` for anything that is no layout.
    #[must_use]
    pub fn restored(text: &str) -> Option<Self> {
        let places: Vec<Place> = serde_json::from_str(text).ok()?;
        let is_sound = |rect: &Rect| {
            [rect.x, rect.y, rect.width, rect.height].iter().all(|side| side.is_finite())
                && rect.width > 0.0
                && rect.height > 0.0
        };
        if places.is_empty() || !places.iter().all(|place| is_sound(&place.rect)) {
            return None;
        }
        let containers: Vec<Container> = places
            .into_iter()
            .map(|Place { service, rect }| {
                // No service holds this piece alone, so that whatever it holds is packed anew.
                let contents = Contents {
                    pieces: vec![crate::facts::PieceId(u32::MAX)],
                    ..Contents::default()
                };
                Container { service, rect, contents: Arc::new(contents) }
            })
            .collect();
        let bounds = Rect::around_all(containers.iter().map(|container| &container.rect));
        Some(Self { containers, bounds })
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn places_are_read_back_and_nonsense_is_passed_over() {
        let container = Container {
            service: ServiceId(3),
            rect: Rect::new(4.0, 8.0, 120.0, 80.0),
            contents: Arc::default(),
        };
        let layout = Layout { bounds: container.rect, containers: vec![container] };
        let restored = Layout::restored(&layout.saved()).expect("it was saved by us");
        assert_eq!(restored.containers[0].rect, layout.containers[0].rect);
        assert_eq!(restored.bounds, layout.bounds);
        assert_eq!(Layout::restored("{}"), None);
        let flat = layout.saved().replace("80.0", "-80.0");
        assert_eq!(Layout::restored(&flat), None);
    }
}
