story   Two payments, one of them read before it was told

booking direct
attempt
attempt
attempt

told    stripe checkout.session.completed as 1
        event.created = 2026-11-23T14:03:20Z
told    stripe checkout.session.completed as 2
        event.created = 2026-11-23T14:05:00Z
told    answer checkout.session.completed as 1

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_COMPLETED
end     counted CHECKOUT_INITIATED CHECKOUT_INITIATED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED CHECKOUT_SESSION_CREATED
end     counted DUPLICATE_PAYMENT PAYMENT_COMPLETED PAYMENT_COMPLETED
end     job refund pi_2
end     owed 15000 of pi_2
