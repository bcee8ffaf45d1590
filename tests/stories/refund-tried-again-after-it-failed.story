story   A refund fails, and another one goes through

booking direct
attempt
before  answer created

told    stripe checkout.session.completed
told    stripe refund.created.pending
told    stripe refund.failed
told    stripe charge.refunded
told    stripe refund.created
        id = "re_second"
        created = 2026-11-26T10:00:00Z

end     booking CONFIRMED REFUNDED captured 15000 refunded 15000
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_REFUNDED
end     counted REFUND_FAILED
