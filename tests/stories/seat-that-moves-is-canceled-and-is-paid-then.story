story   A seat that moves, is canceled, and is paid then

booking claimed 07 2026-12-15T18:00:00Z
attempt

told    stripe checkout.session.completed as 1
        event.created = 2026-12-05T19:46:40Z
told    calendly reschedule_old_invitee_canceled
told    calendly reschedule_new_invitee_created
told    calendly reschedule_old_invitee_canceled
        uri = @08
        old_invitee = @07
        rescheduled = false
        new_invitee = null

end     booking 07 RESCHEDULED PAID captured 15000 refunded 0
end     booking 08 CANCELLED PAID captured 15000 refunded 0
end     counted 07 BOOKING_CONFIRMED BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 07 CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted 07 CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
end     counted 08 BOOKING_CANCELLED BOOKING_CREATED
end     job refund pi_1
end     owed 15000 of pi_1 from 2026-12-05T19:46:40Z
