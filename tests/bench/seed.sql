-- The rows that belong to the load's messages: bookings 1 … :count, each with an
-- open session at Stripe, and :count more without one.  Ids hold the number in hex
-- digits, as in tests/bench/message.c.
BEGIN;
INSERT INTO builder (id, name, email, timezone, created_at)
VALUES ('robin', 'Robin Coach', 'robin@example.org', 'America/New_York', 0);
INSERT INTO session_type (id, builder, title, description, minutes, amount,
    currency, direct, policy, created_at)
VALUES ('review-45', 'robin', 'Plan Review',
    'Bring your plan, leave with a better one.', 45, 9000, 'usd', 1,
    '24:100 12:50', 0);

CREATE TEMP TABLE number AS
    WITH RECURSIVE up (n) AS
	(SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 2 * :count)
    SELECT n, printf('%024x', n) AS hex,
	CAST(strftime('%s', 'now') AS INTEGER) * 1000000 AS now FROM up;

INSERT INTO booking (id, builder, session_type, name, email, timezone,
    start_at, end_at, source, amount, currency, policy, created_at, hold_at,
    status, payment_status, updated_at)
SELECT 'bk_00000000' || hex, 'robin', 'review-45', 'Client ' || n,
    'client' || n || '@example.org', 'Europe/London',
    now + 86400000000 + n * 2700000000, now + 88200000000 + n * 2700000000,
    'direct', 9000, 'usd', '24:100 12:50', now, now + 86400000000,
    'PENDING', 'UNPAID', now
FROM number;

INSERT INTO checkout (id, booking, attempt, body, session, status,
    payment_status, amount, subtotal, currency, url, expires_at, created_at)
SELECT 'checkout-bk_00000000' || hex || '-1', 'bk_00000000' || hex, 1,
    'mode=payment&submit_type=book&client_reference_id=bk_00000000' || hex ||
    '&line_items[0][price_data][currency]=usd' ||
    '&line_items[0][price_data][unit_amount]=9000' ||
    '&line_items[0][price_data][product_data][name]=Plan%20Review' ||
    '&line_items[0][quantity]=1' ||
    '&metadata[bookingId]=bk_00000000' || hex ||
    '&metadata[builderId]=robin&metadata[sessionTypeId]=review-45',
    'cs_test_' || hex, 'open', 'unpaid', 9000, 9000, 'usd',
    'https://checkout.stripe.com/c/pay/cs_test_' || hex,
    now + 86400000000, now
FROM number WHERE n <= :count;

INSERT INTO history (id, booking, at, who, what, why)
SELECT 'hi_' || printf('%014x', now) || hex, 'bk_00000000' || hex, now,
    'client', 'checkout', 'attempt 1 started'
FROM number WHERE n <= :count;

INSERT INTO analytics (id, name, booking, session_type, builder, amount,
    currency, at)
SELECT name || ':' || start || hex || more, name, 'bk_00000000' || hex,
    'review-45', 'robin', 9000, 'usd', now
FROM number, (
    SELECT 'BOOKING_CREATED' AS name, 'bk_00000000' AS start, '' AS more
    UNION ALL SELECT 'CHECKOUT_INITIATED', 'bk_00000000', ':1'
    UNION ALL SELECT 'CHECKOUT_SESSION_CREATED', 'cs_test_', '')
WHERE n <= :count;
COMMIT;
