story   A seat says that it moved to itself

booking claimed 07 2026-12-15T18:00:00Z
attempt

told    stripe checkout.session.completed as 1
told    calendly reschedule_old_invitee_canceled
        new_invitee = @07
        old_invitee = @07
told    calendly reschedule_new_invitee_created
        uri = @07
        scheduled_event.start_time = "2026-12-15T18:00:00.000000Z"
        scheduled_event.end_time = "2026-12-15T19:00:00.000000Z"

end     booking 07 RESCHEDULED PAID captured 15000 refunded 0
end     counted 07 BOOKING_CONFIRMED BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 07 CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted 07 CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
end     finding the seat moves in a circle
