story   More is asked for than was paid

booking direct
attempt
before  answer created

told    stripe checkout.session.completed
told    admin booking.refund
        clock = 2026-11-24T11:00:00Z
        upTo = 99000
told    stripe charge.refunded.partial

end     booking CONFIRMED PARTIALLY_REFUNDED captured 15000 refunded 5000
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
end     job refund pi_3SWfXkB7WZ01zgkW1a2B3c4D
end     owed 10000 of pi_3SWfXkB7WZ01zgkW1a2B3c4D
