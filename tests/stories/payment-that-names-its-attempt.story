story   A payment that names its attempt

booking direct
attempt

told    answer created as 1
told    stripe checkout.session.completed as 1
        event.created = 2026-11-23T14:03:04Z
told    stripe payment_intent.succeeded as 1
        event.created = 2026-11-23T14:03:03Z
told    stripe refund.created as 1

end     booking CONFIRMED REFUNDED captured 15000 refunded 15000
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_REFUNDED
end     row refund re_
