story   A session that expires

booking direct
attempt

told    answer created
told    stripe checkout.session.expired
told    stripe payment_intent.payment_failed
told    stripe payment_intent.canceled

end     booking PENDING UNPAID captured 0 refunded 0
end     counted CHECKOUT_EXPIRED CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     parked stripe payment_intent.canceled for intent:pi_3SWfXkB7WZ01zgkW1a2B3c4D
end     parked stripe payment_intent.payment_failed for intent:pi_3SWfXkB7WZ01zgkW1a2B3c4D
