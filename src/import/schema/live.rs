//! Asks a running PostgreSQL or MySQL for its schema, through the client that its users have: a dump without data.
//!
//! Only the catalog is read, and nothing is locked that anybody waits for. A password goes to the client in its
//! environment, where no list of processes shows it.

use std::{
    io,
    process::{Command, Output, Stdio},
};

use crate::facts::{Place, Warning};

/// A database to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    server: Server,
    /// Without scheme and password.
    user: String,
    password: Option<String>,
    host: String,
    port: String,
    database: String,
    /// What stands behind `?`.
    options: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Server {
    PostgreSql,
    MySql,
}

impl Live {
    /// The database of an address such as `postgres://ada@db.example.org:5432/shop`; `None` where it is no address.
    #[must_use]
    pub fn of(address: &str) -> Option<Self> {
        let (scheme, rest) = address.split_once("://")?;
        let server = match scheme.to_ascii_lowercase().as_str() {
            "postgres" | "postgresql" => Server::PostgreSql,
            "mysql" | "mariadb" => Server::MySql,
            _ => return None,
        };
        let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, place) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (user, Some(unescaped(password))),
            None => (login, None),
        };
        let (host, port) = host_and_port(place);
        Some(Self {
            server,
            user: unescaped(user),
            password,
            host: unescaped(host),
            port: port.to_owned(),
            database: unescaped(database),
            options: options.to_owned(),
        })
    }

    /// What the database is known by in places: its address without who asks.
    #[must_use]
    pub fn name(&self) -> String {
        let scheme = match self.server {
            Server::PostgreSql => "postgres",
            Server::MySql => "mysql",
        };
        let port = if self.port.is_empty() { String::new() } else { format!(":{}", self.port) };
        format!("{scheme}://{}{port}/{}", self.host, self.database)
    }

    /// The schema as the server's own client dumps it.
    ///
    /// # Errors
    /// Nobody can be asked, or nothing was answered; the warning says why.
    pub fn dump(&self) -> Result<String, Warning> {
        let mut missing = Vec::new();
        for (program, arguments) in self.clients() {
            let mut command = Command::new(program);
            command.args(&arguments).stdin(Stdio::null());
            if let Some(password) = &self.password {
                command.env(self.password_variable(), password);
            }
            if self.server == Server::PostgreSql && std::env::var_os("PGCONNECT_TIMEOUT").is_none()
            {
                command.env("PGCONNECT_TIMEOUT", "15");
            }
            match command.output() {
                Ok(output) => return self.answer(program, &output),
                Err(error) if error.kind() == io::ErrorKind::NotFound => missing.push(program),
                Err(error) => {
                    let hint = "see whether it may be run, or give a dump with --schema";
                    return Err(self.warning(format!("{program} can't be run: {error}"), hint));
                }
            }
        }
        let message = format!("{} is not installed here", missing.join(" or "));
        let hint = match self.server {
            Server::PostgreSql => {
                "install PostgreSQL's client, or run `pg_dump --schema-only` where it is and give \
                 the file with --schema"
            }
            Server::MySql => {
                "install MySQL's or MariaDB's client, or run `mysqldump --no-data` where it is and \
                 give the file with --schema"
            }
        };
        Err(self.warning(message, hint))
    }

    fn answer(&self, program: &str, output: &Output) -> Result<String, Warning> {
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().map(str::trim).find(|line| !line.is_empty());
        let said = said.unwrap_or("it did not say why");
        // A client may be told the password by other ways than by us, and repeat it.
        let said = match &self.password {
            Some(password) if !password.is_empty() => said.replace(password, "…"),
            _ => said.to_owned(),
        };
        let said = said.strip_prefix(&format!("{program}: ")).unwrap_or(&said);
        let said = said.strip_prefix("error: ").unwrap_or(said);
        let hint = if said.contains("version mismatch") {
            "install the client of the server's version, or give a dump with --schema"
        } else {
            "check the address, and that this user may read the schema; or give a dump with --schema"
        };
        Err(self.warning(format!("{program} refused: {said}"), hint))
    }

    fn warning(&self, message: String, hint: &str) -> Warning {
        Warning::new(Place::new(self.name(), 0), message, hint)
    }

    fn password_variable(&self) -> &'static str {
        match self.server {
            Server::PostgreSql => "PGPASSWORD",
            Server::MySql => "MYSQL_PWD",
        }
    }

    /// The programs that may answer, in the order they are tried, with what they are asked.
    fn clients(&self) -> Vec<(&'static str, Vec<String>)> {
        match self.server {
            Server::PostgreSql => vec![("pg_dump", self.for_postgresql())],
            Server::MySql => {
                vec![("mysqldump", self.for_mysql()), ("mariadb-dump", self.for_mysql())]
            }
        }
    }

    fn for_postgresql(&self) -> Vec<String> {
        let mut arguments: Vec<String> = [
            "--schema-only",
            "--no-owner",
            "--no-privileges",
            "--no-password",
            "--lock-wait-timeout=10000",
        ]
        .map(str::to_owned)
        .into();
        let user = if self.user.is_empty() { String::new() } else { escaped(&self.user) + "@" };
        let port = if self.port.is_empty() { String::new() } else { format!(":{}", self.port) };
        let options = without_password(&self.options);
        let options = if options.is_empty() { String::new() } else { format!("?{options}") };
        let (host, database) = (bracketed(&self.host), escaped(&self.database));
        arguments.push(format!("--dbname=postgresql://{user}{host}{port}/{database}{options}"));
        arguments
    }

    fn for_mysql(&self) -> Vec<String> {
        let mut arguments: Vec<String> =
            ["--no-data", "--skip-lock-tables", "--skip-triggers", "--no-tablespaces"]
                .map(str::to_owned)
                .into();
        let mut say = |name: &str, value: &str| {
            if !value.is_empty() {
                arguments.push(format!("--{name}={value}"));
            }
        };
        say("host", &self.host);
        say("port", &self.port);
        say("user", &self.user);
        let socket = self.options.split('&').find_map(|option| option.strip_prefix("socket="));
        say("socket", &unescaped(socket.unwrap_or_default()));
        // Nothing behind this is taken for an option, whatever the database is called.
        arguments.push("--".to_owned());
        arguments.push(self.database.clone());
        arguments
    }
}

/// `db.example.org:5432`, `[::1]:5432`, or neither of the two.
fn host_and_port(place: &str) -> (&str, &str) {
    if let Some((host, rest)) = place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (host, rest.strip_prefix(':').unwrap_or_default());
    }
    place.rsplit_once(':').unwrap_or((place, ""))
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { escaped(host) }
}

/// Options of an address without those that hold a secret.
fn without_password(options: &str) -> String {
    let harmless = options.split('&').filter(|option| !option.starts_with("password="));
    harmless.collect::<Vec<_>>().join("&")
}

/// Text in which `%41` stands for a letter.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let escaped = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        match (first, escaped) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Text as it may stand in an address.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn check(address: &str, name: &str, last_arguments: &[&str]) {
        let live = Live::of(address).expect("an address");
        assert_eq!(live.name(), name);
        for (_, arguments) in live.clients() {
            let last = &arguments[arguments.len() - last_arguments.len()..];
            assert_eq!(last, last_arguments);
            assert!(!arguments.iter().any(|argument| argument.contains("secret")), "{arguments:?}");
        }
    }

    #[test]
    fn passwords_are_in_no_argument_and_no_name() {
        check(
            "postgres://ada:se%63ret@db.example.org:5432/shop?sslmode=require&password=secret",
            "postgres://db.example.org:5432/shop",
            &["--dbname=postgresql://ada@db.example.org:5432/shop?sslmode=require"],
        );
        check(
            "mysql://ada:secret@db.example.org/my%20shop",
            "mysql://db.example.org/my shop",
            &["--host=db.example.org", "--user=ada", "--", "my shop"],
        );
        check(
            "postgresql:///shop?host=/tmp",
            "postgres:///shop",
            &["--dbname=postgresql:///shop?host=/tmp"],
        );
        check(
            "postgres://[::1]:5433/a",
            "postgres://::1:5433/a",
            &["--dbname=postgresql://[::1]:5433/a"],
        );
        let live = Live::of("postgres://ada:se%63ret@h/d").expect("an address");
        assert_eq!(live.password.as_deref(), Some("secret"));
    }

    #[test]
    fn paths_are_no_addresses() {
        for path in ["schema.sql", "/tmp/a:b", "C:\\db\\x.sql", "https://example.org/x.sql"] {
            assert_eq!(Live::of(path), None, "{path}");
        }
    }

    #[test]
    fn who_does_not_answer_is_a_warning() {
        let live = Live::of("postgres://nobody@127.0.0.1:1/none").expect("an address");
        let warning = live.dump().expect_err("nobody listens there");
        assert_eq!(warning.place.path, "postgres://127.0.0.1:1/none");
        assert!(!warning.hint.is_empty());
    }
}
