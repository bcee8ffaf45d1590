story   A delayed payment that comes

booking direct
attempt

told    answer created
told    stripe checkout.session.completed.unpaid
told    stripe payment_intent.processing
told    stripe checkout.session.async_payment_succeeded
told    stripe payment_intent.succeeded

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
