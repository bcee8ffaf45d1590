story   A client cancels here, and Calendly says that the host did

type    strategy
        policy = 24:100 12:50
        auto_refund = 1
booking claimed 01 2026-12-10T14:00:00Z
attempt
before  answer created

told    calendly invitee_created
told    stripe checkout.session.completed
told    client booking.cancel
        clock = 2026-12-09T22:00:00Z
        by = "client"
told    calendly invitee_canceled
        cancellation.canceler_type = "host"
        cancellation.created_at = "2026-12-09T21:59:30.000000Z"

end     booking 01 CANCELLED PAID captured 15000 refunded 0
end     counted 01 BOOKING_CANCELLED BOOKING_CONFIRMED BOOKING_CREATED
end     counted 01 CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted 01 CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
end     job refund pi_3SWfXkB7WZ01zgkW1a2B3c4D
end     owed 7500 of pi_3SWfXkB7WZ01zgkW1a2B3c4D
