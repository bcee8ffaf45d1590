story   A late copy of the expiry of a paid session

booking direct
attempt

told    answer created
told    stripe checkout.session.completed
told    stripe checkout.session.expired
told    stripe payment_intent.canceled

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
