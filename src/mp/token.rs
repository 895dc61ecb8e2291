//! A random token that a worker receives over its standard input, by which it recognises its parent.

use std::{collections::hash_map::RandomState, fmt::Write, hash::BuildHasher};

use super::platform;

/// 128 random bits.
pub(crate) type HandshakeToken = [u8; 16];

/// A new one.
pub(crate) fn random_token() -> HandshakeToken {
    let mut token = HandshakeToken::default();
    let (front, back) = token.split_at_mut(8);
    front.copy_from_slice(&random_word().to_le_bytes());
    back.copy_from_slice(&random_word().to_le_bytes());
    token
}

/// 64 random bits. The standard library's hash maps are keyed by the system's random numbers; a keyed hash gives them
/// out without another dependency. Forked workers may have the same keys, so what is hashed tells them apart.
pub(crate) fn random_word() -> u64 {
    RandomState::new().hash_one((std::process::id(), platform::monotonic_ns()))
}

/// As 32 hexadecimal digits.
pub(crate) fn token_to_hex(token: &HandshakeToken) -> String {
    token.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// And back.
pub(crate) fn token_from_hex(digits: &str) -> Option<HandshakeToken> {
    let mut token = HandshakeToken::default();
    if digits.len() != 2 * token.len() || !digits.is_ascii() {
        return None;
    }
    for (byte, place) in token.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&digits[place..place + 2], 16).ok()?;
    }
    Some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_alike() {
        assert_ne!(random_token(), random_token());
    }

    #[test]
    fn digits_and_back() {
        let token = random_token();
        assert_eq!(token_from_hex(&token_to_hex(&token)), Some(token));
        assert_eq!(token_from_hex("12"), None);
        assert_eq!(token_from_hex(&"x".repeat(32)), None);
    }
}
