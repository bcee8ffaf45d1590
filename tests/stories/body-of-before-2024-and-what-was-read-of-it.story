story   A body of before 2024 and what was read of it

booking claimed 01 2026-12-10T14:00:00Z
attempt

told    calendly invitee_created
told    calendly invitee_canceled
        scheduled_event = absent
told    calendly invitee_no_show_created
        scheduled_event = absent

end     booking 01 CANCELLED UNPAID captured 0 refunded 0
end     counted 01 BOOKING_CANCELLED BOOKING_CREATED CHECKOUT_INITIATED
end     job expire checkout-1417e000-0000-4000-8000-000000000001-1
end     row 1 1796916009000000
