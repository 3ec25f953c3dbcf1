//! What commands do and refuse, and what holds after any list of them.

use pretty_assertions::assert_eq;
use proptest::prelude::*;

use super::*;

/// A proposal drawn as text: `billing: 0 1 | orders*: 2` (`*` is locked; `~` a library, `.` the remainder).
pub(in crate::proposal) fn proposal(text: &str) -> Proposal {
    let mut drawn = Proposal { name: "Drawn".to_owned(), ..Proposal::default() };
    let mut placement = BTreeMap::new();
    for (part, id) in text.split('|').zip(0..) {
        let (title, pieces) = part.split_once(':').expect("a name and pieces");
        let name = title.trim().trim_end_matches(['*', '~', '.']);
        let role = match title.trim().chars().last() {
            Some('~') => Role::Library,
            Some('.') => Role::Remainder,
            _ => Role::Service,
        };
        let locked = title.trim().ends_with('*');
        let (id, name) = (ServiceId(id), name.to_owned());
        drawn.services.push(Service { id, name, role, locked, ..Service::default() });
        for piece in pieces.split_whitespace() {
            placement.insert(piece.parse::<u32>().expect("a number"), id);
        }
    }
    drawn.next_service = u32::try_from(drawn.services.len()).expect("few");
    drawn.placement = placement.into_values().collect();
    drawn
}

/// The opposite of [`proposal`].
pub(in crate::proposal) fn draw(proposal: &Proposal) -> String {
    let parts = proposal.services.iter().map(|service| {
        let mark = match service.role {
            Role::Library => "~",
            Role::Remainder => ".",
            _ if service.locked => "*",
            _ => "",
        };
        let pieces = proposal.pieces_of(service.id).map(|piece| format!(" {}", piece.0));
        format!("{}{mark}:{}", service.name, pieces.collect::<String>())
    });
    parts.collect::<Vec<_>>().join(" | ")
}

fn pieces(numbers: &[u32]) -> Vec<PieceId> {
    numbers.iter().copied().map(PieceId).collect()
}

fn check(before: &str, command: &Command, after: &str) {
    let before = proposal(before);
    match apply(&before, command) {
        Ok(result) => assert_eq!(draw(&result), after),
        Err(refusal) => assert_eq!(refusal.to_string(), after),
    }
}

fn moved(numbers: &[u32], to: u32) -> Command {
    Command::MovePieces { pieces: pieces(numbers), to: ServiceId(to) }
}

#[test]
fn a_service_that_loses_its_last_piece_is_gone_but_a_library_stays() {
    check("a: 0 | b: 1 2", &moved(&[0], 1), "b: 0 1 2");
    check("a~: 0 | b: 1 2", &moved(&[0], 1), "a~: | b: 0 1 2");
    check("a.: 0 | b: 1 2", &moved(&[0], 1), "a.: | b: 0 1 2");
}

#[test]
fn what_is_locked_stays() {
    check("a*: 0 | b: 1 2", &moved(&[0], 1), "a is locked: unlock it first");
    check("a: 0 | b*: 1 2", &moved(&[0], 1), "b is locked: unlock it first");
    check("a*: 0 | b: 1 2", &moved(&[0], 0), "a*: 0 | b: 1 2");
    let merge = Command::MergeServices { from: ServiceId(1), into: ServiceId(0) };
    check("a*: 0 | b: 1 2", &merge, "a is locked: unlock it first");
    let mut locked = proposal("a: 0 | b: 1");
    locked.locked.insert(PieceId(0));
    let refusal = apply(&locked, &moved(&[0], 1)).expect_err("it is locked");
    assert_eq!(refusal, Refusal::LockedPiece(PieceId(0)));
}

#[test]
fn services_are_made_split_merged_and_removed() {
    let new = |name: &str, some: &[u32]| Command::NewService {
        name: name.to_owned(),
        role: Role::Service,
        pieces: pieces(some),
    };
    check("a: 0 1", &new(" b ", &[1]), "a: 0 | b: 1");
    check("a: 0 1", &new("b", &[]), "a: 0 1 | b:");
    check("a: 0 1", &new("a", &[]), "There is a service called a already");
    check("a: 0 1", &new("  ", &[]), "A service needs a name");
    check("a: 0 1", &new("b", &[7]), "That piece is not in the monolith");
    let merge = Command::MergeServices { from: ServiceId(0), into: ServiceId(1) };
    check("a: 0 | b: 1 | c: 2", &merge, "b: 0 1 | c: 2");
    let remove = Command::RemoveService { service: ServiceId(0) };
    check("a: 0 | b: 1", &remove, "b: 1 | Remainder.: 0");
    check("a: 0 | b.: 1", &remove, "b.: 0 1");
    check("a.: 0 | b: 1", &remove, "a is the only place there is: make another service first");
    let parts = vec![("x".to_owned(), pieces(&[0])), ("y".to_owned(), pieces(&[1]))];
    let split = Command::SplitService { service: ServiceId(0), parts };
    check("a: 0 1 2 | b: 3", &split, "a: 2 | b: 3 | x: 0 | y: 1");
    check("a: 0 1 | b: 2", &split, "b: 2 | x: 0 | y: 1");
    check("a: 0 | b: 1", &split, "Piece 1 is not in a");
}

#[test]
fn kept_together_moves_as_one_and_kept_apart_never_meets() {
    let together = |some: &[u32], keep| Command::KeepTogether { pieces: pieces(some), keep };
    let start = proposal("a: 0 1 2 | b: 3");
    let tied = apply(&start, &together(&[0, 1, 2], true)).expect("all in one service");
    assert_eq!(draw(&apply(&tied, &moved(&[1], 1)).expect("they follow")), "b: 0 1 2 3");
    let freed = apply(&tied, &together(&[1], false)).expect("free one");
    assert_eq!(draw(&apply(&freed, &moved(&[0], 1)).expect("two go")), "a: 1 | b: 0 2 3");
    check(
        "a: 0 | b: 1",
        &together(&[0, 1], true),
        "Piece 0 and Piece 1 are in two services: move them into one first",
    );
    let apart = Command::KeepApart { pieces: pieces(&[0, 3]), keep: true };
    let kept = apply(&start, &apart).expect("they are apart");
    let refusal = apply(&kept, &moved(&[0], 1)).expect_err("they would meet");
    assert_eq!(refusal.to_string(), "Piece 0 and Piece 3 are to be kept apart");
    let merge = Command::MergeServices { from: ServiceId(0), into: ServiceId(1) };
    assert!(apply(&kept, &merge).is_err());
}

#[test]
fn a_refusal_calls_pieces_by_their_names() {
    let facts = crate::facts::notation::parse("orders/cart.rb reads orders").expect("a fact");
    let refusal = Refusal::Apart { a: PieceId(0), b: PieceId(1) };
    assert_eq!(refusal.sentence(&facts), "orders/cart.rb and orders are to be kept apart");
}

#[test]
fn a_replacement_keeps_what_stays_and_leaves_the_rest_to_the_remainder() {
    use crate::proposal::replacement::Part;
    let start = proposal("a: 0 1 2 | b: 3 4 | c: 5 6");
    let part = |name: &str, some: &[u32]| Part {
        name: name.to_owned(),
        pieces: pieces(some),
        ..Part::default()
    };
    let parts = vec![part("x", &[0, 1, 3]), part("x", &[4])];
    let command = start.replacement(parts, "Propose again");
    let after = apply(&start, &command).expect("nothing is locked");
    assert_eq!(draw(&after), "x: 0 1 3 | x 2: 4 | Remainder.: 2 5 6");
    assert_eq!(after.services[0].id, ServiceId(0));
    assert_eq!(after.services[2].id, ServiceId(2));
}

/// Panics when something that must hold after every command does not.
pub(in crate::proposal) fn assert_sound(before: &Proposal, after: &Proposal) {
    let mut names = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for service in &after.services {
        assert!(names.insert(&service.name), "two services called {}", service.name);
        assert!(!service.name.trim().is_empty(), "a service without a name");
        assert!(ids.insert(service.id), "an id given twice");
        assert!(service.id.0 < after.next_service, "an id from the future");
        let known = before.service(service.id).is_some();
        assert!(known || service.id.0 >= before.next_service, "an id given again");
        let filled_before = before.pieces_of(service.id).next().is_some();
        let empty = after.pieces_of(service.id).next().is_none();
        let emptied = filled_before && empty;
        assert!(!emptied || stays_empty(service), "{} lost its last piece", service.name);
    }
    assert_eq!(after.placement.len(), before.placement.len());
    assert!(after.placement.iter().all(|service| ids.contains(service)), "a piece in no service");
    for piece in &before.locked {
        assert_eq!(before.service_of(*piece), after.service_of(*piece), "a locked piece moved");
    }
    for service in before.services.iter().filter(|service| service.locked) {
        let (was, is) = (before.pieces_of(service.id), after.pieces_of(service.id));
        assert!(was.eq(is), "a locked service changed");
    }
    for (a, b) in &after.together {
        assert_eq!(after.service_of(*a), after.service_of(*b), "together, yet apart");
    }
    for (a, b) in &after.apart {
        assert_ne!(after.service_of(*a), after.service_of(*b), "apart, yet together");
    }
    let remainders = after.services.iter().filter(|service| service.role == Role::Remainder);
    assert!(remainders.count() <= 1, "two remainders");
}

const PIECES: u32 = 12;

fn some_pieces() -> impl Strategy<Value = Vec<PieceId>> {
    prop::collection::vec((0..PIECES + 1).prop_map(PieceId), 0..4)
}

fn some_service() -> impl Strategy<Value = ServiceId> {
    (0_u32..8).prop_map(ServiceId)
}

fn some_name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "a", "b", "c", "d", "Remainder"]).prop_map(str::to_owned)
}

fn some_role() -> impl Strategy<Value = Role> {
    prop::sample::select(vec![Role::Service, Role::Library, Role::Remainder, Role::Excluded])
}

/// Any command, also ones that must be refused.
pub(in crate::proposal) fn some_command() -> impl Strategy<Value = Command> {
    let part = (some_name(), some_pieces());
    let replacement = prop::collection::vec(0_u32..8, PIECES as usize);
    prop_oneof![
        6 => (some_pieces(), some_service())
            .prop_map(|(pieces, to)| Command::MovePieces { pieces, to }),
        3 => (some_name(), some_role(), some_pieces())
            .prop_map(|(name, role, pieces)| Command::NewService { name, role, pieces }),
        1 => (some_service(), some_name())
            .prop_map(|(service, name)| Command::RenameService { service, name }),
        2 => (some_service(), some_service())
            .prop_map(|(from, into)| Command::MergeServices { from, into }),
        2 => (some_service(), prop::collection::vec(part, 0..3))
            .prop_map(|(service, parts)| Command::SplitService { service, parts }),
        1 => some_service().prop_map(|service| Command::RemoveService { service }),
        1 => (some_service(), some_role())
            .prop_map(|(service, role)| Command::SetRole { service, role }),
        1 => (some_service(), any::<bool>())
            .prop_map(|(service, locked)| Command::LockService { service, locked }),
        1 => (some_pieces(), any::<bool>())
            .prop_map(|(pieces, locked)| Command::LockPieces { pieces, locked }),
        1 => (some_pieces(), any::<bool>())
            .prop_map(|(pieces, keep)| Command::KeepTogether { pieces, keep }),
        1 => (some_pieces(), any::<bool>())
            .prop_map(|(pieces, keep)| Command::KeepApart { pieces, keep }),
        1 => replacement.prop_map(|places| {
            let ids: BTreeSet<u32> = places.iter().copied().collect();
            let services = ids.into_iter().map(|id| Service {
                id: ServiceId(id),
                name: format!("r{id}"),
                ..Service::default()
            });
            Command::Replace {
                services: services.collect(),
                placement: places.into_iter().map(ServiceId).collect(),
                why: "Propose again".to_owned(),
            }
        }),
        1 => (some_pieces(), some_service()).prop_map(|(pieces, service)| Command::AddNote {
            note: Note { pieces, services: vec![service], text: "why".to_owned(), ..Note::default() },
        }),
        1 => (0_usize..3).prop_map(|index| Command::RemoveNote { index }),
    ]
}

pub(in crate::proposal) fn some_start() -> Proposal {
    proposal("a: 0 1 2 3 | b: 4 5 6 7 | c: 8 9 10 11")
}

proptest! {
    #[test]
    fn whatever_is_done_every_piece_is_in_one_service(
        commands in prop::collection::vec(some_command(), 0..40)
    ) {
        let mut now = some_start();
        for command in &commands {
            if let Ok(after) = apply(&now, command) {
                assert_sound(&now, &after);
                now = after;
            }
        }
    }
}
