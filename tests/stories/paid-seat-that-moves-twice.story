story   A paid seat that moves twice

booking claimed 07 2026-12-15T18:00:00Z
attempt

told    stripe checkout.session.completed as 1
        event.created = 2026-11-23T14:03:04Z
told    calendly reschedule_old_invitee_canceled
told    calendly reschedule_new_invitee_created
told    calendly reschedule_old_invitee_canceled
        uri = @08
        old_invitee = @07
        new_invitee = @09
        updated_at = "2026-12-04T12:30:00.120000Z"
told    calendly reschedule_new_invitee_created
        uri = @09
        old_invitee = @08

end     booking 07 RESCHEDULED PAID captured 15000 refunded 0
end     booking 08 RESCHEDULED PAID captured 15000 refunded 0
end     booking 09 CONFIRMED PAID captured 15000 refunded 0
end     counted 07 BOOKING_CONFIRMED BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 07 CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted 07 CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
end     counted 08 BOOKING_CONFIRMED BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 09 BOOKING_CONFIRMED BOOKING_CREATED
