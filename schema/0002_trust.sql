-- Links that can be called back, and people who want to be forgotten.

ALTER TABLE booking ADD COLUMN link_serial BIGINT NOT NULL DEFAULT 0; -- a link opens it only with this number; raised to call back all links
ALTER TABLE booking ADD COLUMN erased_at BIGINT NOT NULL DEFAULT 0; -- when its person was removed; 0: not

ALTER TABLE event ADD COLUMN erased_at BIGINT NOT NULL DEFAULT 0; -- when people were removed from its body; 0: as received

CREATE INDEX booking_email ON booking (LOWER(email));
