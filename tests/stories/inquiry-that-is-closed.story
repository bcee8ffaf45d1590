story   An inquiry of the bank that is closed

booking direct
attempt

told    answer created
told    stripe checkout.session.completed
told    stripe charge.dispute.created
        status = "warning_needs_response"
told    stripe charge.dispute.updated
        status = "warning_under_review"
told    stripe charge.dispute.closed
        status = "warning_closed"

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
