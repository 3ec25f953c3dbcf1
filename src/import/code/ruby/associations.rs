//! Where associations lead: by the class they name, by convention, or through another association.

use super::{
    lookup::Found,
    members::{Association, MemberKind},
    tree::{ClassNo, Tree},
};
use crate::import::schema::inflect::singular;

/// How many associations may lead through each other.
const DEEPEST: u32 = 6;

impl<'a> Tree<'_, 'a> {
    /// The class whose objects an association of a class gives; `None` where that cannot be known.
    pub(crate) fn association_class(
        &self,
        class: ClassNo,
        association: &Association<'a>,
    ) -> Option<ClassNo> {
        self.association_at(class, association, 0)
    }

    fn association_at(
        &self,
        class: ClassNo,
        association: &Association<'a>,
        depth: u32,
    ) -> Option<ClassNo> {
        if depth > DEEPEST || association.is_polymorphic() {
            return None;
        }
        if let Some(through) = association.option("through") {
            return self.through(class, association, through, depth);
        }
        let word = association.class_word();
        match word.strip_prefix("::") {
            Some(absolute) => self.below(super::tree::TOP, absolute),
            None => self.by_word(class, &word),
        }
    }

    fn through(
        &self,
        class: ClassNo,
        association: &Association<'a>,
        through: &str,
        depth: u32,
    ) -> Option<ClassNo> {
        let between = self.named_association(class, through)?;
        let between = self.association_at(between.0, between.1, depth + 1)?;
        let source = association.option("source");
        if association.option("source_type").is_some() {
            let word = association.option("source_type")?;
            return self.by_word(class, word);
        }
        let one = singular(&association.name);
        let names = source.map_or_else(|| vec![association.name.as_str(), &one], |it| vec![it]);
        let (owner, found) =
            names.into_iter().find_map(|name| self.named_association(between, name))?;
        self.association_at(owner, found, depth + 1)
    }

    /// The association of that name, with the class that declares it.
    pub(crate) fn named_association(
        &self,
        class: ClassNo,
        name: &str,
    ) -> Option<(ClassNo, &Association<'a>)> {
        let Some(Found::Member(owner, member)) = self.instance_method(class, name) else {
            return None;
        };
        match &member.kind {
            // What a concern declares is looked up from the class that includes it.
            MemberKind::Association(association) => {
                let owner = if self.class(owner).is_module { class } else { owner };
                Some((owner, association))
            }
            _ => None,
        }
    }
}
