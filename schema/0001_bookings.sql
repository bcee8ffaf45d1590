-- The rows of a booking business.  The same text runs on SQLite and PostgreSQL.
--
-- Conventions: ids are text made by us, or the provider's own; a moment is
-- BIGINT microseconds since 1970 UTC and its column ends in _at; money is
-- BIGINT in the currency's minor unit beside a lower-case currency code; a yes
-- or no is INTEGER 0 or 1.  Facts only grow; what is computed from them
-- (statuses, analytics, jobs nobody has begun) follows them.

CREATE TABLE builder (
	id TEXT PRIMARY KEY,       -- chosen by the admin, e.g. 'robin'
	name TEXT NOT NULL,        -- shown to clients
	email TEXT,                -- for notices to the builder; not shown
	timezone TEXT NOT NULL,    -- IANA name; opening hours are in it
	calendly_user TEXT,        -- Calendly user URI, to look events up
	stripe_account TEXT,       -- connected account, once Connect is there
	created_at BIGINT NOT NULL -- when the row was made
);

CREATE TABLE builder_user (
	builder TEXT NOT NULL REFERENCES builder (id), -- may act for this one
	user_id TEXT NOT NULL,     -- subject of a sign-in (REMOTE_USER, sub)
	PRIMARY KEY (builder, user_id)
);

CREATE TABLE session_type (
	id TEXT PRIMARY KEY,       -- chosen by the admin, e.g. 'strategy-60'
	builder TEXT NOT NULL REFERENCES builder (id), -- who gives it
	title TEXT NOT NULL,       -- shown to clients and on Stripe's page
	description TEXT,          -- a paragraph for the catalogue, or null
	minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440), -- length
	amount BIGINT NOT NULL CHECK (amount BETWEEN 0 AND 99999999), -- price
	currency TEXT NOT NULL,    -- of amount; three lower-case letters
	calendly_type TEXT UNIQUE, -- Calendly event type uuid, or null
	scheduling_url TEXT,       -- Calendly page of that event type, or null
	direct INTEGER NOT NULL DEFAULT 0 CHECK (direct IN (0, 1)), -- without Calendly?
	hours TEXT,                -- when a direct type is offered; null: always
	notice_minutes INTEGER NOT NULL DEFAULT 0, -- least time before the start
	horizon_days INTEGER NOT NULL DEFAULT 365, -- how far ahead one may book
	requires_auth INTEGER NOT NULL DEFAULT 0 CHECK (requires_auth IN (0, 1)), -- no guests?
	hold_minutes INTEGER NOT NULL DEFAULT 60, -- how long an unpaid seat is kept
	policy TEXT NOT NULL DEFAULT '', -- '24:100 12:50': hours before start, percent back
	auto_refund INTEGER NOT NULL DEFAULT 0 CHECK (auto_refund IN (0, 1)), -- by policy, unasked?
	late_hours INTEGER NOT NULL DEFAULT 0 CHECK (late_hours BETWEEN 0 AND 2160), -- money without a seat waits so long for a new time
	active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)), -- in the catalogue?
	created_at BIGINT NOT NULL -- when the row was made
);

CREATE TABLE booking (
	id TEXT PRIMARY KEY,       -- 'bk_' and 128 random bits in hex
	builder TEXT NOT NULL REFERENCES builder (id), -- who gives the session
	session_type TEXT NOT NULL REFERENCES session_type (id), -- what was booked
	client TEXT,               -- subject of the client's sign-in; null: guest
	name TEXT NOT NULL,        -- of the client
	email TEXT NOT NULL,       -- of the client
	timezone TEXT NOT NULL,    -- the client's, IANA name
	start_at BIGINT NOT NULL,  -- first moment of the session
	end_at BIGINT NOT NULL,    -- first moment after it
	source TEXT NOT NULL CHECK (source IN ('calendly', 'direct', 'admin')), -- whence
	invitee TEXT UNIQUE,       -- Calendly invitee uuid: one seat, one booking
	invitee_uri TEXT,          -- the same as Calendly writes it, once known
	calendly_event TEXT,       -- Calendly scheduled event uuid, once known
	told_at BIGINT NOT NULL DEFAULT 0, -- Calendly's updated_at of what we hold; 0: a claim only
	contradiction TEXT,        -- where a claim differed from Calendly's word
	amount BIGINT NOT NULL CHECK (amount >= 0), -- price when it was booked
	currency TEXT NOT NULL,    -- of amount
	policy TEXT NOT NULL,      -- cancellation policy when it was booked
	auto_refund INTEGER NOT NULL DEFAULT 0 CHECK (auto_refund IN (0, 1)), -- the type's, when it was booked
	late_hours INTEGER NOT NULL DEFAULT 0, -- the type's, when it was booked
	created_at BIGINT NOT NULL, -- when we first heard of it
	hold_at BIGINT NOT NULL,   -- until when an unpaid seat is kept
	asked_cancel_at BIGINT NOT NULL DEFAULT 0, -- when somebody gave the seat up here; 0: nobody; the earliest wins
	asked_cancel_by TEXT,      -- 'client', 'builder' or 'system'
	asked_cancel_reason TEXT,  -- in the canceller's words
	told_cancel_at BIGINT NOT NULL DEFAULT 0, -- when it was cancelled at Calendly, by its clock; 0: not; the earliest wins
	told_cancel_by TEXT,       -- 'client' or 'builder'
	told_cancel_reason TEXT,   -- in the canceller's words
	cancelled_at BIGINT NOT NULL DEFAULT 0, -- computed: the one of the two that counts; 0: neither
	cancelled_by TEXT,         -- computed
	cancel_reason TEXT,        -- computed
	refund_goal BIGINT NOT NULL DEFAULT 0, -- people asked to give back so much in all; the larger wins
	refund_asked_by TEXT,      -- who asked for that: 'client', 'builder', 'admin'
	refund_reason TEXT,        -- in their words
	moved_to TEXT,             -- rescheduled: invitee uuid, or booking, that carries on
	moved_from TEXT,           -- rescheduled: invitee uuid, or booking, that came before
	moved_told INTEGER NOT NULL DEFAULT 0 CHECK (moved_told IN (0, 1)), -- by Calendly, not by an admin?
	no_show INTEGER NOT NULL DEFAULT 0 CHECK (no_show IN (0, 1)), -- marked so?
	no_show_at BIGINT NOT NULL DEFAULT 0, -- provider's time of the last such mark
	status TEXT NOT NULL,      -- computed from the facts (booking/status.h)
	payment_status TEXT NOT NULL, -- computed from the facts
	updated_at BIGINT NOT NULL -- when the facts last grew
);
CREATE INDEX booking_builder_start ON booking (builder, start_at);
CREATE INDEX booking_moved_from ON booking (moved_from);
CREATE INDEX booking_moved_to ON booking (moved_to);
CREATE INDEX booking_created ON booking (created_at);

CREATE TABLE checkout (
	id TEXT PRIMARY KEY,       -- our idempotency key: checkout-<booking>-<attempt>
	booking TEXT NOT NULL REFERENCES booking (id), -- for which we ask
	attempt INTEGER NOT NULL,  -- 1, 2, …; moves on after a definite answer
	body TEXT NOT NULL,        -- the exact form body sent, resent byte for byte
	promotion_code TEXT,       -- what the client typed, or null
	session TEXT UNIQUE,       -- Stripe's Checkout Session id, once known
	status TEXT NOT NULL CHECK (status IN
	    ('asked', 'refused', 'open', 'expired', 'complete')), -- of the session; only grows
	payment_status TEXT NOT NULL CHECK (payment_status IN
	    ('unpaid', 'failed', 'no_payment_required', 'paid')), -- only grows
	amount BIGINT NOT NULL,    -- to be paid: price less discount
	subtotal BIGINT NOT NULL,  -- before the discount: the booking's price
	currency TEXT NOT NULL,    -- of both
	url TEXT,                  -- Stripe's page, while open
	payment TEXT,              -- PaymentIntent id, once the client started to pay
	refusal TEXT,              -- Stripe's error code, if it refused
	expires_at BIGINT NOT NULL, -- end of the session
	asked_at BIGINT NOT NULL DEFAULT 0, -- when a lookup last asked Stripe
	created_at BIGINT NOT NULL, -- when we first asked
	UNIQUE (booking, attempt)
);
CREATE INDEX checkout_payment ON checkout (payment);

CREATE TABLE payment (
	id TEXT PRIMARY KEY,       -- Stripe's PaymentIntent id
	booking TEXT NOT NULL REFERENCES booking (id), -- for which it was taken
	checkout TEXT NOT NULL REFERENCES checkout (id), -- through which session
	received BIGINT NOT NULL DEFAULT 0, -- amount received; the larger wins
	currency TEXT NOT NULL,    -- of the amounts
	charge TEXT,               -- latest charge id
	charge_refunded BIGINT NOT NULL DEFAULT 0, -- the charge's own refunded total; the larger wins
	paid_at BIGINT NOT NULL DEFAULT 0, -- provider's time of the money; 0: not yet
	failure TEXT,              -- code of the last failed try, or null
	failed_at BIGINT NOT NULL DEFAULT 0, -- provider's time of that try; the newer wins
	created_at BIGINT NOT NULL -- when we first heard of it
);
CREATE INDEX payment_booking ON payment (booking);
CREATE INDEX payment_charge ON payment (charge);

CREATE TABLE refund (
	id TEXT PRIMARY KEY,       -- Stripe's refund id
	payment TEXT NOT NULL REFERENCES payment (id), -- which gives money back
	amount BIGINT NOT NULL,    -- how much
	currency TEXT NOT NULL,    -- of amount
	status TEXT NOT NULL,      -- pending, requires_action, succeeded, canceled, failed; only grows
	reason TEXT,               -- Stripe's reason, or null
	failure TEXT,              -- why it failed, or null
	asked_by TEXT,             -- 'system': our worker; null: a person at Stripe
	created_at BIGINT NOT NULL -- provider's time
);
CREATE INDEX refund_payment ON refund (payment);

CREATE TABLE dispute (
	id TEXT PRIMARY KEY,       -- Stripe's dispute id
	payment TEXT NOT NULL REFERENCES payment (id), -- which is disputed
	amount BIGINT NOT NULL,    -- how much
	currency TEXT NOT NULL,    -- of amount
	status TEXT NOT NULL,      -- Stripe's word, of told_at
	told_at BIGINT NOT NULL,   -- provider's time of that word; the newer wins
	reason TEXT,               -- what the cardholder claims
	due_at BIGINT NOT NULL DEFAULT 0, -- evidence is due by then; 0: unknown
	created_at BIGINT NOT NULL -- provider's time
);
CREATE INDEX dispute_payment ON dispute (payment);

CREATE TABLE event (
	id TEXT PRIMARY KEY,       -- 'ev_', microseconds, random bits: sorts by arrival
	source TEXT NOT NULL,      -- 'stripe', 'calendly', 'stripe-api', 'calendly-api', 'client', 'builder', 'admin', 'system'
	dedupe_key TEXT NOT NULL,  -- the same thing told twice has the same key
	type TEXT NOT NULL,        -- in the source's own words
	object_id TEXT,            -- what it is about, in the source's own words
	told_at BIGINT NOT NULL,   -- provider's time; ours where it has none
	received_at BIGINT NOT NULL, -- our time
	body TEXT NOT NULL,        -- as received, byte for byte
	outcome TEXT NOT NULL CHECK (outcome IN
	    ('applied', 'ignored', 'parked', 'failed')), -- what became of it
	reason TEXT,               -- why it was ignored, parked or failed
	waits_for TEXT,            -- parked: 'intent:pi_…', 'checkout:bk_…', 'session:cs_…', 'type:…', 'read:…'
	booking TEXT,              -- the booking it changed, if any
	UNIQUE (source, dedupe_key)
);
CREATE INDEX event_waits ON event (waits_for);
CREATE INDEX event_booking ON event (booking, id);

CREATE TABLE history (
	id TEXT PRIMARY KEY,       -- 'hi_', microseconds, random bits: sorts by time
	booking TEXT NOT NULL REFERENCES booking (id), -- to which it happened
	at BIGINT NOT NULL,        -- when we noted it
	who TEXT NOT NULL,         -- 'stripe', 'calendly', 'client', 'builder', 'admin', 'system'
	what TEXT NOT NULL,        -- short and fixed, e.g. 'confirmed'
	why TEXT,                  -- particulars
	event TEXT                 -- the event that brought it, if any
);
CREATE INDEX history_booking ON history (booking, id);

CREATE TABLE job (
	id TEXT PRIMARY KEY,       -- kind and what it is for: a job exists once
	kind TEXT NOT NULL,        -- e.g. 'refund'
	booking TEXT,              -- for which, if for one
	subject TEXT NOT NULL,     -- what it is about, e.g. a PaymentIntent id
	due_at BIGINT NOT NULL,    -- not before
	attempts INTEGER NOT NULL DEFAULT 0, -- how often it was tried
	lease_at BIGINT NOT NULL DEFAULT 0, -- a worker has it until then
	call_number INTEGER NOT NULL DEFAULT 0, -- goes up after a definite answer
	call_body TEXT,            -- exact body of that call, repeated byte for byte
	call_at BIGINT NOT NULL DEFAULT 0, -- when it was made first
	last_error TEXT,           -- of the last try
	done_at BIGINT NOT NULL DEFAULT 0, -- 0: still to do
	dead_at BIGINT NOT NULL DEFAULT 0, -- when we gave up; a person can retry it
	created_at BIGINT NOT NULL -- when it was asked for
);
CREATE INDEX job_due ON job (done_at, dead_at, due_at);
CREATE INDEX job_booking ON job (booking);

CREATE TABLE mark (
	name TEXT PRIMARY KEY,     -- of something that goes on, e.g. 'stripe-events'
	at BIGINT NOT NULL,        -- how far it has come
	note TEXT                  -- what it found the last time, for people
);

CREATE TABLE analytics (
	id TEXT PRIMARY KEY,       -- name and fact: each happens once
	name TEXT NOT NULL,        -- e.g. 'PAYMENT_COMPLETED'
	booking TEXT NOT NULL REFERENCES booking (id), -- in which
	session_type TEXT NOT NULL, -- of the booking
	builder TEXT NOT NULL,     -- of the booking
	amount BIGINT NOT NULL,    -- of the fact
	currency TEXT NOT NULL,    -- of amount
	at BIGINT NOT NULL         -- when we noted it
);
CREATE INDEX analytics_name_at ON analytics (name, at);
CREATE INDEX analytics_booking ON analytics (booking);
