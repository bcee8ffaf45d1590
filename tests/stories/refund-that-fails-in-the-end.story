story   A refund that fails in the end

booking direct
attempt

told    answer created
told    stripe checkout.session.completed
told    stripe charge.refunded
told    stripe refund.created
told    stripe refund.failed
told    stripe charge.refund.updated

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED REFUND_FAILED
