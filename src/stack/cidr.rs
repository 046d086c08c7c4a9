//! `Fn::Cidr` over a known block.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The first `count` blocks of `bits` host bits each inside `block`.
///
/// Returns `None` when `block` is not a CIDR block or has no room for them.
pub(super) fn split(block: &str, count: u32, bits: u32) -> Option<Vec<String>> {
    let (address, prefix) = block.trim().split_once('/')?;
    let prefix: u32 = prefix.parse().ok()?;
    if let Ok(address) = address.parse::<Ipv4Addr>() {
        let starts = starts(u128::from(u32::from(address)), 32, prefix, count, bits)?;
        let network = |start: u128| u32::try_from(start).ok().map(Ipv4Addr::from);
        return starts.into_iter().map(|it| Some(format!("{}/{}", network(it)?, 32 - bits))).collect();
    }
    let address: Ipv6Addr = address.parse().ok()?;
    let starts = starts(u128::from(address), 128, prefix, count, bits)?;
    Some(starts.into_iter().map(|it| format!("{}/{}", Ipv6Addr::from(it), 128 - bits)).collect())
}

fn starts(address: u128, width: u32, prefix: u32, count: u32, bits: u32) -> Option<Vec<u128>> {
    if prefix > width || bits > width - prefix || !(1..=256).contains(&count) {
        return None;
    }
    let host_bits = width - prefix;
    let base = address.checked_shr(host_bits).unwrap_or(0).checked_shl(host_bits).unwrap_or(0);
    let room = 1_u128.checked_shl(host_bits - bits).unwrap_or(u128::MAX);
    if u128::from(count) > room {
        return None;
    }
    let step = 1_u128.checked_shl(bits)?;
    (0..count).map(|it| base.checked_add(step.checked_mul(u128::from(it))?)).collect()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn blocks_follow_each_other() {
        assert_eq!(split("10.0.0.0/16", 3, 8).unwrap(), ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]);
        assert_eq!(split("2001:db8::/56", 2, 64).unwrap(), ["2001:db8::/64", "2001:db8:0:1::/64"]);
    }

    #[test]
    fn no_room_is_none() {
        assert_eq!(split("10.0.0.0/24", 2, 8), None);
        assert_eq!(split("10.0.0.0", 1, 8), None);
        assert_eq!(split("0.0.0.0/0", 1, 33), None);
    }
}
