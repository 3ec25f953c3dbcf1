//! Names in narrow tiles: broken where their words begin.

use egui::{FontId, Ui};

/// The name in lines no wider than `width`, at most `most` of them; the last holds whatever is left.
pub(super) fn wrapped(ui: &Ui, name: &str, font: &FontId, width: f32, most: usize) -> Vec<String> {
    let measure = |text: &str| width_of(ui, text, font);
    if most <= 1 || measure(name) <= width {
        return vec![name.to_owned()];
    }
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in words(name) {
        let fits = measure(&line) + measure(word) <= width;
        if !line.is_empty() && !fits && lines.len() + 1 < most {
            lines.push(std::mem::take(&mut line));
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// How wide a text is in one line.
pub(super) fn width_of(ui: &Ui, text: &str, font: &FontId) -> f32 {
    ui.fonts_mut(|fonts| text.chars().map(|c| fonts.glyph_width(font, c)).sum::<f32>())
}

/// The words of a name, each with what joins it to the next: `Order`, `Line`, `user_`, `id`.
fn words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let letters: Vec<(usize, char)> = name.char_indices().collect();
    for pair in letters.windows(2) {
        let ((_, before), (at, letter)) = (pair[0], pair[1]);
        let joins = matches!(before, '_' | '-' | '.' | '/');
        let begins = letter.is_uppercase() && !before.is_uppercase();
        if (joins || begins) && at > start {
            words.push(&name[start..at]);
            start = at;
        }
    }
    words.push(&name[start..]);
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_begin_at_capitals_and_joints() {
        assert_eq!(words("OrderLineDTO"), ["Order", "Line", "DTO"]);
        assert_eq!(words("user_account-id"), ["user_", "account-", "id"]);
        assert_eq!(words("orders/models"), ["orders/", "models"]);
        assert_eq!(words("cart"), ["cart"]);
    }
}
