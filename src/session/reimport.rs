//! The monolith is imported again: proposals are kept, pieces that vanished are struck out, renamed ones are
//! followed, new ones are put where they pull strongest and marked as new.

mod renames;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use self::renames::renames;
use super::{
    Session, SessionError,
    project::{ImportError, Imported, Kept, OpenError, Options, Watch, lasting},
    snapshot::Fresh,
};
use crate::{
    analysis::grouping::Role,
    facts::{Facts, PieceId},
    import,
    proposal::{
        Note, Proposal, REMAINDER_NAME, Service, ServiceId, Vanished,
        command::Command,
        history::{History, Revision},
    },
};

/// What became of the pieces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Pieces that were not there before.
    pub arrived: Vec<PieceId>,
    /// What is now called otherwise: the old name, and the piece it is now.
    pub renamed: Vec<(String, PieceId)>,
    /// Names of pieces that are gone.
    pub vanished: Vec<String>,
}

/// Reads a monolith without a session: [`Session::take`] takes what was read. Commits that are `known` from an
/// earlier import, see [`Session::kept_history`], are not read again.
///
/// # Errors
/// When the folder is missing or may not be read, or `watch` asked to stop.
pub fn read(options: &Options, known: &Kept, watch: &dyn Watch) -> Result<Imported, ImportError> {
    import::run(options, known, watch)
}

impl Session {
    /// Imports the monolith again and keeps the proposals.
    ///
    /// # Errors
    /// When the import or the writing of the file fails; the project is as it was.
    pub fn import_again(
        &mut self,
        options: &Options,
        watch: &dyn Watch,
    ) -> Result<Followed, OpenError> {
        let imported = import::run(options, &self.kept_history(), watch)?;
        self.folder = options.folder.canonicalize().ok().or(self.folder.take());
        self.asked = Some(lasting(options));
        Ok(self.take(imported)?)
    }

    /// Takes the same monolith, imported anew, and keeps the proposals.
    ///
    /// # Errors
    /// When the file can't be written; the project is as it was.
    pub fn take(&mut self, imported: Imported) -> Result<Followed, SessionError> {
        let prepared = self.snapshot().prepare(Fresh::from(imported))?;
        self.place(prepared)
    }
}

/// For each old piece the new one that it is, if it is still there.
pub(super) struct Following {
    new_of: Vec<Option<PieceId>>,
    /// Foreign keys that the schema no longer has though it has both tables: between which, and how they are told.
    lost_keys: Vec<(PieceId, PieceId, String)>,
    /// How the keys that there are now are told.
    keys: BTreeSet<String>,
    pub(super) followed: Followed,
}

impl Following {
    pub(super) fn new(old: &Facts, new: &Facts) -> Self {
        let mut new_of: Vec<Option<PieceId>> =
            old.pieces().map(|piece| same_name(old, new, piece)).collect();
        let kept: BTreeSet<PieceId> = new_of.iter().flatten().copied().collect();
        let arrived: Vec<PieceId> = new.pieces().filter(|piece| !kept.contains(piece)).collect();
        let lost: Vec<PieceId> =
            old.pieces().filter(|piece| new_of[piece.index()].is_none()).collect();
        let mut followed = Followed::default();
        for (from, to) in renames(old, &lost, new, &arrived) {
            new_of[from.index()] = Some(to);
            followed.renamed.push((old.piece_name(from), to));
        }
        let taken: BTreeSet<PieceId> = new_of.iter().flatten().copied().collect();
        followed.arrived = arrived.into_iter().filter(|piece| !taken.contains(piece)).collect();
        followed.vanished = lost
            .into_iter()
            .filter(|piece| new_of[piece.index()].is_none())
            .map(|piece| old.piece_name(piece))
            .collect();
        let (keys, lost_keys) = lost_keys(old, new, &new_of);
        Self { new_of, lost_keys, keys, followed }
    }

    pub(super) fn find(&self, piece: PieceId) -> Option<PieceId> {
        self.new_of.get(piece.index()).copied().flatten()
    }

    fn all<C: FromIterator<PieceId>>(&self, pieces: impl IntoIterator<Item = PieceId>) -> C {
        pieces.into_iter().filter_map(|piece| self.find(piece)).collect()
    }

    fn pairs(&self, pairs: &BTreeSet<(PieceId, PieceId)>) -> BTreeSet<(PieceId, PieceId)> {
        let pair = |(a, b): &(PieceId, PieceId)| {
            let (a, b) = (self.find(*a)?, self.find(*b)?);
            Some((a.min(b), a.max(b)))
        };
        pairs.iter().filter_map(pair).collect()
    }

    /// Every revision of a history, for the new facts.
    pub(super) fn carry(&self, old: &Facts, new: &Facts, history: &History) -> Option<History> {
        let pulls = Pulls::new(new, &self.followed.arrived);
        let carried = history.revisions().iter().map(|revision| Revision {
            proposal: Arc::new(self.carry_one(old, new, &pulls, &revision.proposal)),
            what: revision.what.clone(),
            time: revision.time,
            command: revision.command.as_ref().and_then(|command| self.carry_command(command)),
        });
        History::restored(carried.collect(), history.at())
    }

    /// One proposal, for the new facts.
    pub(super) fn carry_now(&self, old: &Facts, new: &Facts, before: &Proposal) -> Proposal {
        self.carry_one(old, new, &Pulls::new(new, &self.followed.arrived), before)
    }

    fn carry_one(&self, old: &Facts, new: &Facts, pulls: &Pulls, before: &Proposal) -> Proposal {
        let mut placement: Vec<Option<ServiceId>> = vec![None; new.piece_count()];
        let mut vanished = before.vanished.clone();
        for (service, piece) in before.placement.iter().zip(old.pieces()) {
            match self.find(piece) {
                Some(now) => placement[now.index()] = Some(*service),
                None => vanished.push(Vanished {
                    name: old.piece_name(piece),
                    service: *service,
                    is_key: false,
                }),
            }
        }
        for (from, to, name) in &self.lost_keys {
            let service = before.service_of(*from);
            if service != before.service_of(*to) {
                vanished.push(Vanished { name: name.clone(), service, is_key: true });
            }
        }
        // What had vanished may have come back.
        vanished.retain(|gone| {
            if gone.is_key {
                !self.keys.contains(&gone.name)
            } else {
                new.piece_named(&gone.name).is_none()
            }
        });
        vanished.sort();
        vanished.dedup();
        let note =
            |note: &Note| Note { pieces: self.all(note.pieces.iter().copied()), ..note.clone() };
        let mut after = Proposal {
            locked: self.all(before.locked.iter().copied()),
            together: self.pairs(&before.together),
            apart: self.pairs(&before.apart),
            unlisted: self.all(before.unlisted.iter().copied()),
            arrived: self.all(before.arrived.iter().copied()),
            notes: before.notes.iter().map(note).collect(),
            vanished,
            ..before.clone()
        };
        after.arrived.extend(self.followed.arrived.iter().copied());
        pulls.place(new, &mut after, placement);
        after
    }

    fn carry_command(&self, command: &Command) -> Option<Command> {
        let all = |pieces: &[PieceId]| self.all::<Vec<PieceId>>(pieces.iter().copied());
        let mut command = command.clone();
        match &mut command {
            Command::MovePieces { pieces, .. }
            | Command::NewService { pieces, .. }
            | Command::LockPieces { pieces, .. }
            | Command::KeepTogether { pieces, .. }
            | Command::KeepApart { pieces, .. }
            | Command::AcceptPieces { pieces } => *pieces = all(pieces),
            Command::SplitService { parts, .. } => {
                for (_, pieces) in parts {
                    *pieces = all(pieces);
                }
            }
            Command::AddNote { note } => note.pieces = all(&note.pieces),
            Command::Replace { .. } => return None,
            _ => {}
        }
        Some(command)
    }
}

/// Places pieces that a proposal doesn't know where they pull strongest, and marks them as new.
pub(super) fn place_new(facts: &Facts, proposal: &mut Proposal, arrived: &BTreeSet<PieceId>) {
    let mut places: Vec<Option<ServiceId>> = proposal.placement.iter().copied().map(Some).collect();
    for piece in arrived {
        places[piece.index()] = None;
    }
    let list: Vec<PieceId> = arrived.iter().copied().collect();
    Pulls::new(facts, &list).place(facts, proposal, places);
    proposal.unlisted.retain(|piece| !arrived.contains(piece));
    proposal.arrived.extend(list);
}

/// How a foreign key is told between two tables of some facts.
fn told_key(facts: &Facts, from: PieceId, columns: &[String], to: PieceId) -> String {
    let (from, to) = (facts.piece_name(from), facts.piece_name(to));
    format!("the key {from}({}) → {to}", columns.join(", "))
}

/// The keys that there are now, and those that are lost while both their tables, perhaps renamed, are still there.
fn lost_keys(
    old: &Facts,
    new: &Facts,
    new_of: &[Option<PieceId>],
) -> (BTreeSet<String>, Vec<(PieceId, PieceId, String)>) {
    let now = new.foreign_keys.iter();
    let now: BTreeSet<String> = now
        .map(|key| told_key(new, new.table_piece(key.from), &key.columns, new.table_piece(key.to)))
        .collect();
    let lost = old.foreign_keys.iter().filter_map(|key| {
        let (from, to) = (old.table_piece(key.from), old.table_piece(key.to));
        let (now_from, now_to) = (new_of[from.index()]?, new_of[to.index()]?);
        let name = told_key(new, now_from, &key.columns, now_to);
        (!now.contains(&name)).then_some((from, to, name))
    });
    let lost = lost.collect();
    (now, lost)
}

fn same_name(old: &Facts, new: &Facts, piece: PieceId) -> Option<PieceId> {
    if piece.index() < old.modules.len() {
        new.module_at(&old.modules[piece.index()].path).map(|id| new.module_piece(id))
    } else {
        new.table_named(&old.piece_name(piece)).map(|id| new.table_piece(id))
    }
}

/// What pulls at the new pieces: whom they are tied to, and how strongly.
struct Pulls {
    arrived: Vec<PieceId>,
    ties: BTreeMap<PieceId, Vec<(PieceId, u32)>>,
}

impl Pulls {
    fn new(facts: &Facts, arrived: &[PieceId]) -> Self {
        let mut ties: BTreeMap<PieceId, Vec<(PieceId, u32)>> =
            arrived.iter().map(|piece| (*piece, Vec::new())).collect();
        let mut tie = |a: PieceId, b: PieceId, weight: u32| {
            for (from, to) in [(a, b), (b, a)] {
                if let Some(list) = ties.get_mut(&from) {
                    list.push((to, weight));
                }
            }
        };
        for call in facts.calls.iter().filter(|call| call.from_module != call.to_module) {
            tie(facts.module_piece(call.from_module), facts.module_piece(call.to_module), 1);
        }
        for access in &facts.accesses {
            tie(facts.module_piece(access.module), facts.table_piece(access.table), 2);
        }
        for key in facts.foreign_keys.iter().filter(|key| key.from != key.to) {
            tie(facts.table_piece(key.from), facts.table_piece(key.to), 2);
        }
        Self { arrived: arrived.to_vec(), ties }
    }

    /// Places what has no place: by its ties, else with its folder, else in the remainder.
    fn place(&self, facts: &Facts, proposal: &mut Proposal, places: Vec<Option<ServiceId>>) {
        let mut places = places;
        let closed: BTreeSet<ServiceId> = proposal
            .services
            .iter()
            .filter(|service| service.locked)
            .map(|service| service.id)
            .collect();
        let mut left = self.arrived.clone();
        self.place_by_ties(&mut left, &mut places, &closed);
        let folders = Folders::new(facts, &places, &closed);
        for piece in &left {
            places[piece.index()] = folders.home(facts, *piece);
        }
        left.retain(|piece| places[piece.index()].is_none());
        self.place_by_ties(&mut left, &mut places, &closed);
        let home =
            if places.iter().any(Option::is_none) { remainder(proposal) } else { ServiceId(0) };
        proposal.placement = places.into_iter().map(|place| place.unwrap_or(home)).collect();
    }

    /// Goes on as long as placing one piece helps to place another.
    fn place_by_ties(
        &self,
        left: &mut Vec<PieceId>,
        places: &mut [Option<ServiceId>],
        closed: &BTreeSet<ServiceId>,
    ) {
        let mut before = usize::MAX;
        while left.len() < before {
            before = left.len();
            left.retain(|piece| {
                places[piece.index()] = self.strongest(*piece, places, closed);
                places[piece.index()].is_none()
            });
        }
    }

    fn strongest(
        &self,
        piece: PieceId,
        places: &[Option<ServiceId>],
        closed: &BTreeSet<ServiceId>,
    ) -> Option<ServiceId> {
        let mut votes: BTreeMap<ServiceId, u32> = BTreeMap::new();
        for (other, weight) in &self.ties[&piece] {
            if let Some(service) = places[other.index()].filter(|service| !closed.contains(service))
            {
                *votes.entry(service).or_default() += weight;
            }
        }
        most(&votes)
    }
}

/// Which service most modules of each folder are in, folders within it counted too.
struct Folders {
    homes: BTreeMap<String, BTreeMap<ServiceId, u32>>,
}

impl Folders {
    fn new(facts: &Facts, places: &[Option<ServiceId>], closed: &BTreeSet<ServiceId>) -> Self {
        let mut homes: BTreeMap<String, BTreeMap<ServiceId, u32>> = BTreeMap::new();
        for (module, place) in facts.modules.iter().zip(places) {
            let Some(service) = place.filter(|service| !closed.contains(service)) else { continue };
            for folder in ancestors(module.folder()) {
                *homes.entry(folder.to_owned()).or_default().entry(service).or_default() += 1;
            }
        }
        Self { homes }
    }

    fn home(&self, facts: &Facts, piece: PieceId) -> Option<ServiceId> {
        let module = facts.modules.get(piece.index())?;
        let nearest = ancestors(module.folder()).find_map(|folder| self.homes.get(folder))?;
        most(nearest)
    }
}

/// The folder, and the folders it is in, the root left out.
fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    let first = Some(folder).filter(|folder| !folder.is_empty());
    std::iter::successors(first, |folder| folder.rsplit_once('/').map(|(above, _)| above))
}

fn most(votes: &BTreeMap<ServiceId, u32>) -> Option<ServiceId> {
    votes.iter().max_by_key(|(id, votes)| (**votes, std::cmp::Reverse(**id))).map(|(id, _)| *id)
}

/// The remainder, made if there is none.
fn remainder(proposal: &mut Proposal) -> ServiceId {
    if let Some(remainder) = proposal.remainder() {
        return remainder.id;
    }
    let id = ServiceId(proposal.next_service);
    proposal.next_service += 1;
    let mut name = REMAINDER_NAME.to_owned();
    while proposal.service_named(&name).is_some() {
        name.push('_');
    }
    proposal.services.push(Service { id, name, role: Role::Remainder, ..Service::default() });
    id
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::{facts::notation::parse, proposal::replacement::Part};

    const BEFORE: &str = "
        billing/invoice.rb#draft writes invoices
        billing/invoice.rb#send reads invoices
        billing/invoice.rb#total reads invoices
        orders/cart.rb writes orders
        orders/old.rb calls orders/cart.rb
        table invoices id total due
        table orders id placed";

    /// Imports again and writes where everything is: `+` is new, `-` is gone.
    fn check(after: &str, expected: &str) {
        let old = parse(BEFORE).expect("good notation");
        let new = parse(after).expect("good notation");
        let named = |names: &[&str]| {
            names.iter().map(|name| old.piece_named(name).expect("a piece")).collect()
        };
        let part = |name: &str, pieces: Vec<PieceId>| Part {
            name: name.to_owned(),
            pieces,
            ..Part::default()
        };
        let parts = vec![
            part("Billing", named(&["billing/invoice.rb", "invoices"])),
            part("Orders", named(&["orders/cart.rb", "orders/old.rb", "orders"])),
        ];
        let proposal = Proposal::of_parts("First", old.piece_count(), parts);
        let history = History::new(proposal, "Begin", 0);
        let following = Following::new(&old, &new);
        let carried = following.carry(&old, &new, &history).expect("one revision");
        let proposal = carried.current();
        let services = proposal.services.iter().map(|service| {
            let pieces = proposal.pieces_of(service.id).map(|piece| {
                let mark = if proposal.arrived.contains(&piece) { "+" } else { "" };
                format!(" {mark}{}", new.piece_name(piece))
            });
            let gone = proposal.vanished.iter().filter(|gone| gone.service == service.id);
            let gone = gone.map(|gone| format!(" -{}", gone.name));
            format!("{}:{}", service.name, pieces.chain(gone).collect::<String>())
        });
        assert_eq!(services.collect::<Vec<_>>().join("\n"), expected);
    }

    #[test]
    fn what_stays_stays_and_what_is_gone_is_struck_out() {
        check(
            "billing/invoice.rb writes invoices
             orders/cart.rb writes orders",
            "Billing: billing/invoice.rb invoices\nOrders: orders/cart.rb orders -orders/old.rb",
        );
    }

    #[test]
    fn a_key_between_services_that_is_gone_is_struck_out() {
        let keyed = |more: &str| format!("{BEFORE}\n{more}");
        let old = parse(&keyed("invoices keys orders")).expect("good notation");
        let new = parse(BEFORE).expect("good notation");
        let named = |names: &[&str]| -> Vec<PieceId> {
            names.iter().map(|name| old.piece_named(name).expect("a piece")).collect()
        };
        let part = |name: &str, pieces| Part { name: name.to_owned(), pieces, ..Part::default() };
        let billing = named(&["billing/invoice.rb", "invoices"]);
        let orders = named(&["orders/cart.rb", "orders/old.rb", "orders"]);
        let parts = vec![part("Billing", billing), part("Orders", orders)];
        let first = Proposal::of_parts("First", old.piece_count(), parts);
        let gone = Following::new(&old, &new).carry_now(&old, &new, &first);
        let told: Vec<(&str, u32)> =
            gone.vanished.iter().map(|gone| (gone.name.as_str(), gone.service.0)).collect();
        assert_eq!(told, [("the key invoices(orders_id) → orders", 0)]);
        assert!(gone.vanished[0].is_key);
        let back = Following::new(&new, &old).carry_now(&new, &old, &gone);
        assert_eq!(back.vanished, []);
    }

    #[test]
    fn what_moved_is_followed_by_its_name_or_its_functions() {
        check(
            "invoicing/invoice.rb#draft writes invoices
             invoicing/invoice.rb#send reads invoices
             invoicing/invoice.rb#total reads invoices
             shop/cart.rb writes orders
             orders/old.rb calls shop/cart.rb",
            "Billing: invoicing/invoice.rb invoices\nOrders: orders/old.rb shop/cart.rb orders",
        );
        check(
            "billing/bill.rb#draft writes bills
             billing/bill.rb#send reads bills
             billing/bill.rb#total reads bills
             table bills id total due
             orders/cart.rb writes orders
             orders/old.rb calls orders/cart.rb",
            "Billing: billing/bill.rb bills\nOrders: orders/cart.rb orders/old.rb orders",
        );
    }

    #[test]
    fn what_is_new_goes_where_it_pulls_strongest_and_is_marked() {
        let after = format!(
            "{BEFORE}
             shared/tax.rb calls billing/invoice.rb
             orders/gift.rb calls nowhere/known.rb
             module elsewhere/alone.rb 10 lines"
        );
        check(
            &after,
            "Billing: billing/invoice.rb +shared/tax.rb invoices\n\
             Orders: +nowhere/known.rb orders/cart.rb +orders/gift.rb orders/old.rb orders\n\
             Remainder: +elsewhere/alone.rb",
        );
    }
}
