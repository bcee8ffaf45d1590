story   A payment and a refund of a part

booking direct
attempt

told    answer created
told    stripe checkout.session.completed
told    stripe charge.refunded.partial
told    stripe refund.created.pending
        amount = 5000
told    stripe refund.updated
        amount = 5000

end     booking CONFIRMED PARTIALLY_REFUNDED captured 15000 refunded 5000
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_REFUNDED
