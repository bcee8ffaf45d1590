story   A seat of an event type that nobody sells here

told    calendly invitee_created
        scheduled_event.event_type = "https://api.calendly.com/event_types/e7e70001-0000-4000-8000-000000000099"
told    calendly invitee_canceled
        scheduled_event.event_type = "https://api.calendly.com/event_types/e7e70001-0000-4000-8000-000000000099"

end     parked calendly invitee.canceled for type:e7e70001-0000-4000-8000-000000000099
end     parked calendly invitee.created for type:e7e70001-0000-4000-8000-000000000099
