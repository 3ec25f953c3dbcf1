//! Views go where the code that shows them goes: a template belongs to its controller, whatever folder it lies in.

use std::collections::BTreeMap;

use super::bonds::main;
use crate::facts::{Facts, ModuleId, PieceId};

/// Each view with the one module that shows or includes it, if that is clear.
pub(super) fn find(facts: &Facts) -> Vec<(PieceId, PieceId)> {
    let is_view = |module: ModuleId| facts.module(module).is_view();
    let mut users: BTreeMap<ModuleId, BTreeMap<ModuleId, usize>> = BTreeMap::new();
    for call in facts.calls.iter().filter(|call| call.from_module != call.to_module) {
        if is_view(call.to_module) {
            let users = users.entry(call.to_module).or_default();
            *users.entry(call.from_module).or_default() += 1;
        }
    }
    let shown = users.into_iter().filter_map(|(view, users)| {
        // What code shows belongs to that code, even where other views include it as well.
        let code: BTreeMap<ModuleId, usize> = users
            .iter()
            .filter(|(user, _)| !is_view(**user))
            .map(|(user, n)| (*user, *n))
            .collect();
        let user = main(if code.is_empty() { &users } else { &code })?;
        Some((facts.module_piece(view), facts.module_piece(user)))
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::find;
    use crate::facts::notation;

    fn check(facts: &str, expected: &[&str]) {
        let facts = notation::parse(facts).expect("a good notation");
        let path = |piece| facts.piece_name(piece);
        let found: Vec<String> = find(&facts)
            .iter()
            .map(|(view, user)| format!("{} with {}", path(*view), path(*user)))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_view_goes_with_the_code_that_shows_it() {
        check(
            "web/Orders.java imports jsp/order.jsp
             web/Carts.java imports jsp/cart.jsp
             jsp/cart.jsp imports jsp/row.jsp
             jsp/order.jsp imports jsp/cart.jsp
             jsp/order.jsp imports jsp/top.jsp
             jsp/cart.jsp imports jsp/top.jsp",
            &[
                "jsp/cart.jsp with web/Carts.java",
                "jsp/order.jsp with web/Orders.java",
                "jsp/row.jsp with jsp/cart.jsp",
            ],
        );
    }

    #[test]
    fn code_that_is_used_once_is_no_view() {
        check("routes.ts imports pages/orders.ts", &[]);
    }
}
