story   A payment

booking direct
attempt

told    answer created
told    stripe checkout.session.completed
told    stripe payment_intent.succeeded
told    stripe charge.succeeded
told    stripe payment_intent.payment_failed

end     booking CONFIRMED PAID captured 15000 refunded 0
end     counted BOOKING_CONFIRMED CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED PAYMENT_FAILED
end     row payment pi_3SWfXkB7WZ01zgkW1a2B3c4D bkg_01JDB2V6Q3T8K9M4X7Y1Z0ABCD checkout-bkg_01JDB2V6Q3T8K9M4X7Y1Z0ABCD-1 15000 usd ch_3SWfXkB7WZ01zgkW1eF5gH6I 0 1795442583000000 -
