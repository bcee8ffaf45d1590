story   Another application works on the same Stripe account

booking direct
attempt
before  answer created

told    stripe customer.subscription.created
told    stripe checkout.session.completed.connect
told    stripe payment_intent.succeeded
        id = "pi_foreign"
        metadata = {}
told    stripe charge.succeeded
        id = "ch_foreign"
        payment_intent = null
told    stripe checkout.session.completed
        id = "cs_test_foreign"
        metadata = {}
        client_reference_id = null
told    stripe refund.created
        id = "re_foreign"
        payment_intent = null

end     booking PENDING UNPAID captured 0 refunded 0
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     ignored stripe charge.succeeded: not ours: it has no PaymentIntent
end     ignored stripe checkout.session.completed: it is about connected account acct_1SVabcB7WZ01zgkW
end     ignored stripe checkout.session.completed: not ours: it names no booking
end     ignored stripe customer.subscription.created: we have no use for a subscription
end     ignored stripe payment_intent.succeeded: not ours: it names no booking
end     ignored stripe refund.created: not ours: it has no PaymentIntent
