-- How many seats a client who signs in keeps without paying, without a search of
-- all bookings while nobody else can book.
-- Works with programs of schema 2.

CREATE INDEX booking_client ON booking (client);
