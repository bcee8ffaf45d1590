story   A seat that moves twice

told    calendly reschedule_old_invitee_canceled
        event.event = "invitee.created"
        status = "active"
        new_invitee = null
        rescheduled = false
        updated_at = "2026-12-01T12:00:00.000000Z"
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

end     booking 07 RESCHEDULED UNPAID captured 0 refunded 0
end     booking 08 RESCHEDULED UNPAID captured 0 refunded 0
end     booking 09 PENDING UNPAID captured 0 refunded 0
end     counted 07 BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 08 BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 09 BOOKING_CREATED
end     job release 1417e000-0000-4000-8000-000000000009
