story   A seat that nobody pays for is given up

booking claimed 01 2026-12-10T14:00:00Z
attempt
before  answer created

told    calendly invitee_created
told    stripe checkout.session.expired
told    system booking.release
        clock = 2026-11-23T15:01:00Z
        by = "system"
told    calendly invitee_canceled
        cancellation.canceler_type = "host"
        cancellation.created_at = "2026-11-23T15:01:30.000000Z"

end     booking 01 CANCELLED UNPAID captured 0 refunded 0
end     counted 01 BOOKING_CREATED BOOKING_RELEASED CHECKOUT_EXPIRED
end     counted 01 CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
