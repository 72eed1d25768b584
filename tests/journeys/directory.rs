//! A directory of 100,000 users costs the same as one of 100.

use serde_json::{Value, json};
use shared::domain::{Listed, Name, Timestamp, UserId, directory::Folded};

use crate::support::{Chat, Person};

const USERS: u64 = 100_000;

const GIVEN: [&str; 40] = [
    "Ada",
    "Alan",
    "Amélie",
    "Anders",
    "Barbara",
    "Björn",
    "Chloé",
    "Daan",
    "Dolores",
    "Edsger",
    "Emmy",
    "Fatima",
    "Grace",
    "Hedy",
    "Ines",
    "Ivan",
    "Jean-Luc",
    "Joan",
    "José",
    "Katherine",
    "Li",
    "Łukasz",
    "Maria",
    "Margaret",
    "Mehmet",
    "Nadia",
    "Niklaus",
    "Øyvind",
    "Priya",
    "Radia",
    "Sofia",
    "Sophie",
    "Tim",
    "Ursula",
    "Vint",
    "Wanda",
    "Xiao",
    "Yuki",
    "Zoë",
    "山田",
];
const FAMILY: [&str; 40] = [
    "Lovelace",
    "Turing",
    "Poulain",
    "Hejlsberg",
    "Liskov",
    "Borg",
    "Martin",
    "Jansen",
    "Ibárruri",
    "Dijkstra",
    "Noether",
    "Al-Fihri",
    "Hopper",
    "Lamarr",
    "García",
    "Petrov",
    "Picard",
    "Clarke",
    "Saramago",
    "Johnson",
    "Wei",
    "Kowalski",
    "Curie",
    "Hamilton",
    "Yılmaz",
    "Boulanger",
    "Wirth",
    "Nansen",
    "Patel",
    "Perlman",
    "Kovalevskaya",
    "Germain",
    "Lee",
    "Franklin",
    "Cerf",
    "Landowska",
    "Ming",
    "Tanaka",
    "Anders",
    "太郎",
];

fn user(number: u64) -> Listed {
    let index = |step: u64| usize::try_from(number / step % 40).unwrap();
    let name = format!("{} {} {number}", GIVEN[index(1)], FAMILY[index(40)]);
    // Long before any registration in this test.
    let user_id = UserId::new(Timestamp::from_secs(1_600_000_000 + number), u128::from(number));
    Listed { user_id, name: Name::parse(&name).unwrap() }
}

/// The rows that a registration writes for a user, without the account.
fn rows(number: u64) -> Vec<Value> {
    let listed = user(number);
    let (folded, place) = (Folded::of(listed.name.as_str()), listed.place());
    let row = |pk: String, sk: &str| json!({ "pk": { "S": pk }, "sk": { "S": sk }, "user_id": { "S": listed.user_id.to_string() }, "name": { "S": listed.name.as_str() } });
    let mut rows = vec![row("DIRECTORY".to_owned(), &format!("{number:012}"))];
    rows.push(row(format!("NAME#{}", folded.first()), place.as_str()));
    rows.extend(
        folded.prefixes().into_iter().map(|word| row(format!("WORD#{word}"), place.as_str())),
    );
    rows
}

/// The body of a page and its cost in calls and read units, without the read of the caller's session.
async fn cost(person: &Person<'_>, path: &str) -> (Value, usize, f64) {
    let (answer, calls) = loop {
        let (answer, calls) = person.chat.calls_of(person.get(path)).await;
        // Once a minute the engine searches all rows for expired items, and serves no requests until it is done.
        if answer.status != 503 {
            break (answer, calls);
        }
    };
    let own = calls.iter().filter(|call| call.operation != "GetItem");
    let units = own.clone().map(|call| call.read_units).sum();
    (answer.expect(200), own.count(), units)
}

/// The names that a search should return first, computed from the rules. `everyone` is sorted by name.
fn expected<'a>(everyone: &'a [(Folded, Listed)], q: &str) -> Vec<&'a str> {
    let q = Folded::of(q);
    let found = everyone.iter().filter(|(folded, _)| {
        folded.as_str().starts_with(q.as_str()) || folded.prefixes().contains(q.as_str())
    });
    found.take(30).map(|(_, listed)| listed.name.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "slow: it fills a table with more than a million rows"]
async fn a_directory_of_a_hundred_thousand_users_costs_as_much_as_a_small_one() {
    let chat = Chat::start().await;
    // The first user matches none of the searches, and signs in before the engine has many rows to search.
    let quentin = chat.joins("Quentin").await;
    let mut numbers = (2..=USERS).peekable();
    while numbers.peek().is_some() {
        let rows: Vec<Value> = numbers.by_ref().take(5_000).flat_map(rows).collect();
        chat.stack().table().import(rows).unwrap();
    }
    let mut everyone: Vec<(Folded, Listed)> =
        (2..=USERS).map(user).map(|user| (Folded::of(user.name.as_str()), user)).collect();
    everyone.sort_by_cached_key(|(_, listed)| listed.place());

    let mut costs = Vec::new();
    for page in [1, 2, 33, 34, 100, 1_000, 3_000] {
        let (body, calls, units) = cost(&quentin, &format!("/api/profile/users?page={page}")).await;
        let second = user((page - 1) * 30 + 2);
        assert_eq!(body["users"][1]["id"], second.user_id.to_string());
        assert_eq!(body["users"].as_array().unwrap().len(), 30);
        assert_eq!(body["pagination"]["total_items"], USERS);
        println!("page {page}: {calls} calls, {units} read units");
        costs.push((calls, units.to_string()));
    }
    assert!(costs.iter().all(|cost| *cost == costs[0]), "{costs:?}");
    assert!(costs[0].0 <= 2 && costs[0].1.parse::<f64>().unwrap() <= 2.0);
    let (body, calls, units) = cost(&quentin, "/api/profile/users?page=30000").await;
    assert!(body["users"].as_array().unwrap().is_empty() && calls <= 2 && units <= 2.0);

    for q in [
        "a",
        "an",
        "anders",
        "maria",
        "María G",
        "l",
        "lovelace",
        "lovelace 9",
        "1",
        "12345",
        "fihri",
        "zzz",
        "山",
        "太郎",
    ] {
        let query = url(q);
        let (body, calls, units) = cost(&quentin, &format!("/api/profile/search?q={query}")).await;
        println!("search {q:?}: {calls} calls, {units} read units");
        assert!(calls <= 2 && units <= 2.0, "{q}: {calls} calls, {units} read units");
        let shown = body["users"].as_array().unwrap().iter();
        let shown: Vec<&str> = shown.map(|user| user["name"].as_str().unwrap()).collect();
        assert_eq!(shown, expected(&everyone, q), "{q}");
        // The next page costs the same.
        if let Some(cursor) = body["next_cursor"].as_str() {
            let path = format!("/api/profile/search?q={query}&cursor={cursor}");
            let (_, calls, units) = cost(&quentin, &path).await;
            assert!(calls <= 2 && units <= 2.0, "{q}: {calls} calls, {units} read units");
        }
    }
}

fn url(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
