story   A claim names a dearer session than was booked

booking claimed 01 2026-12-10T14:00:00Z
attempt

told    answer created
told    stripe checkout.session.completed
told    calendly invitee_created
        scheduled_event.event_type = "https://api.calendly.com/event_types/e7e70001-0000-4000-8000-000000000002"
told    calendly invitee_canceled
        scheduled_event.event_type = "https://api.calendly.com/event_types/e7e70001-0000-4000-8000-000000000002"

end     booking 01 CANCELLED PAID captured 15000 refunded 0 contradicted
end     counted 01 BOOKING_CANCELLED BOOKING_CREATED CHECKOUT_COMPLETED
end     counted 01 CHECKOUT_INITIATED CHECKOUT_SESSION_CREATED
end     counted 01 PAYMENT_COMPLETED PAYMENT_MISMATCH
end     owed 15000 of pi_3SWfXkB7WZ01zgkW1a2B3c4D by hand
