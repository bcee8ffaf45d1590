story   Two people ask for the same refund

booking direct
attempt
before  answer created

told    stripe checkout.session.completed
told    builder booking.refund
        clock = 2026-11-24T10:00:00Z
        upTo = 5000
        reason = "the room was cold"
told    admin booking.refund
        clock = 2026-11-24T11:00:00Z
        upTo = 5000
        reason = "as a gesture"

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
end     job refund pi_3SWfXkB7WZ01zgkW1a2B3c4D
end     owed 5000 of pi_3SWfXkB7WZ01zgkW1a2B3c4D
