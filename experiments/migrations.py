"""How the results store came to look as it does: each script takes it from one schema version to the next."""

# "agpf" in ASCII: told apart from any other SQLite file (PRAGMA application_id)
APPLICATION_ID = 0x61677066

MIGRATIONS = (
    """
    CREATE TABLE runs (
        id TEXT PRIMARY KEY,
        created_at TEXT NOT NULL,
        scenario_name TEXT NOT NULL,
        scenario_digest TEXT NOT NULL,
        workload_digest TEXT NOT NULL,
        stop_reason TEXT,
        elapsed_s REAL NOT NULL,
        record TEXT NOT NULL
    );
    CREATE TABLE blocks (
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        block INTEGER NOT NULL,
        finished_at TEXT NOT NULL,
        PRIMARY KEY (run_id, block)
    );
    CREATE TABLE trials (
        run_id TEXT NOT NULL,
        block INTEGER NOT NULL,
        trial_order INTEGER NOT NULL,
        record TEXT NOT NULL,
        PRIMARY KEY (run_id, block, trial_order),
        FOREIGN KEY (run_id, block) REFERENCES blocks (run_id, block) ON DELETE CASCADE
    );
    """,
    """
    CREATE TABLE baselines (
        name TEXT PRIMARY KEY,
        run_id TEXT NOT NULL REFERENCES runs (id),
        created_at TEXT NOT NULL
    );
    """,
    """
    CREATE TABLE profiles (
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        mode TEXT NOT NULL,
        combination TEXT NOT NULL,
        record BLOB NOT NULL,
        PRIMARY KEY (run_id, mode, combination)
    );
    """,
)
