story   A card is declined, and another one pays

booking direct
attempt
before  answer created

told    stripe payment_intent.created
told    stripe payment_intent.requires_action
told    stripe payment_intent.payment_failed
told    stripe charge.failed
told    stripe checkout.session.completed
told    stripe payment_intent.succeeded

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_FAILED
