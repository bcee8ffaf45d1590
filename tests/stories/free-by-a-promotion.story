story   A promotion takes everything off

booking direct
attempt FREE

told    answer created
        amount_total = 0
told    stripe checkout.session.completed.no_payment_required
told    stripe checkout.session.expired
        amount_total = 0

end     booking CONFIRMED NOT_REQUIRED captured 0 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED
