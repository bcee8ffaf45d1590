story   A seat moves, and is cancelled here by its old name

type    strategy
        auto_refund = 1
booking claimed 07 2026-12-15T18:00:00Z
attempt

told    stripe checkout.session.completed as 1
told    calendly reschedule_old_invitee_canceled
told    calendly reschedule_new_invitee_created
told    client booking.cancel
        clock = 2026-12-03T12:29:00Z
        by = "client"

end     booking 07 RESCHEDULED PAID captured 15000 refunded 0
end     booking 08 CANCELLED PAID captured 15000 refunded 0
end     counted 07 BOOKING_CONFIRMED BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 07 CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted 07 CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
end     counted 08 BOOKING_CANCELLED BOOKING_CONFIRMED BOOKING_CREATED
end     job calendly-cancel 1417e000-0000-4000-8000-000000000008
end     job refund pi_1
end     owed 15000 of pi_1
