story   Of two payments the one that was kept is given back by hand

booking direct
attempt
attempt

told    stripe checkout.session.completed as 1
        event.created = 2026-11-23T14:05:00Z
told    stripe checkout.session.completed as 2
        event.created = 2026-11-23T14:10:00Z
told    stripe refund.created as 1
told    stripe charge.refunded as 1

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_COMPLETED
end     counted CHECKOUT_INITIATED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED CHECKOUT_SESSION_CREATED
end     counted DUPLICATE_PAYMENT PAYMENT_COMPLETED PAYMENT_COMPLETED
end     counted PAYMENT_REFUNDED
