story   A refund is asked for while somebody makes it in the dashboard

booking direct
attempt
before  answer created

told    stripe checkout.session.completed
told    admin booking.refund
        clock = 2026-11-24T11:00:00Z
        upTo = 15000
told    stripe refund.created
told    stripe charge.refunded
told    stripe refund.failed

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED REFUND_FAILED
end     job refund pi_3SWfXkB7WZ01zgkW1a2B3c4D
end     owed 15000 of pi_3SWfXkB7WZ01zgkW1a2B3c4D
