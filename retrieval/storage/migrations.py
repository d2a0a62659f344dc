"""What makes a database, and what brings an older one to the present format."""

from __future__ import annotations

WITH_CHECKSUMS = 6  # the first format whose rows have checksums

# One script per schema version, applied in order. A released script never changes; a new one is added.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE items (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        digest TEXT NOT NULL,
        body TEXT NOT NULL
    );
    CREATE TABLE descriptions (
        media TEXT NOT NULL,
        origin TEXT NOT NULL,
        version TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (media, origin, version)
    ) WITHOUT ROWID;
    CREATE TABLE item_descriptions (
        item INTEGER NOT NULL REFERENCES items (seq) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        media TEXT NOT NULL,
        origin TEXT NOT NULL,
        version TEXT NOT NULL,
        PRIMARY KEY (item, position),
        FOREIGN KEY (media, origin, version) REFERENCES descriptions (media, origin, version)
    ) WITHOUT ROWID;
    CREATE INDEX item_descriptions_by_media ON item_descriptions (media, origin, version);
    CREATE TABLE channels (
        name TEXT PRIMARY KEY,
        model TEXT NOT NULL,
        dim INTEGER NOT NULL,
        searchable INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE vectors (
        id INTEGER PRIMARY KEY,
        model TEXT NOT NULL,
        content TEXT NOT NULL,
        data BLOB NOT NULL,
        UNIQUE (model, content)
    );
    CREATE TABLE item_vectors (
        channel TEXT NOT NULL REFERENCES channels (name),
        item INTEGER NOT NULL REFERENCES items (seq) ON DELETE CASCADE,
        part INTEGER NOT NULL,
        vector INTEGER NOT NULL REFERENCES vectors (id),
        PRIMARY KEY (channel, item, part)
    ) WITHOUT ROWID;
    CREATE INDEX item_vectors_by_item ON item_vectors (item);
    CREATE INDEX item_vectors_by_vector ON item_vectors (vector);
    CREATE TABLE outbox (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        channel TEXT NOT NULL,
        item TEXT,
        parts INTEGER NOT NULL
    );
    CREATE INDEX outbox_by_item ON outbox (channel, item);
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE blobs (name TEXT PRIMARY KEY, value BLOB NOT NULL);
    """,
    # Items are named by id, not by seq: events of items that are not ingested yet wait for them.
    """
    CREATE TABLE interactions (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        user TEXT NOT NULL,
        item TEXT NOT NULL,
        kind TEXT NOT NULL,
        value REAL,
        at_s REAL
    );
    CREATE UNIQUE INDEX interactions_once ON interactions (user, item, kind, coalesce(at_s, -1e300));
    CREATE INDEX interactions_by_item ON interactions (item);
    """,
    # Forgetting a person erases their rows from every table that has a column `user`: name it so in new tables.
    """
    ALTER TABLE interactions ADD COLUMN reason TEXT;
    CREATE TABLE opted_out (user TEXT PRIMARY KEY) WITHOUT ROWID;
    """,
    """
    CREATE TABLE turns (
        conversation TEXT NOT NULL,
        number INTEGER NOT NULL,
        user TEXT,
        body TEXT NOT NULL,
        PRIMARY KEY (conversation, number)
    ) WITHOUT ROWID;
    CREATE INDEX turns_by_user ON turns (user);
    """,
    """
    CREATE TABLE exchanges (
        conversation TEXT NOT NULL,
        number INTEGER NOT NULL,
        user TEXT,
        title TEXT NOT NULL,
        at_s REAL NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (conversation, number)
    ) WITHOUT ROWID;
    CREATE INDEX exchanges_by_user ON exchanges (user, at_s);
    """,
    # Each row gets a checksum of all that it holds but its own number. SQLite makes such a column for new tables alone,
    # so each is written anew, while `foreign_keys` is off: what refers to a dropped table would go with it. The numbers
    # of rows go on where they were: that of what was erased is given to nothing else.
    """
    CREATE TABLE new_items (
        seq INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        digest TEXT NOT NULL,
        body TEXT NOT NULL,
        checksum INTEGER NOT NULL AS (checksum(id, digest, body)) STORED
    );
    INSERT INTO new_items (seq, id, digest, body)
        SELECT seq, id, digest, body FROM items;
    DROP TABLE items;
    ALTER TABLE new_items RENAME TO items;
    CREATE TABLE new_descriptions (
        media TEXT NOT NULL,
        origin TEXT NOT NULL,
        version TEXT NOT NULL,
        body TEXT NOT NULL,
        checksum INTEGER NOT NULL AS (checksum(media, origin, version, body)) STORED,
        PRIMARY KEY (media, origin, version)
    ) WITHOUT ROWID;
    INSERT INTO new_descriptions (media, origin, version, body)
        SELECT media, origin, version, body FROM descriptions;
    DROP TABLE descriptions;
    ALTER TABLE new_descriptions RENAME TO descriptions;
    CREATE TABLE new_item_descriptions (
        item INTEGER NOT NULL REFERENCES items (seq) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        media TEXT NOT NULL,
        origin TEXT NOT NULL,
        version TEXT NOT NULL,
        checksum INTEGER NOT NULL AS (checksum(item, position, media, origin, version)) STORED,
        PRIMARY KEY (item, position),
        FOREIGN KEY (media, origin, version) REFERENCES descriptions (media, origin, version)
    ) WITHOUT ROWID;
    INSERT INTO new_item_descriptions (item, position, media, origin, version)
        SELECT item, position, media, origin, version FROM item_descriptions;
    DROP TABLE item_descriptions;
    ALTER TABLE new_item_descriptions RENAME TO item_descriptions;
    CREATE TABLE new_channels (
        name TEXT PRIMARY KEY,
        model TEXT NOT NULL,
        dim INTEGER NOT NULL,
        searchable INTEGER NOT NULL,
        checksum INTEGER NOT NULL AS (checksum(name, model, dim, searchable)) STORED
    ) WITHOUT ROWID;
    INSERT INTO new_channels (name, model, dim, searchable)
        SELECT name, model, dim, searchable FROM channels;
    DROP TABLE channels;
    ALTER TABLE new_channels RENAME TO channels;
    CREATE TABLE new_vectors (
        id INTEGER PRIMARY KEY,
        model TEXT NOT NULL,
        content TEXT NOT NULL,
        data BLOB NOT NULL,
        checksum INTEGER NOT NULL AS (checksum(model, content, data)) STORED,
        UNIQUE (model, content)
    );
    INSERT INTO new_vectors (id, model, content, data)
        SELECT id, model, content, data FROM vectors;
    DROP TABLE vectors;
    ALTER TABLE new_vectors RENAME TO vectors;
    CREATE TABLE new_item_vectors (
        channel TEXT NOT NULL REFERENCES channels (name),
        item INTEGER NOT NULL REFERENCES items (seq) ON DELETE CASCADE,
        part INTEGER NOT NULL,
        vector INTEGER NOT NULL REFERENCES vectors (id),
        checksum INTEGER NOT NULL AS (checksum(channel, item, part, vector)) STORED,
        PRIMARY KEY (channel, item, part)
    ) WITHOUT ROWID;
    INSERT INTO new_item_vectors (channel, item, part, vector)
        SELECT channel, item, part, vector FROM item_vectors;
    DROP TABLE item_vectors;
    ALTER TABLE new_item_vectors RENAME TO item_vectors;
    CREATE TABLE new_outbox (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        channel TEXT NOT NULL,
        item TEXT,
        parts INTEGER NOT NULL,
        checksum INTEGER NOT NULL AS (checksum(channel, item, parts)) STORED
    );
    INSERT INTO new_outbox (seq, channel, item, parts)
        SELECT seq, channel, item, parts FROM outbox;
    DELETE FROM sqlite_sequence WHERE name = 'new_outbox';
    INSERT INTO sqlite_sequence SELECT 'new_outbox', seq FROM sqlite_sequence WHERE name = 'outbox';
    DROP TABLE outbox;
    ALTER TABLE new_outbox RENAME TO outbox;
    CREATE TABLE new_settings (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL,
        checksum INTEGER NOT NULL AS (checksum(name, value)) STORED
    ) WITHOUT ROWID;
    INSERT INTO new_settings (name, value)
        SELECT name, value FROM settings;
    DROP TABLE settings;
    ALTER TABLE new_settings RENAME TO settings;
    CREATE TABLE new_blobs (
        name TEXT PRIMARY KEY,
        value BLOB NOT NULL,
        checksum INTEGER NOT NULL AS (checksum(name, value)) STORED
    );
    INSERT INTO new_blobs (name, value)
        SELECT name, value FROM blobs;
    DROP TABLE blobs;
    ALTER TABLE new_blobs RENAME TO blobs;
    CREATE TABLE new_interactions (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        user TEXT NOT NULL,
        item TEXT NOT NULL,
        kind TEXT NOT NULL,
        value REAL,
        at_s REAL,
        reason TEXT,
        checksum INTEGER NOT NULL AS (checksum(user, item, kind, value, at_s, reason)) STORED
    );
    INSERT INTO new_interactions (seq, user, item, kind, value, at_s, reason)
        SELECT seq, user, item, kind, value, at_s, reason FROM interactions;
    DELETE FROM sqlite_sequence WHERE name = 'new_interactions';
    INSERT INTO sqlite_sequence SELECT 'new_interactions', seq FROM sqlite_sequence WHERE name = 'interactions';
    DROP TABLE interactions;
    ALTER TABLE new_interactions RENAME TO interactions;
    CREATE TABLE new_opted_out (
        user TEXT PRIMARY KEY,
        checksum INTEGER NOT NULL AS (checksum(user)) STORED
    ) WITHOUT ROWID;
    INSERT INTO new_opted_out (user)
        SELECT user FROM opted_out;
    DROP TABLE opted_out;
    ALTER TABLE new_opted_out RENAME TO opted_out;
    CREATE TABLE new_turns (
        conversation TEXT NOT NULL,
        number INTEGER NOT NULL,
        user TEXT,
        body TEXT NOT NULL,
        checksum INTEGER NOT NULL AS (checksum(conversation, number, user, body)) STORED,
        PRIMARY KEY (conversation, number)
    ) WITHOUT ROWID;
    INSERT INTO new_turns (conversation, number, user, body)
        SELECT conversation, number, user, body FROM turns;
    DROP TABLE turns;
    ALTER TABLE new_turns RENAME TO turns;
    CREATE TABLE new_exchanges (
        conversation TEXT NOT NULL,
        number INTEGER NOT NULL,
        user TEXT,
        title TEXT NOT NULL,
        at_s REAL NOT NULL,
        body TEXT NOT NULL,
        checksum INTEGER NOT NULL AS (checksum(conversation, number, user, title, at_s, body)) STORED,
        PRIMARY KEY (conversation, number)
    ) WITHOUT ROWID;
    INSERT INTO new_exchanges (conversation, number, user, title, at_s, body)
        SELECT conversation, number, user, title, at_s, body FROM exchanges;
    DROP TABLE exchanges;
    ALTER TABLE new_exchanges RENAME TO exchanges;
    CREATE INDEX item_descriptions_by_media ON item_descriptions (media, origin, version);
    CREATE INDEX item_vectors_by_item ON item_vectors (item);
    CREATE INDEX item_vectors_by_vector ON item_vectors (vector);
    CREATE INDEX outbox_by_item ON outbox (channel, item);
    CREATE UNIQUE INDEX interactions_once ON interactions (user, item, kind, coalesce(at_s, -1e300));
    CREATE INDEX interactions_by_item ON interactions (item);
    CREATE INDEX turns_by_user ON turns (user);
    CREATE INDEX exchanges_by_user ON exchanges (user, at_s);
    CREATE TABLE ledger (
        workspace TEXT NOT NULL,
        transactions INTEGER NOT NULL,
        checksum INTEGER NOT NULL AS (checksum(workspace, transactions)) STORED
    );
    INSERT INTO ledger (workspace, transactions) VALUES (lower(hex(randomblob(8))), 0);
    """,
    # The points of an item's pictures are the item's own, so that they go with it.
    """
    CREATE TABLE item_points (
        item INTEGER NOT NULL REFERENCES items (seq) ON DELETE CASCADE,
        part INTEGER NOT NULL,
        media TEXT NOT NULL,
        data BLOB NOT NULL,
        checksum INTEGER NOT NULL AS (checksum(item, part, media, data)) STORED,
        PRIMARY KEY (item, part)
    );
    """,
    # What people write of items, and what is made of it for each item; items are named by id, as for interactions.
    """
    CREATE TABLE reviews (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        user TEXT,
        item TEXT NOT NULL,
        stars REAL,
        top REAL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        at_s REAL,
        checksum INTEGER NOT NULL AS (checksum(key, user, item, stars, top, title, text, at_s)) STORED
    );
    CREATE INDEX reviews_by_item ON reviews (item);
    CREATE INDEX reviews_by_user ON reviews (user);
    CREATE TABLE review_digests (
        item TEXT PRIMARY KEY,
        body TEXT NOT NULL,
        stale INTEGER NOT NULL,
        checksum INTEGER NOT NULL AS (checksum(item, body, stale)) STORED
    ) WITHOUT ROWID;
    """,
)
