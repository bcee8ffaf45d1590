story   An endpoint with thin payloads tells of a payment, too

booking direct
attempt

told    answer created
told    stripe checkout.session.completed
told    stripe thin.v1.checkout.session.completed

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
end     ignored stripe v1.checkout.session.completed: a thin event holds no snapshot: the endpoint must be made with snapshot payloads
