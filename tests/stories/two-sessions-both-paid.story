story   Two sessions are both paid

booking direct
attempt
attempt

told    answer created as 1
told    answer created as 2
told    stripe checkout.session.completed as 1
        event.created = 2026-11-23T14:10:00Z
told    stripe checkout.session.completed as 2
        event.created = 2026-11-23T14:05:00Z
told    stripe payment_intent.succeeded as 1
        event.created = 2026-11-23T14:09:59Z
told    stripe payment_intent.succeeded as 2
        event.created = 2026-11-23T14:04:59Z

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_COMPLETED
end     counted CHECKOUT_INITIATED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED CHECKOUT_SESSION_CREATED
end     counted DUPLICATE_PAYMENT PAYMENT_COMPLETED PAYMENT_COMPLETED
end     job refund pi_1
end     owed 15000 of pi_1
