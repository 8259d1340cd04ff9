import GRDB

/// The tables of the run history and how they came to be.
///
/// `user_version` of the file counts the migrations it has seen; a higher one means a later program. A migration is
/// never changed once a version with it is out: a new one is added at the end.
enum Schema {
    /// "SACC" in ASCII: tells our files from other SQLite files.
    static let applicationIdentifier = 0x5341_4343

    static var version: Int { migrations.count }

    /// Whether there is nothing to bring up to date.
    static func isCurrent(_ db: Database) throws -> Bool {
        try Int.fetchOne(db, sql: "PRAGMA user_version") == version
    }

    /// Brings a database up to date. Must run inside one write transaction, so that two processes that start together,
    /// or a process that is killed, never leave half a migration.
    static func migrate(_ db: Database) throws {
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard found < version else { return }
        for migration in migrations[found...] { try db.execute(sql: migration) }
        try db.execute(sql: "PRAGMA application_id = \(applicationIdentifier)")
        try db.execute(sql: "PRAGMA user_version = \(version)")
    }

    private static let migrations = [
        """
        CREATE TABLE runs (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            parent TEXT,
            created REAL NOT NULL,
            note TEXT NOT NULL DEFAULT '',
            data_set TEXT NOT NULL,
            seed INTEGER NOT NULL,
            configuration TEXT NOT NULL,          -- as started: JSON table of dotted keys
            edited_configuration TEXT NOT NULL,   -- as edited so far
            phase TEXT NOT NULL,
            optimizer_step INTEGER NOT NULL,
            total_steps INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            epochs INTEGER NOT NULL,
            owner_process INTEGER,                -- who runs it: all three, or none
            owner_start INTEGER,
            owner_boot TEXT
        );
        CREATE INDEX runs_by_name ON runs (name);

        CREATE TABLE states (
            number INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            recorded REAL NOT NULL,
            phase TEXT NOT NULL,
            optimizer_step INTEGER NOT NULL,
            epoch INTEGER NOT NULL
        );
        CREATE INDEX states_by_run ON states (run);

        CREATE TABLE edits (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            recorded REAL NOT NULL,
            optimizer_step INTEGER NOT NULL,
            differences TEXT NOT NULL,            -- JSON
            origin TEXT NOT NULL,                 -- user, undo 3, redo 3
            checkpoint TEXT,
            PRIMARY KEY (run, number)
        ) WITHOUT ROWID;

        CREATE TABLE checkpoints (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            recorded REAL NOT NULL,
            optimizer_step INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            path TEXT NOT NULL,
            reason TEXT NOT NULL,
            UNIQUE (run, path)
        );

        CREATE TABLE notes (
            number INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            recorded REAL NOT NULL,
            optimizer_step INTEGER NOT NULL,
            text TEXT NOT NULL
        );
        CREATE INDEX notes_by_run ON notes (run);

        CREATE TABLE results (
            run INTEGER PRIMARY KEY REFERENCES runs (number) ON DELETE CASCADE,
            recorded REAL NOT NULL,
            optimizer_steps INTEGER NOT NULL,
            validation_accuracy REAL,
            test_accuracy REAL,
            selection TEXT NOT NULL,
            tested_epoch INTEGER,
            seconds REAL NOT NULL
        );

        CREATE TABLE failures (
            number INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            recorded REAL NOT NULL,
            optimizer_step INTEGER NOT NULL,
            message TEXT NOT NULL,
            advice TEXT NOT NULL
        );
        CREATE INDEX failures_by_run ON failures (run);

        CREATE TABLE tags (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            tag TEXT NOT NULL,
            PRIMARY KEY (run, position)
        ) WITHOUT ROWID;

        CREATE TABLE series (
            number INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        );

        -- Clustered by run and series, so that one curve is one stretch of the file. NULL stands for not-a-number.
        CREATE TABLE metrics (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            series INTEGER NOT NULL REFERENCES series (number),
            optimizer_step INTEGER NOT NULL,
            value REAL,
            PRIMARY KEY (run, series, optimizer_step)
        ) WITHOUT ROWID;
        """,
        """
        -- Forks begin at a step of their parent.
        ALTER TABLE runs ADD COLUMN fork_step INTEGER;

        -- Runs that wait. Somebody who has begun with one, but not yet entered the run, is its owner.
        CREATE TABLE queue (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            position INTEGER NOT NULL,
            recorded REAL NOT NULL,
            job TEXT NOT NULL,                    -- JSON
            owner_process INTEGER,
            owner_start INTEGER,
            owner_boot TEXT
        );

        -- Spikes and alignment, once an epoch, for going through a run again.
        CREATE TABLE snapshots (
            run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
            kind TEXT NOT NULL,                   -- spikes, alignment
            optimizer_step INTEGER NOT NULL,
            content TEXT NOT NULL,                -- JSON
            PRIMARY KEY (run, kind, optimizer_step)
        ) WITHOUT ROWID;
        """,
        """
        -- A reproduced run ends where its original had come to; others with their last epoch.
        ALTER TABLE runs ADD COLUMN end_step INTEGER;
        """,
        """
        -- What its settings came from, and where it was begun.
        ALTER TABLE runs ADD COLUMN preset TEXT;
        ALTER TABLE runs ADD COLUMN host TEXT;
        ALTER TABLE runs ADD COLUMN processor TEXT;
        ALTER TABLE runs ADD COLUMN version TEXT;
        """,
        """
        -- Why an entry of the queue could not begin when its turn came.
        ALTER TABLE queue ADD COLUMN problem TEXT;
        """,
        """
        -- The order of what is written down, over all tables: clocks go back now and then.
        CREATE TABLE journal (sequence INTEGER NOT NULL);
        INSERT INTO journal (sequence) VALUES (0);
        ALTER TABLE states ADD COLUMN sequence INTEGER;
        ALTER TABLE edits ADD COLUMN sequence INTEGER;
        ALTER TABLE checkpoints ADD COLUMN sequence INTEGER;
        ALTER TABLE notes ADD COLUMN sequence INTEGER;
        ALTER TABLE failures ADD COLUMN sequence INTEGER;
        """,
        """
        -- Optimizer step of the weights that were tested.
        ALTER TABLE results ADD COLUMN tested_step INTEGER;
        -- A dropout of 0 was one half in these networks; now it is 0 in all of them.
        -- What is damaged stays as it is.
        UPDATE runs SET configuration = json_set(configuration, '$."network.dropout"', 0.5)
            WHERE CASE WHEN json_valid(configuration)
                THEN json_extract(configuration, '$."network.dropout"') = 0
                    AND json_extract(configuration, '$."network.model"') IN ('nmnist', 'nmnist-single')
                ELSE 0 END;
        UPDATE runs SET edited_configuration = json_set(edited_configuration, '$."network.dropout"', 0.5)
            WHERE CASE WHEN json_valid(edited_configuration)
                THEN json_extract(edited_configuration, '$."network.dropout"') = 0
                    AND json_extract(edited_configuration, '$."network.model"') IN ('nmnist', 'nmnist-single')
                ELSE 0 END;
        UPDATE queue SET job = json_set(job, '$.start.configuration."network.dropout"', 0.5)
            WHERE CASE WHEN json_valid(job)
                THEN json_extract(job, '$.start.configuration."network.dropout"') = 0
                    AND json_extract(job, '$.start.configuration."network.model"') IN ('nmnist', 'nmnist-single')
                ELSE 0 END;
        """,
    ]
}

extension RunStore {
    /// The next place in the order of what is written down; within a write transaction.
    static func nextSequence(in db: Database) throws -> Int64 {
        try db.execute(sql: "UPDATE journal SET sequence = sequence + 1")
        return try Int64.fetchOne(db, sql: "SELECT sequence FROM journal") ?? 0
    }
}
