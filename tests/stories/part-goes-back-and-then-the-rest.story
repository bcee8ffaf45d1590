story   A part goes back, and then the rest

booking direct
attempt
before  answer created

told    stripe checkout.session.completed
told    stripe refund.created
        amount = 5000
told    stripe charge.refunded.partial
told    stripe refund.created.pending
        id = "re_rest"
        amount = 10000
told    stripe refund.updated
        id = "re_rest"
        amount = 10000
told    stripe charge.refunded

end     booking CONFIRMED REFUNDED captured 15000 refunded 15000
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_REFUNDED
end     counted PAYMENT_REFUNDED
