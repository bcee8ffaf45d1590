story   A dispute opened and closed in one second

booking direct
attempt

told    answer created
told    stripe checkout.session.completed
told    stripe charge.dispute.created
told    stripe charge.dispute.closed.won
        event.created = 2026-12-13T14:00:00Z
told    stripe charge.dispute.updated
        event.created = 2026-12-13T14:00:00Z

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_DISPUTED
end     row  usd won 
