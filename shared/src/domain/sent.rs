//! The newest message of each member. Unread messages are counted from it, without an extra write.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The number of each member's newest message, by the member's slot.
///
/// Every entry carries it, so it is encoded compactly: one or two bytes for each member, as the distance from the newest
/// message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sent {
    /// By slot; 0 if the slot has no message. Never ends with a 0.
    numbers: Vec<u64>,
}

impl Sent {
    /// The number of the newest message of a slot; 0 if there is none.
    pub fn number(&self, slot: u8) -> u64 {
        self.numbers.get(usize::from(slot)).copied().unwrap_or(0)
    }

    /// Sets the number of a slot's newest message; 0 clears it.
    pub fn set(&mut self, slot: u8, number: u64) {
        let slot = usize::from(slot);
        if self.numbers.len() <= slot {
            self.numbers.resize(slot + 1, 0);
        }
        self.numbers[slot] = number;
        while self.numbers.last() == Some(&0) {
            self.numbers.pop();
        }
    }

    /// The greatest number, then for each slot either 0 or its distance from the greatest number plus one. Each value is a
    /// little-endian base-128 number ([LEB128](https://dwarfstd.org/doc/DWARF5.pdf), 7.6).
    fn to_bytes(&self) -> Vec<u8> {
        let newest = self.numbers.iter().copied().max().unwrap_or(0);
        let distances =
            self.numbers.iter().map(|number| if *number == 0 { 0 } else { newest - number + 1 });
        let mut bytes = Vec::with_capacity(self.numbers.len() + 4);
        for mut value in std::iter::once(newest).chain(distances) {
            loop {
                let low = (value & 0x7f) as u8;
                value >>= 7;
                if value == 0 {
                    bytes.push(low);
                    break;
                }
                bytes.push(low | 0x80);
            }
        }
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (mut values, mut value, mut shift) = (Vec::new(), 0u64, 0u32);
        for byte in bytes {
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            if byte & 0x80 == 0 {
                values.push(value);
                (value, shift) = (0, 0);
            }
        }
        let (newest, distances) = values.split_first()?;
        let number = |distance: &u64| match distance {
            0 => Some(0),
            distance => newest.checked_sub(distance - 1),
        };
        Some(Self { numbers: distances.iter().map(number).collect::<Option<_>>()? })
    }
}

impl Serialize for Sent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.to_bytes())
    }
}

impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl de::Visitor<'_> for Bytes {
            type Value = Sent;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the numbers of newest messages")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Sent, E> {
                Sent::from_bytes(bytes).ok_or_else(|| E::custom("invalid message numbers"))
            }

            fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Sent, E> {
                self.visit_bytes(&bytes)
            }
        }

        deserializer.deserialize_byte_buf(Bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_round_trips() {
        let mut sent = Sent::default();
        assert_eq!(Sent::from_bytes(&sent.to_bytes()), Some(sent.clone()));
        for (slot, number) in [(99, 7), (0, 1_000_000_007), (3, 1), (1, 1_000_000_006)] {
            sent.set(slot, number);
            assert_eq!(Sent::from_bytes(&sent.to_bytes()), Some(sent.clone()));
        }
        assert_eq!((sent.number(0), sent.number(2), sent.number(200)), (1_000_000_007, 0, 0));
        sent.set(99, 0);
        assert_eq!(sent.to_bytes().len(), 5 + 3 + 5);
    }

    #[test]
    fn a_hundred_members_need_at_most_two_bytes_each() {
        let mut sent = Sent::default();
        for slot in 0..100 {
            sent.set(slot, 1_000_000 + u64::from(slot) * 100);
        }
        assert!(sent.to_bytes().len() <= 203, "{}", sent.to_bytes().len());
    }

    #[test]
    fn invalid_bytes_are_rejected() {
        for bytes in [&[][..], &[5, 7], &[0x80; 12]] {
            assert_eq!(Sent::from_bytes(bytes), None, "{bytes:?}");
        }
    }
}
