story   A disputed booking is cancelled, and the dispute is won

type    strategy
        auto_refund = 1
booking direct
attempt
before  answer created

told    stripe checkout.session.completed
told    stripe charge.dispute.created
told    builder booking.cancel
        clock = 2026-11-26T10:00:00Z
        by = "builder"
told    stripe charge.dispute.closed.won

end     booking CANCELLED PAID captured 15000 refunded 0
end     counted BOOKING_CANCELLED BOOKING_CONFIRMED CHECKOUT_COMPLETED
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     counted PAYMENT_COMPLETED PAYMENT_DISPUTED
end     job refund pi_3SWfXkB7WZ01zgkW1a2B3c4D
end     owed 15000 of pi_3SWfXkB7WZ01zgkW1a2B3c4D
