story   A payment that must go back is disputed, and the dispute is won

booking claimed 01 2026-12-10T14:00:00Z
attempt

told    answer created
told    stripe checkout.session.completed
told    calendly invitee_canceled
        cancellation.created_at = "2026-11-23T14:00:00.000000Z"
told    stripe charge.dispute.created
told    stripe charge.dispute.closed.won

end     booking 01 CANCELLED PAID captured 15000 refunded 0
end     counted 01 BOOKING_CANCELLED BOOKING_CREATED CHECKOUT_COMPLETED
end     counted 01 CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     counted 01 PAYMENT_COMPLETED PAYMENT_DISPUTED
end     job refund pi_3SWfXkB7WZ01zgkW1a2B3c4D
end     owed 15000 of pi_3SWfXkB7WZ01zgkW1a2B3c4D from 2026-11-23T14:03:04Z
