story   A no-show that is taken back

booking claimed 01 2026-12-10T14:00:00Z
attempt

told    calendly invitee_created
told    calendly invitee_no_show_created
told    calendly invitee_no_show_deleted
told    calendly invitee_no_show_created
        no_show.uri = "https://api.calendly.com/invitee_no_shows/2"
        event.created_at = "2026-12-10T15:50:00.000000Z"

end     booking 01 NO_SHOW UNPAID captured 0 refunded 0
end     counted 01 BOOKING_CREATED BOOKING_NO_SHOW CHECKOUT_INITIATED
