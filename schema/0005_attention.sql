-- What a person must see to is found without all that was ever cancelled: what the
-- policy keeps is in order, and there is more of it each day.
-- Programs of the build before find it more slowly until they are swapped.
-- Works with programs of schema 2.

CREATE INDEX IF NOT EXISTS booking_owed ON booking (id) WHERE status = 'CANCELLED' AND payment_status IN ('PAID', 'PARTIALLY_REFUNDED') AND (moved_from IS NOT NULL OR (auto_refund = 0 AND (policy <> '' OR cancelled_by <> 'client')));
CREATE INDEX IF NOT EXISTS booking_listed ON booking (end_at) WHERE asked_cancel_at > 0 AND told_cancel_at = 0 AND told_at > 0;
CREATE INDEX IF NOT EXISTS refund_failed ON refund (payment) WHERE status = 'failed';
DROP INDEX IF EXISTS booking_kept;
DROP INDEX IF EXISTS booking_asked;
