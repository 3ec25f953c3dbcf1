-- What ran, where traces or statistics were given. Times are in microseconds; `recorder` is who counted, and two
-- recorders may have counted the same.
CREATE TABLE runtime_entries (
    id INTEGER PRIMARY KEY, entry_point INTEGER NOT NULL REFERENCES entry_points,
    service TEXT NOT NULL, count INTEGER NOT NULL, total_us INTEGER NOT NULL, p95_us INTEGER);
CREATE TABLE runtime_calls (
    id INTEGER PRIMARY KEY, from_module INTEGER NOT NULL REFERENCES modules,
    to_module INTEGER NOT NULL REFERENCES modules, service TEXT NOT NULL,
    count INTEGER NOT NULL, total_us INTEGER NOT NULL, p95_us INTEGER);
CREATE TABLE runtime_accesses (
    id INTEGER PRIMARY KEY, module INTEGER REFERENCES modules,
    entry_point INTEGER REFERENCES entry_points, "table" INTEGER NOT NULL REFERENCES tables,
    mode TEXT NOT NULL, recorder TEXT NOT NULL, service TEXT NOT NULL,
    count INTEGER NOT NULL, total_us INTEGER NOT NULL, p95_us INTEGER);
CREATE TABLE runtime_sources (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, format TEXT NOT NULL,
    records INTEGER NOT NULL, understood INTEGER NOT NULL);
