story   One change is told by two events

booking direct
attempt
before  answer created

told    stripe checkout.session.completed
told    stripe checkout.session.completed
told    stripe payment_intent.succeeded
told    stripe payment_intent.succeeded
told    stripe refund.created
told    stripe refund.created

end     booking CONFIRMED REFUNDED captured 15000 refunded 15000
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_REFUNDED
