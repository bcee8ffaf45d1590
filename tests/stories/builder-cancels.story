story   A builder cancels, and all of it goes back by itself

type    strategy
        policy = 24:0
        auto_refund = 1
booking direct
attempt
before  answer created

told    stripe checkout.session.completed
told    builder booking.cancel
        clock = 2026-12-01T14:00:00Z
        by = "builder"
told    stripe refund.created.pending
told    stripe refund.updated
told    stripe charge.refunded

end     booking CANCELLED REFUNDED captured 15000 refunded 15000
end     counted BOOKING_CANCELLED BOOKING_CONFIRMED CHECKOUT_COMPLETED
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     counted PAYMENT_COMPLETED PAYMENT_REFUNDED
