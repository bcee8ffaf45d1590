story   Two seats say that they moved to each other

booking claimed 07 2026-12-15T18:00:00Z
attempt

told    stripe checkout.session.completed as 1
told    calendly reschedule_old_invitee_canceled
told    calendly reschedule_new_invitee_created
told    calendly reschedule_old_invitee_canceled
        uri = @08
        old_invitee = @07
        new_invitee = @07
        updated_at = "2026-12-04T12:30:00.120000Z"

end     booking 07 RESCHEDULED PAID captured 15000 refunded 0
end     booking 08 RESCHEDULED PAID captured 15000 refunded 0
end     counted 07 BOOKING_CONFIRMED BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 07 CHECKOUT_COMPLETED CHECKOUT_INITIATED
end     counted 07 CHECKOUT_SESSION_CREATED PAYMENT_COMPLETED
end     counted 08 BOOKING_CONFIRMED BOOKING_CREATED BOOKING_RESCHEDULED
end     finding the seat moves in a circle
end     finding the seat moves in a circle
