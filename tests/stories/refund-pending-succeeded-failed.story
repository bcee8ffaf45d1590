story   A refund that waits, succeeds, and fails days later

booking direct
attempt
before  answer created

told    stripe checkout.session.completed
told    stripe refund.created.pending
told    stripe charge.refunded
told    stripe refund.updated
told    stripe charge.refund.updated
told    stripe refund.failed

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED REFUND_FAILED
