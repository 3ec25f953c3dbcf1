//! The names that mappers give to tables and columns where the mapping gives none.
//!
//! Spring's strategy is taken, lower case with underscores; a table or column that is known under the plain name
//! is found all the same, because names are compared without case and underscores.

/// `OrderLine` and `orderLine` as `order_line`.
pub(crate) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        let after_lower =
            at > 0 && (letters[at - 1].is_lowercase() || letters[at - 1].is_numeric());
        let before_lower = at > 0
            && letters[at - 1].is_uppercase()
            && letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && (after_lower || before_lower) {
            snake.push('_');
        }
        snake.extend(if *letter == '.' { '_' } else { *letter }.to_lowercase());
    }
    snake
}

/// The column of an association: the field's name and the key column it refers to.
pub(crate) fn join_column(field: &str, key: &str) -> String {
    format!("{}_{key}", snake_case(field))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn names_are_lower_case_with_underscores() {
        assert_eq!(snake_case("OrderLine"), "order_line");
        assert_eq!(snake_case("HL7InQueue"), "hl7_in_queue");
        assert_eq!(snake_case("already_snake"), "already_snake");
        assert_eq!(join_column("petType", "id"), "pet_type_id");
    }
}
