story   A promotion takes a part off

booking direct
attempt TAKE20

told    answer created
        amount_total = 12000
told    stripe checkout.session.completed.discounted
told    stripe payment_intent.succeeded
        amount_received = 12000
told    stripe refund.created
        amount = 12000

end     booking CONFIRMED REFUNDED captured 12000 refunded 12000
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_REFUNDED
