story   More is asked for than the policy gives, and then it is cancelled

type    strategy
        policy = 24:100 12:50
        auto_refund = 1
booking direct
attempt
before  answer created

told    stripe checkout.session.completed
told    admin booking.refund
        clock = 2026-11-30T21:00:00Z
        upTo = 12000
told    client booking.cancel
        clock = 2026-11-30T22:00:00Z
        by = "client"
told    stripe refund.created
        amount = 2000

end     booking CANCELLED PARTIALLY_REFUNDED captured 15000 refunded 2000
end     counted BOOKING_CANCELLED BOOKING_CONFIRMED CHECKOUT_COMPLETED
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     counted PAYMENT_COMPLETED PAYMENT_REFUNDED
end     job refund pi_3SWfXkB7WZ01zgkW1a2B3c4D
end     owed 10000 of pi_3SWfXkB7WZ01zgkW1a2B3c4D
