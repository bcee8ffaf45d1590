story   An event and its object disagree about live mode

booking direct
attempt

told    answer created
told    stripe checkout.session.completed
        event.livemode = true
told    stripe payment_intent.succeeded
        event.livemode = true

end     booking PENDING UNPAID captured 0 refunded 0
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     failed stripe checkout.session.completed: event and object disagree about live mode
end     failed stripe payment_intent.succeeded: event and object disagree about live mode
