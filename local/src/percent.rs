//! Percent-encoding, as far as the gateways need it.

/// Decodes `%XX`; what is no escape stays, what is no UTF-8 is replaced.
pub(crate) fn decode(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first == b'%'
            && let [high, low, after @ ..] = after
            && let (Some(high), Some(low)) = (digit(*high), digit(*low))
        {
            decoded.push(high << 4 | low);
            rest = after;
        } else {
            decoded.push(*first);
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The names and values of a query string, decoded, in their order.
pub(crate) fn query(text: &str) -> Vec<(String, String)> {
    let form = |part: &str| decode(&part.replace('+', " "));
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (form(name), form(value)))
        .collect()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_and_all_else_stays() {
        assert_eq!(decode("L0SM9cOFvHcCIhw%3D"), "L0SM9cOFvHcCIhw=");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz%F0%9F%8E%89"), "%zz🎉");
    }

    #[test]
    fn a_query_keeps_its_order_and_its_duplicates() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(query("a=1&b&a=x+y%26"), [pair("a", "1"), pair("b", ""), pair("a", "x y&")]);
    }
}
