//! Email addresses in many forms: legal ones can register, log in and get email, and illegal ones are always rejected.

use serde_json::json;

use crate::support::{Chat, PASSWORD};

#[tokio::test(flavor = "multi_thread")]
async fn valid_addresses_register_log_in_and_get_email() {
    let chat = Chat::start().await;
    let local_part = "l".repeat(64);
    let label = "d".repeat(63);
    let longest = format!("{}@{label}.{label}.{}.example", "l".repeat(60), "d".repeat(57));
    assert!(longest.len() <= 254);
    let addresses = [
        "a@b.co",
        "ada@example.com",
        "Ada.Lovelace@Example.COM",
        "ada+chat@example.com",
        "ada_l-1815@sub.domain.example.com",
        "1815@123.example.com",
        "o'neil@example.com",
        "!#$%&'*+-/=?^_`{|}~@example.com",
        "\"ada lovelace\"@example.com",
        "\"ada@home\"@example.com",
        "\"a,b;c<d>\"@example.com",
        "\"<script>alert(1)</script>\"@example.com",
        "ada@xn--bcher-kva.example",
        "bob@bücher.example",
        &format!("{local_part}@example.com"),
        &format!("ada@{label}.example"),
        &longest,
    ];
    for address in addresses {
        let answer = chat.registers("Ada", address).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.body);
        chat.logs_in(&address.to_uppercase(), PASSWORD).await;
        chat.registers("Eve", &address.to_uppercase()).await.rejects(409, "email_taken");
        chat.requests_reset_link(address).await.expect(200);
        let in_ascii = chat.address(address).replace("bücher", "xn--bcher-kva");
        let mail = chat.mail_to(&in_ascii).await;
        assert_eq!(mail.to, in_ascii);
        assert!(!mail.html.contains("<script"), "{}", mail.html);
    }
    for same in ["ada@bücher.example", "bob@xn--bcher-kva.example", "bob@BÜCHER.example"] {
        chat.registers("Eve", same).await.rejects(409, "email_taken");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_rejects_invalid_addresses() {
    let chat = Chat::start().await;
    let addresses = [
        "",
        " ",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "ada@@example.com",
        "ada@home@example.com",
        ".ada@example.com",
        "ada.@example.com",
        "ada..l@example.com",
        "ada l@example.com",
        "ada@exam ple.com",
        "ada@.example.com",
        "ada@example..com",
        "ada@example.com.",
        "ada@-example.com",
        "ada@example-.com",
        "ada@exam_ple.com",
        "ada@[127.0.0.1]",
        "ada@[IPv6:::1]",
        "ada(comment)@example.com",
        "Ada <ada@example.com>",
        "<ada@example.com>",
        "mailto:ada@example.com",
        "ada@example.com, eve@example.com",
        "ada@example.com;eve@example.com",
        "ada,eve@example.com",
        "ada@example.com\r\nBcc: eve@example.com",
        "ada@example.com\nSubject: hi",
        "ada\u{0}@example.com",
        "ada\u{7f}@example.com",
        "\"ada@example.com",
        "\"ada\"lovelace@example.com",
        "ada@exa\u{200b}mple.com",
        "ada@example.c/om",
        "ada@example.com?subject=x",
        "ada@{{domain}}",
        &format!("{}@example.com", "l".repeat(65)),
        &format!("ada@{}.example", "d".repeat(64)),
        &format!(
            "{}@{}.{}.{}.example",
            "l".repeat(60),
            "d".repeat(63),
            "d".repeat(63),
            "d".repeat(63)
        ),
        &"a".repeat(100_000),
    ];
    let mut accepted = Vec::new();
    for address in addresses {
        let body = json!({ "name": "Ada", "email": address, "password": PASSWORD });
        for path in ["/api/auth/register", "/api/auth/login", "/api/password/reset-request"] {
            let answer = chat.call(reqwest::Method::POST, path, None, Some(body.clone())).await;
            if (answer.status, answer.pointers()) != (400, vec!["/email"]) {
                accepted.push((path, address));
            }
        }
    }
    assert!(accepted.is_empty(), "{accepted:?}");
    chat.stack().streams().settled().await;
    assert!(chat.stack().mail().mails().is_empty());
}
