story   Live events come to a test endpoint

booking direct
attempt

told    answer created
told    stripe checkout.session.completed.livemode
told    stripe payment_intent.succeeded
        livemode = true
        event.livemode = true
told    stripe checkout.session.completed
        livemode = true
        event.livemode = true

end     booking PENDING UNPAID captured 0 refunded 0
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED PAYMENT_MISMATCH
end     counted PAYMENT_MISMATCH
end     failed stripe checkout.session.completed: PAYMENT_MISMATCH: live mode and session id disagree
end     failed stripe checkout.session.completed: PAYMENT_MISMATCH: session cs_live_a1Kq7Zc0mV2nT5sR8wY3bH6jL9pD4fG1xN0eU7iO5aS2dF8gH3jK6lQ9 is not one we made
end     parked stripe payment_intent.succeeded for intent:pi_3SWfXkB7WZ01zgkW1a2B3c4D
