story   A paid seat moves, and its client cancels the new time at Calendly

type    strategy
        policy = 24:100 12:50
        auto_refund = 1
booking claimed 07 2026-12-15T18:00:00Z
attempt

told    stripe checkout.session.completed as 1
told    calendly reschedule_old_invitee_canceled
told    calendly reschedule_new_invitee_created
told    calendly reschedule_old_invitee_canceled
        uri = @08
        old_invitee = @07
        new_invitee = null
        rescheduled = false
        updated_at = "2026-12-16T04:00:00.120000Z"
        scheduled_event.start_time = "2026-12-16T18:00:00.000000Z"
        scheduled_event.end_time = "2026-12-16T19:00:00.000000Z"
        cancellation.created_at = "2026-12-16T04:00:00.100000Z"

end     booking 07 RESCHEDULED PAID captured 15000 refunded 0
end     booking 08 CANCELLED PAID captured 15000 refunded 0
end     counted 07 BOOKING_CONFIRMED BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 07 CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted 07 CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
end     counted 08 BOOKING_CANCELLED BOOKING_CONFIRMED BOOKING_CREATED
end     job refund pi_1
end     owed 7500 of pi_1
