story   Three payments for one seat

booking direct
attempt
attempt
attempt

told    stripe checkout.session.completed as 1
        event.created = 2026-11-23T14:03:20Z
told    stripe checkout.session.completed as 2
        event.created = 2026-11-23T14:01:40Z
told    stripe checkout.session.completed as 3
        event.created = 2026-11-23T14:05:00Z
told    stripe payment_intent.succeeded as 1
        event.created = 2026-11-23T14:03:19Z

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_COMPLETED
end     counted CHECKOUT_COMPLETED CHECKOUT_INITIATED CHECKOUT_INITIATED
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     counted CHECKOUT_SESSION_CREATED CHECKOUT_SESSION_CREATED
end     counted DUPLICATE_PAYMENT DUPLICATE_PAYMENT PAYMENT_COMPLETED
end     counted PAYMENT_COMPLETED PAYMENT_COMPLETED
end     job refund pi_1
end     job refund pi_3
end     owed 15000 of pi_1
end     owed 15000 of pi_3
