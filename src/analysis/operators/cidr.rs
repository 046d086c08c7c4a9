//! `cidr`: blocks of IPv4 and IPv6 addresses, and how they lie to each other.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::super::matcher::{Base, Scope};
use super::operands::any;
use crate::db::{Cidr, Operand};
use crate::stack::{Truth, Value};

/// A block of addresses as it is written, host bits included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Block {
    address: u128,
    prefix: u32,
    /// Bits of an address: 32 or 128.
    width: u32,
}

impl Block {
    /// Reads `10.0.0.0/16` or `2001:db8::/56`.
    pub(in super::super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let is_number = !prefix.is_empty() && prefix.bytes().all(|it| it.is_ascii_digit());
        let prefix: u32 = prefix.parse().ok().filter(|_| is_number)?;
        let (address, width) = match (address.parse::<Ipv4Addr>(), address.parse::<Ipv6Addr>()) {
            (Ok(address), _) => (u128::from(u32::from(address)), 32),
            (_, Ok(address)) => (u128::from(address), 128),
            _ => return None,
        };
        (prefix <= width).then_some(Self { address, prefix, width })
    }

    /// Reads a block, or one address as the block of it alone.
    pub(in super::super) fn parse_or_address(text: &str) -> Option<Self> {
        let whole = if text.contains(':') { 128 } else { 32 };
        if text.contains('/') { Self::parse(text) } else { Self::parse(&format!("{text}/{whole}")) }
    }

    /// Its prefix length.
    pub(super) fn prefix(self) -> u32 {
        self.prefix
    }

    fn network(self, prefix: u32) -> u128 {
        let host = self.width.saturating_sub(prefix);
        self.address.checked_shr(host).unwrap_or(0)
    }

    fn has_host_bits(self) -> bool {
        let host = self.width - self.prefix;
        self.network(self.prefix).checked_shl(host).unwrap_or(0) != self.address
    }

    /// Whether every address of it is one of `other`.
    pub(in super::super) fn is_within(self, other: Block) -> bool {
        self.width == other.width
            && self.prefix >= other.prefix
            && self.network(other.prefix) == other.network(other.prefix)
    }

    fn overlaps(self, other: Block) -> bool {
        self.is_within(other) || other.is_within(self)
    }
}

/// What is asked of the block `value`; no for what is none.
pub(in super::super) fn is(scope: &Scope<'_, '_>, value: &Value, asked: &Cidr, base: Option<Base<'_>>) -> Truth {
    match asked {
        Cidr::Block => of_block(scope, value, &|_| true),
        Cidr::Network => of_block(scope, value, &|it| !it.has_host_bits()),
        Cidr::Within(others) => to_others(scope, value, others, base, Block::is_within),
        Cidr::Overlaps(others) => to_others(scope, value, others, base, Block::overlaps),
    }
}

fn to_others(
    scope: &Scope<'_, '_>,
    value: &Value,
    others: &[Operand],
    base: Option<Base<'_>>,
    test: fn(Block, Block) -> bool,
) -> Truth {
    Truth::any(others.iter().map(|operand| {
        any(scope, operand, base, &|other, there| {
            let Some(other) = other else { return Truth::No };
            let known = scope.text(value).and_then(|it| it.whole().and_then(Block::parse));
            match known {
                Some(own) => of_block(there, other, &|it| test(own, it)),
                None => of_block(scope, value, &|_| true).and(of_block(there, other, &|_| true)),
            }
        })
    }))
}

fn of_block(scope: &Scope<'_, '_>, value: &Value, test: &dyn Fn(Block) -> bool) -> Truth {
    let Some(text) = scope.text(value) else { return Truth::No };
    match (text.whole(), text.reason()) {
        (Some(whole), _) => Truth::from(Block::parse(whole).is_some_and(test)),
        (None, Some(reason)) => Truth::Unknown(reason.clone()),
        (None, None) => Truth::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> Block {
        Block::parse(text).unwrap()
    }

    #[test]
    fn blocks_have_an_address_and_a_prefix() {
        for text in ["10.0.0.0/16", "10.0.1.5/24", "0.0.0.0/0", "10.0.0.1/32", "2001:db8::/56", "::/0"] {
            assert!(Block::parse(text).is_some(), "{text}");
        }
        for text in
            ["10.0.0.0", "10.0.0.0/33", "10.0.0/24", "10.0.0.256/8", "x/8", "10.0.0.0/", "10.0.0.0/+8", "::/129"]
        {
            assert_eq!(Block::parse(text), None, "{text}");
        }
    }

    #[test]
    fn host_bits_are_those_behind_the_prefix() {
        assert!(block("10.0.1.5/24").has_host_bits());
        assert!(block("2001:db8::1/56").has_host_bits());
        for text in ["10.0.1.0/24", "0.0.0.0/0", "10.0.1.5/32", "::/0", "2001:db8::/56"] {
            assert!(!block(text).has_host_bits(), "{text}");
        }
    }

    #[test]
    fn blocks_lie_inside_each_other_or_apart() {
        assert!(block("10.0.1.0/24").is_within(block("10.0.0.0/16")));
        assert!(!block("10.0.0.0/16").is_within(block("10.0.1.0/24")));
        assert!(!block("10.1.0.0/24").is_within(block("10.0.0.0/16")));
        assert!(block("10.0.0.0/16").is_within(block("0.0.0.0/0")));
        assert!(!block("::/8").is_within(block("0.0.0.0/0")), "another family");
        assert!(block("10.0.0.0/16").overlaps(block("10.0.1.0/24")));
        assert!(block("10.0.1.0/24").overlaps(block("10.0.0.0/16")));
        assert!(!block("10.0.0.0/24").overlaps(block("10.0.1.0/24")));
    }
}
