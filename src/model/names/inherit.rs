//! Members that types have from others.

use rustc_hash::FxHashMap;

use super::index::{Member, owner_class};
use super::member::{MAX_BASES, MAX_MEMBERS};
use crate::facts::{Kind, Name, Param, ParamKind};
use crate::model::Project;
use crate::model::values::value::{NodeRef, Value};

/// Methods of one name that are looked at for types that fit another.
const MAX_SAME: usize = 64;

impl Project {
    /// Members of that name in a type, its bases, and — for what it leaves open — its subtypes.
    pub(in crate::model) fn class_member(&self, class: NodeRef, name: &str) -> Vec<Member> {
        let found = self.inherited(class, name);
        if found.is_empty() {
            // What a mixin asks for is in the other bases of those who mix it in.
            return self.overrides(class, name);
        }
        let open = found.iter().all(|m| match m {
            Member::Method(f) => self.is_abstract(*f),
            Member::Field { .. } | Member::Param { .. } => false,
        });
        if open {
            let overrides = self.overrides(class, name);
            if !overrides.is_empty() {
                return overrides;
            }
        }
        found
    }

    /// The types that name a type as their base.
    pub(in crate::model) fn derived_of(&self, class: NodeRef) -> &[NodeRef] {
        // Bases may be named through members of types, whose subtypes do not count then.
        if self.deriving.replace(true) {
            return &[];
        }
        let derived = self.derived.get_or_init(|| {
            let mut derived: FxHashMap<NodeRef, Vec<NodeRef>> = FxHashMap::default();
            let mut classes: Vec<NodeRef> = self.index.classes.keys().copied().collect();
            classes.sort_unstable();
            self.apart(|| {
                self.without_callers(|| {
                    for class in classes {
                        for base in self.bases(class) {
                            match base {
                                Value::Class(base) => derived.entry(base).or_default().push(class),
                                Value::External(e)
                                    if self.file(class.file).sdk.has_word("structural-bases", &e.path) =>
                                {
                                    derived.entry(class).or_default().extend(self.fitting(class));
                                }
                                _ => {}
                            }
                        }
                    }
                });
            });
            derived
        });
        self.deriving.set(false);
        derived.get(&class).map_or(&[], |d| d)
    }

    /// The types that have all methods of a type whose subtypes need not name it, with its parameters.
    fn fitting(&self, class: NodeRef) -> Vec<NodeRef> {
        let Kind::Class(c) = self.kind(class) else { return Vec::new() };
        let facts = self.facts(class.file);
        let wanted: Vec<(&Name, NodeRef)> = c
            .body
            .iter()
            .filter_map(|&member| match facts.kind(member) {
                Kind::Function(f) => Some((f.name.as_ref()?, class.sibling(member))),
                _ => None,
            })
            .collect();
        let named = |method: &Name| self.index.functions.get(method).map_or(&[][..], |all| all);
        // What few have is looked for first.
        let rarest = wanted
            .iter()
            .filter(|(name, _)| !name.starts_with("__"))
            .min_by_key(|(name, _)| named(name).len());
        let Some((rarest, _)) = rarest.filter(|(name, _)| named(name).len() <= MAX_SAME) else {
            return Vec::new();
        };
        let has_all = |other: &NodeRef| {
            wanted.iter().all(|(name, method)| {
                let members = self.index.classes.get(other).and_then(|info| info.members.get(*name));
                members.is_some_and(|members| {
                    members
                        .iter()
                        .any(|m| matches!(m, Member::Method(own) if self.takes_alike(*own, *method)))
                })
            })
        };
        let mut out: Vec<NodeRef> = named(rarest)
            .iter()
            .filter_map(|&method| owner_class(&self.index, self.facts(method.file), method))
            .filter(|other| *other != class && self.is_test(*other) == self.is_test(class))
            .filter(has_all)
            .collect();
        out.sort_unstable();
        out.dedup();
        out.truncate(MAX_MEMBERS);
        out
    }

    /// Whether a method has the parameters of another one, by their names.
    fn takes_alike(&self, method: NodeRef, wanted: NodeRef) -> bool {
        let (Kind::Function(own), Kind::Function(wanted_function)) = (self.kind(method), self.kind(wanted))
        else {
            return false;
        };
        let all = own.params.iter().any(|p| p.kind == ParamKind::KeywordRest);
        let named = |at: NodeRef, param: &Param| match self.kind(at.sibling(param.pattern)) {
            Kind::Name(name) => Some(name.clone()),
            _ => None,
        };
        let names: Vec<Option<Name>> = own.params.iter().map(|p| named(method, p)).collect();
        let mut params = wanted_function.params.iter().filter(|p| p.kind == ParamKind::Plain);
        own.is_async == wanted_function.is_async && params.all(|p| all || names.contains(&named(wanted, p)))
    }

    /// Members of that name in the direct and indirect subtypes of a type.
    pub(in crate::model) fn overrides(&self, class: NodeRef, name: &str) -> Vec<Member> {
        let mut out = Vec::new();
        let mut seen = vec![class];
        let mut next = 0;
        while next < seen.len() && seen.len() <= 2 * MAX_BASES {
            let at = seen[next];
            next += 1;
            for &derived in self.derived_of(at) {
                if seen.contains(&derived) {
                    continue;
                }
                if seen.len() > MAX_MEMBERS {
                    break;
                }
                seen.push(derived);
                if let Some(members) = self.index.classes.get(&derived).and_then(|c| c.members.get(name)) {
                    out.extend(members.iter().take(MAX_MEMBERS).cloned());
                }
            }
        }
        if out.is_empty() {
            for derived in seen.into_iter().skip(1) {
                out.extend(self.inherited(derived, name).into_iter().take(MAX_MEMBERS));
            }
        }
        out
    }

    /// Members of that name in the nearest of a type and its bases.
    fn inherited(&self, class: NodeRef, name: &str) -> Vec<Member> {
        let members = |at: NodeRef| self.index.classes.get(&at).and_then(|c| c.members.get(name));
        let found = self.lineage(class).find_map(members);
        found.map_or_else(Vec::new, |members| members.iter().take(MAX_MEMBERS).cloned().collect())
    }

    /// Whether a type is another one or derived from it.
    pub(in crate::model) fn is_derived(&self, class: NodeRef, base: NodeRef) -> bool {
        self.lineage(class).any(|at| at == base)
    }

    /// Whether two types derive from one, and neither from the other: of those who call the base, one is meant
    /// or the other.
    pub(in crate::model) fn are_siblings(&self, one: Option<NodeRef>, other: Option<NodeRef>) -> bool {
        let (Some(one), Some(other)) = (one, other) else { return false };
        one != other
            && !self.is_derived(one, other)
            && !self.is_derived(other, one)
            && self
                .bases(one)
                .iter()
                .any(|base| matches!(base, Value::Class(base) if self.is_derived(other, *base)))
    }

    /// A type and its bases, the nearest first.
    pub(in crate::model) fn lineage(&self, class: NodeRef) -> impl Iterator<Item = NodeRef> {
        let mut seen = vec![class];
        let mut next: usize = 0;
        std::iter::from_fn(move || {
            // The bases of one are asked for only when somebody goes on from it.
            if let Some(&last) = next.checked_sub(1).and_then(|i| seen.get(i)) {
                for base in self.bases(last) {
                    if let Value::Class(base) = base
                        && !seen.contains(&base)
                    {
                        seen.push(base);
                    }
                }
            }
            let at = seen.get(next).copied().filter(|_| seen.len() <= MAX_BASES)?;
            next += 1;
            Some(at)
        })
    }

    /// A method without a body of its own: nothing, a docstring, `pass`, `...`, or only a `raise`.
    pub(in crate::model) fn is_abstract(&self, function: NodeRef) -> bool {
        let facts = self.facts(function.file);
        let Kind::Function(f) = facts.kind(function.node) else { return false };
        if !f.body.is_some() {
            return true;
        }
        match facts.kind(f.body) {
            Kind::Block { body, .. } => body.iter().all(|&s| match facts.kind(s) {
                Kind::Str(_) | Kind::Throw(_) | Kind::Opaque(_) | Kind::Null => true,
                Kind::Name(n) => &**n == "...",
                _ => false,
            }),
            _ => false,
        }
    }

    /// What the bases of a type evaluate to.
    pub(in crate::model) fn bases(&self, class: NodeRef) -> Vec<Value> {
        let Some(info) = self.index.classes.get(&class) else { return Vec::new() };
        let mut out = Vec::new();
        for &base in &info.bases {
            let at = match self.facts(base.file).kind(base.node) {
                Kind::Index { object, .. } => base.sibling(*object),
                _ => base,
            };
            for value in self.values(at, None) {
                if !out.contains(&value) {
                    out.push(value);
                }
            }
        }
        out
    }
}
