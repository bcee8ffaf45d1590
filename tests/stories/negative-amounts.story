story   Negative amounts

booking direct
attempt
before  answer created

told    stripe checkout.session.completed
told    stripe refund.created
        id = "re_negative"
        amount = -5000
told    stripe charge.refunded
        amount_refunded = -1
told    stripe payment_intent.succeeded
        amount_received = -15000
told    stripe checkout.session.completed
        amount_total = -1

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_MISMATCH
end     counted PAYMENT_MISMATCH
end     failed stripe charge.refunded: PAYMENT_MISMATCH: amount is negative
end     failed stripe checkout.session.completed: PAYMENT_MISMATCH: amount
end     failed stripe payment_intent.succeeded: PAYMENT_MISMATCH: amount is negative
end     failed stripe refund.created: PAYMENT_MISMATCH: amount is negative
