story   A disputed payment, of which a refund is tried and fails

booking direct
attempt

told    answer created
told    stripe checkout.session.completed
told    stripe charge.dispute.created
told    stripe refund.created.pending
told    stripe refund.failed

end     booking CONFIRMED DISPUTED captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_DISPUTED
end     counted REFUND_FAILED
