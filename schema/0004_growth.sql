-- What the worker and `bookpay bookings list --attention' look for is found among
-- millions of rows: each of these indexes holds little more than what is meant.
-- Those for what most rows do not have hold only the rows that do: less to write
-- with every delivery.
-- Works with programs of schema 2.

CREATE INDEX IF NOT EXISTS booking_disputed ON booking (id) WHERE payment_status = 'DISPUTED';
CREATE INDEX IF NOT EXISTS booking_kept ON booking (id) WHERE status = 'CANCELLED' AND payment_status IN ('PAID', 'PARTIALLY_REFUNDED');
CREATE INDEX IF NOT EXISTS booking_asked ON booking (end_at) WHERE asked_cancel_at > 0 AND told_cancel_at = 0;
CREATE INDEX IF NOT EXISTS booking_end ON booking (end_at, id) WHERE erased_at = 0;
CREATE INDEX IF NOT EXISTS checkout_doubtful ON checkout (id) WHERE status IN ('asked', 'open') OR (status = 'complete' AND payment_status = 'unpaid');
CREATE INDEX IF NOT EXISTS refund_waiting ON refund (payment, id) WHERE status IN ('pending', 'requires_action');
CREATE INDEX IF NOT EXISTS event_parked ON event (id) WHERE outcome = 'parked';
CREATE INDEX IF NOT EXISTS event_unrelated ON event (erased_at, id) WHERE booking IS NULL AND erased_at = 0;

CREATE INDEX IF NOT EXISTS booking_came_from ON booking (moved_from) WHERE moved_from IS NOT NULL;
CREATE INDEX IF NOT EXISTS booking_went_to ON booking (moved_to) WHERE moved_to IS NOT NULL;
CREATE INDEX IF NOT EXISTS booking_of_client ON booking (client) WHERE client IS NOT NULL;
CREATE INDEX IF NOT EXISTS event_waiting ON event (waits_for, id) WHERE waits_for IS NOT NULL;
DROP INDEX IF EXISTS booking_moved_from;
DROP INDEX IF EXISTS booking_moved_to;
DROP INDEX IF EXISTS booking_client;
DROP INDEX IF EXISTS event_waits;
