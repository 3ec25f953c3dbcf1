//! Which database a script was written for, guessed from its path and its words, and what follows from that.

/// A family of SQL. `Unknown` reads what is common to all and what cannot be mistaken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    PostgreSql,
    /// MySQL and MariaDB.
    MySql,
    SqlServer,
    Oracle,
    Sqlite,
    H2,
    Hsqldb,
    #[default]
    Unknown,
}

/// How much speaks for each dialect, in the order of [`Dialect::ALL`].
pub(crate) type Score = [u32; 7];

/// A path that names a database outweighs a handful of telling words.
const PATH_WEIGHT: u32 = 25;

/// The most that one telling word can add, however often it stands there.
const MOST_COUNTED: usize = 5;

impl Dialect {
    /// All that can be told apart, the likeliest in production first: that order settles draws.
    pub const ALL: [Self; 7] = [
        Self::PostgreSql,
        Self::MySql,
        Self::SqlServer,
        Self::Oracle,
        Self::Sqlite,
        Self::H2,
        Self::Hsqldb,
    ];

    /// The name people know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PostgreSql => "PostgreSQL",
            Self::MySql => "MySQL",
            Self::SqlServer => "SQL Server",
            Self::Oracle => "Oracle",
            Self::Sqlite => "SQLite",
            Self::H2 => "H2",
            Self::Hsqldb => "HSQLDB",
            Self::Unknown => "SQL",
        }
    }

    /// What is said of a framework's schema: the framework, and the database it was written for where that is known.
    #[must_use]
    pub(crate) fn under(self, framework: &str) -> String {
        if self == Self::Unknown {
            framework.to_owned()
        } else {
            format!("{framework} on {}", self.name())
        }
    }

    /// An identifier as the database's catalogue shows it, except that what a database folds to upper case is
    /// given in lower case, as the code of such projects writes it.
    #[must_use]
    pub fn fold(self, name: &str, quoted: bool) -> String {
        let all_upper = !name.bytes().any(|byte| byte.is_ascii_lowercase());
        match self {
            Self::PostgreSql if !quoted => name.to_lowercase(),
            Self::Oracle | Self::H2 | Self::Hsqldb if !quoted || all_upper => name.to_lowercase(),
            Self::Unknown if !quoted && all_upper => name.to_lowercase(),
            _ => name.to_owned(),
        }
    }

    /// Whether `\'` inside a string is a quote; nothing where that has to be guessed.
    pub(crate) fn backslash_escapes(self) -> Option<bool> {
        match self {
            Self::MySql => Some(true),
            Self::Unknown => None,
            _ => Some(false),
        }
    }

    /// Whether `#` begins a comment anywhere in a line.
    pub(crate) fn hash_comments(self) -> bool {
        self == Self::MySql
    }

    /// Whether `/* /* */ */` is one comment.
    pub(crate) fn nests_comments(self) -> bool {
        matches!(self, Self::PostgreSql | Self::SqlServer)
    }

    /// Whether `/*! … */` is executed.
    pub(crate) fn conditional_comments(self) -> bool {
        matches!(self, Self::MySql | Self::Unknown)
    }

    /// Whether `$tag$ … $tag$` is a string.
    pub(crate) fn dollar_quotes(self) -> bool {
        matches!(self, Self::PostgreSql | Self::H2 | Self::Unknown)
    }

    /// Whether `[name]` is an identifier.
    pub(crate) fn bracket_names(self) -> bool {
        matches!(self, Self::SqlServer | Self::Sqlite | Self::Unknown)
    }

    /// The dialect that a path's words name; the last such word counts.
    #[must_use]
    pub fn named_in(path: &str) -> Option<Self> {
        path.split(|c: char| !c.is_ascii_alphanumeric())
            .filter_map(|word| Self::of_word(&word.to_ascii_lowercase()))
            .next_back()
    }

    fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "postgres" | "postgresql" | "pg" | "pgsql" | "psql" | "cockroachdb" => Self::PostgreSql,
            "mysql" | "mariadb" => Self::MySql,
            "sqlserver" | "mssql" | "tsql" => Self::SqlServer,
            "oracle" | "plsql" => Self::Oracle,
            "sqlite" | "sqlite3" => Self::Sqlite,
            "h2" => Self::H2,
            "hsqldb" | "hsql" | "derby" => Self::Hsqldb,
            _ => return None,
        })
    }

    /// What speaks for each dialect in a path and the beginning of the text.
    pub(crate) fn score(path: &str, head: &str) -> Score {
        let upper = head.to_ascii_uppercase();
        let mut score = Score::default();
        for (total, dialect) in score.iter_mut().zip(Self::ALL) {
            for (word, weight) in dialect.telling_words() {
                let times = upper.matches(word).take(MOST_COUNTED).count();
                *total += weight * u32::try_from(times).unwrap_or(0);
            }
            if Self::named_in(path) == Some(dialect) {
                *total += PATH_WEIGHT;
            }
        }
        score
    }

    /// The dialect that most speaks for, if anything does.
    pub(crate) fn best(score: &Score) -> Self {
        let most = score.iter().copied().max().unwrap_or(0);
        let first = score.iter().position(|&total| total == most && total > 0);
        first.map_or(Self::Unknown, |index| Self::ALL[index])
    }

    fn telling_words(self) -> &'static [(&'static str, u32)] {
        match self {
            Self::PostgreSql => &[
                ("POSTGRESQL DATABASE DUMP", 20),
                ("SERIAL", 2),
                ("TIMESTAMPTZ", 4),
                ("JSONB", 4),
                ("$$", 3),
                ("::", 2),
                ("CREATE EXTENSION", 5),
                ("PLPGSQL", 5),
                ("CHARACTER VARYING", 3),
                ("BYTEA", 3),
                ("SEARCH_PATH", 4),
                ("NEXTVAL(", 3),
                ("PG_CATALOG", 4),
                ("TIMESTAMP WITH", 2),
                ("USING GIN", 4),
                ("USING BTREE (", 1),
                ("ON CONFLICT", 1),
                ("ALTER TABLE ONLY", 4),
                ("AS ENUM", 4),
                ("TIMESTAMP(3)", 2),
                (" UUID", 1),
                ("INTERVAL '", 2),
            ],
            Self::MySql => &[
                ("MYSQL DUMP", 20),
                ("MARIADB DUMP", 20),
                ("`", 1),
                ("ENGINE=", 5),
                ("ENGINE =", 5),
                ("AUTO_INCREMENT", 3),
                ("UNSIGNED", 2),
                ("TINYINT(", 2),
                ("MEDIUMTEXT", 2),
                ("LONGTEXT", 2),
                ("CHARSET", 2),
                ("UNLOCK TABLES", 5),
                ("/*!", 3),
                ("DATETIME(6)", 2),
                ("ON UPDATE CURRENT_TIMESTAMP", 3),
                ("DELIMITER ", 2),
                ("MODIFY COLUMN", 2),
                ("DROP FOREIGN KEY", 3),
            ],
            Self::SqlServer => &[
                ("\nGO\n", 5),
                ("\nGO\r", 5),
                ("[DBO].", 5),
                ("DBO.", 2),
                ("NVARCHAR(", 2),
                ("IDENTITY(", 2),
                ("ON [PRIMARY]", 5),
                ("UNIQUEIDENTIFIER", 3),
                ("DATETIME2", 3),
                ("NOCHECK", 2),
                ("SP_RENAME", 5),
                ("ANSI_NULLS", 5),
                ("OBJECT_ID(", 3),
                ("CLUSTERED", 2),
            ],
            Self::Oracle => &[
                ("VARCHAR2", 5),
                ("NUMBER(", 3),
                ("NUMBER ", 1),
                ("SYSDATE", 2),
                ("SYSTIMESTAMP", 2),
                ("NOT NULL ENABLE", 5),
                ("\n/\n", 2),
                ("EXECUTE IMMEDIATE", 2),
                (" CLOB", 1),
            ],
            Self::Sqlite => &[
                ("AUTOINCREMENT", 6),
                ("PRAGMA ", 6),
                ("WITHOUT ROWID", 6),
                ("INTEGER PRIMARY KEY", 1),
                ("INTEGER NOT NULL PRIMARY KEY", 1),
                ("SQLITE_", 4),
                ("STRFTIME(", 3),
                ("DATETIME('NOW')", 3),
            ],
            Self::H2 => &[
                ("VARCHAR_IGNORECASE", 3),
                ("MODE=MYSQL", 4),
                ("CREATE CACHED TABLE", 2),
                ("DEFAULT NEXT VALUE FOR", 1),
            ],
            Self::Hsqldb => &[
                ("HSQLDB", 6),
                ("LONGVARCHAR", 3),
                ("VARCHAR_IGNORECASE", 2),
                ("CREATE MEMORY TABLE", 5),
                ("CREATE CACHED TABLE", 3),
                (" IF EXISTS;", 2),
                ("GENERATED BY DEFAULT AS IDENTITY", 1),
            ],
            Self::Unknown => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, expect: &str) {
        assert_eq!(Dialect::best(&Dialect::score(path, text)).name(), expect, "{path}: {text}");
    }

    #[test]
    fn a_dialect_shows_in_its_words() {
        check("a.sql", "create table t (id bigserial, at timestamptz);", "PostgreSQL");
        check("a.sql", "CREATE TABLE `t` (`id` int AUTO_INCREMENT) ENGINE=InnoDB;", "MySQL");
        check("a.sql", "CREATE TABLE [dbo].[t] ([id] int IDENTITY(1,1))\nGO\n", "SQL Server");
        check("a.sql", "CREATE TABLE t (id NUMBER(10), name VARCHAR2(20));", "Oracle");
        check("a.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);", "SQLite");
        check("a.sql", "create table t (id int);", "SQL");
    }

    #[test]
    fn a_path_that_names_a_database_outweighs_words() {
        check("db/h2/schema.sql", "create table t (id int auto_increment);", "H2");
        check("db/shop-hsqldb-schema.sql", "create table t (id int);", "HSQLDB");
        check("postgres/mysql/up.sql", "", "MySQL");
    }

    #[test]
    fn names_fold_as_their_database_does_it() {
        assert_eq!(Dialect::PostgreSql.fold("Users", false), "users");
        assert_eq!(Dialect::PostgreSql.fold("Users", true), "Users");
        assert_eq!(Dialect::MySql.fold("Users", false), "Users");
        assert_eq!(Dialect::Oracle.fold("USERS", true), "users");
        assert_eq!(Dialect::H2.fold("LineItem", false), "lineitem");
        assert_eq!(Dialect::Unknown.fold("LineItem", false), "LineItem");
        assert_eq!(Dialect::Unknown.fold("LINEITEM", false), "lineitem");
    }
}
