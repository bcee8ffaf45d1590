-- What a later release may do to every row (tests/integration/upgrade.t).
-- Works with programs of schema @now@.

ALTER TABLE booking ADD COLUMN email_key TEXT; -- the address in lower case; null: not done yet

-- Batch: all there are get one.
SELECT MAX(id) FROM (SELECT id FROM booking
    WHERE id > $1 ORDER BY id LIMIT 200) AS page;
UPDATE booking SET email_key = LOWER(email) WHERE id > $1 AND id <= $2;
