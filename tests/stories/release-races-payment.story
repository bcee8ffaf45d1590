story   The hold of a seat runs out while its client pays

booking claimed 01 2026-12-10T14:00:00Z
attempt
before  answer created

told    calendly invitee_created
told    stripe checkout.session.completed
        event.created = 2026-11-23T15:01:05Z
told    stripe payment_intent.succeeded
        event.created = 2026-11-23T15:01:04Z
told    system booking.release
        clock = 2026-11-23T15:01:04Z
        by = "system"
        reason = "the hold ran out"

end     booking 01 CANCELLED PAID captured 15000 refunded 0
end     counted 01 BOOKING_CREATED BOOKING_RELEASED CHECKOUT_COMPLETED
end     counted 01 CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     counted 01 PAYMENT_COMPLETED
end     job calendly-cancel 1417e000-0000-4000-8000-000000000001
end     job refund pi_3SWfXkB7WZ01zgkW1a2B3c4D
end     owed 15000 of pi_3SWfXkB7WZ01zgkW1a2B3c4D from 2026-11-23T15:01:04Z
