story   A paid seat moves three times

booking claimed 07 2026-12-15T18:00:00Z
attempt

told    stripe checkout.session.completed as 1
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
        updated_at = "2026-12-04T12:30:00.080000Z"
told    calendly reschedule_old_invitee_canceled
        uri = @09
        old_invitee = @08
        new_invitee = @10
        updated_at = "2026-12-05T12:30:00.120000Z"
told    calendly reschedule_new_invitee_created
        uri = @10
        old_invitee = @09
        updated_at = "2026-12-05T12:30:00.080000Z"

end     booking 07 RESCHEDULED PAID captured 15000 refunded 0
end     booking 08 RESCHEDULED PAID captured 15000 refunded 0
end     booking 09 RESCHEDULED PAID captured 15000 refunded 0
end     booking 10 CONFIRMED PAID captured 15000 refunded 0
end     counted 07 BOOKING_CONFIRMED BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 07 CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted 07 CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
end     counted 08 BOOKING_CONFIRMED BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 09 BOOKING_CONFIRMED BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 10 BOOKING_CONFIRMED BOOKING_CREATED
