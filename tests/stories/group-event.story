story   A group event

told    calendly group_event_first_invitee_created
told    calendly group_event_second_invitee_created
told    calendly group_event_one_invitee_canceled
told    calendly group_event_reschedule_old_invitee_canceled
told    calendly group_event_canceled_by_host_one_of_many

end     booking 20 CANCELLED UNPAID captured 0 refunded 0
end     booking 21 RESCHEDULED UNPAID captured 0 refunded 0
end     booking 25 CANCELLED UNPAID captured 0 refunded 0
end     counted 20 BOOKING_CANCELLED BOOKING_CREATED
end     counted 21 BOOKING_CREATED BOOKING_RESCHEDULED
end     counted 25 BOOKING_CANCELLED BOOKING_CREATED
