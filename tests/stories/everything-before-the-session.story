story   Everything about a payment is told before its session

booking direct
attempt

told    stripe payment_intent.created
told    stripe charge.succeeded
told    stripe payment_intent.succeeded
told    stripe charge.refunded
told    stripe refund.created
told    stripe checkout.session.completed
told    answer created

end     booking CONFIRMED REFUNDED captured 15000 refunded 15000
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_REFUNDED
