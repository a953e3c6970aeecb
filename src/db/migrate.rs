//! Brings the schema up to date: one set of migrations for both databases.

use super::{Db, Pools};
use crate::error::{Error, Kind, Result};
use sqlx::{
    AssertSqlSafe, SqlSafeStr,
    migrate::{Migration, Migrator},
};
use std::borrow::Cow;

static MIGRATIONS: include_dir::Dir<'_> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/migrations");

impl Db {
    /// Brings the schema up to date. Safe when several nodes start at once: PostgreSQL's migrator
    /// takes an advisory lock, SQLite's callers hold the data folder's lock file.
    ///
    /// # Errors
    /// [`Kind::Unavailable`] naming the migration that failed.
    pub async fn migrate(&self) -> Result<()> {
        let postgres = !self.is_sqlite();
        let mut files: Vec<_> =
            MIGRATIONS.files().filter(|file| file.path().extension().is_some_and(|e| e == "sql")).collect();
        files.sort_by_key(|file| file.path());
        let migrations = files.into_iter().filter_map(|file| {
            let name = file.path().file_stem()?.to_str()?;
            let (version, words) = name.split_once('_')?;
            let sql = AssertSqlSafe(dialect(file.contents_utf8()?, postgres)).into_sql_str();
            let kind = sqlx::migrate::MigrationType::Simple;
            Some(Migration::new(version.parse().ok()?, Cow::Owned(words.replace('_', " ")), kind, sql, false))
        });
        let migrator = Migrator::with_migrations(migrations.collect());
        match &self.pools {
            Pools::Sqlite { writer, .. } => migrator.run(writer).await,
            Pools::Postgres(pool) => migrator.run(pool).await,
        }
        .map_err(|e| Error { source: Some(Box::new(e)), ..Error::new(Kind::Unavailable, "migration") })
    }
}

/// Fills the few places of a migration where the databases differ: `{{serial}}`, and whole statements
/// that stand below a line `-- {{sqlite}}` or `-- {{postgres}}`, up to the line `-- {{both}}`.
fn dialect(sql: &str, postgres: bool) -> String {
    let serial = if postgres { "BIGSERIAL PRIMARY KEY" } else { "INTEGER PRIMARY KEY AUTOINCREMENT" };
    let mut ours = true;
    let lines = sql.split_inclusive('\n').filter(|line| {
        match line.trim() {
            "-- {{sqlite}}" => ours = !postgres,
            "-- {{postgres}}" => ours = postgres,
            "-- {{both}}" => ours = true,
            _ => return ours,
        }
        false
    });
    lines.collect::<String>().replace("{{serial}}", serial)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_gets_its_own_statements() {
        let sql = "A {{serial}};\n-- {{sqlite}}\nB;\n-- {{postgres}}\nC;\n-- {{both}}\nD;\n";
        assert_eq!(dialect(sql, false), "A INTEGER PRIMARY KEY AUTOINCREMENT;\nB;\nD;\n");
        assert_eq!(dialect(sql, true), "A BIGSERIAL PRIMARY KEY;\nC;\nD;\n");
    }
}
