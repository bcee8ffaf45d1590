-- What the worker and `bookpay attention' look for is found among millions of
-- rows: each of these indexes holds only the few that are meant.
-- Works with programs of schema 2.

CREATE INDEX booking_disputed ON booking (id) WHERE payment_status = 'DISPUTED';
CREATE INDEX booking_kept ON booking (id) WHERE status = 'CANCELLED' AND payment_status IN ('PAID', 'PARTIALLY_REFUNDED');
CREATE INDEX booking_asked ON booking (end_at) WHERE asked_cancel_at > 0 AND told_cancel_at = 0;
CREATE INDEX booking_end ON booking (end_at, id) WHERE erased_at = 0;
CREATE INDEX checkout_doubtful ON checkout (id) WHERE status IN ('asked', 'open') OR (status = 'complete' AND payment_status = 'unpaid');
CREATE INDEX refund_waiting ON refund (payment, id) WHERE status IN ('pending', 'requires_action');
CREATE INDEX event_parked ON event (id) WHERE outcome = 'parked';
CREATE INDEX event_unrelated ON event (erased_at, id) WHERE booking IS NULL AND erased_at = 0;
