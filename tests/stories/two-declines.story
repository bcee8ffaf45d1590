story   Two declines

booking direct
attempt

told    answer created
told    answer checkout.session.completed
        status = "open"
        payment_status = "unpaid"
told    stripe payment_intent.payment_failed
told    stripe payment_intent.payment_failed
        event.created = 2026-11-23T14:02:10Z
        latest_charge = "ch_second"
        last_payment_error.decline_code = "lost_card"

end     booking PENDING UNPAID captured 0 refunded 0
end     counted CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED PAYMENT_FAILED
end     counted PAYMENT_FAILED
end     row lost_card 1795442530000000
