-- A business of :bookings bookings in one year, with five events each and all that
-- belongs to them, in a database that has the schema.  Of what somebody must see to
-- there are always :few.  The last :open bookings wait for their money.  Ids hold
-- the booking's number, as in tests/bench/growth.c.  The rows fit each other; the
-- bodies of the events do not say all of it.
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA foreign_keys = OFF;
PRAGMA cache_size = -2000000;
BEGIN;

CREATE TEMP TABLE term AS SELECT
    CAST(strftime('%s', 'now') AS INTEGER) * 1000000 AS now,
    365 * 86400000000 / :bookings AS step,
    MAX(:bookings / 1000, 1) AS builders;

CREATE TEMP TABLE number AS
    WITH RECURSIVE up (n) AS
	(SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < :bookings)
    SELECT n, printf('%08x%024x', n * 2654435761 % 4294967296, n) AS hex,
	now - (:bookings - n) * step AS at, 'b' || (n % builders) AS builder,
	CASE WHEN n > :bookings - :open THEN 'open'
	    WHEN n <= :few THEN 'disputed' WHEN n <= 2 * :few THEN 'kept'
	    WHEN n % 20 = 3 THEN 'refunded' WHEN n % 20 = 7 THEN 'expired'
	    ELSE 'paid' END AS fate
    FROM up, term;

INSERT INTO builder (id, name, email, timezone, created_at)
    WITH RECURSIVE up (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM up, term
	WHERE n + 1 < builders)
    SELECT 'b' || n, 'Builder ' || n, 'b' || n || '@example.org',
	'Europe/Berlin', 0 FROM up;
INSERT INTO session_type (id, builder, title, minutes, amount, currency, direct,
    policy, created_at)
    SELECT 't' || id, id, 'Plan Review', 45, 9000, 'usd', 1, '24:100 12:50', 0
    FROM builder;

INSERT INTO booking (id, builder, session_type, name, email, timezone, start_at,
    end_at, source, invitee, amount, currency, policy, created_at, hold_at,
    asked_cancel_at, asked_cancel_by, cancelled_at, cancelled_by, status, payment_status,
    updated_at)
SELECT 'bk_' || hex, builder, 't' || builder, 'Client ' || n,
    'client' || n || '@example.org', 'Europe/London', at + 86400000000,
    at + 89100000000, 'direct', 'in-' || hex, 9000, 'usd', '24:100 12:50', at,
    at + 86400000000, CASE WHEN fate IN ('kept', 'refunded') THEN at ELSE 0 END,
    CASE WHEN fate IN ('kept', 'refunded') THEN 'client' END,
    CASE WHEN fate IN ('kept', 'refunded') THEN at ELSE 0 END,
    CASE WHEN fate IN ('kept', 'refunded') THEN 'client' END,
    CASE fate WHEN 'open' THEN 'PENDING' WHEN 'expired' THEN 'EXPIRED'
	WHEN 'kept' THEN 'CANCELLED' WHEN 'refunded' THEN 'CANCELLED'
	ELSE 'CONFIRMED' END,
    CASE fate WHEN 'open' THEN 'UNPAID' WHEN 'expired' THEN 'UNPAID'
	WHEN 'refunded' THEN 'REFUNDED' WHEN 'disputed' THEN 'DISPUTED'
	ELSE 'PAID' END, at
FROM number;

INSERT INTO checkout (id, booking, attempt, body, session, status,
    payment_status, amount, subtotal, currency, url, payment, expires_at,
    created_at)
SELECT 'checkout-bk_' || hex || '-1', 'bk_' || hex, 1,
    'mode=payment&client_reference_id=bk_' || hex ||
    '&line_items[0][price_data][currency]=usd' ||
    '&line_items[0][price_data][unit_amount]=9000' ||
    '&metadata[bookingId]=bk_' || hex, 'cs_test_' || hex,
    CASE fate WHEN 'open' THEN 'open' WHEN 'expired' THEN 'expired'
	ELSE 'complete' END,
    CASE WHEN fate IN ('open', 'expired') THEN 'unpaid' ELSE 'paid' END,
    9000, 9000, 'usd', CASE fate WHEN 'open'
    THEN 'https://checkout.stripe.com/c/pay/cs_test_' || hex END,
    CASE WHEN fate NOT IN ('open', 'expired') THEN 'pi_' || hex END,
    at + 86400000000, at
FROM number;

INSERT INTO payment (id, booking, checkout, received, currency, charge,
    charge_refunded, paid_at, created_at)
SELECT 'pi_' || hex, 'bk_' || hex, 'checkout-bk_' || hex || '-1', 9000, 'usd',
    'ch_' || hex, CASE fate WHEN 'refunded' THEN 9000 ELSE 0 END, at, at
FROM number WHERE fate NOT IN ('open', 'expired');
INSERT INTO refund (id, payment, amount, currency, status, asked_by, created_at)
SELECT 're_' || hex, 'pi_' || hex, 9000, 'usd', CASE WHEN n <= 20 * :few
    THEN 'pending' ELSE 'succeeded' END, 'system', at
FROM number WHERE fate = 'refunded';
INSERT INTO dispute (id, payment, amount, currency, status, told_at, created_at)
SELECT 'dp_' || hex, 'pi_' || hex, 9000, 'usd', 'needs_response', at, at
FROM number WHERE fate = 'disputed';

-- In the order in which they arrive; one in fifty is about nobody here.
INSERT INTO event (id, source, dedupe_key, type, object_id, told_at, received_at,
    body, outcome, reason, waits_for, booking, erased_at)
SELECT 'ev_' || printf('%014x%04x', at + k, k) || substr(hex, 1, 24) || k,
    CASE k WHEN 0 THEN 'client' ELSE 'stripe' END,
    CASE k WHEN 0 THEN hex ELSE 'evt_' || k || hex END,
    CASE k WHEN 0 THEN 'checkout' WHEN 1 THEN 'payment_intent.created'
	WHEN 2 THEN 'checkout.session.completed' WHEN 3 THEN 'charge.succeeded'
	ELSE 'charge.updated' END,
    'cs_test_' || hex, at, at,
    '{"object":"event","id":"evt_' || k || hex || '","data":{"object":' ||
    '{"object":"checkout.session","id":"cs_test_' || hex ||
    '","amount_total":9000,"currency":"usd","customer_details":{"email":' ||
    '"client' || n || '@example.org","name":"Client ' || n ||
    '"},"client_reference_id":"bk_' || hex || '"}}}',
    CASE WHEN k = 1 AND n <= :few THEN 'parked'
	WHEN k = 1 AND n % 10 = 1 THEN 'ignored' ELSE 'applied' END, NULL,
    CASE WHEN k = 1 AND n <= :few THEN 'intent:pi_' || hex END,
    CASE WHEN k = 1 AND (n <= :few OR n % 10 = 1) THEN NULL
	ELSE 'bk_' || hex END,
    CASE WHEN k = 1 AND n > :few AND n % 10 = 1 AND n < :bookings - 1000
	THEN at ELSE 0 END
FROM number, (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2
    UNION ALL SELECT 3 UNION ALL SELECT 4);

INSERT INTO history (id, booking, at, who, what, why)
SELECT 'hi_' || printf('%014x', at + k) || hex || k, 'bk_' || hex, at,
    CASE k WHEN 0 THEN 'client' ELSE 'stripe' END,
    CASE k WHEN 0 THEN 'checkout' WHEN 1 THEN 'payment' ELSE 'confirmed' END,
    'particulars'
FROM number, (SELECT 0 AS k UNION ALL SELECT 1 UNION ALL SELECT 2)
WHERE k = 0 OR fate NOT IN ('open', 'expired');
INSERT INTO analytics (id, name, booking, session_type, builder, amount,
    currency, at)
SELECT name || ':' || hex, name, 'bk_' || hex, 't' || builder, builder, 9000,
    'usd', at
FROM number, (SELECT 0 AS k, 'BOOKING_CREATED' AS name
    UNION ALL SELECT 1, 'CHECKOUT_SESSION_CREATED'
    UNION ALL SELECT 2, 'PAYMENT_COMPLETED')
WHERE k < 2 OR fate NOT IN ('open', 'expired');
INSERT INTO job (id, kind, booking, subject, due_at, attempts, done_at, dead_at,
    last_error, created_at)
SELECT 'refund-pi_' || hex, 'refund', 'bk_' || hex, 'pi_' || hex, at, 1,
    CASE WHEN n <= 20 * :few THEN 0 ELSE at END,
    CASE WHEN n <= 20 * :few THEN at ELSE 0 END,
    CASE WHEN n <= 20 * :few THEN 'stripe: no' END, at
FROM number WHERE fate = 'refunded';
COMMIT;
