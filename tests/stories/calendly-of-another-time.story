story   Calendly bodies that are none of a booking

told    calendly NEGATIVE_v1_shape
told    calendly routing_form_submission_created
told    calendly routing_form_submission_created_no_booking
told    calendly unsubscribed_event_name

end     ignored calendly invitee.created: not a booking: the retired v1 shape
end     ignored calendly meeting_recap.created: not a booking: an event we do not use
end     ignored calendly routing_form_submission.created: not a booking: a routing form, not a booking
end     ignored calendly routing_form_submission.created: not a booking: a routing form, not a booking
