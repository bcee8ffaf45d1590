story   A session expires, and the next one is paid

booking direct
attempt
attempt

told    answer created as 1
told    stripe checkout.session.expired as 1
told    answer created as 2
told    stripe checkout.session.completed as 2
told    stripe payment_intent.succeeded as 2

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_EXPIRED
end     counted CHECKOUT_INITIATED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED CHECKOUT_SESSION_CREATED
end     counted PAYMENT_COMPLETED
