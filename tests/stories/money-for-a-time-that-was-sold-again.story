story   Money comes for a time that was sold again after its hold

booking direct
attempt
before  answer created
        payment_intent = "pi_3SWfXkB7WZ01zgkW1a2B3c4D"
before  admin booking.request
        clock = 2026-11-23T15:30:00Z
        bookingId = "bk_00000000000000000000000000000002"
        sessionTypeId = "direct"
        startTime = "2026-12-01T15:00:00Z"
        name = "Eve Second"
        email = "eve@example.com"
        timezone = "UTC"

told    stripe checkout.session.completed
told    stripe payment_intent.succeeded
told    stripe charge.succeeded

end     booking CANCELLED PAID captured 15000 refunded 0
end     booking PENDING UNPAID captured 0 refunded 0
end     counted BOOKING_CREATED BOOKING_RELEASED CHECKOUT_COMPLETED
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     counted PAYMENT_COMPLETED
end     job refund pi_3SWfXkB7WZ01zgkW1a2B3c4D
end     owed 15000 of pi_3SWfXkB7WZ01zgkW1a2B3c4D from 2026-11-23T14:03:03Z
