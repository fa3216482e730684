//! Numbers, followed through names and arithmetic.

use super::Project;
use super::value::{NodeRef, Value};
use crate::facts::{BinaryOp, Kind};

/// Parts of a computed number.
const MAX_PARTS: u32 = 256;

impl Project {
    /// The number an expression gives, if it is one literal.
    pub fn number(&self, at: NodeRef) -> Option<f64> {
        let mut left = MAX_PARTS;
        self.number_within(at, &mut left)
    }

    /// What is set from itself, on whatever way, is no number: `left` counts the steps.
    fn number_within(&self, at: NodeRef, left: &mut u32) -> Option<f64> {
        *left = left.checked_sub(1)?;
        if let Some(n) = self.file(at.file).number_of(at.node) {
            return Some(n);
        }
        match self.kind(at) {
            Kind::Binary { op, left: first, right: second } => {
                let a = self.number_within(at.sibling(*first), left)?;
                let b = self.number_within(at.sibling(*second), left)?;
                match op {
                    BinaryOp::Add => Some(a + b),
                    BinaryOp::Sub => Some(a - b),
                    BinaryOp::Mul => Some(a * b),
                    BinaryOp::Pow => Some(a.powf(b)),
                    _ => None,
                }
            }
            _ => match &self.eval(at)[..] {
                [Value::Node(node)] if *node != at => self.number_within(*node, left),
                _ => None,
            },
        }
    }

    /// Every number an expression may give; `None` when one of them is out of reach.
    pub fn numbers(&self, at: NodeRef) -> Option<Vec<f64>> {
        if let Some(n) = self.number(at) {
            return Some(vec![n]);
        }
        self.eval(at)
            .iter()
            .map(|v| match v {
                Value::Node(node) if *node != at => self.number(*node),
                _ => None,
            })
            .collect()
    }
}
