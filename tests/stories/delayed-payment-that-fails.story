story   A delayed payment that fails

booking direct
attempt

told    answer created
told    stripe checkout.session.completed.unpaid
told    stripe payment_intent.processing
told    stripe checkout.session.async_payment_failed
told    stripe payment_intent.payment_failed

end     booking PENDING FAILED captured 0 refunded 0
end     counted CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_FAILED
