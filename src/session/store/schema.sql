-- A Seamline project: what was read from a monolith, and the proposals made for it.
-- Pieces are called by name wherever a person may look: a module's path, a table's full name.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- What was read: one row a fact. Ids are places in the canonical order.

CREATE TABLE modules (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, language TEXT NOT NULL,
    lines INTEGER NOT NULL, package TEXT NOT NULL);
CREATE TABLE functions (
    id INTEGER PRIMARY KEY, module INTEGER NOT NULL REFERENCES modules, name TEXT NOT NULL,
    line INTEGER NOT NULL, end_line INTEGER NOT NULL, visibility TEXT NOT NULL,
    signature TEXT NOT NULL, opens_transaction TEXT);
CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    from_module INTEGER NOT NULL REFERENCES modules, from_function INTEGER REFERENCES functions,
    to_module INTEGER NOT NULL REFERENCES modules, to_function INTEGER REFERENCES functions,
    kind TEXT NOT NULL, line INTEGER NOT NULL, certainty TEXT NOT NULL, in_loop INTEGER NOT NULL);
CREATE TABLE tables (
    id INTEGER PRIMARY KEY, schema TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL);
CREATE TABLE table_sources (
    "table" INTEGER NOT NULL REFERENCES tables, position INTEGER NOT NULL,
    kind TEXT NOT NULL, path TEXT NOT NULL, line INTEGER NOT NULL,
    PRIMARY KEY ("table", position)) WITHOUT ROWID;
CREATE TABLE columns (
    "table" INTEGER NOT NULL REFERENCES tables, position INTEGER NOT NULL,
    name TEXT NOT NULL, type TEXT NOT NULL, nullable INTEGER NOT NULL, key TEXT NOT NULL,
    PRIMARY KEY ("table", position)) WITHOUT ROWID;
-- The lists of columns are JSON arrays. `reason` is the constraint's name for a declared key, and the reason we
-- conclude it for an implied one.
CREATE TABLE foreign_keys (
    id INTEGER PRIMARY KEY,
    from_table INTEGER NOT NULL REFERENCES tables, columns TEXT NOT NULL,
    to_table INTEGER NOT NULL REFERENCES tables, to_columns TEXT NOT NULL,
    origin TEXT NOT NULL, reason TEXT NOT NULL, path TEXT NOT NULL, line INTEGER NOT NULL);
CREATE TABLE accesses (
    id INTEGER PRIMARY KEY,
    module INTEGER NOT NULL REFERENCES modules, function INTEGER REFERENCES functions,
    "table" INTEGER NOT NULL REFERENCES tables, mode TEXT NOT NULL, line INTEGER NOT NULL,
    via TEXT NOT NULL);
CREATE TABLE joins (
    id INTEGER PRIMARY KEY,
    module INTEGER NOT NULL REFERENCES modules, function INTEGER REFERENCES functions,
    line INTEGER NOT NULL,
    table_a INTEGER NOT NULL REFERENCES tables, table_b INTEGER NOT NULL REFERENCES tables);
CREATE TABLE entry_points (
    id INTEGER PRIMARY KEY,
    module INTEGER NOT NULL REFERENCES modules, function INTEGER REFERENCES functions,
    kind TEXT NOT NULL, route TEXT NOT NULL);
-- One row a step. `path` is a JSON array of the functions passed on the way.
CREATE TABLE transactions (
    id INTEGER PRIMARY KEY, entry_point INTEGER NOT NULL REFERENCES entry_points);
CREATE TABLE transaction_steps (
    "transaction" INTEGER NOT NULL REFERENCES transactions, position INTEGER NOT NULL,
    "table" INTEGER NOT NULL REFERENCES tables, mode TEXT NOT NULL,
    module INTEGER NOT NULL REFERENCES modules, line INTEGER NOT NULL, path TEXT NOT NULL,
    PRIMARY KEY ("transaction", position)) WITHOUT ROWID;
CREATE TABLE authors (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, bot INTEGER NOT NULL);
-- `time` is in seconds since 1970, UTC; `bulk` is why the commit is left out of co-change; commits made for one
-- purpose have the same `change_set`.
CREATE TABLE commits (
    id INTEGER PRIMARY KEY, hash TEXT NOT NULL, time INTEGER NOT NULL,
    author INTEGER NOT NULL REFERENCES authors, bulk TEXT, files INTEGER NOT NULL,
    change_set INTEGER NOT NULL, release INTEGER);
-- What a commit calls `release`: the first one that has it.
CREATE TABLE releases (id INTEGER PRIMARY KEY, name TEXT NOT NULL, time INTEGER NOT NULL);
CREATE TABLE commit_modules (
    "commit" INTEGER NOT NULL REFERENCES commits, module INTEGER NOT NULL REFERENCES modules,
    PRIMARY KEY ("commit", module)) WITHOUT ROWID;
CREATE TABLE commit_tables (
    "commit" INTEGER NOT NULL REFERENCES commits, "table" INTEGER NOT NULL REFERENCES tables,
    PRIMARY KEY ("commit", "table")) WITHOUT ROWID;
CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE team_modules (
    team INTEGER NOT NULL REFERENCES teams, module INTEGER NOT NULL REFERENCES modules,
    PRIMARY KEY (team, module)) WITHOUT ROWID;

-- All commits as the import read them, in the program's own form, so that the next import reads only what came since.
CREATE TABLE history (part INTEGER PRIMARY KEY, bytes BLOB NOT NULL);

-- What could not be read, and how well the rest was.

CREATE TABLE warnings (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, line INTEGER NOT NULL,
    message TEXT NOT NULL, hint TEXT NOT NULL);
CREATE TABLE languages (
    id INTEGER PRIMARY KEY, language TEXT NOT NULL, files INTEGER NOT NULL,
    lines INTEGER NOT NULL, files_with_errors INTEGER NOT NULL, exact INTEGER NOT NULL,
    by_name INTEGER NOT NULL, unresolved INTEGER NOT NULL, outside INTEGER NOT NULL,
    most_unresolved TEXT NOT NULL, milliseconds INTEGER NOT NULL);
CREATE TABLE excluded (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, reason TEXT NOT NULL, files INTEGER NOT NULL);
CREATE TABLE schema_files (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, dialect TEXT NOT NULL,
    statements INTEGER NOT NULL, understood INTEGER NOT NULL);

-- Proposals. `revision` is the one that counts; later ones were undone.

CREATE TABLE proposals (
    id INTEGER PRIMARY KEY, position INTEGER NOT NULL, name TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL);
-- Every command with what it changed, as JSON with pieces by name.
CREATE TABLE revisions (
    proposal INTEGER NOT NULL REFERENCES proposals, number INTEGER NOT NULL,
    what TEXT NOT NULL, time INTEGER NOT NULL, command TEXT, change TEXT NOT NULL,
    PRIMARY KEY (proposal, number)) WITHOUT ROWID;
-- The revision that counts, for readers that know SQL only.
CREATE TABLE services (
    proposal INTEGER NOT NULL REFERENCES proposals, id INTEGER NOT NULL,
    position INTEGER NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, owner TEXT NOT NULL,
    locked INTEGER NOT NULL, PRIMARY KEY (proposal, id)) WITHOUT ROWID;
CREATE TABLE placements (
    proposal INTEGER NOT NULL REFERENCES proposals, piece TEXT NOT NULL, kind TEXT NOT NULL,
    service INTEGER NOT NULL, PRIMARY KEY (proposal, piece, kind)) WITHOUT ROWID;
CREATE TABLE notes (
    proposal INTEGER NOT NULL REFERENCES proposals, position INTEGER NOT NULL,
    about TEXT NOT NULL, text TEXT NOT NULL, author TEXT NOT NULL, time INTEGER NOT NULL,
    decision INTEGER NOT NULL, PRIMARY KEY (proposal, position)) WITHOUT ROWID;
-- Where the map shows things, as JSON that only the map understands.
CREATE TABLE layouts (
    proposal INTEGER PRIMARY KEY REFERENCES proposals, layout TEXT NOT NULL);

CREATE VIEW calls_by_name AS
    SELECT f.path AS from_module, ff.name AS from_function, t.path AS to_module,
           tf.name AS to_function, c.kind, c.line, c.certainty
    FROM calls c JOIN modules f ON f.id = c.from_module JOIN modules t ON t.id = c.to_module
    LEFT JOIN functions ff ON ff.id = c.from_function LEFT JOIN functions tf ON tf.id = c.to_function;
CREATE VIEW accesses_by_name AS
    SELECT m.path AS module, f.name AS function,
           CASE t.schema WHEN '' THEN t.name ELSE t.schema || '.' || t.name END AS "table",
           a.mode, a.line, a.via
    FROM accesses a JOIN modules m ON m.id = a.module JOIN tables t ON t.id = a."table"
    LEFT JOIN functions f ON f.id = a.function;
CREATE VIEW placements_by_name AS
    SELECT p.name AS proposal, pl.piece, pl.kind, s.name AS service
    FROM placements pl JOIN proposals p ON p.id = pl.proposal
    JOIN services s ON s.proposal = pl.proposal AND s.id = pl.service;
