story   A client cancels late, and half of the money is left to a person

type    strategy
        policy = 24:100 12:50
booking direct
attempt
before  answer created

told    stripe checkout.session.completed
told    stripe payment_intent.succeeded
told    client booking.cancel
        clock = 2026-11-30T22:00:00Z
        by = "client"

end     booking CANCELLED PAID captured 15000 refunded 0
end     counted BOOKING_CANCELLED BOOKING_CONFIRMED CHECKOUT_COMPLETED
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     counted PAYMENT_COMPLETED
end     owed 7500 of pi_3SWfXkB7WZ01zgkW1a2B3c4D by hand
