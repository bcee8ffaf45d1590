story   Absurd amounts

booking direct
attempt
before  answer created

told    stripe checkout.session.completed
told    stripe refund.created
        id = "re_absurd"
        amount = 9007199254740991
told    stripe charge.refunded
        amount_refunded = 9007199254740991
told    stripe payment_intent.succeeded
        amount_received = 9007199254740991
told    stripe checkout.session.completed
        amount_total = 9007199254740991
        amount_subtotal = 9007199254740991
told    stripe refund.created
        id = "re_text"
        amount = "15000"

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_MISMATCH
end     counted PAYMENT_MISMATCH PAYMENT_MISMATCH PAYMENT_MISMATCH
end     failed stripe charge.refunded: PAYMENT_MISMATCH: more goes back than was asked for
end     failed stripe checkout.session.completed: PAYMENT_MISMATCH: amount before discounts
end     failed stripe payment_intent.succeeded: PAYMENT_MISMATCH: received amount
end     failed stripe refund.created: PAYMENT_MISMATCH: amount is negative
end     failed stripe refund.created: PAYMENT_MISMATCH: more goes back than was asked for
