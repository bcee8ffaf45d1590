story   The client and the builder cancel in one minute

type    strategy
        policy = 24:100 12:50
        auto_refund = 1
booking direct
attempt
before  answer created

told    stripe checkout.session.completed
told    client booking.cancel
        clock = 2026-11-30T22:00:00Z
        by = "client"
told    builder booking.cancel
        clock = 2026-11-30T21:59:30Z
        by = "builder"
told    client booking.cancel
        clock = 2026-11-30T22:00:30Z
        by = "client"
        reason = "again"

end     booking CANCELLED PAID captured 15000 refunded 0
end     counted BOOKING_CANCELLED BOOKING_CONFIRMED CHECKOUT_COMPLETED
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     counted PAYMENT_COMPLETED
end     job refund pi_3SWfXkB7WZ01zgkW1a2B3c4D
end     owed 15000 of pi_3SWfXkB7WZ01zgkW1a2B3c4D
