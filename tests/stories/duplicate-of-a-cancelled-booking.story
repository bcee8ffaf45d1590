story   A booking that was paid twice is cancelled late

type    strategy
        policy = 24:100 12:50
        auto_refund = 1
booking direct
attempt
attempt

told    stripe checkout.session.completed as 1
        event.created = 2026-11-23T14:05:00Z
told    stripe checkout.session.completed as 2
        event.created = 2026-11-23T14:10:00Z
told    client booking.cancel
        clock = 2026-11-30T22:00:00Z
        by = "client"
told    stripe refund.created as 2

end     booking CANCELLED PAID captured 15000 refunded 0
end     counted BOOKING_CANCELLED BOOKING_CONFIRMED CHECKOUT_COMPLETED
end     counted CHECKOUT_COMPLETED CHECKOUT_INITIATED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED CHECKOUT_SESSION_CREATED
end     counted DUPLICATE_PAYMENT PAYMENT_COMPLETED PAYMENT_COMPLETED
end     counted PAYMENT_REFUNDED
end     job refund pi_1
end     owed 7500 of pi_1
