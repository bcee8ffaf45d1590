story   A session of ours names another booking

booking direct
attempt

told    answer created
told    stripe checkout.session.completed
        metadata.bookingId = "bk_00000000000000000000000000000099"
        client_reference_id = "bk_00000000000000000000000000000099"
told    stripe payment_intent.succeeded
        metadata.bookingId = "bk_00000000000000000000000000000099"

end     booking PENDING UNPAID captured 0 refunded 0
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED PAYMENT_MISMATCH
end     failed stripe checkout.session.completed: PAYMENT_MISMATCH: session names another booking
end     parked stripe payment_intent.succeeded for intent:pi_3SWfXkB7WZ01zgkW1a2B3c4D
