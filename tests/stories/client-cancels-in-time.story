story   A client cancels in time, and the money goes back by itself

type    strategy
        policy = 24:100 12:50
        auto_refund = 1
booking direct
attempt
before  answer created

told    stripe checkout.session.completed
told    stripe payment_intent.succeeded
told    client booking.cancel
        clock = 2026-11-25T10:00:00Z
        by = "client"
        reason = "I am ill"

end     booking CANCELLED PAID captured 15000 refunded 0
end     counted BOOKING_CANCELLED BOOKING_CONFIRMED CHECKOUT_COMPLETED
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     counted PAYMENT_COMPLETED
end     job refund pi_3SWfXkB7WZ01zgkW1a2B3c4D
end     owed 15000 of pi_3SWfXkB7WZ01zgkW1a2B3c4D
