story   A seat that is canceled after it was paid

booking claimed 01 2026-12-10T14:00:00Z
attempt

told    answer created
told    stripe checkout.session.completed
told    stripe payment_intent.succeeded
told    calendly invitee_created
told    calendly invitee_canceled

end     booking 01 CANCELLED PAID captured 15000 refunded 0
end     counted 01 BOOKING_CANCELLED BOOKING_CONFIRMED BOOKING_CREATED
end     counted 01 CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted 01 CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
end     owed 15000 of pi_3SWfXkB7WZ01zgkW1a2B3c4D by hand
