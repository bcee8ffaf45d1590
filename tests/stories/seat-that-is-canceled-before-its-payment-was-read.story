story   A seat that is canceled before its payment was read

booking claimed 01 2026-12-10T14:00:00Z
attempt

told    answer checkout.session.completed
        +metadata.checkoutId = "checkout-bkg_01JDB2V6Q3T8K9M4X7Y1Z0ABCD-1"
told    stripe checkout.session.completed
told    calendly invitee_canceled
        cancellation.created_at = "2026-11-23T14:30:00.000000Z"

end     booking 01 CANCELLED PAID captured 15000 refunded 0
end     counted 01 BOOKING_CANCELLED BOOKING_CONFIRMED BOOKING_CREATED
end     counted 01 CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted 01 CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
end     owed 15000 of pi_3SWfXkB7WZ01zgkW1a2B3c4D by hand
