story   A session brings another amount than was asked for

booking direct
attempt
before  answer created

told    stripe checkout.session.completed
        amount_total = 14000
        amount_subtotal = 14000
told    stripe payment_intent.succeeded
        amount_received = 14000
told    stripe charge.succeeded

end     booking PENDING UNPAID captured 0 refunded 0
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED PAYMENT_MISMATCH
end     failed stripe checkout.session.completed: PAYMENT_MISMATCH: amount before discounts
end     parked stripe charge.succeeded for intent:pi_3SWfXkB7WZ01zgkW1a2B3c4D
end     parked stripe payment_intent.succeeded for intent:pi_3SWfXkB7WZ01zgkW1a2B3c4D
