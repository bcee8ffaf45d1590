story   A session brings another currency than was asked for

booking direct
attempt
before  answer created

told    stripe checkout.session.completed
        currency = "eur"
told    stripe payment_intent.succeeded
        currency = "eur"
told    stripe checkout.session.completed
told    stripe refund.created
        currency = "eur"

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_MISMATCH
end     failed stripe checkout.session.completed: PAYMENT_MISMATCH: currency
end     failed stripe payment_intent.succeeded: PAYMENT_MISMATCH: currency
end     failed stripe refund.created: PAYMENT_MISMATCH: currency
