story   A session that turns into a subscription

booking direct
attempt

told    answer created
told    stripe checkout.session.completed
told    stripe checkout.session.completed.subscription

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_MISMATCH
end     failed stripe checkout.session.completed: PAYMENT_MISMATCH: session mode is not payment
