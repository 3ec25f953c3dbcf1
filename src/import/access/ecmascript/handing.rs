//! Functions that hand a class they are given to a repository: what they do is done where they are called.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::{
    bare,
    chains::{Chain, chain, row_mode},
    is_script,
    queries::Queries,
};
use crate::{
    facts::{AccessMode, FunctionId, ModuleId},
    import::code::outline::{ExprKind, Param},
};

impl Queries<'_> {
    /// Finds functions that hand on a class they are given, also to others that do.
    pub(super) fn hand_on(&mut self) {
        let mut found: BTreeMap<FunctionId, BTreeSet<AccessMode>> = BTreeMap::new();
        for (module, source) in self.code.modules() {
            if !is_script(self.code, module) {
                continue;
            }
            for (at, function) in source.outline.functions.iter().enumerate() {
                if function.params.is_empty() {
                    continue;
                }
                let Some(id) = self.code.resolved.symbols.function_id(module, at) else { continue };
                let mut all = Vec::new();
                function.body.iter().for_each(|stmt| stmt.walk(&mut |expr| all.push(expr)));
                let mut seen = FxHashSet::default();
                for expr in all {
                    let is_new = !seen.contains(&std::ptr::from_ref(expr));
                    if !is_new || !matches!(expr.kind, ExprKind::Call { .. }) {
                        continue;
                    }
                    let chain = chain(expr, &mut seen);
                    let modes = self.handed(&chain, module, &function.params);
                    if !modes.is_empty() {
                        found.entry(id).or_default().extend(modes);
                    }
                }
            }
        }
        self.handing = found;
    }

    /// What a chain does with the rows of a class that is one of the parameters.
    fn handed(
        &self,
        chain: &Chain<'_>,
        module: ModuleId,
        params: &[Param],
    ) -> BTreeSet<AccessMode> {
        let mut modes = BTreeSet::new();
        for (at, link) in chain.links.iter().enumerate() {
            let takes = link.args.into_iter().flatten().any(|arg| match &bare(&arg.value).kind {
                ExprKind::Name(name) => params.iter().any(|param| param.name == *name),
                _ => false,
            });
            if !takes {
                continue;
            }
            if matches!(link.name, "getRepository" | "getTreeRepository" | "createQueryBuilder") {
                let after = chain.links[at..].iter().filter_map(|it| row_mode(it.name, false));
                modes.extend(after);
                modes.insert(chain.mode(at));
            } else if let Some(uses) = self.uses.get(module.index())
                && let Some(member_use) = uses.get(&std::ptr::from_ref(link.expr))
                && let Some(known) = member_use.target.and_then(|it| self.handing.get(&it))
            {
                modes.extend(known);
            }
        }
        modes
    }
}
