story   Of three guests of a group one cancels, one moves, and one comes

told    calendly group_event_first_invitee_created
told    calendly group_event_second_invitee_created
told    calendly group_event_second_invitee_created
        uri = @22
told    calendly group_event_one_invitee_canceled
told    calendly group_event_reschedule_old_invitee_canceled
told    calendly group_event_second_invitee_created
        uri = @24
        old_invitee = @21
        updated_at = "2026-12-06T07:00:00.000600Z"
told    calendly group_event_second_invitee_created
        uri = @22
        event.event = "invitee_no_show.created"
        event.created_at = "2026-12-18T18:20:00.000000Z"
        no_show = {"uri": "https://api.calendly.com/invitee_no_shows/1", "created_at": "2026-12-18T18:20:00.000000Z"}

end     booking 20 CANCELLED UNPAID captured 0 refunded 0
end     booking 21 RESCHEDULED UNPAID captured 0 refunded 0
end     booking 22 NO_SHOW UNPAID captured 0 refunded 0
end     booking 24 PENDING UNPAID captured 0 refunded 0
end     counted 20 BOOKING_CANCELLED BOOKING_CREATED
end     counted 21 BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 22 BOOKING_CREATED BOOKING_NO_SHOW
end     counted 24 BOOKING_CREATED
end     job release 1417e000-0000-4000-8000-000000000024
