story   A builder gives back a part, and the client asks for more

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
        upTo = 7500
told    stripe refund.created
        amount = 5000

end     booking CONFIRMED PARTIALLY_REFUNDED captured 15000 refunded 5000
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_REFUNDED
end     job refund pi_3SWfXkB7WZ01zgkW1a2B3c4D
end     owed 2500 of pi_3SWfXkB7WZ01zgkW1a2B3c4D
