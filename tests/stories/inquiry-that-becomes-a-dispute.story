story   An inquiry becomes a dispute, and is lost

booking direct
attempt

told    answer created
told    stripe checkout.session.completed
told    stripe charge.dispute.created
        status = "warning_needs_response"
told    stripe charge.dispute.updated
        status = "needs_response"
told    stripe charge.dispute.funds_withdrawn
told    stripe charge.dispute.closed

end     booking CONFIRMED DISPUTED captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_DISPUTED
