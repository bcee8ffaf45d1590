story   A no-show taken back in the same second

booking claimed 01 2026-12-10T14:00:00Z
attempt

told    calendly invitee_no_show_created
told    calendly invitee_no_show_deleted
        event.created_at = "2026-12-10T15:20:09.000000Z"

end     booking 01 PENDING UNPAID captured 0 refunded 0
end     counted 01 BOOKING_CREATED CHECKOUT_INITIATED
end     job release 1417e000-0000-4000-8000-000000000001
