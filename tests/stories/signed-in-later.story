story   A guest signs in, pays, and cancels

type    strategy
        auto_refund = 1
booking direct
attempt
before  answer created

told    client booking.sign
        clock = 2026-11-23T14:01:00Z
        client = "u-ada"
told    stripe checkout.session.completed
told    client booking.cancel
        clock = 2026-11-24T10:00:00Z
        by = "client"

end     booking CANCELLED PAID captured 15000 refunded 0
end     counted BOOKING_CANCELLED BOOKING_CONFIRMED CHECKOUT_COMPLETED
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     counted PAYMENT_COMPLETED
end     job refund pi_3SWfXkB7WZ01zgkW1a2B3c4D
end     owed 15000 of pi_3SWfXkB7WZ01zgkW1a2B3c4D
