//! Maintenance of the table's file that the engine does not do: an index for the stream's records, and deletion of old ones.
//!
//! The engine computes the next sequence number from the greatest one. Without an index, every write would be slower than
//! the one before.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, params};
use shared::{Clock, domain::Timestamp};

use super::stream::Sequence;

/// How long DynamoDB keeps stream records.
pub(crate) const RETENTION: Duration = Duration::from_secs(24 * 60 * 60);

/// The offset that the engine adds to a stored sequence number when it returns it: 1 followed by 20 digits.
const OFFSET: Sequence = 100_000_000_000_000_000_000;

/// Creates the index, and deletes records that are past their retention and that every reader has passed.
pub(super) fn tidy(file: &Path, table: &str, passed: Option<Sequence>) -> Result<(), String> {
    let connection = Connection::open(file).map_err(|error| error.to_string())?;
    index(&connection).map_err(|error| error.to_string())?;
    let horizon = Clock::system().now() - RETENTION;
    drop_before(&connection, table, horizon, passed).map_err(|error| error.to_string())
}

fn index(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "CREATE INDEX IF NOT EXISTS emotechat_stream_records
         ON _stream_records (table_name, CAST(sequence_number AS INTEGER))",
    )
}

fn drop_before(
    connection: &Connection,
    table: &str,
    horizon: Timestamp,
    passed: Option<Sequence>,
) -> rusqlite::Result<()> {
    let passed = passed.map_or(i64::MAX, |sequence| {
        i64::try_from(sequence.saturating_sub(OFFSET)).unwrap_or(i64::MAX)
    });
    let horizon = i64::try_from(horizon.as_millis() / 1000).unwrap_or_default();
    connection
        .execute(
            "DELETE FROM _stream_records
             WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) <= ?2 AND created_at < ?3",
            params![table, passed, horizon],
        )
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::random;

    /// The engine's own statements, verbatim. If they change, review this module.
    const ENGINE_STATEMENTS: [&str; 2] = [
        "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = ?1",
        "SELECT event_name, keys_json, new_image, old_image, sequence_number, created_at, user_identity, event_id
             FROM _stream_records
             WHERE table_name = ?1 AND shard_id = ?2 AND CAST(sequence_number AS INTEGER) > ?3
             ORDER BY CAST(sequence_number AS INTEGER) ASC
             LIMIT ?4",
    ];

    fn engine() -> (std::path::PathBuf, Connection) {
        let file = std::env::temp_dir().join(format!("emotechat-{}", random::access_key()));
        drop(dynoxide::Database::new(file.to_str().unwrap()).unwrap());
        let connection = Connection::open(&file).unwrap();
        (file, connection)
    }

    #[test]
    fn the_engines_statements_use_the_index() {
        let (file, connection) = engine();
        tidy(&file, "t", None).unwrap();
        for statement in ENGINE_STATEMENTS {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).unwrap();
            let parameters = vec!["0"; plan.parameter_count()];
            let mut rows = plan.query(rusqlite::params_from_iter(parameters)).unwrap();
            let mut steps = Vec::new();
            while let Some(row) = rows.next().unwrap() {
                steps.push(row.get::<_, String>(3).unwrap());
            }
            let [step] = steps.as_slice() else {
                panic!("the plan has more than one step: {steps:?}")
            };
            assert!(step.contains("INDEX emotechat_stream_records (table_name=?"), "{step}");
        }
        std::fs::remove_file(&file).unwrap();
    }

    #[test]
    fn old_records_are_deleted_once_all_readers_have_passed_them() {
        let (file, connection) = engine();
        let now = i64::try_from(Clock::system().now().as_millis() / 1000).unwrap();
        for (number, created) in [(1, 0), (2, 0), (3, now)] {
            let insert = "INSERT INTO _stream_records
                (table_name, event_name, keys_json, sequence_number, shard_id, created_at)
                VALUES ('t', 'INSERT', '{}', ?1, 's', ?2)";
            connection.execute(insert, params![number.to_string(), created]).unwrap();
        }
        let left = || {
            let count = "SELECT group_concat(sequence_number) FROM _stream_records";
            connection.query_row(count, [], |row| row.get::<_, String>(0)).unwrap()
        };
        tidy(&file, "t", Some(OFFSET + 1)).unwrap();
        assert_eq!(left(), "2,3");
        tidy(&file, "t", None).unwrap();
        assert_eq!(left(), "3");
        std::fs::remove_file(&file).unwrap();
    }
}
