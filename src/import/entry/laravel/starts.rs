//! What Laravel starts by itself: commands, schedules, queued jobs and listeners.

use super::{Group, Link, Reader, class, text};
use crate::{
    facts::{EntryKind, EntryPoint, ModuleId},
    import::code::outline::{Expr, ExprKind},
};

impl<'a> Reader<'a> {
    /// `Schedule::command('orders:send')->daily()`, `$schedule->job(new Send)->hourly()`.
    pub(super) fn scheduled(&mut self, at: usize, links: &[Link<'a>]) {
        let Some(first) = links.first() else { return };
        let Some(what) = first.args.first().map(|arg| &arg.value) else { return };
        let target = match (first.name, class(what), text(what)) {
            ("command", Some(class), _) => self.method(&class, "handle"),
            ("command", None, Some(name)) => {
                let name = name.split_whitespace().next().unwrap_or(name);
                self.commands.get(name).map(|(module, function)| (*module, Some(*function)))
            }
            ("job", Some(class), _) => self.method(&class, "handle"),
            ("call", ..) => match &what.kind {
                ExprKind::Lambda { .. } => Some((ModuleId::at(at), None)),
                _ => self.action(what, &Group::default()),
            },
            _ => None,
        };
        let Some((module, function)) = target else { return };
        let mut route = links.get(1).map(|link| link.name.to_owned()).unwrap_or_default();
        if let Some(text) = first.args.get(1).and_then(|arg| text(&arg.value)) {
            text.clone_into(&mut route);
        }
        if let Some(cron) = links.iter().find(|link| link.name == "cron") {
            let cron = cron.args.first().and_then(|arg| text(&arg.value));
            cron.unwrap_or_default().clone_into(&mut route);
        }
        let entry = EntryPoint { module, function, kind: EntryKind::Job, route };
        if !self.found.contains(&entry) {
            self.found.push(entry);
        }
    }

    /// Commands, queued jobs and listeners: classes that the framework starts.
    pub(super) fn classes(&mut self) {
        for (at, source) in self.sources.iter().enumerate() {
            if source.language.name() != "PHP" {
                continue;
            }
            let module = ModuleId::at(at);
            for (place, decl) in source.outline.types.iter().enumerate() {
                let Some(class) = self.resolved.symbols.declared(module, place) else { continue };
                let bases = self.resolved.symbols.outside_supers(class);
                let is = |name: &str| bases.iter().any(|base| base == name);
                let value = |name: &str| {
                    let field = decl.fields.iter().find(|field| field.name == name)?;
                    text(field.value.as_ref()?).map(str::to_owned)
                };
                if is("Command") {
                    let name = value("$signature").or_else(|| value("$name"));
                    let name = name.or_else(|| value("$defaultName")).unwrap_or_default();
                    let name = name.split_whitespace().next().unwrap_or_default().to_owned();
                    self.started(
                        at,
                        place,
                        &["handle", "execute", "__invoke"],
                        EntryKind::Command,
                        &name,
                    );
                } else if is("ShouldQueue") {
                    let name = decl.name.rsplit('.').next().unwrap_or(&decl.name).to_owned();
                    self.started(at, place, &["handle", "__invoke"], EntryKind::Message, &name);
                } else if source.path.contains("/Listeners/") {
                    self.listener(at, place);
                }
            }
        }
    }

    /// The function of a class that the framework calls.
    fn started(&mut self, at: usize, place: usize, names: &[&str], kind: EntryKind, route: &str) {
        let outline = &self.sources[at].outline;
        let own = |name: &&str| {
            outline.functions.iter().position(|it| it.owner == Some(place) && it.name == **name)
        };
        let Some(index) = names.iter().find_map(own) else { return };
        let module = ModuleId::at(at);
        let Some(function) = self.resolved.symbols.function_id(module, index) else { return };
        // Attributes tell the same of Symfony's commands.
        let told = outline.types[place].annotations.iter().any(|it| it.name.ends_with("AsCommand"));
        if kind == EntryKind::Command {
            self.commands.insert(route.to_owned(), (module, function));
        }
        if !told {
            let (function, route) = (Some(function), route.to_owned());
            self.found.push(EntryPoint { module, function, kind, route });
        }
    }

    /// `handle(OrderPaid $event)` of a listener.
    fn listener(&mut self, at: usize, place: usize) {
        let outline = &self.sources[at].outline;
        for (index, function) in outline.functions.iter().enumerate() {
            let handles = function.name.starts_with("handle") || function.name == "__invoke";
            if function.owner != Some(place) || !handles {
                continue;
            }
            let Some(event) = function.params.first().and_then(|param| param.ty.as_ref()) else {
                continue;
            };
            let route = event.name.rsplit('.').next().unwrap_or(&event.name).to_owned();
            let module = ModuleId::at(at);
            let function = self.resolved.symbols.function_id(module, index);
            self.found.push(EntryPoint { module, function, kind: EntryKind::Message, route });
        }
    }
}

/// `Schedule`, `$schedule`.
pub(super) fn is_schedule(root: &Expr) -> bool {
    match &root.kind {
        ExprKind::Type(ty) => ty.name.ends_with(".Schedule"),
        ExprKind::Name(name) => name == "$schedule",
        _ => false,
    }
}
